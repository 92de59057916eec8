package app_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/metric"
	"github.com/isobar-dev/isobar/runtime/trace"
)

type observed struct{}

// observer notes what it sees, as lines.
type observer struct {
	mu   sync.Mutex
	seen []string
}

func (o *observer) note(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = append(o.seen, line)
}

func (o *observer) Begin(ctx context.Context, c app.Call) (context.Context, func(app.Result)) {
	o.note("begin " + c.Function + " " + c.Source + " " + c.Event + " " + c.Trace.Parent)
	return context.WithValue(ctx, observed{}, c.Function), func(r app.Result) {
		why := "well"
		if r.Err != nil {
			why = r.Err.Error()
		}
		o.note("end " + c.Function + " " + http.StatusText(r.Status) + " " + why)
	}
}

// idle observes nothing.
type idle struct{}

func (idle) Begin(ctx context.Context, _ app.Call) (context.Context, func(app.Result)) {
	return ctx, func(app.Result) {}
}

func TestCallsAreObserved(t *testing.T) {
	o := &observer{}
	app.Observe(o)
	t.Cleanup(func() { app.Observe(idle{}) })
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	look := func(ctx context.Context) {
		if ctx.Value(observed{}) == nil || trace.FromContext(ctx).Parent != parent {
			t.Errorf("the handler's context has the observer's value %v and the trace %q", ctx.Value(observed{}), trace.FromContext(ctx).Parent)
		}
	}
	a := app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "get", Timeout: time.Second, Handler: app.HTTP("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
			look(r.Context())
			switch r.PathValue("id") {
			case "panic":
				panic("oh")
			case "slow":
				<-r.Context().Done()
			}
			w.WriteHeader(http.StatusTeapot)
		})},
		{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", func(ctx context.Context, m fn.Message[string]) error {
			look(ctx)
			return errors.New(m.Data)
		})},
	}}
	mux := a.Mux()
	for _, id := range []string{"7", "panic"} {
		r := httptest.NewRequest(http.MethodGet, "/api/users/"+id, http.NoBody)
		r.Header.Set("Traceparent", parent)
		mux.ServeHTTP(httptest.NewRecorder(), r)
	}
	d := app.Delivery{Event: fn.Event{ID: "m1"}, Data: []byte(`"no"`), Attributes: map[string]string{"traceparent": parent}}
	_ = a.Lookup("work").Deliver(t.Context(), d)
	want := []string{
		"begin get GET /api/users/{id}  " + parent, "end get I'm a teapot well",
		"begin get GET /api/users/{id}  " + parent, "end get Internal Server Error panic: oh",
		"begin work /queues/jobs m1 " + parent, "end work  no",
	}
	if !slices.Equal(o.seen, want) {
		t.Errorf("seen:\n%s\nwant:\n%s", strings.Join(o.seen, "\n"), strings.Join(want, "\n"))
	}
}

// What a call measures is written when it ends, with its function.
func TestCallsAreMeasured(t *testing.T) {
	var out bytes.Buffer
	metric.SetDefault(metric.NewLines(&out, "prod"))
	t.Cleanup(func() { metric.SetDefault(metric.NewLines(&bytes.Buffer{}, "")) })
	f := app.Function{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", func(ctx context.Context, _ fn.Message[[]byte]) error {
		metric.Count(ctx, "Settled", 1)
		metric.Count(ctx, "Settled", 1)
		panic("oh")
	})}
	_ = f.Deliver(t.Context(), app.Delivery{})
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"value":2`) || !strings.Contains(got, `"function":"work","stage":"prod"`) {
		t.Errorf("it writes %s", got)
	}
}
