// Package trace carries the W3C trace context of an event or a request on to the calls that its handler makes.
//
// The runtime records no spans of its own, so it hands the context on as it came, as the recommendation has it for who only passes
// through: what comes before and after is joined, with nothing missing between. Who records spans, with package opentelemetry, has
// calls hang under them.
// https://www.w3.org/TR/trace-context/#design-overview
package trace

import (
	"context"
	"net/http"

	"github.com/isobar-dev/isobar/runtime/fn"
)

type key struct{}

// Within returns a context for the handling of what came with a trace context.
func Within(ctx context.Context, t fn.TraceContext) context.Context {
	if t.Parent == "" {
		return ctx
	}
	return context.WithValue(ctx, key{}, t)
}

// FromContext returns the trace context of what is being handled. It is empty where there is none.
func FromContext(ctx context.Context) fn.TraceContext {
	t, _ := ctx.Value(key{}).(fn.TraceContext)
	return t
}

// Inject sets the headers of a request that a handler makes. Headers that are set already are left as they are.
func Inject(ctx context.Context, header http.Header) {
	t := FromContext(ctx)
	if t.Parent == "" || header.Get("Traceparent") != "" {
		return
	}
	header.Set("Traceparent", t.Parent)
	if t.State != "" {
		header.Set("Tracestate", t.State)
	}
}

// Transport is an http.RoundTripper that carries the trace context of a request's context.
type Transport struct {
	// Base makes the requests; http.DefaultTransport when it is nil.
	Base http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if FromContext(r.Context()).Parent != "" {
		r = r.Clone(r.Context()) // a RoundTripper leaves its request as it is
		Inject(r.Context(), r.Header)
	}
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	return base.RoundTrip(r)
}
