package azure

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// httpTrigger is the trigger of the one function that takes every request. The router is in the handler, so that paths match as
// on every other cloud.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger
type httpTrigger struct {
	binding
	AuthLevel string   `json:"authLevel"`
	Methods   []string `json:"methods"`
	Route     string   `json:"route"`
}

func servesHTTP(app *plan.App) bool { return len(plan.Of[plan.HTTP](app)) > 0 }

// httpFunction has one trigger and one output, as the host proxies requests on that condition alone.
func httpFunction() functionFile {
	return functionFile{Bindings: []any{
		httpTrigger{
			binding:   binding{Type: "httpTrigger", Direction: "in", Name: "req"},
			AuthLevel: "anonymous",
			Methods:   []string{"get", "head", "post", "put", "patch", "delete", "options"},
			Route:     "{*path}",
		},
		binding{Type: "http", Direction: "out", Name: "res"},
	}}
}

// routePrefix is the base path, as host.json has it. It is never empty, so that no request from outside can have an event's path.
func routePrefix(app *plan.App) string { return strings.TrimPrefix(app.BasePath.Value, "/") }

func apiURL(app *plan.App) bicep.Expr {
	return bicep.Interpolation{bicep.String("https://"), bicep.Path(symApp, "properties", "defaultHostName"), bicep.String(app.BasePath.Value)}
}
