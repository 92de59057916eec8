package aws

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Wing lowers apps for AWS. The zero Wing is ready to use.
type Wing struct{}

// New returns the wing.
func New() Wing { return Wing{} }

// Name is aws.
func (Wing) Name() string { return "aws" }

// Capabilities is what AWS can do of what a spec can ask.
func (Wing) Capabilities() portability.Table { return capabilities() }

// Permissions is how the cloud grants what functions can do.
func (Wing) Permissions() access.Table { return permissions() }

// Grants lists every permission that the generated files give.
func (Wing) Grants(app *plan.App, target plan.Target) []access.Grant { return grants(app, target) }

// Lower turns an app into its template and its entrypoint.
func (Wing) Lower(app *plan.App, target plan.Target) (*artifact.Set, diag.List) {
	settings, diags := decode(target.Settings)
	source, found := entrypoint(app)
	diags = append(diags, found...)
	if diags.HasErrors() {
		return nil, diags
	}
	set := &artifact.Set{}
	set.Add("bootstrap/main.go", source)
	l := lowering{
		app: app, settings: settings,
		heads: heads(app), consumers: consumers(app),
		tags: tagList(app), tagMap: tagMap(app),
	}
	buf := make([]byte, 0, 64<<10)
	for _, f := range l.files() {
		buf = f.template.AppendYAML(buf[:0])
		set.Add(f.path, buf)
	}
	return set, diags
}

// lowering is an app on its way to templates.
type lowering struct {
	app       *plan.App
	settings  settings
	heads     map[string]bool // see the function heads
	consumers map[string]plan.Triggered[plan.Message]
	tags      cfn.List // of every resource that takes tags
	tagMap    cfn.Map  // the same in the other form
}

// file is a template with its place in the tree.
type file struct {
	path     string
	template cfn.Template
}

// block is what belongs together: a function with its trigger, a queue with its dead-letter queue, or what functions share.
type block struct {
	// key is the name that decides in which stack the block is, when there are several: a queue goes with its consumer.
	key string
	// uses are the parameters of the template that the block needs.
	uses      []string
	resources []cfn.Resource
	outputs   []cfn.Output
	// text is how many bytes the spec's own text takes at most.
	text int
}

// blocks is the app in the order of the template, but for what all share.
func (l *lowering) blocks() []block {
	blocks := make([]block, 0, len(l.app.Queues)+len(l.app.Functions))
	for i := range l.app.Queues {
		blocks = append(blocks, l.queue(&l.app.Queues[i]))
	}
	for i := range l.app.Functions {
		f := &l.app.Functions[i]
		b := l.function(f)
		switch t := f.Trigger.(type) {
		case plan.HTTP:
			l.route(&b, f, t)
		case plan.Message:
			l.mapping(&b, f, t)
		case plan.Schedule:
			l.schedule(&b, f, t)
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// shared is what functions need in common; it stands first.
func (l *lowering) shared() block {
	var b block
	l.api(&b)
	l.scheduleGroup(&b)
	return b
}
