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

// servesHTTP tells whether requests come to the app: those of clients, and those of workflows that call its tasks.
func (l *lowering) servesHTTP() bool {
	return len(plan.Of[plan.HTTP](l.app))+len(plan.Of[plan.Task](l.app)) > 0
}

// siteConfig wants a version of TLS, and turns the platform's own CORS off, which otherwise has origins of the portal and answers preflight
// requests before the app sees them. The runtime answers them, the same on every cloud; two that do would both add headers.
// https://learn.microsoft.com/azure/app-service/app-service-web-tutorial-rest-api#app-service-cors-vs-your-cors
func (l *lowering) siteConfig() bicep.Object {
	config := bicep.Object{{Key: "minTlsVersion", Value: bicep.String("1.2")}}
	if l.servesHTTP() {
		config = append(config, bicep.Property{Key: "cors", Value: bicep.Object{
			{Key: "allowedOrigins", Value: bicep.Array{}}, {Key: "supportCredentials", Value: bicep.Bool(false)},
		}})
	}
	return config
}

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
