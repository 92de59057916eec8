package azure

import (
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// executable is the binary's name in the package, beside host.json.
const executable = "handler"

// drivers is the package with the clients of resources.
const drivers = "github.com/isobar-dev/isobar/runtime/resource/azuredrivers"

// entrypoint returns the source of the custom handler's main package.
func entrypoint(app *plan.App) ([]byte, diag.List) {
	return gogen.Entrypoint(app, gogen.Host{
		Doc:        "main is the custom handler that the Azure Functions host starts.",
		Package:    "main",
		Func:       "main",
		ImportPath: "github.com/isobar-dev/isobar/runtime/azure",
		Call:       "Main",
		Callers:    &gogen.Option{ImportPath: "github.com/isobar-dev/isobar/runtime/azure/entra", Func: "Callers"},
		Options:    gogen.Drivers(app, drivers),
	})
}
