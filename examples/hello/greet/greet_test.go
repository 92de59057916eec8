package greet_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/isobar-dev/isobar/examples/hello/greet"
)

func TestHello(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", greet.Hello)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/hello/Ada", nil))
	if got, want := w.Body.String(), "Hello, Ada!\n"; w.Code != 200 || got != want {
		t.Errorf("got %d %q, want 200 %q", w.Code, got, want)
	}
}
