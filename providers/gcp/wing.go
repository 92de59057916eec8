package gcp

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
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
	if diags.HasErrors() {
		return nil, diags
	}
	files := &artifact.Set{}
	files.Add("function/function.go", source)
	for _, f := range []struct {
		name   string
		about  string
		blocks []hcl.Block
	}{
		{"main.tf", "What all functions share.\n\nDeploy with: terraform init && terraform apply -var artifact_bucket=BUCKET -var artifact_object=ZIP", shared(app)},
		{"variables.tf", "What a deployment chooses.", variables(s)},
		{"http.tf", "The HTTP API.", api(app)},
		{"queues.tf", "Queues, and the functions that they trigger.", queues(app)},
		{"schedules.tf", "Schedules, and the functions that they trigger.", schedules(app)},
		{"outputs.tf", "What a deployment tells.", outputs(app)},
	} {
		if len(f.blocks) > 0 {
			files.Add(f.name, hcl.File{Comment: gogen.Header + "\n" + f.about, Blocks: f.blocks}.Bytes())
		}
	}
	return files, diags
}

func queues(app *plan.App) []hcl.Block {
	blocks := make([]hcl.Block, 0, 10*len(app.Queues))
	for i := range app.Queues {
		blocks = append(blocks, queue(app, &app.Queues[i])...)
	}
	return blocks
}

func schedules(app *plan.App) []hcl.Block {
	var blocks []hcl.Block
	for _, f := range plan.Of[plan.Schedule](app) {
		blocks = append(blocks, schedule(app, f)...)
	}
	return blocks
}

func outputs(app *plan.App) []hcl.Block {
	var blocks []hcl.Block
	output := func(name, description string, value hcl.Value) {
		blocks = append(blocks, hcl.Block{Type: "output", Labels: []string{name}, Body: []hcl.Item{
			hcl.Attr{Name: "description", Value: hcl.Str(description)},
			hcl.Attr{Name: "value", Value: value},
		}})
	}
	if len(plan.Of[plan.HTTP](app)) > 0 {
		output("api_url", "The base URL of the HTTP API.", hcl.Template{uri(spec.HTTPUnit), hcl.Str(app.BasePath.Value)})
	}
	for i := range app.Queues {
		q := app.Queues[i].Name
		output(identifier(q)+"_topic", "The topic of the queue "+q+", to which messages are published.", of(typeTopic, q, "id"))
		output(identifier(q)+"_dead_letters", "The subscription that holds the dead letters of the queue "+q+".", of(typeSubscription, q+spec.DeadLetterSuffix, "id"))
	}
	return blocks
}
