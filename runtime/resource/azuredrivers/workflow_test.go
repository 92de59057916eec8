package azuredrivers

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/clienttest"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
)

// TestWorkflows asks a double of a request trigger of Logic Apps, of which there is no emulator, with a policy for tokens.
// https://learn.microsoft.com/azure/connectors/connectors-native-reqres
func TestWorkflows(t *testing.T) {
	const trigger = "/workflows/1f/triggers/start/paths/invoke?api-version=2016-10-01"
	var started []memory.Message // the client's calls are made one after another
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fail := func(status int, code string) {
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": code, "message": "the double says so"}})
		}
		switch {
		case r.Header.Get("Authorization") != "Bearer for https://management.azure.com//.default":
			fail(http.StatusUnauthorized, "DirectApiAuthorizationRequired")
		case r.URL.RequestURI() != trigger:
			fail(http.StatusNotFound, "WorkflowNotFound")
		case r.Method != http.MethodPost || err != nil || r.Header.Get("Content-Type") != "application/json" || !json.Valid(body):
			fail(http.StatusBadRequest, "InvalidRequest")
		default:
			started = append(started, memory.Message{Body: body})
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	defer server.Close()
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Start: func(ctx context.Context, id, _ string, input []byte) error {
			return StartRun(ctx, id, input, token{})
		}},
		Lookup: func(string) string { return server.URL + trigger },
		Received: func(*testing.T, resource.Kind, string, int) []memory.Message {
			got := started
			started = nil
			return got
		},
	})
	if err := StartRun(t.Context(), server.URL+"/workflows/2", []byte("{}"), token{}); err == nil {
		t.Error("a run of no workflow was started")
	}
}
