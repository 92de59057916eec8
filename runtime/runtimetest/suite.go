package runtimetest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// Host is a host under test: it serves an app, and returns the cloud in front of it.
type Host func(t testing.TB, a app.App) Cloud

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// Run runs the suite: the same event is the same to a handler, and the same outcome is settled the same, whatever the cloud.
func Run(t *testing.T, host Host) {
	t.Run("events are settled by what the handler did", func(t *testing.T) { settlement(t, host) })
	t.Run("of a batch those that failed come back", func(t *testing.T) { batch(t, host) })
	t.Run("messages look the same", func(t *testing.T) { message(t, host) })
	t.Run("bytes are handed over as they came", func(t *testing.T) { bytesAreBytes(t, host) })
	t.Run("ticks look the same", func(t *testing.T) { tick(t, host) })
	t.Run("what cannot be read is not acknowledged", func(t *testing.T) { unreadable(t, host) })
	t.Run("requests are answered the same", func(t *testing.T) { requests(t, host) })
}

type order struct {
	ID     string `json:"id"`
	Amount int64  `json:"amount"`
}

// outcomes are what a handler can do to an event.
var outcomes = map[string]struct {
	do           func(ctx context.Context) error
	acknowledged bool
}{
	"nil":             {func(context.Context) error { return nil }, true},
	"error":           {func(context.Context) error { return errors.New("no") }, false},
	"permanent error": {func(context.Context) error { return fn.Permanent(errors.New("never")) }, false},
	"panic":           {func(context.Context) error { panic("oh") }, false},
	"panic with nil":  {func(context.Context) error { panic(error(nil)) }, false},
	"deadline":        {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, false},
	"nil, but late":   {func(ctx context.Context) error { <-ctx.Done(); return nil }, false},
}

// short is the timeout of the functions that are meant to miss it.
const short = 50 * time.Millisecond

func settlement(t *testing.T, host Host) {
	for name, o := range outcomes {
		t.Run(name, func(t *testing.T) {
			cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
				{Name: "work", Timeout: short, Handler: app.Queue("jobs", func(ctx context.Context, _ fn.Message[order]) error { return o.do(ctx) })},
				{Name: "night", Timeout: short, Handler: app.Schedule(func(ctx context.Context, _ fn.Tick) error { return o.do(ctx) })},
			}})
			if got := cloud.Deliver(t, "work", Message{ID: "m1", Body: `{}`, Attempt: 1})[0]; got != o.acknowledged {
				t.Errorf("a message is acknowledged: %v, want %v", got, o.acknowledged)
			}
			if got := cloud.Tick(t, "night", moment); got != o.acknowledged {
				t.Errorf("a tick is acknowledged: %v, want %v", got, o.acknowledged)
			}
		})
	}
	t.Run("a handler that ignores cancellation", func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
			{Name: "work", Timeout: short, Handler: app.Queue("jobs", func(context.Context, fn.Message[order]) error { <-release; return nil })},
			{Name: "night", Timeout: short, Handler: app.Schedule(func(context.Context, fn.Tick) error { <-release; return nil })},
		}})
		if cloud.Deliver(t, "work", Message{ID: "m1", Body: `{}`, Attempt: 1})[0] || cloud.Tick(t, "night", moment) {
			t.Error("an event is acknowledged that is still being handled")
		}
	})
}

func batch(t *testing.T, host Host) {
	var mu sync.Mutex
	seen := map[string]int{}
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "work", Timeout: time.Second,
		Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[order]) error {
			mu.Lock()
			seen[m.Data.ID]++
			mu.Unlock()
			switch m.Data.ID {
			case "fails":
				return errors.New("no")
			case "panics":
				panic("oh")
			}
			return nil
		}),
	}}})
	var messages []Message
	for i, id := range []string{"a", "fails", "b", "panics", "c"} {
		messages = append(messages, Message{ID: fmt.Sprint("m", i), Body: fmt.Sprintf(`{"id": %q}`, id), Attempt: 1})
	}
	messages = append(messages, Message{ID: "poison", Body: `{"id": 7}`, Attempt: 1}, Message{ID: "not-json", Body: `<order/>`, Attempt: 1})
	got := cloud.Deliver(t, "work", messages...)
	if want := []bool{true, false, true, false, true, false, false}; !slices.Equal(got, want) {
		t.Errorf("acknowledged %v, want %v", got, want)
	}
	if diff := cmp.Diff(map[string]int{"a": 1, "fails": 1, "b": 1, "panics": 1, "c": 1}, seen); diff != "" {
		t.Errorf("the handler saw (-want +got):\n%s", diff)
	}
}

