package aws

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// host is the runtime that the entrypoint hands the app to.
const host = "github.com/isobar-dev/isobar/runtime/aws"

// fetching is the option of the host that reads secrets before anything is served. An app without secrets does not link it.
var fetching = gogen.Option{ImportPath: host + "/secrets", Func: "Environment"}

// drivers is the package with the clients of resources.
const drivers = "github.com/isobar-dev/isobar/runtime/resource/awsdrivers"

// entrypoint is the source of bootstrap, the executable of every function.
func entrypoint(app *plan.App) ([]byte, diag.List) {
	h := gogen.Host{
		Doc:     "Every Lambda function of the app runs this executable; ISOBAR_FUNCTION tells it which function it is.",
		Package: "main", Func: "main", ImportPath: host, Call: "Main",
	}
	if slices.ContainsFunc(app.Functions, func(f plan.Function) bool { return len(f.Secrets) > 0 }) {
		h.Options = []gogen.Option{fetching}
	}
	h.Options = append(h.Options, gogen.Drivers(app, drivers)...)
	return gogen.Entrypoint(app, h)
}
