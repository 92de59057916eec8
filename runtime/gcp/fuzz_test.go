package gcp_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// FuzzPushes looks for a panic, and for an acknowledgement of what no handler was called for.
func FuzzPushes(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // nearly all of what comes is refused
	f.Add([]byte(pushed))
	f.Add([]byte(`{"message": {"message_id": "1", "publish_time": "2021-02-26T19:13:55.749Z", "orderingKey": "k"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		handled := 0
		for _, h := range []app.Handler{
			app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { handled++; return nil }),
			app.Topic("news", func(context.Context, fn.Message[[]byte]) error { handled++; return nil }).Ordered(),
			app.Schedule(func(context.Context, fn.Tick) error { handled++; return nil }),
		} {
			handled = 0
			if ok := post(t, app.Function{Name: "f", Handler: h}, body); ok != (handled == 1) {
				t.Errorf("acknowledged: %v, handled %d times: %s", ok, handled, body)
			}
		}
	})
}

// FuzzObjects looks for a panic, and for a handler that is called for what is not acknowledged.
func FuzzObjects(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // nearly all of what comes is refused
	f.Add(sample(f, "StorageObjectData-simple.json"), "OBJECT_FINALIZE", "folder/Test.cs")
	f.Add([]byte(`{"name": "a", "timeDeleted": "2020-04-22T07:38:57.230Z"}`), "OBJECT_DELETE", "a")
	f.Fuzz(func(t *testing.T, resource []byte, kind, key string) {
		handled := 0
		look := app.Function{Name: "f", Handler: app.Bucket("b", app.Objects{On: []string{"created", "deleted"}}, func(context.Context, fn.Object) error { handled++; return nil })}
		if ok := post(t, look, notification(t, resource, map[string]string{"eventType": kind, "objectId": key})); !ok && handled > 0 {
			t.Errorf("handled, and not acknowledged: %s", resource)
		}
	})
}

// FuzzDocuments looks for a panic, and for JSON that is none: then the handler's payload cannot be read.
func FuzzDocuments(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // nearly all of what comes is refused
	f.Add(sample(f, "derived-DocumentEventData-simple.pb"), "written")
	f.Add(sample(f, "derived-DocumentEventData-complex.pb"), "updated.withAuthContext")
	f.Add(message(nil, 2, doc(text("\"\\\n"))), "deleted")
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		var got []fn.Change[any]
		var box letters
		if !postWith(t, follow(&got), &box, body, "Ce-Type: google.cloud.firestore.document.v1."+kind, id, at, proto) {
			t.Fatalf("neither handled nor given up: %x", body)
		}
		if len(got)+len(box.sent) != 1 {
			t.Errorf("handled %d times, given up %d times: %x", len(got), len(box.sent), body)
		}
	})
}
