// Command azure is what the shop's generated entrypoint for Azure Functions is compared with: a hello world by hand on Microsoft's own
// SDKs, with a client for each kind of resource that the shop has, but for its tables, whose module (azcosmos) is not to be had everywhere. No module
// starts Logic Apps: that is a request with a token.
package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
)

type shop struct {
	buckets   *azblob.Client
	topics    *azservicebus.Client
	secrets   *azsecrets.Client
	workflows runtime.Pipeline
}

func main() {
	s, err := newShop()
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	http.HandleFunc("GET /bucket/{key}", func(w http.ResponseWriter, r *http.Request) { answer(w, s.bucket(r.Context(), r.PathValue("key"))) })
	http.HandleFunc("GET /topic", func(w http.ResponseWriter, r *http.Request) { answer(w, s.topic(r.Context())) })
	http.HandleFunc("GET /secret", func(w http.ResponseWriter, r *http.Request) {
		_, err := s.secrets.GetSecret(r.Context(), "secret", "", nil)
		answer(w, err)
	})
	http.HandleFunc("GET /workflow", func(w http.ResponseWriter, r *http.Request) { answer(w, s.start(r.Context())) })
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("FUNCTIONS_CUSTOMHANDLER_PORT"), nil))
}

func newShop() (s shop, err error) {
	identity, err := azidentity.NewManagedIdentityCredential(nil)
	if err != nil {
		return s, err
	}
	token := runtime.NewBearerTokenPolicy(identity, []string{"https://management.azure.com/.default"}, nil)
	s.workflows = runtime.NewPipeline("shop", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{token}}, nil)
	if s.buckets, err = azblob.NewClient("https://shop.blob.core.windows.net", identity, nil); err != nil {
		return s, err
	}
	if s.topics, err = azservicebus.NewClient("shop.servicebus.windows.net", identity, nil); err != nil {
		return s, err
	}
	s.secrets, err = azsecrets.NewClient("https://shop.vault.azure.net", identity, nil)
	return s, err
}

func (s shop) bucket(ctx context.Context, key string) error {
	object, err := s.buckets.DownloadStream(ctx, "bucket", key, nil)
	if err != nil {
		return err
	}
	defer object.Body.Close()
	data, err := io.ReadAll(object.Body)
	if err != nil {
		return err
	}
	_, err = s.buckets.UploadStream(ctx, "bucket", key, bytes.NewReader(data), nil)
	return err
}

func (s shop) topic(ctx context.Context) error {
	sender, err := s.topics.NewSender("topic", nil)
	if err != nil {
		return err
	}
	return sender.SendMessage(ctx, &azservicebus.Message{Body: []byte("{}")}, nil)
}

func (s shop) start(ctx context.Context) error {
	r, err := runtime.NewRequest(ctx, http.MethodPost, "https://shop.logic.azure.com/workflows/order/triggers/start/paths/invoke")
	if err != nil {
		return err
	}
	resp, err := s.workflows.Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, "internal server error", http.StatusInternalServerError)
	}
}
