package aws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/trace"
)

// sample reads a payload that AWS documents; testdata/SOURCES.md says where it is from.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func serve(t testing.TB, f app.Function) lambda.Handler {
	t.Helper()
	return serveBound(t, f, aws.Mapped)
}

func serveBound(t testing.TB, f app.Function, binding aws.Binding) lambda.Handler {
	t.Helper()
	f.Timeout = time.Second
	h, err := aws.New(app.App{Name: "shop", BasePath: "/my", Functions: []app.Function{f}}, f.Name, binding)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestSampleOfSQS(t *testing.T) {
	var got fn.Message[[]byte]
	h := serve(t, app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m; return nil })})
	answer, err := h.Invoke(t.Context(), sample(t, "sqs-event.json"))
	if err != nil || string(answer) != `{"batchItemFailures":[]}` {
		t.Fatalf("answered %s, %v", answer, err)
	}
	if want := "MessageID_1"; got.ID != want || string(got.Data) != "Message Body" || got.Attempt != 2 {
		t.Errorf("the message is %+v, want the ID %s", got, want)
	}
	if _, ok := got.Raw.(events.SQSMessage); !ok {
		t.Errorf("the provider's payload is a %T", got.Raw)
	}
}

// X-Ray's header becomes the trace context, unless the sender sent one of its own.
func TestTraceOfAMessage(t *testing.T) {
	const own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for name, c := range map[string]struct{ header, attribute, want string }{
		"sampled":       {"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", "", "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"},
		"not sampled":   {"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0", "", "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00"},
		"without one":   {"Root=1-5759e988-bd862e3fe1be46a994272793", "", ""},
		"nonsense":      {"Root=1-x-y;Parent=z", "", ""},
		"the sender's":  {"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", own, own},
		"no trace":      {"", "", ""},
		"all of it nil": {"Root=1-00000000-000000000000000000000000;Parent=0000000000000000", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := events.SQSMessage{MessageId: "m", Attributes: map[string]string{"AWSTraceHeader": c.header}}
			if c.attribute != "" {
				m.MessageAttributes = map[string]events.SQSMessageAttribute{"traceparent": {StringValue: &c.attribute, DataType: "String"}}
			}
			payload, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{m}})
			if err != nil {
				t.Fatal(err)
			}
			var got fn.Message[[]byte]
			h := serve(t, app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m; return nil })})
			if _, err := h.Invoke(t.Context(), payload); err != nil || got.Trace.Parent != c.want {
				t.Errorf("the parent is %q, want %q, %v", got.Trace.Parent, c.want, err)
			}
		})
	}
}

// So it does of a request, which Lambda has traced when its client has not.
func TestTraceOfARequest(t *testing.T) {
	const own, xray = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	for name, c := range map[string]struct{ invocation, client, want string }{
		"that of Lambda":  {xray, "", "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"},
		"the client's":    {xray, own, own},
		"no trace":        {"", "", ""},
		"no trace's form": {"junk", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			payload := request(t)
			if c.client != "" {
				payload = bytes.Replace(payload, []byte(`"headers": {`), []byte(`"headers": {"traceparent": "`+c.client+`",`), 1)
			}
			var got string
			h := serve(t, app.Function{Name: "get", Handler: app.HTTP("GET /path", func(_ http.ResponseWriter, r *http.Request) { got = trace.FromContext(r.Context()).Parent })})
			ctx := context.WithValue(t.Context(), "x-amzn-trace-id", c.invocation) //nolint:staticcheck // aws-lambda-go's key
			if _, err := h.Invoke(ctx, payload); err != nil || got != c.want {
				t.Errorf("the parent is %q, want %q, %v", got, c.want, err)
			}
		})
	}
}

func TestSampleOfAnHTTPAPI(t *testing.T) {
	var got *http.Request
	h := serve(t, app.Function{Name: "get", Handler: app.HTTP("GET /path", func(_ http.ResponseWriter, r *http.Request) { got = r })})
	if _, err := h.Invoke(t.Context(), request(t)); err != nil {
		t.Fatal(err)
	}
	if got == nil {
		t.Fatal("the handler was not called")
	}
	if got.Host != "aaaaaaaaaa.execute-api.us-west-2.amazonaws.com" || got.Header.Get("User-Agent") != "curl/7.58.0" || got.RemoteAddr != "1.2.3.4:0" {
		t.Errorf("the request is %+v", got)
	}
}

// A question mark that was escaped is part of the path, and begins no query.
func TestADecodedPath(t *testing.T) {
	var got *http.Request
	h := serve(t, app.Function{Name: "get", Handler: app.HTTP("GET /{name}", func(_ http.ResponseWriter, r *http.Request) { got = r })})
	payload := bytes.Replace(request(t), []byte(`"/my/path"`), []byte(`"/my/what?admin=1"`), 1)
	if _, err := h.Invoke(t.Context(), payload); err != nil || got == nil {
		t.Fatal("the handler was not called", err)
	}
	if got.PathValue("name") != "what?admin=1" || got.URL.Query().Has("admin") {
		t.Errorf("the name is %q, the query %q", got.PathValue("name"), got.URL.RawQuery)
	}
}

// A large answer travels within the 6 MB that Lambda has for one, even if JSON escapes every byte of it.
func TestALargeAnswerFits(t *testing.T) {
	const most = 6_291_456
	for _, kind := range []string{"text/html", "application/octet-stream"} {
		for _, size := range []int{1 << 20, app.MaxResponseBody} {
			h := serve(t, app.Function{Name: "get", Handler: app.HTTP("GET /path", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", kind)
				fmt.Fprint(w, strings.Repeat("<", size))
			})})
			answer, err := h.Invoke(t.Context(), request(t))
			if err != nil || len(answer) > most || len(answer) < size {
				t.Errorf("%d bytes of %s travel as %d, %v", size, kind, len(answer), err)
			}
		}
	}
}

// request is the sample of a request, to a path that there is.
func request(t testing.TB) []byte {
	t.Helper()
	data := sample(t, "apigw-v2-request-no-authorizer.json")
	changed := bytes.Replace(data, []byte(`"rawPath": "/"`), []byte(`"rawPath": "/my/path"`), 1)
	if bytes.Equal(data, changed) {
		t.Fatal("the sample has another path")
	}
	return changed
}
