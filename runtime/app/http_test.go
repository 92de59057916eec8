package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
)

// get is an app with one route.
func get(timeout time.Duration, h http.HandlerFunc) http.Handler {
	a := app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{Name: "get", Timeout: timeout, Handler: app.HTTP("GET /", h)}}}
	return a.Mux()
}

// A connection that is closed on one side ends the request; what still listens on the other must not take that for success.
func TestARequestThatIsGivenUpHasNotSucceeded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	forever := make(chan struct{})
	defer close(forever)
	mux := get(time.Minute, func(http.ResponseWriter, *http.Request) { cancel(); <-forever })
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api", http.NoBody))
	if w.Code < http.StatusInternalServerError {
		t.Errorf("it is answered with %d", w.Code)
	}
}
