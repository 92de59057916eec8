package rest_test

import (
	"fmt"
	"net/http"
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
