package aws_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/internal/ratio"
	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// BenchmarkDecode compares decoding a payload into fn.Events, or for a request into an http.Request, with encoding/json and the vendor's
// own types. The vendor's type of each event is decoded too: it is what the event's Raw is.
func BenchmarkDecode(b *testing.B) {
	batch := []byte(`{"Records": [` + strings.Repeat(string(record(b))+",", 9) + string(record(b)) + `]}`)
	request, notification := sample(b, "apigw-v2-request-no-authorizer.json"), sample(b, "s3-event.json")
	for _, c := range []struct {
		name           string
		baseline, host func() error
	}{
		{"sqs-batch-of-10", unmarshals[events.SQSEvent](batch), func() error { _, err := aws.DecodeMessages(batch); return err }},
		{"http-request", unmarshals[events.APIGatewayV2HTTPRequest](request), func() error { _, err := aws.DecodeRequest(b.Context(), request); return err }},
		{"s3-event", unmarshals[events.S3Event](notification), func() error { _, err := aws.DecodeObjects(notification); return err }},
	} {
		b.Run(c.name, func(b *testing.B) { ratio.Report(b, c.baseline, c.host) })
	}
}

func unmarshals[T any](payload []byte) func() error {
	return func() error { return json.Unmarshal(payload, new(T)) }
}

// BenchmarkServe is what a host does with a payload up to its answer, handlers included.
func BenchmarkServe(b *testing.B) {
	batch := []byte(`{"Records": [` + strings.Repeat(string(record(b))+",", 9) + string(record(b)) + `]}`)
	work := serve(b, app.Function{Name: "work", Handler: app.Queue("jobs", ignore)})
	get := serve(b, app.Function{Name: "get", Handler: app.HTTP("GET /path", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })})
	request := request(b)
	for name, run := range map[string]func() error{
		"queue": func() error { _, err := work.Invoke(b.Context(), batch); return err },
		"http":  func() error { _, err := get.Invoke(b.Context(), request); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ignore(context.Context, fn.Message[map[string]any]) error { return nil }

// record is one message of a batch, whose body is JSON.
func record(b *testing.B) []byte {
	b.Helper()
	var e events.SQSEvent
	if err := json.Unmarshal(sample(b, "sqs-event.json"), &e); err != nil {
		b.Fatal(err)
	}
	e.Records[0].Body = `{"id": "o1", "user": "ada", "items": [{"sku": "book", "quantity": 2, "cents": 1250}]}`
	return encoded(b, e.Records[0])
}
