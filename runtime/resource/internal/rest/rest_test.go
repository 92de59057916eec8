package rest_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// No answer that is no success has the code of one, which is the zero of codes.
func TestErrorsHaveACode(t *testing.T) {
	for status, want := range map[int]gcerrors.ErrorCode{
		http.StatusNotFound: gcerrors.NotFound, http.StatusBadGateway: gcerrors.Internal, http.StatusGatewayTimeout: gcerrors.DeadlineExceeded,
		http.StatusTeapot: gcerrors.Unknown, http.StatusTemporaryRedirect: gcerrors.Unknown,
	} {
		if got := rest.Code(fmt.Errorf("a call: %w", &rest.Error{Status: status})); got != want {
			t.Errorf("%d is %v", status, got)
		}
	}
}

// Of many calls at the same time each keeps its connection for the next: a new one costs three round trips.
func TestConnectionsAreKept(t *testing.T) {
	const atOnce = 20
	var opened atomic.Int32
	var together sync.WaitGroup
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		together.Done()
		together.Wait()
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	var c rest.Client
	for range 3 {
		together.Add(atOnce)
		var calls sync.WaitGroup
		for range atOnce {
			calls.Go(func() {
				if _, _, err := c.Read(t.Context(), rest.Request{Method: http.MethodPost, URL: server.URL}); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
	}
	if n := opened.Load(); n > 2*atOnce {
		t.Errorf("%d connections were opened for %d calls at once", n, atOnce)
	}
}
