package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
)

// hostMargin is how much longer than the longest call can take the host waits: the runtime keeps each function's own deadline, and must
// have time to say so.
const hostMargin = time.Minute

// host is the content of host.json.
// https://learn.microsoft.com/azure/azure-functions/functions-host-json
type host struct {
	Version         string          `json:"version"`
	FunctionTimeout string          `json:"functionTimeout"`
	ExtensionBundle extensionBundle `json:"extensionBundle"`
	Extensions      extensions      `json:"extensions"`
	CustomHandler   customHandler   `json:"customHandler"`
	Logging         logging         `json:"logging"`
}

type extensionBundle struct {
	ID      string `json:"id"`
	Version string `json:"version"`
}

type extensions struct {
	HTTP       httpExtension        `json:"http"`
	ServiceBus *serviceBusExtension `json:"serviceBus,omitempty"`
}

type httpExtension struct {
	RoutePrefix string `json:"routePrefix"`
}

type serviceBusExtension struct {
	MaxAutoLockRenewalDuration string `json:"maxAutoLockRenewalDuration"`
	MaxConcurrentCalls         int    `json:"maxConcurrentCalls,omitempty"`
	MaxConcurrentSessions      int    `json:"maxConcurrentSessions,omitempty"`
}

type customHandler struct {
	Description               handlerDescription `json:"description"`
	EnableProxyingHTTPRequest bool               `json:"enableProxyingHttpRequest"`
}

type handlerDescription struct {
	DefaultExecutablePath string `json:"defaultExecutablePath"`
}

type logging struct {
	LogLevel            map[string]string `json:"logLevel"`
	ApplicationInsights struct {
		SamplingSettings struct {
			IsEnabled bool `json:"isEnabled"`
		} `json:"samplingSettings"`
	} `json:"applicationInsights"`
}

// hostFile returns host.json. Nothing is sampled: a log line that is missing is worse than one that costs.
func hostFile(app *plan.App) []byte {
	h := host{
		Version:         "2.0",
		FunctionTimeout: clock(longestCall(app) + hostMargin),
		ExtensionBundle: extensionBundle{ID: "Microsoft.Azure.Functions.ExtensionBundle", Version: "[4.0.0, 5.0.0)"},
		Extensions:      extensions{HTTP: httpExtension{RoutePrefix: routePrefix(app)}, ServiceBus: serviceBusHost(app)},
		CustomHandler: customHandler{
			Description:               handlerDescription{DefaultExecutablePath: executable},
			EnableProxyingHTTPRequest: true,
		},
		Logging: logging{LogLevel: map[string]string{"default": "Information"}},
	}
	return appendJSON(nil, h)
}

// serviceBusHost is host.json's part for queues and subscriptions: a lock is renewed for as long as the longest visibility asks.
func serviceBusHost(app *plan.App) *serviceBusExtension {
	longest := longestVisibility(app)
	if longest == 0 {
		return nil
	}
	calls := concurrencyOf(app).messages
	return &serviceBusExtension{MaxAutoLockRenewalDuration: clock(longest), MaxConcurrentCalls: calls, MaxConcurrentSessions: calls}
}

// longestCall is how long a call of the host can take: of a table's function it can have several changes.
func longestCall(app *plan.App) time.Duration {
	var longest time.Duration
	for i := range app.Functions {
		longest = max(longest, app.Functions[i].Timeout.Value)
	}
	for _, f := range plan.Of[plan.Stream](app) {
		longest = max(longest, changesPerCall*f.Timeout.Value)
	}
	return longest
}

// clock writes a span as hh:mm:ss.
func clock(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

// functionFile is the content of a function.json.
// https://learn.microsoft.com/azure/azure-functions/functions-reference#function-project-structure
type functionFile struct {
	Bindings []any  `json:"bindings"`
	Retry    *retry `json:"retry,omitempty"`
}

// binding is what all bindings have. The runtime finds an event by its binding's name.
type binding struct {
	Type      string `json:"type"`
	Direction string `json:"direction"`
	Name      string `json:"name"`
}

func (f functionFile) append(b []byte) []byte { return appendJSON(b, f) }

// appendJSON adds a value of this file's types as indented JSON, on whole lines. Such a value has a form in JSON.
func appendJSON(b []byte, value any) []byte {
	buf := bytes.NewBuffer(b)
	e := json.NewEncoder(buf)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(value)
	return buf.Bytes()
}
