package gcp_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"strings"
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

// post hands a body to a function, and tells whether it is acknowledged. A header is "Name: value".
func post(t testing.TB, f app.Function, body []byte, header ...string) bool {
	t.Helper()
	return postWith(t, f, nil, body, header...)
}

func postWith(t testing.TB, f app.Function, letters app.DeadLetters, body []byte, header ...string) bool {
	t.Helper()
	f.Timeout = time.Second
	handlers := gcp.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{f}}, letters)
	r := httptest.NewRequest("POST", "/", bytes.NewReader(body))
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	handlers[gcp.EntryPoint(f.Name)](w, r)
	return w.Code/100 == 2
}

func TestSampleOfPush(t *testing.T) {
	var got fn.Message[[]byte]
	ok := post(t, app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m; return nil })}, []byte(pushed))
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

// Pub/Sub and what stands in for it spell the ID and the time in one way, in the other, or in both.
func TestSpellingsOfAPush(t *testing.T) {
	for name, c := range map[string]struct {
		message string
		ok      bool
	}{
		"both":      {`"messageId": "1", "message_id": "1", "publishTime": "2021-02-26T19:13:55.749Z", "publish_time": "2021-02-26T19:13:55.749Z"`, true},
		"the one":   {`"messageId": "1", "publishTime": "2021-02-26T19:13:55.749Z"`, true},
		"the other": {`"message_id": "1", "publish_time": "2021-02-26T19:13:55.749Z"`, true},
		"neither":   {`"publishTime": "2021-02-26T19:13:55.749Z"`, false},
	} {
		var got fn.Message[[]byte]
		f := app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m; return nil })}
		ok := post(t, f, []byte(`{"message": {"data": "YQ==", `+c.message+`}, "subscription": "s"}`))
		if ok != c.ok || ok && (got.ID != "1" || got.Time.Format(time.RFC3339) != "2021-02-26T19:13:55Z" || got.Attempt != 0) {
			t.Errorf("%s: acknowledged: %v, the message is %+v", name, ok, got)
		}
	}
}

// A trace is that of the sender, and else that of the call.
func TestTraces(t *testing.T) {
	const own, call = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for attributes, want := range map[string]string{
		`{}`: call, `{"traceparent": "` + own + `"}`: own, `{"googclient_traceparent": "` + own + `"}`: own,
		`{"googclient_traceparent": "` + call + `", "traceparent": "` + own + `"}`: own,
	} {
		var got fn.Message[[]byte]
		f := app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m; return nil })}
		ok := post(t, f, []byte(`{"message": {"messageId": "1", "attributes": `+attributes+`}}`), "Traceparent: "+call)
		if !ok || got.Trace.Parent != want || len(got.Attributes) > 0 {
			t.Errorf("%s: acknowledged: %v, the trace is %+v, the attributes are %v", attributes, ok, got.Trace, got.Attributes)
		}
	}
}
