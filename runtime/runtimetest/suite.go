package runtimetest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

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
	t.Run("of an ordered batch none overtakes one that failed", func(t *testing.T) { ordered(t, host) })
	t.Run("of changes that have an order none overtakes one that failed", func(t *testing.T) { changesInOrder(t, host) })
	t.Run("messages look the same", func(t *testing.T) { messages(t, host) })
	t.Run("bytes are handed over as they came", func(t *testing.T) { bytesAreBytes(t, host) })
	t.Run("ticks look the same", func(t *testing.T) { tick(t, host) })
	t.Run("objects look the same", func(t *testing.T) { objects(t, host) })
	t.Run("changes look the same", func(t *testing.T) { changes(t, host) })
	t.Run("what a function is not for is acknowledged without a call", func(t *testing.T) { unwanted(t, host) })
	t.Run("what cannot be read is not acknowledged", func(t *testing.T) { unreadable(t, host) })
	t.Run("nothing takes longer than it is long", func(t *testing.T) { hostile(t, host) })
	t.Run("calls at the same time have nothing to do with each other", func(t *testing.T) { concurrently(t, host) })
	t.Run("requests are answered the same", func(t *testing.T) { requests(t, host) })
	t.Run("headers and bodies arrive as they were sent", func(t *testing.T) { transfer(t, host) })
	t.Run("pages of other origins may do what CORS says", func(t *testing.T) { origins(t, host) })
	t.Run("tasks tell workflows the same", func(t *testing.T) { tasks(t, host) })
	t.Run("no stranger calls a task", func(t *testing.T) { strangers(t, host) })
	t.Run("routes ask for tokens", func(t *testing.T) { tokens(t, host) })
	t.Run("nothing is done without a secret", func(t *testing.T) { withoutSecret(t, host) })
}

type order struct {
	ID     string `json:"id"`
	Amount int64  `json:"amount"`
}

// handlers of the app that requests are made to.
func handlers(release <-chan struct{}) app.App {
	route := func(name, pattern string, h http.HandlerFunc) app.Function {
		return app.Function{Name: name, Timeout: patience, Handler: app.HTTP(pattern, h)}
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
		{Name: "work", Timeout: patience, Handler: app.Queue("jobs", func(context.Context, fn.Message[order]) error { return nil })},
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
