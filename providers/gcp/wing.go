package gcp

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Wing lowers apps for Google Cloud.
type Wing struct{}

// New returns the wing.
func New() Wing { return Wing{} }

// Name is gcp.
func (Wing) Name() string { return "gcp" }

// Capabilities is what Google Cloud can do of what a spec can ask.
func (Wing) Capabilities() portability.Table { return capabilities() }

// Permissions is how the cloud grants what functions can do.
func (Wing) Permissions() access.Table { return permissions() }

// Grants lists every permission that the generated files give.
func (Wing) Grants(app *plan.App, target plan.Target) []access.Grant { return grants(app, target) }

// Lower returns a Terraform module, a file for each kind of thing, and the source of the entrypoint.
func (Wing) Lower(app *plan.App, target plan.Target) (*artifact.Set, diag.List) {
	s, diags := decode(target.Settings)
	source, found := entrypoint(app)
	diags = append(diags, found...)
	m := newModule(app, s)
	diags = append(diags, m.refused...)
	tree := m.files()
	diags = append(diags, m.overlaid(tree, target.Overlay)...)
	files := &artifact.Set{}
	files.Add("function/function.go", source)
	for _, f := range tree {
		files.Add(f.name, hcl.File{Comment: gogen.Header + "\n" + f.about, Blocks: f.blocks}.Bytes())
	}
	for _, p := range m.programs {
		files.Add(p.path, p.Source())
	}
	m.addStages(files)
	diags = append(diags, include(files, tree, target.Include)...)
	if diags.HasErrors() {
		return nil, diags
	}
	return files, diags
}

// module is a Terraform module in the making.
type module struct {
	app      *plan.App
	settings settings
	// staged are the environment variables that a stage has another value for, and stagedMemory says whether one has other memory.
	staged       map[string]bool
	stagedMemory bool
	// programs are the app's workflows, and refused is what cannot be had of them.
	programs []program
	refused  diag.List
	// grants are what the blocks made so far permit, and bound the addresses of those that several uses may ask for.
	grants []access.Grant
	bound  map[string]bool
}

func newModule(app *plan.App, s settings) *module {
	m := &module{app: app, settings: s, bound: map[string]bool{}}
	m.staged, m.stagedMemory = staged(app), app.StagedMemory()
	m.programs, m.refused = programs(app)
	return m
}

// file is one of the module's files.
type file struct {
	name, about string
	blocks      []hcl.Block
}

// files are those that are not empty.
func (m *module) files() []file {
	all := []file{
		{"main.tf", aboutModule, m.shared()},
		{"variables.tf", "What a deployment chooses.", m.variables()},
		{"http.tf", "The HTTP API.", m.api()},
		{"queues.tf", "Queues, and the functions that they trigger.", m.queues()},
		{"topics.tf", "Topics, and the functions that they trigger.", m.topics()},
		{"schedules.tf", "Schedules, and the functions that they trigger.", m.schedules()},
		{"buckets.tf", "Buckets, and the functions that they trigger.", m.buckets()},
		{"tables.tf", "Tables, and the functions that they trigger.", m.tables()},
		{"secrets.tf", aboutSecrets, m.secrets()},
		{"workflows.tf", "Workflows, and the functions that are their tasks.", m.workflows()},
		{"permissions.tf", "What functions may do beside being called.", m.accesses()},
		{"alarms.tf", "Who is told of what failed for the last time.", m.alarms()},
		{"outputs.tf", "What a deployment tells.", m.outputs()},
	}
	return slices.DeleteFunc(all, func(f file) bool { return len(f.blocks) == 0 })
}
