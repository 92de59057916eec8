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

// pushed is a push, as https://cloud.google.com/pubsub/docs/push#receive_push shows it, with a trace of the client libraries.
const pushed = `{
  "deliveryAttempt": 5,
  "message": {
    "attributes": {"key": "value", "googclient_traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
    "data": "SGVsbG8gQ2xvdWQgUHViL1N1YiEgSGVyZSBpcyBteSBtZXNzYWdlIQ==",
    "messageId": "2070443601311540",
    "message_id": "2070443601311540",
    "publishTime": "2021-02-26T19:13:55.749Z",
    "publish_time": "2021-02-26T19:13:55.749Z"
  },
  "subscription": "projects/myproject/subscriptions/mysubscription"
}`

// post hands a body to a function, and tells whether it is acknowledged.
func post(t testing.TB, f app.Function, body []byte, scheduled string) bool {
	t.Helper()
	f.Timeout = time.Second
	handlers := gcp.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{f}}, nil)
	r := httptest.NewRequest("POST", "/", bytes.NewReader(body))
	if scheduled != "" {
		r.Header["X-Cloudscheduler-Scheduletime"] = []string{scheduled}
	}
	w := httptest.NewRecorder()
	handlers[gcp.EntryPoint(f.Name)](w, r)
	return w.Code/100 == 2
}

func TestSampleOfPush(t *testing.T) {
	var got fn.Message[[]byte]
	ok := post(t, app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m; return nil })}, []byte(pushed), "")
	if !ok || string(got.Data) != "Hello Cloud Pub/Sub! Here is my message!" || got.ID != "2070443601311540" || got.Attempt != 5 ||
		got.Trace.Parent != "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" || len(got.Attributes) != 1 {
		t.Errorf("acknowledged: %v, the message is %+v", ok, got)
	}
}

func TestEntryPoint(t *testing.T) {
	for name, want := range map[string]string{"http": "Http", "process-order": "ProcessOrder", "a-1b": "A1b"} {
		if got := gcp.EntryPoint(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// FuzzEvents looks for a panic, and for an acknowledgement of what no handler was called for.
func FuzzEvents(f *testing.F) {
	f.Add([]byte(pushed), "")
	f.Add([]byte("{}"), "2026-11-23T02:00:00Z")
	f.Fuzz(func(t *testing.T, body []byte, scheduled string) {
		for _, kind := range []string{"queue", "schedule"} {
			handled := 0
			handler := app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { handled++; return nil })
			if kind == "schedule" {
				handler = app.Schedule(func(context.Context, fn.Tick) error { handled++; return nil })
			}
			if ok := post(t, app.Function{Name: "f", Handler: handler}, body, scheduled); ok != (handled == 1) {
				t.Errorf("%s acknowledged: %v, handled %d times: %s %q", kind, ok, handled, body, scheduled)
			}
		}
	})
}

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
