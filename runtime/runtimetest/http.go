package runtimetest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/jwt"
)

// exchange is a request with the one answer that every cloud gives.
type exchange struct {
	name    string
	request Request
	status  int
	// header are headers of the answer, repeated ones joined by commas; those that must not be there are empty.
	header map[string]string
	body   string
}

func exchanges(t *testing.T, cloud Cloud, cases []exchange) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := cloud.Do(t, c.request)
			if got.Status != c.status || got.Body != c.body {
				t.Errorf("%s %s: got %d %.200q, want %d %.200q", c.request.Method, c.request.Target, got.Status, got.Body, c.status, c.body)
			}
			for name, want := range c.header {
				if value := strings.Join(got.Header.Values(name), ","); value != want {
					t.Errorf("the header %s is %q, want %q", name, value, want)
				}
			}
		})
	}
}

func route(name, pattern string, h http.HandlerFunc) app.Function {
	return app.Function{Name: name, Timeout: patience, Handler: app.HTTP(pattern, h)}
}

// jsonError is the answer of the runtime itself.
func jsonError(text string) string { return fmt.Sprintf("{%q:%q}\n", "error", text) }

const text, binary = "text/plain; charset=utf-8", "application/octet-stream"

// bodies are those that could be mistaken for something else on the way, with the types that they are sent as.
func bodies() map[string]struct {
	body  string
	kinds []string
} {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := io.WriteString(w, "text that is packed")
	if err := errors.Join(err, w.Close()); err != nil {
		panic(err) // a buffer takes everything
	}
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	all := []string{text, binary, inJSON, ""}
	return map[string]struct {
		body  string
		kinds []string
	}{
		"text":                        {"é, “quoted” \\ <&> \u2028 \x00\x7f", all},
		"text that looks like base64": {"aGVsbG8=", all},
		"what is no UTF-8":            {"caf\xe9", all},
		"every byte":                  {string(every), all},
		"gzip":                        {packed.String(), all},
		"as large as one may be":      {strings.Repeat("\x00\xff", app.MaxRequestBody/2), []string{binary}},
		"large text":                  {strings.Repeat("é\"", 600_000), []string{text}},
	}
}

// transfer tests that what is sent arrives, headers and bodies, both ways.
func transfer(t *testing.T, host Host) {
	echo := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		for _, name := range []string{"Content-Type", "Content-Encoding"} {
			w.Header().Set(name, r.Header.Get(name))
		}
		_, _ = w.Write(body)
	}
	show := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for _, c := range r.Cookies() {
				fmt.Fprintf(w, "%s is %s;", c.Name, c.Value)
			}
			fmt.Fprintf(w, "%q", strings.Join(r.Header.Values(name), ","))
		}
	}
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		route("echo", "PUT /echo", echo),
		route("show", "GET /show", show("X-Two")),
		route("query", "GET /query", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%v", r.URL.Query()) }),
		route("repeat", "GET /repeat", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("X-Many", "1")
			w.Header().Add("X-Many", "2, 3")
			w.Header()["x-odd-case"] = []string{"kept"}
			w.Header()["set-cookie"] = []string{"a=1; Expires=Mon, 23 Nov 2026 10:00:00 GMT; Path=/; HttpOnly", "b=2; SameSite=Lax"}
			w.WriteHeader(http.StatusAccepted)
		}),
		route("inject", "GET /inject", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Name", r.URL.Query().Get("name"))
			w.Header()["X-Bad: name"] = []string{"1"}
			w.Header().Set("Transfer-Encoding", "identity")
			w.Header().Set("Content-Length", "1")
			_, _ = io.WriteString(w, "whole")
		}),
	}})
	for name, sent := range bodies() {
		for _, kind := range sent.kinds {
			header := http.Header{"Content-Type": {kind}, "Accept-Encoding": {"gzip"}}
			if name == "gzip" {
				header.Set("Content-Encoding", "gzip")
			}
			t.Run(name+" as "+kind, func(t *testing.T) {
				got := cloud.Do(t, Request{Method: "PUT", Target: "/api/echo", Header: header, Body: sent.body})
				if got.Status != http.StatusOK || got.Body != sent.body {
					t.Errorf("sent %d bytes %.80q, got %d with %d bytes %.80q", len(sent.body), sent.body, got.Status, len(got.Body), got.Body)
				}
				if kind != "" && got.Header.Get("Content-Type") != kind {
					t.Errorf("it is %q, want %q", got.Header.Get("Content-Type"), kind)
				}
			})
		}
	}
	exchanges(t, cloud, []exchange{
		{"a body that is too large", Request{Method: "PUT", Target: "/api/echo", Body: strings.Repeat("x", app.MaxRequestBody+1)}, 413, nil, ""},
		{"repeated headers", Request{Method: "GET", Target: "/api/show", Header: http.Header{"X-Two": {"a", "b, c"}}}, 200, nil, `"a,b, c"`},
		{"several cookies", Request{Method: "GET", Target: "/api/show", Header: http.Header{"Cookie": {"a=1; b=x y; c=", "d=2"}}}, 200, nil, `a is 1;b is x y;c is ;d is 2;""`},
		{"repeated keys of a query", get("/api/query?a=1,2&a=%2C&b&a=%C3%A9+x&c=%00"), 200, nil, "map[a:[1,2 , é x] b:[] c:[\x00]]"},
		{
			"repeated headers of an answer", get("/api/repeat"), 202,
			map[string]string{"X-Many": "1,2, 3", "X-Odd-Case": "kept", "Set-Cookie": "a=1; Expires=Mon, 23 Nov 2026 10:00:00 GMT; Path=/; HttpOnly,b=2; SameSite=Lax"},
			"",
		},
		{
			"a header that would be two", get("/api/inject?name=a%0d%0aSet-Cookie:%20evil=1"), 200,
			map[string]string{"X-Name": "a  Set-Cookie: evil=1", "Set-Cookie": "", "X-Bad": "", "X-Bad: name": "", "Transfer-Encoding": ""},
			"whole",
		},
		{"a header with what no header has", get("/api/inject?name=a%00b%1fc%7fd%09e"), 200, map[string]string{"X-Name": "a b c d\te"}, "whole"},
		{
			"headers that are too large",
			Request{Method: "GET", Target: "/api/show", Header: http.Header{"X-Two": {strings.Repeat("x", app.MaxRequestHeader)}}},
			431,
			map[string]string{"Content-Type": "application/json"},
			jsonError("request header fields too large"),
		},
		{"a target that is too large", get("/api/show?" + strings.Repeat("x", app.MaxRequestHeader)), 431, nil, jsonError("request header fields too large")},
		{
			"OPTIONS without CORS",
			Request{Method: "OPTIONS", Target: "/api/repeat", Header: http.Header{"Origin": {page}, "Access-Control-Request-Method": {"GET"}}},
			405,
			map[string]string{"Allow": "GET, HEAD", "Access-Control-Allow-Origin": ""},
			jsonError("method not allowed"),
		},
	})
}

