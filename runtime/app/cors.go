package app

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CORS says which pages of other origins may call the HTTP API from a browser. https://fetch.spec.whatwg.org/#http-cors-protocol
type CORS struct {
	// Origins are those of the pages; "*" is any, and counts for nothing with Credentials.
	Origins []string
	// Methods are those that pages may use; those of the route when there are none.
	Methods []string
	// Headers are those that pages may send, and Expose those of answers that they may read, beside the ones that they always may.
	Headers, Expose []string
	// Credentials allows cookies and authentication.
	Credentials bool
	// MaxAge is how long browsers may remember the answer to a preflight request.
	MaxAge time.Duration
}

// corsPrefix is what the names of all headers of CORS in answers begin with.
const corsPrefix = "Access-Control-"

// crossOrigin answers preflight requests, and says in all other answers which pages may read them.
type crossOrigin struct {
	cors   *CORS
	routes *http.ServeMux
	next   http.Handler
}

func (c crossOrigin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isPreflight(r) {
		if allow := methods(c.routes, r); allow != "" {
			c.cors.preflight(w, r, allow)
			return
		}
	}
	c.next.ServeHTTP(&crossOriginWriter{w, c.cors, r}, r)
}

// isPreflight tells whether a request asks, for a browser, whether a page may make another one.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get(corsPrefix+"Request-Method") != ""
}

// methods are those that the routes of a path have, as the header Allow lists them; empty when there is no such route.
func methods(routes *http.ServeMux, r *http.Request) string {
	const none = "-" // so that the mux says which there are
	unmatched, _ := routes.Handler(&http.Request{Method: none, URL: r.URL, Host: r.Host})
	answer := newBuffer()
	unmatched.ServeHTTP(answer, r)
	return answer.header.Get("Allow")
}

// preflight answers for a route with the methods allow. It tells a page of an origin that is not allowed nothing.
func (c *CORS) preflight(w http.ResponseWriter, r *http.Request, allow string) {
	h := w.Header()
	if c.allow(h, r.Header.Get("Origin")) {
		if len(c.Methods) > 0 {
			allow = strings.Join(c.Methods, ", ")
		}
		h.Set(corsPrefix+"Allow-Methods", allow)
		if len(c.Headers) > 0 {
			h.Set(corsPrefix+"Allow-Headers", strings.Join(c.Headers, ", "))
		}
		if c.MaxAge > 0 {
			h.Set(corsPrefix+"Max-Age", strconv.Itoa(int(c.MaxAge.Seconds())))
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// allow sets what allows an origin to read an answer, and tells whether it may.
func (c *CORS) allow(h http.Header, origin string) bool {
	if slices.Contains(c.Origins, "*") && !c.Credentials {
		h.Set(corsPrefix+"Allow-Origin", "*")
		return true
	}
	h.Add("Vary", "Origin") // or a cache would hand one origin's answer to another
	if origin == "*" || !slices.Contains(c.Origins, origin) {
		return false
	}
	h.Set(corsPrefix+"Allow-Origin", origin)
	if c.Credentials {
		h.Set(corsPrefix+"Allow-Credentials", "true")
	}
	return true
}

// crossOriginWriter sets the headers of CORS when all others are there. Whatever answers a request writes a status first.
type crossOriginWriter struct {
	http.ResponseWriter
	cors    *CORS
	request *http.Request
}

func (w *crossOriginWriter) WriteHeader(status int) {
	h := w.Header()
	maps.DeleteFunc(h, func(name string, _ []string) bool {
		return strings.HasPrefix(http.CanonicalHeaderKey(name), corsPrefix)
	})
	// Browsers ask for no leave to GET and POST. What pages may not use, they may not read.
	usable := len(w.cors.Methods) == 0 || slices.Contains(w.cors.Methods, w.request.Method)
	if usable && w.cors.allow(h, w.request.Header.Get("Origin")) && len(w.cors.Expose) > 0 {
		h.Set(corsPrefix+"Expose-Headers", strings.Join(w.cors.Expose, ", "))
	}
	w.ResponseWriter.WriteHeader(status)
}
