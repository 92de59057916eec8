package azure

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
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

// Lower returns main.bicep, the entrypoint's source, and what the deployed package holds beside the binary.
func (Wing) Lower(app *plan.App, target plan.Target) (*artifact.Set, diag.List) {
	s, diags := decode(target.Settings)
	source, found := entrypoint(app)
	diags = append(diags, found...)
	if diags.HasErrors() {
		return nil, diags
	}
	files := &artifact.Set{}
	files.Add("main.bicep", infrastructure(app, s).Append(nil))
	files.Add("handler/main.go", source)
	files.Add("package/host.json", hostFile(app))
	addFunctions(files, app)
	return files, diags
}

// infrastructure is the content of main.bicep: what all functions share, then the queues in name order.
func infrastructure(app *plan.App, s settings) bicep.File {
	f := header(app)
	f = append(f, parameters(app, s)...)
	f = append(f, variables(app)...)
	f = append(f, observability()...)
	f = append(f, storage(app)...)
	f = append(f, functionApp()...)
	f = append(f, appSettings(app))
	f = append(f, queues(app)...)
	return append(f, outputs(app)...)
}

// addFunctions adds a function.json for each unit that the host calls: one for all of HTTP, one for each other function.
func addFunctions(files *artifact.Set, app *plan.App) {
	add := func(name string, f functionFile) { files.Add("package/"+name+"/function.json", f.append(nil)) }
	if servesHTTP(app) {
		add(spec.HTTPUnit, httpFunction())
	}
	for _, f := range plan.Of[plan.Message](app) {
		add(f.Name, queueFunction(f.On))
	}
	for _, f := range plan.Of[plan.Schedule](app) {
		add(f.Name, scheduleFunction(f.On))
	}
}
