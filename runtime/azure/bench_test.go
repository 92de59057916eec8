package azure_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/internal/ratio"
	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// invokeRequest is the type with which Microsoft's own pages and samples read a call. What it reads is quoted yet, a second time.
// https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
type invokeRequest struct {
	Data     map[string]json.RawMessage
	Metadata map[string]any
}

// BenchmarkDecode compares decoding a call into an fn.Event with encoding/json and the vendor's own type.
func BenchmarkDecode(b *testing.B) {
	call := sample(b, "serviceBusTrigger-one-binary.json")
	b.Run("service-bus-call", func(b *testing.B) {
		ratio.Report(b,
			func() error { return json.Unmarshal(call, new(invokeRequest)) },
			func() error { _, err := azure.DecodeMessage(call); return err })
	})
}

// BenchmarkServe is what the host does with a call up to its answer, the handler and the objects of the HTTP round trip included.
func BenchmarkServe(b *testing.B) {
	payload := sample(b, "serviceBusTrigger-one-binary.json")
	h := azure.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "work", Timeout: time.Second,
		Handler: app.Queue("jobs", func(context.Context, fn.Message[map[string]any]) error { return nil }),
	}}}, nil)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/work", bytes.NewReader(payload)))
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
