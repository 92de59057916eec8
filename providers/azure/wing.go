package azure

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Wing generates for Azure.
type Wing struct{}

// New returns the wing.
func New() Wing { return Wing{} }

// Name is "azure".
func (Wing) Name() string { return "azure" }

// Capabilities is what Azure can do of what a spec can ask.
func (Wing) Capabilities() portability.Table { return capabilities() }

// Permissions is how the cloud grants what functions can do.
func (Wing) Permissions() access.Table { return permissions() }

// Grants lists every permission that the generated files give.
func (Wing) Grants(app *plan.App, target plan.Target) []access.Grant { return grants(app, target) }

// Lower returns main.bicep with its modules and the parameters of each stage, the entrypoint's source, and what the deployed package
// holds beside the binary.
func (Wing) Lower(app *plan.App, target plan.Target) (*artifact.Set, diag.List) {
	s, diags := decode(target.Settings)
	source, found := entrypoint(app)
	diags = append(diags, found...)
	l := newLowering(app, s)
	diags = append(diags, l.refused...)
	diags = append(diags, l.crowded()...)
	templates := l.templates()
	diags = append(diags, l.overlaid(templates, target.Overlay)...)
	files := &artifact.Set{}
	diags = append(diags, include(files, templates, target.Include)...)
	if diags.HasErrors() {
		return nil, diags
	}
	for _, t := range templates {
		files.Add(t.path, t.f.Append(nil))
	}
	l.addStages(files)
	files.Add("handler/main.go", source)
	files.Add("package/host.json", hostFile(app))
	l.addFunctions(files)
	return files, diags
}

// addFunctions adds a function.json for each unit that the host calls: one for all of HTTP, one for each other function.
func (l *lowering) addFunctions(files *artifact.Set) {
	add := func(name string, f functionFile) { files.Add("package/"+name+"/function.json", f.append(nil)) }
	if l.servesHTTP() {
		add(spec.HTTPUnit, httpFunction())
	}
	for _, f := range plan.Of[plan.Message](l.app) {
		add(f.Name, l.queueFunction(f))
	}
	for _, f := range plan.Of[plan.Subscription](l.app) {
		add(f.Name, l.topicFunction(f))
	}
	for _, f := range plan.Of[plan.ObjectEvents](l.app) {
		add(f.Name, bucketFunction(f))
	}
	for _, f := range plan.Of[plan.Stream](l.app) {
		add(f.Name, tableFunction(l.app, f))
	}
	for _, f := range plan.Of[plan.Schedule](l.app) {
		add(f.Name, scheduleFunction(f))
	}
}
