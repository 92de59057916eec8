// Package gcpdrivers has the drivers of resources on Google Cloud: Cloud Storage, Firestore, Pub/Sub, Secret Manager and Workflows. Each of its
// options links the driver of one kind; a generated entrypoint passes those that the app uses.
//
// Tables are gocloud.dev's gcpfirestore. Buckets and messages are thin drivers of our own over the JSON APIs, behind gocloud.dev's
// types: with gocloud.dev's an entrypoint would pass 25 MB. As gives an *http.Client that signs in, of which a client of any service
// can be made.
//
// They sign in as the function's service account, with the application default credentials. STORAGE_EMULATOR_HOST,
// PUBSUB_EMULATOR_HOST, FIRESTORE_EMULATOR_HOST, SECRETMANAGER_EMULATOR_HOST and WORKFLOWS_EMULATOR_HOST point them elsewhere for tests.
package gcpdrivers

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"

	"gocloud.dev/blob"
	"gocloud.dev/docstore"
	"gocloud.dev/pubsub"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"

	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// Buckets links buckets of Cloud Storage.
func Buckets(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Bucket = func(_ context.Context, id string) (*blob.Bucket, error) {
			return OpenBucket(Config(os.Getenv), id), nil
		}
	})
}

// Tables links collections of Firestore.
func Tables(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Table = func(ctx context.Context, id string, key []string) (*docstore.Collection, error) {
			return OpenTable(ctx, Config(os.Getenv), id, key)
		}
	})
}

// Queues links topics of Pub/Sub that are queues.
func Queues(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) { d.Queue = openTopic })
}

// Topics links topics of Pub/Sub.
func Topics(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) { d.Topic = openTopic })
}

func openTopic(_ context.Context, id string, _ bool) (*pubsub.Topic, error) {
	return OpenTopic(Config(os.Getenv), id), nil
}

// Secrets links secrets of Secret Manager.
func Secrets(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Secret = func(ctx context.Context, id string) (string, error) { return ReadSecret(ctx, Config(os.Getenv), id) }
	})
}

// Workflows links workflows of Workflows.
func Workflows(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Start = func(ctx context.Context, id, _ string, input []byte) error {
			return StartExecution(ctx, Config(os.Getenv), id, input)
		}
	})
}

// Settings say where the services are, and who is calling.
type Settings struct {
	// Storage, PubSub, SecretManager and Executions are URLs, with no slash at the end.
	Storage, PubSub, SecretManager, Executions string
	// Firestore is the host and port of an emulator; empty for Firestore itself.
	Firestore string
	// Tokens are those of the function's service account; nil for an emulator, which asks for none.
	Tokens oauth2.TokenSource
}

// scope is that of the tokens: what they allow is IAM's to say.
const scope = "https://www.googleapis.com/auth/cloud-platform"

var tokens = sync.OnceValues(func() (oauth2.TokenSource, error) {
	return google.DefaultTokenSource(context.Background(), scope)
})

// Config is what the environment of a function says.
func Config(lookup func(string) string) Settings {
	s := Settings{
		Storage: "https://storage.googleapis.com", PubSub: "https://pubsub.googleapis.com", SecretManager: "https://secretmanager.googleapis.com",
		Executions: "https://workflowexecutions.googleapis.com",
		Firestore:  lookup("FIRESTORE_EMULATOR_HOST"), Tokens: lazily{},
	}
	if host := lookup("STORAGE_EMULATOR_HOST"); host != "" {
		s.Storage, s.Tokens = withScheme(host), nil
	}
	if host := lookup("PUBSUB_EMULATOR_HOST"); host != "" {
		s.PubSub, s.Tokens = withScheme(host), nil
	}
	if host := lookup("SECRETMANAGER_EMULATOR_HOST"); host != "" {
		s.SecretManager, s.Tokens = withScheme(host), nil
	}
	if host := lookup("WORKFLOWS_EMULATOR_HOST"); host != "" {
		s.Executions, s.Tokens = withScheme(host), nil
	}
	if s.Firestore != "" {
		s.Tokens = nil
	}
	return s
}

func withScheme(host string) string {
	if strings.Contains(host, "://") {
		return strings.TrimSuffix(host, "/")
	}
	return "http://" + host
}

// lazily looks for credentials when the first token is asked for.
type lazily struct{}

// Token implements oauth2.TokenSource.
func (lazily) Token() (*oauth2.Token, error) {
	source, err := tokens()
	if err != nil {
		return nil, err
	}
	return source.Token()
}

// client is an HTTP client that signs in.
func (s Settings) client() *http.Client {
	c := &http.Client{CheckRedirect: rest.Stay}
	if s.Tokens != nil {
		c.Transport = &oauth2.Transport{Source: s.Tokens}
	}
	return c
}
