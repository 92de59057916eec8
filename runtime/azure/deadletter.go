package azure

import (
	"net/http"

	"github.com/isobar-dev/isobar/runtime/app"
)

// DeadLetters is not there yet.
func DeadLetters(_ func(string) string, _ http.RoundTripper) func(function string) app.DeadLetters {
	return nil
}
