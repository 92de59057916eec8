package azure_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// BenchmarkEvents sets what the host does with a payload beside what reading its JSON takes.
func BenchmarkEvents(b *testing.B) {
	payload := sample(b, "serviceBusTrigger-one-binary.json")
	h := azure.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "work", Timeout: time.Second,
		Handler: app.Queue("jobs", func(context.Context, fn.Message[map[string]any]) error { return nil }),
	}}}, nil)
	b.Run("queue/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v struct{ Data, Metadata map[string]any }
			if err := json.Unmarshal(payload, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("queue/host", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("POST", "/work", bytes.NewReader(payload)))
			if w.Code != 200 {
				b.Fatal(w.Code)
			}
		}
	})
}
