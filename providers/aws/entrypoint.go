package aws

import (
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// host is the runtime that the entrypoint hands the app to.
const host = "github.com/isobar-dev/isobar/runtime/aws"

// entrypoint is the source of bootstrap, the executable of every function.
func entrypoint(app *plan.App) ([]byte, diag.List) {
	return gogen.Entrypoint(app, gogen.Host{
		Doc:     "Every Lambda function of the app runs this executable; ISOBAR_FUNCTION tells it which function it is.",
		Package: "main", Func: "main", ImportPath: host, Call: "Main",
	})
}
