package gcp

import (
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
)

// entrypoint is the source of function/function.go. The buildpack imports the package, and wants everything registered by then.
// https://cloud.google.com/functions/docs/writing/write-http-functions
func entrypoint(app *plan.App) ([]byte, error) {
	return gogen.Entrypoint(app, gogen.Host{
		Doc:     "init registers an entry point for each function of the module above.",
		Package: "function", Func: "init",
		ImportPath: "github.com/isobar-dev/isobar/runtime/gcp", Call: "Register",
	})
}
