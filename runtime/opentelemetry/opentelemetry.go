// Package opentelemetry records a span for every call of a handler. An app that does not import it links nothing of OpenTelemetry.
//
// A package with handlers opts in, for the whole process, before the host starts:
//
//	func init() { opentelemetry.Observe(provider) }
//
// The provider is the app's own business: its exporter, its sampler, its resource. A span continues the trace that the request or the
// event came with, and is what further spans of the handler, and the headers of package trace, hang under.
package opentelemetry

import (
	"context"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	isobartrace "github.com/isobar-dev/isobar/runtime/trace"
)

// scope is the instrumentation scope of the spans.
const scope = "github.com/isobar-dev/isobar/runtime/opentelemetry"

// FlushTimeout bounds how long a call waits at its end for spans to be sent, where the process is frozen between calls.
const FlushTimeout = 2 * time.Second

// Observe records spans with a provider from now on.
//
// Where the process is frozen after each call, which is on AWS Lambda, spans are flushed before the call ends, if the provider has a
// method ForceFlush as the SDK's has: a batch would otherwise wait for the next call.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
func Observe(provider trace.TracerProvider) {
	o := &observer{tracer: provider.Tracer(scope)}
	if os.Getenv("AWS_LAMBDA_FUNCTION_NAME") != "" {
		o.flusher, _ = provider.(flusher)
	}
	app.Observe(o)
}

type flusher interface {
	ForceFlush(ctx context.Context) error
}

type observer struct {
	tracer  trace.Tracer
	flusher flusher
}

var propagator propagation.TraceContext

// Begin implements app.Observer.
func (o *observer) Begin(ctx context.Context, c app.Call) (context.Context, func(app.Result)) {
	carrier := propagation.MapCarrier{"traceparent": c.Trace.Parent, "tracestate": c.Trace.State}
	ctx = propagator.Extract(ctx, carrier)
	name, kind, attributes := describe(c)
	ctx, span := o.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(attributes...))
	out := propagation.MapCarrier{}
	propagator.Inject(ctx, out)
	ctx = isobartrace.Within(ctx, fn.TraceContext{Parent: out["traceparent"], State: out["tracestate"]})
	return ctx, func(r app.Result) {
		o.end(span, r)
	}
}

func (o *observer) end(span trace.Span, r app.Result) {
	if r.Status != 0 {
		span.SetAttributes(attribute.Int("http.response.status_code", r.Status))
	}
	switch {
	case r.Err != nil:
		span.RecordError(r.Err)
		span.SetStatus(codes.Error, r.Err.Error())
	case r.Status >= http.StatusInternalServerError:
		span.SetStatus(codes.Error, http.StatusText(r.Status))
	}
	span.End()
	if o.flusher == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), FlushTimeout)
	defer cancel()
	_ = o.flusher.ForceFlush(ctx) // the exporter says itself what it could not send
}
