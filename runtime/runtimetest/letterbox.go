package runtimetest

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/gcp"
)

// givesUp are the triggers whose dead letters the runtime sends by itself, as the cloud does not.
var givesUp = map[string][]string{"aws": nil, "azure": {"schedule", "table"}, "gcp": {"table"}}

// letterBox takes the dead letters that the runtime sends.
type letterBox struct {
	taken atomic.Int32
	env   []string // with which an entrypoint sends here
}

// startLetterBox starts a double of what a cloud has for dead letters: of a namespace of Service Bus and the endpoint of identities, or of
// Pub/Sub and the metadata server.
// https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
// https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish
func startLetterBox(t testing.TB, target string) *letterBox {
	t.Helper()
	box := &letterBox{}
	take := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" || r.ContentLength <= 0 {
				status = http.StatusBadRequest
			} else {
				box.taken.Add(1)
			}
			w.WriteHeader(status)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /token", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"access_token": "t", "expires_on": "%d"}`, time.Now().Add(time.Hour).Unix())
	})
	mux.HandleFunc("POST /{queue}/messages", take(http.StatusCreated))
	mux.HandleFunc("POST /v1/projects/p/topics/{topic}", take(http.StatusOK))
	switch target {
	case "azure":
		server := httptest.NewTLSServer(mux)
		t.Cleanup(server.Close)
		box.env = []string{
			"SSL_CERT_FILE=" + certificate(t, server), "SERVICEBUS__fullyQualifiedNamespace=" + server.Listener.Addr().String(),
			"IDENTITY_ENDPOINT=" + server.URL + "/token", "IDENTITY_HEADER=secret",
		}
		for _, f := range suiteApp().Functions {
			if trigger, _, _ := strings.Cut(f.Name, "-"); slices.Contains(givesUp[target], trigger) {
				box.env = append(box.env, azure.DeadLetterVariable+strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))+"=letters")
			}
		}
	case "gcp":
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		box.env = []string{"PUBSUB_EMULATOR_HOST=" + server.Listener.Addr().String(), gcp.DeadLetterVariable + "=projects/p/topics/letters"}
	}
	return box
}

// certificate writes a server's certificate into a file.
func certificate(t testing.TB, server *httptest.Server) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "certificate.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(name, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
