package rest_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/app/rest"
)

// api answers as APIs do, and in ways of their own.
func api(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, "%s %s %s %d: %s", r.Method, r.URL, r.Header.Get("Authorization"), r.ContentLength, body)
	})
	mux.HandleFunc("GET /chunks", func(w http.ResponseWriter, _ *http.Request) {
		for i := range 3 {
			fmt.Fprintf(w, "chunk %d;", i)
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("GET /hints", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(http.StatusEarlyHints)
		fmt.Fprint(w, "behind the hints")
	})
	mux.HandleFunc("GET /nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/chunks", http.StatusFound) })
	mux.HandleFunc("GET /busy", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "later", http.StatusServiceUnavailable) })
	mux.HandleFunc("GET /large", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 1<<20)) })
	mux.HandleFunc("GET /gone", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("GET /asleep", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	return mux
}

// What is asked over this transport is answered as over the standard library's, with TLS and without.
func TestAnswersAreThoseOfTheStandardLibrary(t *testing.T) {
	plain, secure := httptest.NewServer(api(t)), httptest.NewTLSServer(api(t))
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	standard := secure.Client().Transport.(*http.Transport)
	own := rest.Transport{TLS: standard.TLSClientConfig}
	for _, server := range []string{plain.URL, secure.URL} {
		for _, request := range []string{"POST /echo?a=b%20c", "GET /chunks", "GET /hints", "GET /nothing", "GET /moved", "GET /busy", "GET /unknown", "GET /gone"} {
			want, got := ask(t, standard, server, request), ask(t, own, server, request)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s of %s (-standard +own):\n%s", request, server, diff)
			}
		}
	}
}

// ask makes a request and tells what came of it.
func ask(t *testing.T, transport http.RoundTripper, server, request string) string {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("{}")
	}
	r, err := http.NewRequestWithContext(t.Context(), method, server+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer token")
	before := r.Header.Clone()
	resp, err := transport.RoundTrip(r)
	if diff := cmp.Diff(before, r.Header); diff != "" {
		t.Errorf("%s changed the request (-want +got):\n%s", request, diff)
	}
	if err != nil {
		return "an error"
	}
	content, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Errorf("%s: %v", request, err)
	}
	return fmt.Sprintln(resp.Status, resp.Header.Get("Location"), resp.Header.Get("Content-Type"), resp.ContentLength, string(content))
}

func TestAnAnswerIsBounded(t *testing.T) {
	server := httptest.NewServer(api(t))
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/large", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := rest.Transport{}.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // the end of it is not for reading
	body, err := io.ReadAll(resp.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(body) > 64<<10 {
		t.Errorf("%d bytes and %v", len(body), err)
	}
}

// A server that nobody vouches for is told nothing.
func TestAnUnknownCertificateIsRefused(t *testing.T) {
	var asked atomic.Bool
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	server.Config.ErrorLog = nil
	server.StartTLS()
	t.Cleanup(server.Close)
	body := &closing{Reader: strings.NewReader("secret")}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	_, err = rest.Transport{}.RoundTrip(r) //nolint:bodyclose // there is none
	var unknown *tls.CertificateVerificationError
	if !errors.As(err, &unknown) || asked.Load() {
		t.Errorf("%v, and the server was asked: %t", err, asked.Load())
	}
	if !body.closed {
		t.Error("the body of the request is open, which the transport is to close")
	}
}

// closing is a body that knows when it was closed.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

// Nobody waits longer than a context allows: for a connection, for an answer, or for the rest of one.
func TestAContextThatEnds(t *testing.T) {
	server := httptest.NewServer(api(t))
	t.Cleanup(server.Close)
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	for _, address := range []string{server.URL + "/asleep", "http://" + silent.Addr().String(), "https://" + silent.Addr().String()} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (rest.Transport{}).RoundTrip(r); !errors.Is(err, context.DeadlineExceeded) { //nolint:bodyclose // there is none
			t.Errorf("%s: %v", address, err)
		}
		cancel()
	}
}

// Each request ends its connection.
func TestConnectionsEnd(t *testing.T) {
	var open atomic.Int64
	server := httptest.NewUnstartedServer(api(t))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Add(-1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	for _, request := range []string{"GET /chunks", "GET /busy", "GET /nothing", "GET /gone"} {
		ask(t, rest.Transport{}, server.URL, request)
	}
	for end := time.Now().Add(10 * time.Second); open.Load() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d connections are open", open.Load())
		}
	}
}
