// Package azuredrivers has the drivers of resources on Azure: Blob Storage, Cosmos DB, Service Bus, Key Vault and Logic Apps. Each of its
// options links the driver of one kind; a generated entrypoint passes those that the app uses.
//
// They are thin drivers of our own over the REST APIs, behind gocloud.dev's types. It has none for tables. With its driver for buckets an
// entrypoint starts more slowly, and one that is written to panics at the end of an upload that failed (v0.47.0, azureblob.go:1075).
// With its driver for messages an AMQP connection would have to be made first, and no engine is there to test one against. As gives the
// credential, with which a client of any service can be made.
//
// They sign in as the app's managed identity, and take no keys. The app settings that say where things are can point elsewhere, for
// tests.
package azuredrivers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"gocloud.dev/blob"
	"gocloud.dev/docstore"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos"
	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
)

// App settings that say where services are, and as whom to go there, as the Functions host reads them too.
// https://learn.microsoft.com/azure/azure-functions/functions-reference#common-properties-for-identity-based-connections
const (
	settingNamespace = "SERVICEBUS__fullyQualifiedNamespace"
	settingAccount   = "COSMOS__accountEndpoint"
	settingDatabase  = "ISOBAR_DATABASE"
	settingBlobs     = "BUCKETS__blobServiceUri"
)

// settingsClient are the settings with the client ID of the app's identity.
var settingsClient = []string{"SERVICEBUS__clientId", "COSMOS__clientId", "BUCKETS__clientId", "AzureWebJobsStorage__clientId", "AZURE_CLIENT_ID"}

// identity is the app's, found once.
var identity = sync.OnceValues(func() (azcore.TokenCredential, error) {
	var options azidentity.ManagedIdentityCredentialOptions
	var id string
	for _, name := range settingsClient {
		id = cmp.Or(id, os.Getenv(name))
	}
	if id != "" {
		options.ID = azidentity.ClientID(id)
	}
	return azidentity.NewManagedIdentityCredential(&options)
})

func setting(name string) (string, error) {
	if value := os.Getenv(name); value != "" {
		return value, nil
	}
	return "", fmt.Errorf("the app setting %s is not there: deploy the infrastructure that isobar gen writes", name)
}

// Buckets links containers of Blob Storage.
func Buckets(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Bucket = func(_ context.Context, id string) (*blob.Bucket, error) {
			service, err := setting(settingBlobs)
			if err != nil {
				return nil, err
			}
			credential, err := identity()
			if err != nil {
				return nil, err
			}
			return OpenBucket(joined(service, id), credential), nil
		}
	})
}

// Tables links containers of Cosmos DB.
func Tables(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Table = func(_ context.Context, id string, key []string) (*docstore.Collection, error) {
			account, err := setting(settingAccount)
			database, dbErr := setting(settingDatabase)
			credential, idErr := identity()
			if err := errors.Join(err, dbErr, idErr); err != nil {
				return nil, err
			}
			return cosmos.OpenCollection(cosmos.Options{Endpoint: account, Database: database, Container: id, Credential: credential}, key)
		}
	})
}

// Queues links queues of Service Bus.
func Queues(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) { d.Queue = openEntity })
}

// Topics links topics of Service Bus.
func Topics(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) { d.Topic = openEntity })
}

func openEntity(_ context.Context, id string, _ bool) (*pubsub.Topic, error) {
	namespace, err := setting(settingNamespace)
	if err != nil {
		return nil, err
	}
	credential, err := identity()
	if err != nil {
		return nil, err
	}
	if !strings.Contains(namespace, "://") {
		namespace = "https://" + namespace
	}
	return OpenEntity(namespace, id, credential), nil
}

// OpenEntity opens a queue or a topic of a namespace of Service Bus.
func OpenEntity(namespace, name string, credential azcore.TokenCredential) *pubsub.Topic {
	return sending.Topic(newEntity(namespace, name, credential))
}

// Secrets links secrets of Key Vault.
func Secrets(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Secret = func(ctx context.Context, id string) (string, error) {
			credential, err := identity()
			if err != nil {
				return "", err
			}
			return ReadSecret(ctx, id, credential)
		}
	})
}

// Workflows links workflows of Logic Apps.
func Workflows(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Start = func(ctx context.Context, id, _ string, input []byte) error {
			credential, err := identity()
			if err != nil {
				return err
			}
			return StartRun(ctx, id, input, credential)
		}
	})
}
