package runtimetest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// withoutSecret calls functions while their secret has no value, and again when it has one.
func withoutSecret(t *testing.T, host Host) {
	const variable = "RUNTIMETEST_SECRET"
	t.Setenv(variable, "")
	calls := 0
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "pay", Timeout: patience, Secrets: []string{variable}, Handler: app.HTTP("GET /pay", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, os.Getenv(variable))
		})},
		{Name: "work", Timeout: patience, Secrets: []string{variable}, Handler: app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error {
			calls++
			return nil
		})},
	}})
	if got := cloud.Do(t, get("/api/pay")); got.Status != http.StatusInternalServerError || got.Body != "{\"error\":\"internal server error\"}\n" {
		t.Errorf("without its secret a route answers %d %q", got.Status, got.Body)
	}
	if acknowledged := cloud.Deliver(t, "work", Message{ID: "m1", Body: "1", Attempt: 1}); acknowledged[0] || calls > 0 {
		t.Errorf("without its secret a message is acknowledged: %t, after %d calls", acknowledged[0], calls)
	}
	t.Setenv(variable, "s3cret")
	if got := cloud.Do(t, get("/api/pay")); got.Status != http.StatusOK || got.Body != "s3cret" {
		t.Errorf("with its secret a route answers %d %q", got.Status, got.Body)
	}
	if acknowledged := cloud.Deliver(t, "work", Message{ID: "m1", Body: "1", Attempt: 2}); !acknowledged[0] || calls != 1 {
		t.Errorf("with its secret a message is acknowledged: %t, after %d calls", acknowledged[0], calls)
	}
}
