package aws_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// BenchmarkEvents sets what the host does with a payload beside what reading its JSON into the vendor's type takes.
func BenchmarkEvents(b *testing.B) {
	batch := []byte(`{"Records": [` + strings.Repeat(string(record(b))+",", 9) + string(record(b)) + `]}`)
	work := serve(b, app.Function{Name: "work", Handler: app.Queue("jobs", func(context.Context, fn.Message[map[string]any]) error { return nil })})
	get := serve(b, app.Function{Name: "get", Handler: app.HTTP("GET /path", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })})
	payload := request(b)
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"queue/json", func() error { var e events.SQSEvent; return json.Unmarshal(batch, &e) }},
		{"queue/host", func() error { _, err := work.Invoke(b.Context(), batch); return err }},
		{"http/json", func() error { var e events.APIGatewayV2HTTPRequest; return json.Unmarshal(payload, &e) }},
		{"http/host", func() error { _, err := get.Invoke(b.Context(), payload); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// record is one message of a batch, whose body is JSON.
func record(b *testing.B) []byte {
	b.Helper()
	var e events.SQSEvent
	if err := json.Unmarshal(sample(b, "sqs-event.json"), &e); err != nil {
		b.Fatal(err)
	}
	e.Records[0].Body = `{"id": "o1", "user": "ada", "items": [{"sku": "book", "quantity": 2, "cents": 1250}]}`
	data, err := json.Marshal(e.Records[0])
	if err != nil {
		b.Fatal(err)
	}
	return data
}