var moment = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func message(t *testing.T, host Host) {
	want := fn.Message[order]{
		Event: fn.Event{
			ID: "0f1d1c7c8a2c4f7b9a2f", Source: "/queues/jobs", Type: fn.TypeMessage, Time: moment, Attempt: 3,
			Trace: fn.TraceContext{Parent: traceparent, State: "vendor=x"},
		},
		Data:       order{ID: "o1", Amount: 9_007_199_254_740_993}, // more than a float64 can tell from its neighbour
		Attributes: map[string]string{"tenant": "a", "content": "ü"},
	}
	var got fn.Message[order]
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "work", Timeout: time.Second,
		Handler: app.Queue("jobs", func(ctx context.Context, m fn.Message[order]) error {
			if _, ok := ctx.Deadline(); !ok {
				return errors.New("there is no deadline")
			}
			got = m
			return nil
		}),
	}}})
	ok := cloud.Deliver(t, "work", Message{
		ID: "0f1d1c7c8a2c4f7b9a2f", Body: `{"id": "o1", "amount": 9007199254740993}`, Sent: moment, Attempt: 3,
		Attributes: map[string]string{"Tenant": "a", "content": "ü", "traceparent": traceparent, "TraceState": "vendor=x"},
	})[0]
	if !ok {
		t.Fatal("not acknowledged")
	}
	if got.Raw == nil {
		t.Error("the provider's payload is not there")
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func bytesAreBytes(t *testing.T, host Host) {
	for _, body := range []string{"", "plain", `{"a": `, "\"quoted\"", "é\u2028", "YWJj"} {
		got := []byte("unset")
		cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
			Name: "work", Timeout: time.Second,
			Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m.Data; return nil }),
		}}})
		if ok := cloud.Deliver(t, "work", Message{ID: "m", Body: body, Attempt: 1})[0]; !ok || string(got) != body {
			t.Errorf("%q came as %q, acknowledged: %v", body, got, ok)
		}
	}
}

func tick(t *testing.T, host Host) {
	var got fn.Tick
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "settle-pending", Timeout: time.Second,
		Handler: app.Schedule(func(_ context.Context, tick fn.Tick) error { got = tick; return nil }),
	}}})
	if !cloud.Tick(t, "settle-pending", moment) {
		t.Fatal("not acknowledged")
	}
	want := fn.Tick{
		Event:     fn.Event{ID: "settle-pending@2026-11-23T02:00:00Z", Source: "/schedules/settle-pending", Type: fn.TypeTick, Time: moment},
		Scheduled: moment,
	}
	// Not every cloud counts the attempts at a tick, or traces them.
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fn.Event{}, "Raw", "Attempt", "Trace")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Attempt > 1 {
		t.Errorf("the first attempt counts as %d", got.Attempt)
	}
}

func unreadable(t *testing.T, host Host) {
	called := false
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "work", Timeout: time.Second,
		Handler: app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { called = true; return nil }),
	}, {
		Name: "night", Timeout: time.Second,
		Handler: app.Schedule(func(context.Context, fn.Tick) error { called = true; return nil }),
	}}})
	for _, body := range []string{
		``, `{`, `null`, `[]`, `"text"`, `{}`, `{"message": {}}`, `{"Records": []}`, `{"Data": {}, "Metadata": {}}`, `{"message": null}`,
		`{"Data": {"message": "not base64!"}, "Metadata": {}}`, `{"message": {"data": "not base64!", "messageId": "1"}}`,
		`{"scheduledTime": "yesterday"}`, `{"Data": {"timer": {}}, "Metadata": {}}`, strings.Repeat("[", 100_000),
	} {
		for _, function := range []string{"work", "night"} {
			if cloud.Raw(t, function, body) || called {
				t.Errorf("%s acknowledges %.60q, handler called: %v", function, body, called)
			}
		}
	}
}

