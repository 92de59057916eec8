package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
)

// hostMargin is how much longer than the longest timeout the host waits: the runtime keeps each function's own deadline, and must
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
	SessionIdleTimeout         string `json:"sessionIdleTimeout,omitempty"`
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
		FunctionTimeout: clock(longestTimeout(app) + hostMargin),
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

// sessionIdle is how long an instance waits for another message of a key before it takes up another key. Otherwise it is a minute, in
// which the few keys that it has at a time would keep all others waiting.
const sessionIdle = time.Second

// sessionLock is for how long an instance keeps a key whose messages do not end. The host counts it from the first of them, and once it is
// over another instance can have the key, and the message with it that the first is still working on.
const sessionLock = 23 * time.Hour

// serviceBusHost is host.json's part for queues and subscriptions: a lock is renewed for as long as the longest visibility asks.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#hostjson-settings
func serviceBusHost(app *plan.App) *serviceBusExtension {
	longest := longestVisibility(app)
	if longest == 0 {
		return nil
	}
	calls := concurrencyOf(app).messages
	e := &serviceBusExtension{MaxAutoLockRenewalDuration: clock(longest), MaxConcurrentCalls: calls, MaxConcurrentSessions: calls}
	if consumesInOrder(app) {
		e.MaxAutoLockRenewalDuration, e.SessionIdleTimeout = clock(max(longest, sessionLock)), clock(sessionIdle)
	}
	return e
}

// consumesInOrder tells whether a function has the messages of an ordered queue or topic.
func consumesInOrder(app *plan.App) bool {
	return slices.ContainsFunc(app.Queues, func(q plan.Queue) bool { return q.Ordered.Value && q.Consumer != "" }) ||
		slices.ContainsFunc(plan.Of[plan.Subscription](app), func(f plan.Triggered[plan.Subscription]) bool {
			t := app.Topic(f.On.Topic)
			return t != nil && t.Ordered.Value
		})
}

func longestTimeout(app *plan.App) time.Duration {
	var longest time.Duration
	for i := range app.Functions {
		longest = max(longest, app.Functions[i].Timeout.Value)
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
