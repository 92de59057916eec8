package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// What every host shares is tested through the hosts, by runtimetest. Here is what cannot be seen from there.

func TestABodyIsBounded(t *testing.T) {
	var read error
	a := app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "put", Timeout: time.Second,
		Handler: app.HTTP("PUT /", func(_ http.ResponseWriter, r *http.Request) { _, read = io.Copy(io.Discard, r.Body) }),
	}}}
	for size, fits := range map[int]bool{app.MaxRequestBody: true, app.MaxRequestBody + 1: false} {
		a.Mux().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("PUT", "/api", strings.NewReader(strings.Repeat("x", size))))
		var tooLarge *http.MaxBytesError
		if errors.As(read, &tooLarge) == fits {
			t.Errorf("a body of %d bytes: %v", size, read)
		}
	}
}

// A handler that goes on after its deadline, and reads more than it may, does not change the answer that is being sent. The race
// detector sees it if it does.
func TestALateHandlerDoesNotTouchTheAnswer(t *testing.T) {
	done := make(chan struct{})
	a := app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "put", Timeout: time.Millisecond,
		Handler: app.HTTP("PUT /", func(_ http.ResponseWriter, r *http.Request) {
			defer close(done)
			<-r.Context().Done()
			_, _ = io.Copy(io.Discard, r.Body) // fails, or finds the request gone: either is well
		}),
	}}}
	server := httptest.NewServer(a.Mux())
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL+"/api", strings.NewReader(strings.Repeat("x", app.MaxRequestBody+1)))
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(request); err == nil { // the server may hang up on so much
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusGatewayTimeout {
			t.Errorf("the status is %d", resp.StatusCode)
		}
	}
	<-done
}

// A status that is none is a panic of the handler, as in net/http, and so a 500 on every cloud.
func TestAStatusThatIsNone(t *testing.T) {
	for _, status := range []int{0, 42, 1000} {
		a := app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
			Name: "get", Timeout: time.Second, Handler: app.HTTP("GET /", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }),
		}}}
		w := httptest.NewRecorder()
		a.Mux().ServeHTTP(w, httptest.NewRequest("GET", "/api", http.NoBody))
		if w.Code != http.StatusInternalServerError {
			t.Errorf("%d is answered with %d", status, w.Code)
		}
	}
}

func TestAPayloadThatCannotBeDecodedIsAPermanentError(t *testing.T) {
	f := app.Function{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", func(context.Context, fn.Message[struct{ N int }]) error { return nil })}
	for _, payload := range []string{``, `{`, `{"N": "text"}`, `{} {}`} {
		if err := f.Deliver(t.Context(), app.Delivery{Data: []byte(payload)}); !fn.IsPermanent(err) {
			t.Errorf("%q gives %v", payload, err)
		}
	}
	if err := f.Deliver(t.Context(), app.Delivery{Data: []byte(`{"N": 1, "More": 2}`)}); err != nil {
		t.Errorf("a field that the type does not have gives %v", err)
	}
}

func TestAttributesThatDifferByCaseAreTheSameEachTime(t *testing.T) {
	for range 50 {
		var got string
		f := app.Function{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m.Attributes["tenant"]; return nil })}
		if err := f.Deliver(t.Context(), app.Delivery{Attributes: map[string]string{"Tenant": "A", "TENANT": "B", "tenant": "c"}}); err != nil || got != "c" {
			t.Fatalf("the tenant is %s, %v", got, err)
		}
	}
}

func TestAnHTTPFunctionTakesNoEvents(t *testing.T) {
	f := app.Function{Name: "get", Timeout: time.Second, Handler: app.HTTP("GET /", func(http.ResponseWriter, *http.Request) {})}
	if err := f.Deliver(t.Context(), app.Delivery{}); err == nil {
		t.Error("it takes one")
	}
}

// A failure is one line of JSON, which says what failed and tells no more of a message than its ID.
func TestFailuresAreLogged(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	var out bytes.Buffer
	app.LogJSON(&out, app.LogShape{})
	f := app.Function{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { panic("oh") })}
	if err := f.Deliver(t.Context(), app.Delivery{Event: fn.Event{ID: "m1", Attempt: 2}, Data: []byte("a secret")}); err == nil {
		t.Error("a panic is no error")
	}
	var line struct {
		Level, Function, Event, Error, Stack string
		Attempt                              int
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if line.Level != "ERROR" || line.Function != "work" || line.Event != "m1" || line.Attempt != 2 || line.Error != "panic: oh" || !strings.Contains(line.Stack, "app_test") {
		t.Errorf("the line is %s", out.String())
	}
	if strings.Contains(out.String(), "secret") {
		t.Errorf("the payload is in the log: %s", out.String())
	}
}

// What a handler logs with its context says what it is about, whatever groups the logger has opened.
func TestRecordsCarryTheirScope(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	var out bytes.Buffer
	app.LogJSON(&out, app.LogShape{Trace: func(s app.Scope) []slog.Attr {
		trace, span, sampled := s.IDs()
		return []slog.Attr{slog.String("trace", trace), slog.String("span", span), slog.Bool("sampled", sampled)}
	}})
	f := app.Function{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", func(ctx context.Context, _ fn.Message[[]byte]) error {
		slog.With("a", 1).WithGroup("g").With("b", 2).InfoContext(ctx, "hello", "c", 3)
		return nil
	})}
	if err := f.Deliver(t.Context(), app.Delivery{Event: fn.Event{ID: "m1", Attempt: 2}, Attributes: map[string]string{"traceparent": parent}}); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(out.String(), `"msg"`)
	want := `:"hello","function":"work","event":"m1","attempt":2,"trace":"4bf92f3577b34da6a3ce929d0e0e4736","span":"00f067aa0ba902b7","sampled":true,"a":1,"g":{"b":2,"c":3}}` + "\n"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// A record of no call is written as it is.
	out.Reset()
	slog.Info("alone")
	if strings.Contains(out.String(), "function") {
		t.Errorf("a record of no call has a scope: %s", out.String())
	}
}

func TestTraceContextsThatAreNone(t *testing.T) {
	for _, parent := range []string{"", "00", "00-short-00f067aa0ba902b7-01", "a-b-c-d"} {
		if trace, span, sampled := (app.Scope{Trace: fn.TraceContext{Parent: parent}}).IDs(); trace != "" || span != "" || sampled {
			t.Errorf("%q is %s %s %v", parent, trace, span, sampled)
		}
	}
}

func TestLogLevelIsAVariable(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	for level, want := range map[string]int{"": 2, "debug": 3, "ERROR": 1, "nonsense": 2} {
		t.Setenv("LOG_LEVEL", level)
		var out bytes.Buffer
		app.LogJSON(&out, app.LogShape{})
		slog.Debug("a")
		slog.Info("b")
		slog.Error("c")
		if got := strings.Count(out.String(), "\n"); got != want {
			t.Errorf("LOG_LEVEL=%s writes %d lines, want %d", level, got, want)
		}
	}
}
