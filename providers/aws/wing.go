package aws

import (
	"slices"

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

// Lower turns an app into its template, the parameters of each stage, and its entrypoint.
func (Wing) Lower(app *plan.App, target plan.Target) (*artifact.Set, diag.List) {
	settings, diags := decode(target.Settings)
	source, found := entrypoint(app)
	diags = append(diags, found...)
	l := newLowering(app, settings)
	p := l.parts()
	diags = append(diags, l.refused...)
	diags = append(diags, overlaid(p, target.Overlay)...)
	included, found := include(l, p, target.Include)
	diags = append(diags, found...)
	if diags.HasErrors() {
		return nil, diags
	}
	set := &artifact.Set{}
	set.Add("bootstrap/main.go", source)
	buf := make([]byte, 0, 64<<10)
	files := l.files(p)
	diags = append(diags, l.boundOperation(files)...)
	for i, f := range files {
		if i == 0 {
			f.template.Included = included
		}
		buf = f.template.AppendYAML(buf[:0])
		set.Add(f.path, buf)
	}
	l.addStages(set)
	return set, diags
}

// lowering is an app on its way to templates.
type lowering struct {
	app       *plan.App
	settings  settings
	heads     map[string]bool // see the function heads
	consumers map[string]plan.Triggered[plan.Message]
	// objects are the functions that buckets trigger, by the bucket, and streams the tables that trigger any.
	objects map[string][]plan.Triggered[plan.ObjectEvents]
	streams map[string]bool
	// staged are the parameters of variables that a stage has another value for, and stagedMemory says whether one has other memory.
	staged       map[string]string
	stagedMemory bool
	tags         cfn.List // of every resource that takes tags
	tagMap       cfn.Map  // the same in the other form
	// machines are the app's workflows, and refused is what cannot be had, of them and of what is beyond bounds.
	machines []machine
	refused  diag.List
}

func newLowering(app *plan.App, s settings) *lowering {
	l := &lowering{
		app: app, settings: s, heads: heads(app), consumers: consumers(app), tags: tagList(app), tagMap: tagMap(app),
		objects: map[string][]plan.Triggered[plan.ObjectEvents]{}, streams: map[string]bool{},
	}
	for _, f := range plan.Of[plan.ObjectEvents](app) {
		l.objects[f.On.Bucket] = append(l.objects[f.On.Bucket], f)
	}
	for _, f := range plan.Of[plan.Stream](app) {
		l.streams[f.On.Table] = true
	}
	l.staged, l.stagedMemory = staged(app), app.StagedMemory()
	l.machines, l.refused = machines(app)
	return l
}

// file is a template with its place in the tree, and what is in it.
type file struct {
	path     string
	template cfn.Template
	blocks   []block
}

// block is what belongs together: a function with its trigger, a queue with its dead-letter queue, or what functions share.
type block struct {
	// key is the name that decides in which stack the block is, when there are several: a queue goes with its consumer, and a function
	// with the bucket or the table that triggers it.
	key string
	// uses are the parameters, and the resources of other stacks, that the block refers to. What others may refer to is in exports.
	uses, exports []string
	resources     []cfn.Resource
	outputs       []cfn.Output
	// grants are what the block permits.
	grants []access.Grant
	// text is how many bytes the spec's own text takes at most, and what comes in numbers.
	text int
}

func (b *block) add(r cfn.Resource) { b.resources = append(b.resources, r) }

// parts are the app's blocks.
type parts struct {
	// shared is what functions need in common; it stands first, and refers to nothing else.
	shared block
	// unmatched is the function behind $default, if there is one.
	unmatched []block
	// exporting are the blocks to which any other may refer, and others all else.
	exporting, others []block
}

func (p *parts) all() []block {
	return slices.Concat([]block{p.shared}, p.unmatched, p.exporting, p.others)
}

// dependent are the blocks to which no other may refer.
func (p *parts) dependent() []block { return slices.Concat(p.unmatched, p.others) }

// parts is the app in the order of the template.
func (l *lowering) parts() *parts {
	p := &parts{}
	l.api(&p.shared)
	l.scheduleGroup(&p.shared)
	p.unmatched = l.unmatched()
	p.exporting = append(blocks(p.exporting, l.app.Topics, l.topic), blocks(nil, l.app.Secrets, l.secret)...)
	p.others = blocks(p.others, l.app.Queues, l.queue)
	p.others = blocks(p.others, l.app.Buckets, l.bucket)
	p.others = blocks(p.others, l.app.Tables, l.table)
	p.others = blocks(p.others, l.app.Functions, l.function)
	p.others = append(p.others, l.stateMachines()...)
	return p
}

func blocks[T any](to []block, things []T, block func(*T) block) []block {
	for i := range things {
		to = append(to, block(&things[i]))
	}
	return to
}
