package gcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/internal/ratio"
	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/gcp"
)

// receivedPush is a push in the vendor's types: the message is PubsubMessage of google.golang.org/api/pubsub/v1, whose data is left in
// base64. https://pkg.go.dev/google.golang.org/api/pubsub/v1#PubsubMessage
type receivedPush struct {
	Message struct {
		Attributes  map[string]string `json:"attributes,omitempty"`
		Data        string            `json:"data,omitempty"`
		MessageID   string            `json:"messageId,omitempty"`
		OrderingKey string            `json:"orderingKey,omitempty"`
		PublishTime string            `json:"publishTime,omitempty"`
	} `json:"message"`
	DeliveryAttempt int64  `json:"deliveryAttempt,omitempty"`
	Subscription    string `json:"subscription"`
}

// BenchmarkDecode compares decoding a push into an fn.Event with encoding/json and the vendor's own types.
func BenchmarkDecode(b *testing.B) {
	b.Run("pubsub-push", func(b *testing.B) {
		ratio.Report(b,
			func() error { return json.Unmarshal([]byte(pushed), new(receivedPush)) },
			func() error { _, err := gcp.DecodeMessage([]byte(pushed)); return err })
	})
}

// BenchmarkServe is what the host does with a push up to its answer, the handler and the objects of the HTTP round trip included.
func BenchmarkServe(b *testing.B) {
	payload := bytes.Replace([]byte(pushed), []byte("SGVsbG8gQ2xvdWQgUHViL1N1YiEgSGVyZSBpcyBteSBtZXNzYWdlIQ=="), []byte("eyJpZCI6Im9yZGVyLTEifQ=="), 1)
	handler := gcp.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "work", Timeout: time.Second,
		Handler: app.Queue("jobs", func(context.Context, fn.Message[map[string]any]) error { return nil }),
	}}}, nil)["Work"]
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		handler(w, httptest.NewRequest("POST", "/", bytes.NewReader(payload)))
		if w.Code != 204 {
			b.Fatal(w.Code, w.Body)
		}
	}
}
