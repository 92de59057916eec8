package aws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// everything is a function for each kind of events and each way that they come, and counts the calls of their handlers.
func everything(t testing.TB, calls *int) map[string]lambda.Handler {
	call := func() error { *calls++; return nil } // messages are ordered, so that there is one call at a time
	work := app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { return call() }).Ordered()
	hear := app.Topic("news", func(context.Context, fn.Message[[]byte]) error { return call() }).Ordered()
	night := app.Schedule(func(context.Context, fn.Tick) error { return call() })
	look := app.Bucket("b", app.Objects{On: []string{"created", "deleted"}}, func(context.Context, fn.Object) error { return call() })
	track := app.Table("t", app.Changes{On: []string{"upserted", "deleted"}}, func(context.Context, fn.Change[map[string]any]) error { return call() })
	return map[string]lambda.Handler{
		"queue":          serveBound(t, app.Function{Name: "work", Handler: work}, aws.Mapped),
		"topic":          serveBound(t, app.Function{Name: "hear", Handler: hear}, aws.Mapped),
		"topic/envelope": serveBound(t, app.Function{Name: "hear", Handler: hear}, aws.Enveloped),
		"topic/direct":   serveBound(t, app.Function{Name: "hear", Handler: hear}, aws.Direct),
		"tick":           serveBound(t, app.Function{Name: "night", Handler: night}, aws.Mapped),
		"tick/direct":    serveBound(t, app.Function{Name: "night", Handler: night}, aws.Direct),
		"bucket":         serveBound(t, app.Function{Name: "look", Handler: look}, aws.Mapped),
		"bucket/direct":  serveBound(t, app.Function{Name: "look", Handler: look}, aws.Direct),
		"table":          serveBound(t, app.Function{Name: "track", Handler: track}, aws.Mapped),
	}
}

// inQueue is a payload as the body of a message of SQS.
func inQueue(t testing.TB, body []byte) []byte {
	t.Helper()
	data, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m1", Body: string(body)}}})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// FuzzEvents looks for a panic, and for an acknowledgement of what no handler was called for.
func FuzzEvents(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // nearly all of what comes is refused
	for _, name := range []string{
		"sqs-event.json", "samcli-Sqs.json", "sns-event.json", "samcli-Sns.json", "s3-event.json", "samcli-S3Put.json", "dynamodb-event.json", "samcli-DynamoDBUpdate.json",
	} {
		f.Add(sample(f, name))
		f.Add(inQueue(f, sample(f, name)))
	}
	f.Add([]byte(tickInput))
	f.Add(inQueue(f, []byte(tickInput)))
	f.Add([]byte(testNotification))
	calls := 0
	handlers := everything(f, &calls)
	f.Fuzz(func(t *testing.T, payload []byte) {
		for name, h := range handlers {
			calls = 0
			answer, err := h.Invoke(t.Context(), payload)
			if err != nil {
				continue
			}
			records, failed := count(payload), bytes.Count(answer, []byte("itemIdentifier"))
			if name == "table" && failed > 0 {
				records = failed // those behind the first that failed are not acknowledged
			}
			// A bucket's events can be such that no function hears of them.
			if calls < records-failed && name[0] != 'b' {
				t.Errorf("%s: of %d events %d failed, and %d were handled: %s", name, records, failed, calls, payload)
			}
			if calls == 0 && !json.Valid(payload) {
				t.Errorf("%s: acknowledged %s", name, payload)
			}
		}
	})
}

// count is how many records a payload has, or 1 for what is no batch.
func count(payload []byte) int {
	var batch struct{ Records []json.RawMessage }
	if json.Unmarshal(payload, &batch) != nil || batch.Records == nil {
		return 1
	}
	return len(batch.Records)
}

// FuzzRequests looks for a panic, and for an answer that API Gateway cannot read.
func FuzzRequests(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // nearly all of what comes is refused
	for _, name := range []string{"apigw-v2-request-no-authorizer.json", "samcli-HttpApi.json"} {
		f.Add(sample(f, name))
	}
	get := serve(f, app.Function{Name: "get", Handler: app.HTTP("GET /{rest...}", func(http.ResponseWriter, *http.Request) {})})
	f.Fuzz(func(t *testing.T, payload []byte) {
		answer, err := get.Invoke(t.Context(), payload)
		var out struct{ StatusCode int }
		if err == nil && (json.Unmarshal(answer, &out) != nil || out.StatusCode < 200 || out.StatusCode > 599) {
			t.Errorf("a request is answered with %s: %s", answer, payload)
		}
	})
}
