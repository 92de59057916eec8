package gcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/gcp"
)

// BenchmarkEvents sets what the host does with a payload beside what reading its JSON takes.
func BenchmarkEvents(b *testing.B) {
	payload := bytes.Replace([]byte(pushed), []byte("SGVsbG8gQ2xvdWQgUHViL1N1YiEgSGVyZSBpcyBteSBtZXNzYWdlIQ=="), []byte("eyJpZCI6Im9yZGVyLTEifQ=="), 1)
	handler := gcp.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "work", Timeout: time.Second,
		Handler: app.Queue("jobs", func(context.Context, fn.Message[map[string]any]) error { return nil }),
	}}}, nil)["Work"]
	b.Run("queue/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v map[string]any
			if err := json.Unmarshal(payload, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("queue/host", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w := httptest.NewRecorder()
			handler(w, httptest.NewRequest("POST", "/", bytes.NewReader(payload)))
			if w.Code != 204 {
				b.Fatal(w.Code, w.Body)
			}
		}
	})
}