// handlers of the app that requests are made to.
func handlers(release <-chan struct{}) app.App {
	route := func(name, pattern string, h http.HandlerFunc) app.Function {
		return app.Function{Name: name, Timeout: time.Second, Handler: app.HTTP(pattern, h)}
	}
	text := func(w http.ResponseWriter, format string, args ...any) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, format, args...)
	}
	slow := route("slow", "GET /slow", func(http.ResponseWriter, *http.Request) { <-release })
	slow.Timeout = short
	return app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		route("root", "GET /", func(w http.ResponseWriter, r *http.Request) { text(w, "root %s", r.URL.Path) }),
		route("get", "GET /users/{id}", func(w http.ResponseWriter, r *http.Request) { text(w, "user %s at %s", r.PathValue("id"), r.URL.Path) }),
		route("rest", "GET /files/{rest...}", func(w http.ResponseWriter, r *http.Request) { text(w, "file %s", r.PathValue("rest")) }),
		route("query", "GET /query", func(w http.ResponseWriter, r *http.Request) { text(w, "%q", r.URL.Query()["a"]) }),
		route("headers", "GET /headers", func(w http.ResponseWriter, r *http.Request) {
			text(w, "%s|%s|%d", r.Header.Get("X-One"), strings.Join(r.Header.Values("X-Two"), ","), len(r.Cookies()))
		}),
		route("post", "POST /users", func(w http.ResponseWriter, r *http.Request) {
			var b strings.Builder
			if _, err := fmt.Fprint(&b, r.ContentLength); err != nil {
				panic(err)
			}
			body := make([]byte, r.ContentLength)
			n, _ := r.Body.Read(body)
			w.WriteHeader(http.StatusCreated)
			text(w, "%s: %q", b.String(), body[:n])
		}),
		route("binary", "GET /binary", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = w.Write([]byte{0, 0xff, 0xfe, '\n'})
		}),
		route("cookies", "GET /cookies", func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1", Path: "/", Secure: true})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
			w.Header().Add("X-Many", "1")
			w.Header().Add("X-Many", "2")
			w.WriteHeader(http.StatusNoContent)
		}),
		route("panics", "GET /panics", func(w http.ResponseWriter, _ *http.Request) {
			text(w, "half an answer")
			panic("the database password is hunter2")
		}),
		route("empty", "GET /empty", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
			_, _ = w.Write([]byte("not to be sent"))
		}),
		route("large", "GET /large", func(w http.ResponseWriter, _ *http.Request) {
			text(w, "%s", strings.Repeat("x", app.MaxResponseBody+1))
		}),
		route("nothing", "DELETE /users/{id}", func(http.ResponseWriter, *http.Request) {}),
		slow,
		{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", func(context.Context, fn.Message[order]) error { return nil })},
	}}
}

const textPlain, inJSON = "text/plain", "application/json"

