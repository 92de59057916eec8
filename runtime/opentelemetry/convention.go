package opentelemetry

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/isobar-dev/isobar/runtime/app"
)

// triggers are the values of faas.trigger, and how a call is named by its source.
// https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/
var triggers = map[app.Kind]struct{ trigger, verb string }{
	app.KindHTTP:     {"http", ""},
	app.KindQueue:    {"pubsub", "process"},
	app.KindTopic:    {"pubsub", "process"},
	app.KindSchedule: {"timer", "run"},
	app.KindBucket:   {"datasource", "process"},
	app.KindTable:    {"datasource", "process"},
	app.KindTask:     {"other", "call"},
}

// describe names a call by OpenTelemetry's semantic conventions.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/ and https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
func describe(c app.Call) (name string, kind trace.SpanKind, attributes []attribute.KeyValue) {
	t := triggers[c.Kind]
	attributes = []attribute.KeyValue{attribute.String("faas.trigger", t.trigger), attribute.String("faas.name", c.Function)}
	if c.Kind == app.KindHTTP {
		method, route, _ := strings.Cut(c.Source, " ")
		return c.Source, trace.SpanKindServer, append(attributes,
			attribute.String("http.request.method", method), attribute.String("http.route", route))
	}
	source := c.Source[strings.LastIndexByte(c.Source, '/')+1:]
	if c.Kind == app.KindTask { // which a workflow waits for
		return t.verb + " " + source, trace.SpanKindServer, attributes
	}
	attributes = append(attributes, attribute.String("isobar.event.id", c.Event), attribute.Int("isobar.event.attempt", c.Attempt))
	if t.trigger == "pubsub" {
		attributes = append(attributes, attribute.String("messaging.operation.type", "process"),
			attribute.String("messaging.destination.name", source), attribute.String("messaging.message.id", c.Event))
	}
	return t.verb + " " + source, trace.SpanKindConsumer, attributes
}
