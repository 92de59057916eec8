package app_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/spec"
)

// TestTasksHaveTheirPathsToThemselves compares where the runtime serves tasks with what the spec keeps for them.
func TestTasksHaveTheirPathsToThemselves(t *testing.T) {
	if want := "/" + spec.TaskSegment + "/"; app.TaskPath != want {
		t.Errorf("tasks are served at %s, and the spec keeps %s for them", app.TaskPath, want)
	}
}

// TestWithoutCallersNoTaskIsAnswered has nobody say who may call tasks.
func TestWithoutCallersNoTaskIsAnswered(t *testing.T) {
	called := false
	a := app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "validate", Timeout: time.Second, Handler: app.Task(func(context.Context, any) (any, error) { called = true; return nil, nil }),
	}}}
	r := httptest.NewRequest(http.MethodPost, "/api/_tasks/validate", strings.NewReader("{}"))
	r.Header.Set("Authorization", "Bearer x")
	w := httptest.NewRecorder()
	a.TaskEndpoints()["/api/_tasks/validate"].ServeHTTP(w, r)
	if called || w.Code != http.StatusInternalServerError {
		t.Errorf("called: %v, status %d", called, w.Code)
	}
}

// TestWhatIsTooLargeForATask sends more than a workflow can hold.
func TestWhatIsTooLargeForATask(t *testing.T) {
	f := app.Function{Name: "echo", Timeout: time.Second, Handler: app.Task(func(_ context.Context, in string) (string, error) { return in, nil })}
	for _, c := range []struct {
		size, want int
		name       string
	}{
		{app.MaxTaskPayload - len(`""`), http.StatusOK, ""},
		{app.MaxTaskPayload, http.StatusUnprocessableEntity, app.ErrDataLimit},
		{8 * app.MaxTaskPayload, http.StatusServiceUnavailable, app.ErrTransient},
	} {
		w := httptest.NewRecorder()
		f.ServeTask(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`"`+strings.Repeat("x", c.size)+`"`)))
		if w.Code != c.want || c.name != "" && !strings.Contains(w.Body.String(), `"type":"`+c.name+`"`) {
			t.Errorf("%d bytes are answered with %d %.100s, want %d %s", c.size, w.Code, w.Body, c.want, c.name)
		}
	}
}

// An error that quotes a whole page must not become one that no workflow can catch, as what has more than a state can hold is.
func TestAMessageOfAnErrorIsBounded(t *testing.T) {
	page := strings.Repeat("é", app.MaxTaskPayload)
	f := app.Function{Name: "charge", Timeout: time.Second, Handler: app.Task(func(context.Context, any) (any, error) {
		return nil, fn.Named("CardDeclined", errors.New("the bank says "+page))
	})}
	_, failure := f.Perform(t.Context(), fn.TraceContext{}, []byte("{}"))
	if failure == nil || failure.Name != "CardDeclined" || !strings.HasPrefix(failure.Message, "the bank says é") {
		t.Fatalf("got %.200v", failure)
	}
	if n := len(failure.Message); n > app.MaxTaskMessage || !utf8.ValidString(failure.Message) {
		t.Errorf("the message has %d bytes, and is UTF-8: %v", n, utf8.ValidString(failure.Message))
	}
}

// TestACallerWaitsNoLongerThanItSays has a call say how long it waits for the answer of a function that takes longer.
func TestACallerWaitsNoLongerThanItSays(t *testing.T) {
	f := app.Function{Name: "slow", Timeout: time.Minute, Handler: app.Task(func(ctx context.Context, _ any) (any, error) {
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < 10*time.Second {
			<-ctx.Done()
		}
		return "done", nil
	})}
	for prefer, want := range map[string]int{
		"wait=1": http.StatusGatewayTimeout, "respond-async, wait=1": http.StatusGatewayTimeout,
		"": http.StatusOK, "wait=100": http.StatusOK, "wait=0": http.StatusOK, "wait=-1": http.StatusOK, "wait=x": http.StatusOK,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		r.Header.Set("Prefer", prefer)
		w := httptest.NewRecorder()
		f.ServeTask(w, r)
		if w.Code != want || want != http.StatusOK && !strings.Contains(w.Body.String(), app.ErrTimeout) {
			t.Errorf("Prefer: %s is answered with %d %s, want %d", prefer, w.Code, w.Body, want)
		}
	}
}

// TestOnlyTasksAreCalled calls a function that is none.
func TestOnlyTasksAreCalled(t *testing.T) {
	f := app.Function{Name: "night", Timeout: time.Second}
	w := httptest.NewRecorder()
	f.ServeTask(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}")))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d", w.Code)
	}
	w = httptest.NewRecorder()
	f.ServeTask(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost {
		t.Errorf("GET: status %d", w.Code)
	}
}
