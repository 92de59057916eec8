package gcp

import (
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// declarative is what the buildpack looks for among the imports of the function's package. Without it, it takes functions to be
// exported by their names, and writes a main that does not compile.
// https://github.com/GoogleCloudPlatform/buildpacks/blob/21f28de8c499445ef1098016bfce35b16415e4b1/cmd/go/functions_framework/lib/lib.go#L428
const declarative = "github.com/GoogleCloudPlatform/functions-framework-go/functions"

// drivers is the package with the clients of resources.
const drivers = "github.com/isobar-dev/isobar/runtime/resource/gcpdrivers"

// entrypoint is the source of function/function.go. The buildpack imports the package, and wants everything registered by then.
// https://cloud.google.com/functions/docs/writing/write-http-functions
func entrypoint(app *plan.App) ([]byte, diag.List) {
	return gogen.Entrypoint(app, gogen.Host{
		Doc:     "init registers an entry point for each function of the module above.",
		Package: "function", Func: "init",
		ImportPath: "github.com/isobar-dev/isobar/runtime/gcp", Call: "Register",
		Options: gogen.Drivers(app, drivers),
		Blank:   []string{declarative},
	})
}
