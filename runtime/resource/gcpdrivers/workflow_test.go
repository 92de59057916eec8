package gcpdrivers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"golang.org/x/oauth2"

	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/clienttest"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
)

// TestWorkflows asks a double of Workflows, of which there is no emulator, written from the reference of its API.
// https://cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions/create
func TestWorkflows(t *testing.T) {
	const name = "projects/p/locations/europe-west1/workflows/shop-dev-order"
	var started []memory.Message // the client's calls are made one after another
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fail := func(status int, code string) {
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": status, "message": "the double says so", "status": code}})
		}
		var in struct{ Argument string }
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		switch {
		case r.Header.Get("Authorization") != "Bearer of the account":
			fail(http.StatusUnauthorized, "UNAUTHENTICATED")
		case r.Method != http.MethodPost || r.URL.Path != "/v1/"+name+"/executions":
			fail(http.StatusNotFound, "NOT_FOUND")
		case decoder.Decode(&in) != nil || !json.Valid([]byte(in.Argument)):
			fail(http.StatusBadRequest, "INVALID_ARGUMENT")
		default:
			started = append(started, memory.Message{Body: []byte(in.Argument)})
			_ = json.NewEncoder(w).Encode(map[string]any{"name": name + "/executions/1", "state": "ACTIVE"})
		}
	}))
	defer server.Close()
	s := Settings{Executions: server.URL, Tokens: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "of the account"})}
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Start: func(ctx context.Context, id, _ string, input []byte) error {
			return StartExecution(ctx, s, id, input)
		}},
		Lookup: func(string) string { return name },
		Received: func(*testing.T, resource.Kind, string, int) []memory.Message {
			got := started
			started = nil
			return got
		},
	})
	if err := StartExecution(t.Context(), s, name+"s", []byte("{}")); err == nil {
		t.Error("an execution of no workflow was started")
	}
}
