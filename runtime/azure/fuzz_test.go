package azure_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// box is dead letters in memory.
type box struct{ sent []app.DeadLetter }

func (b *box) Send(_ context.Context, letter app.DeadLetter) error {
	b.sent = append(b.sent, letter)
	return nil
}

// FuzzEvents looks for a panic, and for an acknowledgement of what no handler was called for.
func FuzzEvents(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // nearly all of what comes is refused
	for _, name := range []string{
		"serviceBusTrigger-one-binary.json", "timerTrigger.json", "timerTrigger-with-status.json", "object-eventgrid-via-servicebus-binary.json",
		"queueTrigger-string-jsonbody-metadata-merge.json",
	} {
		f.Add(sample(f, name))
	}
	f.Add(blobMessage(f, created))
	f.Fuzz(func(t *testing.T, payload []byte) {
		handled := 0
		for kind, h := range map[string]app.Handler{
			"queue":    app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { handled++; return nil }),
			"topic":    app.Topic("news", func(context.Context, fn.Message[[]byte]) error { handled++; return nil }).Ordered(),
			"bucket":   app.Bucket("b", app.Objects{On: []string{"created", "deleted"}}, func(context.Context, fn.Object) error { handled++; return nil }),
			"schedule": app.Schedule(func(context.Context, fn.Tick) error { handled++; return nil }),
		} {
			handled = 0
			if ok := post(t, app.Function{Name: "f", Handler: h}, payload); ok != (handled == 1) {
				t.Errorf("%s acknowledged: %v, handled %d times: %s", kind, ok, handled, payload)
			}
		}
	})
}

// FuzzDocuments looks for a panic, and for a document that is neither handled nor given up though the call is acknowledged.
func FuzzDocuments(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // nearly all of what comes is refused
	f.Add(string(sample(f, "cosmosDBTrigger.json")))
	f.Add(`[{"id": "1", "pk": "1", "item": {"id": "a"}, "_ts": 1795000000, "_etag": "e1", "_lsn": 1}, {"id": "2"}]`)
	f.Fuzz(func(t *testing.T, documents string) {
		handled := 0
		track := app.Function{Name: "f", Attempts: 5, Handler: app.Table("t", app.Changes{On: []string{"upserted"}}, func(context.Context, fn.Change[any]) error { handled++; return nil })}
		var all []json.RawMessage
		if json.Unmarshal([]byte(documents), &all) != nil {
			all = make([]json.RawMessage, 1) // which is refused, and given up
		}
		var box, other box
		if !postWith(t, track, &box, feed(t, documents)) || handled+len(box.sent) != len(all) && len(box.sent) != 1 {
			t.Errorf("of %d documents %d were handled, and %d given up: %s", len(all), handled, len(box.sent), documents)
		}
		handled = 0
		if !postWith(t, track, &other, []byte(documents)) && handled > 0 {
			t.Errorf("handled, and not acknowledged: %s", documents)
		}
	})
}
