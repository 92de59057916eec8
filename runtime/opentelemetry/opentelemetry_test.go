package opentelemetry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/opentelemetry"
	isobartrace "github.com/isobar-dev/isobar/runtime/trace"
)

const (
	traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
	spanID  = "00f067aa0ba902b7"
	parent  = "00-" + traceID + "-" + spanID + "-01"
)

// shop is an app whose handlers do what test says.
func shop(test func(ctx context.Context) error) app.App {
	return app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "get-user", Timeout: time.Second, Handler: app.HTTP("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
			if test(r.Context()) != nil {
				w.WriteHeader(http.StatusBadGateway)
			}
		})},
		{Name: "process-order", Timeout: time.Second, Handler: app.Queue("orders", func(ctx context.Context, _ fn.Message[[]byte]) error { return test(ctx) })},
		{Name: "validate", Timeout: time.Second, Handler: app.Task(func(ctx context.Context, _ any) (any, error) { return nil, test(ctx) })},
		{Name: "settle", Timeout: time.Second, Handler: app.Schedule(func(ctx context.Context, _ fn.Tick) error { return test(ctx) })},
	}}
}

func TestEveryCallIsASpanOfItsTrace(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	opentelemetry.Observe(sdk.NewTracerProvider(sdk.WithSyncer(exporter)))
	no := errors.New("no")
	for _, c := range []struct {
		name   string
		err    error
		call   func(a app.App)
		span   string
		kind   trace.SpanKind
		status codes.Code
		has    []string
	}{
		{"a request", nil, request, "GET /api/users/{id}", trace.SpanKindServer, codes.Unset, []string{"http.route=/api/users/{id}", "http.response.status_code=200", "faas.trigger=http"}},
		{"a request that fails", no, request, "GET /api/users/{id}", trace.SpanKindServer, codes.Error, []string{"http.response.status_code=502"}},
		{"a message", nil, message, "process orders", trace.SpanKindConsumer, codes.Unset, []string{"messaging.destination.name=orders", "messaging.message.id=m1", "faas.name=process-order"}},
		{"a message that fails", no, message, "process orders", trace.SpanKindConsumer, codes.Error, nil},
		{"an occurrence", nil, occurrence, "run settle", trace.SpanKindConsumer, codes.Unset, []string{"faas.trigger=timer"}},
		{"a task", nil, task, "call validate", trace.SpanKindServer, codes.Unset, []string{"faas.trigger=other", "faas.name=validate"}},
		{"a task that fails", no, task, "call validate", trace.SpanKindServer, codes.Error, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			exporter.Reset()
			var onward fn.TraceContext
			c.call(shop(func(ctx context.Context) error {
				onward = isobartrace.FromContext(ctx)
				return c.err
			}))
			spans := exporter.GetSpans()
			if len(spans) != 1 {
				t.Fatalf("%d spans", len(spans))
			}
			s := spans[0]
			if s.Name != c.span || s.SpanKind != c.kind || s.Status.Code != c.status {
				t.Errorf("the span is %s, %v, %v", s.Name, s.SpanKind, s.Status)
			}
			if c.span != "run settle" && (s.SpanContext.TraceID().String() != traceID || s.Parent.SpanID().String() != spanID) {
				t.Errorf("the span is of the trace %s under %s", s.SpanContext.TraceID(), s.Parent.SpanID())
			}
			if want := "00-" + s.SpanContext.TraceID().String() + "-" + s.SpanContext.SpanID().String() + "-01"; onward.Parent != want {
				t.Errorf("what the handler calls hangs under %s, want %s", onward.Parent, want)
			}
			var attributes []string
			for _, a := range s.Attributes {
				attributes = append(attributes, string(a.Key)+"="+a.Value.String())
			}
			for _, want := range c.has {
				if !slices.Contains(attributes, want) {
					t.Errorf("there is no %s in %q", want, attributes)
				}
			}
		})
	}
}

func request(a app.App) {
	r := httptest.NewRequest(http.MethodGet, "/api/users/7", http.NoBody)
	r.Header.Set("Traceparent", parent)
	a.Mux().ServeHTTP(httptest.NewRecorder(), r)
}

func message(a app.App) {
	_ = a.Lookup("process-order").Deliver(context.Background(), app.Delivery{Event: fn.Event{ID: "m1"}, Attributes: map[string]string{"traceparent": parent}})
}

func occurrence(a app.App) {
	_ = a.Lookup("settle").Deliver(context.Background(), app.Delivery{Scheduled: time.Unix(0, 0)})
}

func task(a app.App) {
	_, _ = a.Lookup("validate").Perform(context.Background(), fn.TraceContext{Parent: parent}, []byte("{}"))
}

// A batch of spans is sent before Lambda freezes the process, and left to the provider elsewhere.
func TestSpansAreFlushedWhereTheProcessIsFrozen(t *testing.T) {
	for function, want := range map[string]int{"shop-prod-http": 1, "": 0} {
		t.Setenv("AWS_LAMBDA_FUNCTION_NAME", function)
		exporter := tracetest.NewInMemoryExporter()
		provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter, sdk.WithBatchTimeout(time.Hour)))
		opentelemetry.Observe(provider)
		request(shop(func(context.Context) error { return nil }))
		if got := len(exporter.GetSpans()); got != want {
			t.Errorf("with the function %q %d spans were sent, want %d", function, got, want)
		}
		if err := provider.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
