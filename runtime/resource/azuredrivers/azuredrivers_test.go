package azuredrivers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"gocloud.dev/blob"
	"gocloud.dev/docstore"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/internal/engine"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos/cosmostest"
	"github.com/isobar-dev/isobar/runtime/resource/clienttest"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
)

// token is an identity that hands out one token for each scope.
type token struct{}

func (token) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	t := cosmostest.Token
	if strings.HasSuffix(o.Scopes[0], ".azure.net/.default") {
		t = "for " + o.Scopes[0]
	}
	return azcore.AccessToken{Token: t, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// The account that Azurite has, which is no secret: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
const (
	azuriteAccount = "devstoreaccount1"
	azuriteKey     = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

func TestSuiteAgainstAzurite(t *testing.T) {
	e := engine.Start(t, "azurite", "npm install -g azurite@3.35.0", "/", nil,
		"azurite-blob", "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--blobHost", "127.0.0.1", "--blobPort", "{port}", "--location", "{dir}")
	// Azurite takes tokens over TLS alone, so it gets its key here; what follows is the same.
	key, err := container.NewSharedKeyCredential(azuriteAccount, azuriteKey)
	if err != nil {
		t.Fatal(err)
	}
	client, err := container.NewClientWithSharedKeyCredential(e.URL()+"/"+azuriteAccount+"/suite-uploads", key, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Create(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Bucket: func(ctx context.Context, _ string) (*blob.Bucket, error) { return OpenBucket(ctx, client) }},
		Lookup:  func(string) string { return "suite-uploads" },
	})
}

func TestSuiteAgainstTheDoubleOfCosmosDB(t *testing.T) {
	s := cosmostest.New(t)
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Table: func(_ context.Context, id string, key []string) (*docstore.Collection, error) {
			return cosmos.OpenCollection(cosmos.Options{Endpoint: s.URL, Database: "suite", Container: id, Credential: token{}}, key)
		}},
		Lookup: strings.ToLower,
	})
}

// bus is a double of Service Bus's REST API for sending, as there is no emulator of it, written from
// https://learn.microsoft.com/rest/api/servicebus/send-message-batch.
type bus struct {
	mu       sync.Mutex
	received map[string][]memory.Message
	busy     int // how many requests are turned away
}

func (b *bus) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	name, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/"), "/messages")
	fail := func(status int, detail string) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("<Error><Code>" + http.StatusText(status) + "</Code><Detail>" + detail + "</Detail></Error>"))
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer for https://servicebus.azure.net/.default":
		fail(http.StatusUnauthorized, "the token is another's")
		return
	case b.busy > 0:
		b.busy--
		fail(http.StatusServiceUnavailable, "the server is busy")
		return
	case r.Method != http.MethodPost || !ok || r.Header.Get("Content-Type") != "application/vnd.microsoft.servicebus.json":
		fail(http.StatusBadRequest, "a batch is posted to messages")
		return
	case !strings.HasPrefix(name, "shop-dev-"):
		fail(http.StatusGone, "the entity does not exist")
		return
	}
	var batch []struct {
		Body             string
		BrokerProperties struct{ MessageId, SessionId string }
		UserProperties   map[string]string
	}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&batch); err != nil {
		fail(http.StatusBadRequest, "the batch cannot be read")
		return
	}
	for _, m := range batch {
		attributes := m.UserProperties
		if attributes == nil {
			attributes = map[string]string{}
		}
		b.received[name] = append(b.received[name], memory.Message{
			Body: []byte(m.Body), Attributes: attributes, OrderingKey: m.BrokerProperties.SessionId, ID: m.BrokerProperties.MessageId,
		})
	}
	w.WriteHeader(http.StatusCreated)
}

func TestSuiteAgainstTheDoubleOfServiceBus(t *testing.T) {
	b := &bus{received: map[string][]memory.Message{}, busy: 1}
	server := httptest.NewServer(b)
	defer server.Close()
	open := func(_ context.Context, id string, _ bool) (*pubsub.Topic, error) {
		return OpenEntity(server.URL, id, token{}), nil
	}
	name := func(variable string) string { return "shop-dev-" + strings.ToLower(variable) }
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Queue: open, Topic: open},
		Lookup:  name,
		Received: func(_ *testing.T, kind resource.Kind, of string, _ int) []memory.Message {
			b.mu.Lock()
			defer b.mu.Unlock()
			id := name(resource.Variable(kind, of))
			got := b.received[id]
			delete(b.received, id)
			return got
		},
	})
}

func TestSecrets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/secrets/token" || r.URL.Query().Get("api-version") != vaultVersion || r.Header.Get("Authorization") != "Bearer for https://vault.azure.net/.default" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"value": "of the double ✓", "id": "https://x/secrets/token/1"})
	}))
	defer server.Close()
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Secret: func(ctx context.Context, id string) (string, error) { return ReadSecret(ctx, id, token{}) }},
		Lookup:  func(string) string { return server.URL + "/secrets/token" },
		Secret:  "of the double ✓",
	})
}
