// Command gcp is what the shop's generated entrypoint for Google Cloud Functions is compared with: a hello world by hand on Google's own
// SDKs, with a client for each kind of resource that the shop has. Clients are made when they are first used, as theirs take a while.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"sync"

	"cloud.google.com/go/firestore"
	"cloud.google.com/go/pubsub/v2"
	secretmanager "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"cloud.google.com/go/storage"
	executions "cloud.google.com/go/workflows/executions/apiv1"
	"cloud.google.com/go/workflows/executions/apiv1/executionspb"
	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

const project = "my-project"

var (
	tables    = sync.OnceValues(func() (*firestore.Client, error) { return firestore.NewClient(context.Background(), project) })
	buckets   = sync.OnceValues(func() (*storage.Client, error) { return storage.NewClient(context.Background()) })
	topics    = sync.OnceValues(func() (*pubsub.Client, error) { return pubsub.NewClient(context.Background(), project) })
	secrets   = sync.OnceValues(func() (*secretmanager.Client, error) { return secretmanager.NewClient(context.Background()) })
	workflows = sync.OnceValues(func() (*executions.Client, error) { return executions.NewClient(context.Background()) })
)

func init() {
	functions.HTTP("Http", func(w http.ResponseWriter, r *http.Request) {
		err := error(nil)
		switch r.URL.Path {
		case "/table":
			err = table(r.Context(), r.FormValue("id"))
		case "/bucket":
			err = bucket(r.Context(), r.FormValue("key"))
		case "/topic":
			err = topic(r.Context())
		case "/secret":
			err = secret(r.Context())
		case "/workflow":
			err = start(r.Context())
		}
		if err != nil {
			http.Error(w, "internal server error", http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, "hello")
	})
}

func main() { log.Fatal(funcframework.StartHostPort("127.0.0.1", os.Getenv("PORT"))) }

func table(ctx context.Context, id string) error {
	client, err := tables()
	if err != nil {
		return err
	}
	document := client.Collection("table").Doc(id)
	if _, err := document.Get(ctx); err != nil {
		return err
	}
	if _, err := document.Set(ctx, map[string]any{"id": id}); err != nil {
		return err
	}
	if _, err := document.Delete(ctx); err != nil {
		return err
	}
	_, err = client.Collection("table").Where("status", "==", "pending").OrderBy("placed", firestore.Asc).Documents(ctx).GetAll()
	return err
}

func bucket(ctx context.Context, key string) error {
	client, err := buckets()
	if err != nil {
		return err
	}
	object := client.Bucket("bucket").Object(key)
	reader, err := object.NewReader(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	writer := object.NewWriter(ctx)
	if _, err := io.Copy(writer, reader); err != nil {
		return err
	}
	return writer.Close()
}

func topic(ctx context.Context) error {
	client, err := topics()
	if err != nil {
		return err
	}
	_, err = client.Publisher("topic").Publish(ctx, &pubsub.Message{Data: []byte("{}")}).Get(ctx)
	return err
}

func secret(ctx context.Context) error {
	client, err := secrets()
	if err != nil {
		return err
	}
	_, err = client.AccessSecretVersion(ctx, &secretmanagerpb.AccessSecretVersionRequest{Name: "projects/my-project/secrets/secret/versions/latest"})
	return err
}

func start(ctx context.Context) error {
	client, err := workflows()
	if err != nil {
		return err
	}
	_, err = client.CreateExecution(ctx, &executionspb.CreateExecutionRequest{Parent: "projects/my-project/locations/europe-west1/workflows/order"})
	return err
}