const page, stranger = "https://shop.example", "https://evil.example"

// origins tests what pages of other origins may do.
func origins(t *testing.T, host Host) {
	release := make(chan struct{})
	defer close(release)
	slow := route("slow", "GET /slow", func(http.ResponseWriter, *http.Request) { <-release })
	slow.Timeout = short
	functions := []app.Function{
		route("get", "GET /users/{id}", func(w http.ResponseWriter, _ *http.Request) {
			for _, name := range []string{"Access-Control-Allow-Origin", "access-control-allow-credentials", "Access-Control-Expose-Headers"} {
				w.Header()[name] = []string{"*"}
			}
			w.Header().Set("Vary", "Accept")
			_, _ = io.WriteString(w, "user")
		}),
		route("put", "PUT /users/{id}", func(http.ResponseWriter, *http.Request) {}),
		route("options", "OPTIONS /own", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "own") }),
		route("panics", "GET /panics", func(http.ResponseWriter, *http.Request) { panic("oh") }),
		slow,
	}
	from := func(origin, method, target string, more ...string) Request {
		r := Request{Method: method, Target: target, Header: http.Header{"Origin": {origin}}}
		for i := 0; i < len(more); i += 2 {
			r.Header.Set(more[i], more[i+1])
		}
		return r
	}
	preflight := func(origin, target, method string) Request {
		return from(origin, "OPTIONS", target, "Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization,x-other")
	}
	const allowOrigin, allowMethods, allowHeaders, expose, credentials, maxAge = "Access-Control-Allow-Origin", "Access-Control-Allow-Methods",
		"Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Access-Control-Allow-Credentials", "Access-Control-Max-Age"
	may := map[string]string{allowOrigin: page, credentials: "true", expose: "Etag, X-Total", "Vary": "Origin", allowMethods: "", allowHeaders: ""}
	mayNot := map[string]string{allowOrigin: "", credentials: "", expose: "", "Vary": "Origin", allowMethods: "", allowHeaders: "", maxAge: ""}

	t.Run("of origins that are named", func(t *testing.T) {
		exchanges(t, host(t, app.App{Name: "shop", BasePath: "/api", Functions: functions, CORS: &app.CORS{
			Origins: []string{"https://desk.example", page}, Headers: []string{"authorization", "content-type"}, Expose: []string{"Etag", "X-Total"},
			Credentials: true, MaxAge: 10 * time.Minute,
		}}), []exchange{
			{"a preflight", preflight(page, "/api/users/7", "PUT"), 204, map[string]string{
				allowOrigin: page, allowMethods: "GET, HEAD, PUT", allowHeaders: "authorization, content-type", credentials: "true", maxAge: "600", "Vary": "Origin", expose: "",
			}, ""},
			{"a preflight of a stranger", preflight(stranger, "/api/users/7", "PUT"), 204, mayNot, ""},
			{"a preflight for what there is not", preflight(page, "/api/nothing", "PUT"), 404, may, jsonError("not found")},
			{"a preflight for a route of OPTIONS", preflight(page, "/api/own", "OPTIONS"), 204, map[string]string{allowOrigin: page, allowMethods: "OPTIONS"}, ""},
			{"OPTIONS that is no preflight", from(page, "OPTIONS", "/api/own"), 200, may, "own"},
			{"OPTIONS without a route", from(page, "OPTIONS", "/api/users/7"), 405, may, jsonError("method not allowed")},
			{"an answer", from(page, "GET", "/api/users/7"), 200, map[string]string{allowOrigin: page, credentials: "true", expose: "Etag, X-Total", "Vary": "Accept,Origin"}, "user"},
			{"an answer to a stranger", from(stranger, "GET", "/api/users/7"), 200, map[string]string{allowOrigin: "", credentials: "", expose: "", "Vary": "Accept,Origin"}, "user"},
			{"an answer to no page", get("/api/users/7"), 200, map[string]string{allowOrigin: "", credentials: "", expose: "", "Vary": "Accept,Origin"}, "user"},
			{"an origin that ends the same", from("https://evilshop.example", "PUT", "/api/users/7"), 200, mayNot, ""},
			{"an origin that begins the same", from(page+".evil.example", "PUT", "/api/users/7"), 200, mayNot, ""},
			{"no origin in particular", from("null", "PUT", "/api/users/7"), 200, mayNot, ""},
			{"no such path", from(page, "GET", "/api/nothing"), 404, may, jsonError("not found")},
			{"no such method", from(page, "DELETE", "/api/users/7"), 405, may, jsonError("method not allowed")},
			{"a redirect", from(page, "GET", "/api//users/7", "Accept", "text/html"), 307, may, "<a href=\"/api/users/7\">Temporary Redirect</a>.\n\n"},
			{"a panic", from(page, "GET", "/api/panics"), 500, may, jsonError("internal server error")},
			{"a deadline", from(page, "GET", "/api/slow"), 504, may, jsonError("gateway timeout")},
			{"headers that are too large", from(page, "GET", "/api/users/7", "X-Large", strings.Repeat("x", app.MaxRequestHeader)), 431, may, jsonError("request header fields too large")},
		})
	})
	t.Run("of any origin", func(t *testing.T) {
		anybody := map[string]string{allowOrigin: "*", credentials: "", expose: "", "Vary": ""}
		exchanges(t, host(t, app.App{Name: "shop", BasePath: "/api", Functions: functions, CORS: &app.CORS{Origins: []string{"*"}, Methods: []string{"PUT", "DELETE"}}}), []exchange{
			{"a preflight", preflight(stranger, "/api/users/7", "PUT"), 204, map[string]string{allowOrigin: "*", allowMethods: "PUT, DELETE", allowHeaders: "", maxAge: "", credentials: "", "Vary": ""}, ""},
			{"a method that pages may use", from(stranger, "PUT", "/api/users/7"), 200, anybody, ""},
			{"a method that they may not", from(stranger, "GET", "/api/users/7"), 200, map[string]string{allowOrigin: "", "Vary": "Accept"}, "user"},
		})
	})
	t.Run("any origin is none with credentials", func(t *testing.T) {
		exchanges(t, host(t, app.App{Name: "shop", BasePath: "/api", Functions: functions, CORS: &app.CORS{Origins: []string{"*"}, Credentials: true}}), []exchange{
			{"a preflight", preflight(stranger, "/api/users/7", "PUT"), 204, mayNot, ""},
			{"an origin that calls itself so", from("*", "PUT", "/api/users/7"), 200, mayNot, ""},
		})
	})
}