// cases are requests with the one answer that every cloud gives. A Header that the answer has to have is "Name: value".
var cases = []struct {
	name    string
	request Request
	status  int
	kind    string
	body    string
	header  string
}{
	{"a wildcard", get("/api/users/7"), 200, textPlain, "user 7 at /api/users/7", ""},
	{"an escaped segment", get("/api/users/a%20b%C3%A9%2B"), 200, textPlain, "user a bé+ at /api/users/a bé+", ""},
	{"a path that is not clean", get("/api/users//7?a=1"), 307, "text/html", "<a href=\"/api/users/7?a=1\">Temporary Redirect</a>.\n\n", "Location: /api/users/7?a=1"},
	{"a path that a slash completes", get("/api/files"), 307, "text/html", "<a href=\"/api/files/\">Temporary Redirect</a>.\n\n", "Location: /api/files/"},
	{"the rest of a path", get("/api/files/a/b/c.txt"), 200, textPlain, "file a/b/c.txt", ""},
	{"an empty rest", get("/api/files/"), 200, textPlain, "file ", ""},
	{"the base path itself", get("/api"), 200, textPlain, "root /api", ""},
	{"repeated keys", get("/api/query?a=1&b=x&a=2%263&a="), 200, textPlain, `["1" "2&3" ""]`, ""},
	{"headers and cookies", Request{Method: "GET", Target: "/api/headers", Header: http.Header{"X-One": {"1"}, "X-Two": {"a", "b"}, "Cookie": {"c=1; d=2"}}}, 200, textPlain, "1|a,b|2", ""},
	{"a body", Request{Method: "POST", Target: "/api/users", Body: `{"name": "é"}`}, 201, textPlain, `14: "{\"name\": \"é\"}"`, ""},
	{"a body that is not text", Request{Method: "POST", Target: "/api/users", Body: "\xff\x00\xfe"}, 201, textPlain, `3: "\xff\x00\xfe"`, ""},
	{"an answer that is not text", get("/api/binary"), 200, "application/octet-stream", "\x00\xff\xfe\n", ""},
	{"several cookies", get("/api/cookies"), 204, "", "", "Set-Cookie: a=1; Path=/; Secure"},
	{"no answer at all", Request{Method: "DELETE", Target: "/api/users/7"}, 200, "", "", ""},
	{"HEAD of a GET", Request{Method: "HEAD", Target: "/api/users/7"}, 200, textPlain, "", ""},
	{"no such path", get("/api/nothing"), 404, inJSON, `{"error":"not found"}` + "\n", ""},
	{"no such path, not clean", get("/api//nothing"), 307, "text/html", "<a href=\"/api/nothing\">Temporary Redirect</a>.\n\n", "Location: /api/nothing"},
	{"a percent sign in a segment", get("/api/users/100%2525%2541"), 200, textPlain, "user 100%25%41 at /api/users/100%25%41", ""},
	{"a status that has no body", get("/api/empty"), 204, "", "", ""},
	{"an answer that is too large", get("/api/large"), 500, inJSON, `{"error":"internal server error"}` + "\n", ""},
	{"another case", get("/API/users/7"), 404, inJSON, `{"error":"not found"}` + "\n", ""},
	{"a trailing slash", get("/api/users/7/"), 404, inJSON, `{"error":"not found"}` + "\n", ""},
	{"an event's path", Request{Method: "POST", Target: "/api/work", Body: `{}`}, 404, inJSON, `{"error":"not found"}` + "\n", ""},
	{"no such method", Request{Method: "PUT", Target: "/api/users/7"}, 405, inJSON, `{"error":"method not allowed"}` + "\n", "Allow: DELETE, GET, HEAD"},
	{"a panic", get("/api/panics"), 500, inJSON, `{"error":"internal server error"}` + "\n", ""},
	{"a deadline", get("/api/slow"), 504, inJSON, `{"error":"gateway timeout"}` + "\n", ""},
}

func get(target string) Request { return Request{Method: http.MethodGet, Target: target} }

func requests(t *testing.T, host Host) {
	release := make(chan struct{})
	defer close(release)
	cloud := host(t, handlers(release))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := cloud.Do(t, c.request)
			kind, _, _ := strings.Cut(got.Header.Get("Content-Type"), ";")
			if got.Status != c.status || kind != c.kind || got.Body != c.body {
				t.Errorf("%s %s: got %d %s %q, want %d %s %q", c.request.Method, c.request.Target, got.Status, kind, got.Body, c.status, c.kind, c.body)
			}
			if name, value, ok := strings.Cut(c.header, ": "); ok && !slices.Contains(got.Header.Values(name), value) {
				t.Errorf("the header %s is %q, want %q", name, got.Header.Values(name), value)
			}
		})
	}
}
