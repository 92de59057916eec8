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
	app.LogJSON(&out, nil)
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

func TestLogLevelIsAVariable(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	for level, want := range map[string]int{"": 2, "debug": 3, "ERROR": 1, "nonsense": 2} {
		t.Setenv("LOG_LEVEL", level)
		var out bytes.Buffer
		app.LogJSON(&out, nil)
		slog.Debug("a")
		slog.Info("b")
		slog.Error("c")
		if got := strings.Count(out.String(), "\n"); got != want {
			t.Errorf("LOG_LEVEL=%s writes %d lines, want %d", level, got, want)
		}
	}
}
