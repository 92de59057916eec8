package azuredrivers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/blob/drivertest"
	"gocloud.dev/docstore"
	"gocloud.dev/gcerrors"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/internal/engine"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos/cosmostest"
	"github.com/isobar-dev/isobar/runtime/resource/clienttest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
)

// token is an identity that hands out one token for each scope.
type token struct{}

func (token) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	t := cosmostest.Token
	if strings.HasSuffix(o.Scopes[0], ".azure.net/.default") || o.Scopes[0] == scopeManagement {
		t = "for " + o.Scopes[0]
	}
	return azcore.AccessToken{Token: t, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// The account that Azurite has, which is no secret: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
const (
	azuriteAccount = "devstoreaccount1"
	azuriteKey     = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

// sharedKey signs requests as Azurite wants them: it takes tokens over TLS alone.
// https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
func sharedKey(_ context.Context, r *http.Request, body []byte) error {
	h := r.Header
	length := ""
	if len(body) > 0 {
		length = strconv.Itoa(len(body))
	}
	lines := []string{r.Method, h.Get("Content-Encoding"), h.Get("Content-Language"), length, h.Get("Content-Md5"), h.Get("Content-Type"), "", "", h.Get("If-Match"), h.Get("If-None-Match"), "", h.Get("Range")}
	var own []string
	for name := range h {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-ms-") {
			own = append(own, lower+":"+h.Get(name))
		}
	}
	slices.SortFunc(own, func(x, y string) int {
		x, _, _ = strings.Cut(x, ":")
		y, _, _ = strings.Cut(y, ":")
		return strings.Compare(x, y)
	})
	lines = append(append(lines, own...), "/"+azuriteAccount+r.URL.EscapedPath())
	query := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		lines = append(lines, name+":"+query.Get(name))
	}
	key, err := base64.StdEncoding.DecodeString(azuriteKey)
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.Join(lines, "\n")))
	h.Set("Authorization", "SharedKey "+azuriteAccount+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return nil
}

// azurite starts Azurite with a container.
func azurite(t *testing.T, container string) *engine.Engine {
	t.Helper()
	e := engine.Start(t, "azurite", "npm install -g azurite@3.35.0", "/", nil,
		"azurite-blob", "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--blobHost", "127.0.0.1", "--blobPort", "{port}", "--location", "{dir}")
	b := containerOf(e, container)
	if _, _, err := b.Read(t.Context(), rest.Request{Method: http.MethodPut, URL: b.container + "?restype=container"}); err != nil {
		t.Fatal(err)
	}
	return e
}

func containerOf(e *engine.Engine, name string) *bucket {
	return newBucket(e.URL()+"/"+azuriteAccount+"/"+name, token{}, sharedKey)
}

func TestSuiteAgainstAzurite(t *testing.T) {
	e := azurite(t, "suite-uploads")
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{Bucket: func(_ context.Context, id string) (*blob.Bucket, error) {
			return blob.NewBucket(containerOf(e, id)), nil
		}},
		Lookup: func(string) string { return "suite-uploads" },
	})
}

// harness is that of gocloud.dev's own suite for buckets.
type harness struct{ engine *engine.Engine }

func (h harness) MakeDriver(context.Context) (driver.Bucket, error) {
	return containerOf(h.engine, "gocloud"), nil
}

func (h harness) MakeDriverForNonexistentBucket(context.Context) (driver.Bucket, error) {
	return containerOf(h.engine, "does-not-exist"), nil
}
func (harness) HTTPClient() *http.Client         { return nil }
func (harness) SupportsCopy() bool               { return true }
func (harness) SupportsNonSlashDelimiters() bool { return true }
func (harness) Close()                           {}

func TestGocloudSuite(t *testing.T) {
	engine.Suite(t, map[string]string{
		"TestListWeirdKeys":                "Azure changes keys with \\ and ../, which are refused before they get here",
		"TestKeys/dotdotslash":             "Azure changes keys with ../, which are refused before they get here",
		"TestListDelimiters/backslash":     "Azure changes keys with \\, which are refused before they get here",
		"TestListDelimiters/abc":           "Azurite takes no delimiter of several characters",
		"TestMetadata/weird_metadata_keys": "Azurite verifies signatures of such names in another way",
	}, func(t *testing.T) {
		e := azurite(t, "gocloud")
		drivertest.RunConformanceTests(t, func(context.Context, *testing.T) (drivertest.Harness, error) { return harness{e}, nil }, nil)
	})
}

// TestTokens looks at what a request for a blob has, of a server that takes tokens.
func TestTokens(t *testing.T) {
	var got http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		_, _ = w.Write([]byte("content"))
	}))
	defer server.Close()
	b := OpenBucket(server.URL+"/container", token{})
	defer func() { _ = b.Close() }()
	if data, err := b.ReadAll(t.Context(), "x"); err != nil || string(data) != "content" {
		t.Errorf("got %q (%v)", data, err)
	}
	if got.Get("Authorization") != "Bearer "+cosmostest.Token || got.Get("X-Ms-Version") != blobVersion {
		t.Errorf("the headers are %v", got)
	}
}

// What is gone when a deletion is made again, as its answer was lost, was deleted by it.
func TestADeletionWhoseAnswerIsLost(t *testing.T) {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	b := OpenBucket(server.URL+"/container", token{})
	defer func() { _ = b.Close() }()
	if err := b.Delete(t.Context(), "x"); err != nil || calls != 2 {
		t.Errorf("%d calls: %v", calls, err)
	}
	if err := b.Delete(t.Context(), "x"); gcerrors.Code(err) != gcerrors.NotFound {
		t.Errorf("what is not there: %v", err)
	}
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
		if m.BrokerProperties.MessageId == "" || len(m.BrokerProperties.MessageId) > 128 {
			fail(http.StatusBadRequest, "a message that is sent again is dropped by its ID alone")
			return
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
