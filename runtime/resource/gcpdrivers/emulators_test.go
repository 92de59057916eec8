package gcpdrivers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/docstore"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/internal/engine"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/clienttest"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
)

const project = "suite-project"

func settings(environment map[string]string) Settings {
	return Config(func(name string) string { return environment[name] })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSuiteAgainstThePubSubEmulator(t *testing.T) {
	e := engine.Start(t, "pubsub-emulator", "install google-cloud-cli-pubsub-emulator", "/", nil,
		"gcloud", "beta", "emulators", "pubsub", "start", "--project="+project, "--host-port={address}", "--data-dir={dir}")
	s := settings(map[string]string{"PUBSUB_EMULATOR_HOST": e.Address})
	a := newAPI(s, s.PubSub)
	names := map[string]string{}
	for variable, name := range map[string]string{
		"ISOBAR_QUEUE_ORDERS": "orders", "ISOBAR_QUEUE_STEPS": "steps", "ISOBAR_TOPIC_USER_CREATED": "user-created", "ISOBAR_TOPIC_LOG": "log",
	} {
		names[variable] = "projects/" + project + "/topics/" + name
		must(t, a.call(t.Context(), http.MethodPut, a.endpoint+"/v1/"+names[variable], map[string]any{}, nil))
		must(t, a.call(t.Context(), http.MethodPut, a.endpoint+"/v1/projects/"+project+"/subscriptions/"+name, map[string]any{
			"topic": names[variable], "enableMessageOrdering": true,
		}, nil))
	}
	open := func(_ context.Context, id string, _ bool) (*pubsub.Topic, error) { return OpenTopic(s, id), nil }
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Queue: open, Topic: open},
		Lookup:  func(variable string) string { return names[variable] },
		Received: func(t *testing.T, _ resource.Kind, name string, want int) []memory.Message {
			return pull(t, a, name, want)
		},
	})
}

// pull takes messages from a subscription, with what a push of them has.
func pull(t *testing.T, a *api, name string, want int) []memory.Message {
	t.Helper()
	var got []memory.Message
	for start := time.Now(); time.Since(start) < 20*time.Second; {
		var out struct {
			ReceivedMessages []struct {
				AckID   string
				Message message
			}
		}
		subscription := a.endpoint + "/v1/projects/" + project + "/subscriptions/" + name
		must(t, a.call(t.Context(), http.MethodPost, subscription+":pull", map[string]any{"maxMessages": 10, "returnImmediately": true}, &out))
		for _, r := range out.ReceivedMessages {
			m := memory.Message{Body: r.Message.Data, Attributes: r.Message.Attributes, OrderingKey: r.Message.OrderingKey}
			if m.Attributes == nil {
				m.Attributes = map[string]string{}
			}
			got = append(got, m)
			must(t, a.call(t.Context(), http.MethodPost, subscription+":acknowledge", map[string]any{"ackIds": []string{r.AckID}}, nil))
		}
		if len(got) >= want {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return got
}

func TestSuiteAgainstTheFirestoreEmulator(t *testing.T) {
	e := engine.Start(t, "firestore-emulator", "install google-cloud-cli-firestore-emulator", "/", nil,
		"gcloud", "emulators", "firestore", "start", "--host-port={address}")
	address := inProduction(t, e.Address, map[string][][]string{"users": {{"email", "age"}}, "visits": {{"user", "at"}}})
	t.Setenv("FIRESTORE_EMULATOR_HOST", address) // which gcpfirestore looks for
	s := settings(map[string]string{"FIRESTORE_EMULATOR_HOST": address})
	names := map[string]string{}
	for variable, name := range map[string]string{"ISOBAR_TABLE_USERS": "users", "ISOBAR_TABLE_VISITS": "visits"} {
		names[variable] = "projects/" + project + "/databases/suite-dev/documents/" + name
	}
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{
			Table: func(ctx context.Context, id string, key []string) (*docstore.Collection, error) {
				return OpenTable(ctx, s, id, key)
			},
			Local: Local,
		},
		Lookup: func(variable string) string { return names[variable] },
	})
}

// fakeGCS starts fake-gcs-server with a bucket.
func fakeGCS(t *testing.T, bucket string) Settings {
	t.Helper()
	e := engine.Start(t, "fake-gcs-server", "go install github.com/fsouza/fake-gcs-server@v1.56.1", "/storage/v1/b", nil,
		"fake-gcs-server", "-scheme", "http", "-host", "127.0.0.1", "-port", "{port}", "-backend", "memory", "-public-host", "{address}", "-external-url", "http://{address}")
	s := settings(map[string]string{"STORAGE_EMULATOR_HOST": e.URL()})
	a := newAPI(s, s.Storage)
	must(t, a.call(t.Context(), http.MethodPost, a.endpoint+"/storage/v1/b?project="+project, map[string]string{"name": bucket}, nil))
	return s
}

func TestSuiteAgainstFakeGCSServer(t *testing.T) {
	s := fakeGCS(t, "suite-uploads")
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{
			Bucket: func(_ context.Context, id string) (*blob.Bucket, error) { return OpenBucket(s, id), nil },
		},
		Lookup: func(string) string { return "suite-uploads" },
	})
}

// TestSecrets asks a double of Secret Manager, of which there is no emulator, written from the reference of its API.
func TestSecrets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/v1/projects/p/secrets/s/versions/latest:access" {
			w.WriteHeader(http.StatusNotFound)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": 404, "message": "no such secret", "status": "NOT_FOUND"}})
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"name": "projects/1/secrets/s/versions/3", "payload": map[string]any{"data": []byte("of the double ✓"), "dataCrc32c": "1"}})
	}))
	defer server.Close()
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Secret: func(ctx context.Context, id string) (string, error) {
			return ReadSecret(ctx, Settings{SecretManager: server.URL}, id)
		}},
		Lookup: func(string) string { return "projects/p/secrets/s" },
		Secret: "of the double ✓",
	})
}