// tokens tests what requests need that must carry a token. What makes a token a good one is tested where it is verified.
func tokens(t *testing.T, host Host) {
	issuer, down := NewIssuer("https://login.example"), NewIssuer("https://down.example")
	down.Answer = func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the database password is hunter2", http.StatusInternalServerError)
	}
	verifier := func(i *Issuer) app.Authorizer {
		return &jwt.Verifier{Issuer: i.URL, Audience: []string{"shop"}, Transport: i}
	}
	require := func(f app.Function, issuer string, scopes ...string) app.Function {
		f.Handler = f.Handler.Require(issuer, scopes...)
		return f
	}
	who := func(w http.ResponseWriter, r *http.Request) {
		c := fn.Claims(r.Context())
		fmt.Fprintf(w, "%s of %s may %q in %v", c.Subject, c.Issuer, c.Scopes, c.All["tenant"])
	}
	cloud := host(t, app.App{
		Name: "shop", BasePath: "/api",
		CORS:        &app.CORS{Origins: []string{page}, Headers: []string{"authorization"}},
		Authorizers: map[string]app.Authorizer{"main": verifier(issuer), "down": verifier(down)},
		Functions: []app.Function{
			route("open", "GET /open", who),
			require(route("mine", "GET /mine", who), "main"),
			require(route("desk", "PUT /desk", who), "main", "orders:read", "orders:write"),
			require(route("late", "GET /late", who), "down"),
			require(route("lost", "GET /lost", who), "nobody"),
		},
	})
	with := func(method, target string, authorization ...string) Request {
		return Request{Method: method, Target: target, Header: http.Header{"Origin": {page}, "Authorization": authorization}}
	}
	good := issuer.Token(object{"scope": "orders:write profile orders:read", "tenant": 12345678901234567})
	poor := issuer.Token(object{"scope": "orders:read orders:writer"})
	const wanted = "WWW-Authenticate"
	none := map[string]string{wanted: `Bearer realm="shop"`, "Content-Type": "application/json", "Access-Control-Allow-Origin": page}
	invalid := map[string]string{wanted: `Bearer realm="shop", error="invalid_token"`, "Access-Control-Allow-Origin": page}
	unauthorized := jsonError("unauthorized")
	exchanges(t, cloud, []exchange{
		{"a route that asks for none", get("/api/open"), 200, map[string]string{wanted: ""}, " of  may [] in <nil>"},
		{"a token where none is asked for", with("GET", "/api/open", "Bearer "+good), 200, nil, " of  may [] in <nil>"},
		{"a token", with("GET", "/api/mine", "Bearer "+good), 200, nil, `ada of https://login.example may ["orders:write" "profile" "orders:read"] in 12345678901234567`},
		{"HEAD of a GET", with("HEAD", "/api/mine"), 401, none, ""},
		{"the scheme in another case", with("GET", "/api/mine", "bearer  "+issuer.Token(nil)), 200, nil, `ada of https://login.example may [] in <nil>`},
		{"every scope", with("PUT", "/api/desk", "Bearer "+good), 200, nil, `ada of https://login.example may ["orders:write" "profile" "orders:read"] in 12345678901234567`},
		{
			"a scope too few", with("PUT", "/api/desk", "Bearer "+poor), 403,
			map[string]string{wanted: `Bearer realm="shop", error="insufficient_scope", scope="orders:read orders:write"`, "Access-Control-Allow-Origin": page},
			jsonError("forbidden"),
		},
		{"no token", get("/api/mine"), 401, map[string]string{wanted: `Bearer realm="shop"`, "Vary": "Origin"}, unauthorized},
		{"another scheme", with("GET", "/api/mine", "Basic YTpi"), 401, none, unauthorized},
		{"a token in the query", get("/api/mine?access_token=" + good), 401, nil, unauthorized},
		{"what is no token", with("GET", "/api/mine", "Bearer x.y.z"), 401, invalid, unauthorized},
		{"an empty one", with("GET", "/api/mine", "Bearer "), 401, invalid, unauthorized},
		{"two of them", with("GET", "/api/mine", "Bearer "+good, "Bearer "+good), 401, invalid, unauthorized},
		{"one of another issuer", with("GET", "/api/mine", "Bearer "+down.Token(nil)), 401, invalid, unauthorized},
		{"a preflight needs none", Request{Method: "OPTIONS", Target: "/api/desk", Header: http.Header{"Origin": {page}, "Access-Control-Request-Method": {"PUT"}}}, 204, map[string]string{"Access-Control-Allow-Headers": "authorization"}, ""},
		{"no such path", get("/api/nothing"), 404, map[string]string{wanted: ""}, jsonError("not found")},
		{"an issuer that is down", with("GET", "/api/late", "Bearer "+down.Token(nil)), 503, map[string]string{wanted: "", "Access-Control-Allow-Origin": page}, jsonError("service unavailable")},
		{"an issuer that the app does not know", with("GET", "/api/lost", "Bearer "+good), 500, map[string]string{wanted: ""}, jsonError("internal server error")},
	})
}
