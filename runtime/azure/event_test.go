package azure_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// created is an event of Event Grid. https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage?tabs=cloud-event-schema
const created = `{"source": "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/account", "specversion": "1.0",
	"subject": "/blobServices/default/containers/uploads/blobs/in/photo 1.jpg", "type": "Microsoft.Storage.BlobCreated", "time": "2026-11-23T10:15:29.1234567Z",
	"id": "9aeb0fdf-c01e-0131-0922-9eb54906e209", "data": {"api": "PutBlob", "eTag": "\"0x8D4BCC2E4835CD0\"", "contentLength": 524288}}`

// blobMessage is a call for a message of Service Bus with a body.
func blobMessage(t testing.TB, body string) []byte {
	t.Helper()
	data, err := json.Marshal(map[string]any{
		"Data":     map[string]any{"message": base64.StdEncoding.EncodeToString([]byte(body))},
		"Metadata": map[string]any{"MessageId": `"m1"`, "DeliveryCount": "2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func look(got *[]fn.Object) app.Function {
	return app.Function{Name: "look", Handler: app.Bucket("uploads", app.Objects{On: []string{"created", "deleted"}}, func(_ context.Context, o fn.Object) error {
		*got = append(*got, o)
		return nil
	})}
}

func TestSampleOfEventGrid(t *testing.T) {
	payload := bytes.Replace(sample(t, "object-eventgrid-via-servicebus-binary.json"), []byte(`"msg"`), []byte(`"message"`), 1) // as the generated binding is called
	var got []fn.Object
	if !post(t, look(&got), payload) || len(got) != 1 {
		t.Fatalf("not acknowledged, or %d events", len(got))
	}
	want := fn.Object{
		Event: fn.Event{
			ID: "9aeb0fdf-c01e-0131-0922-9eb54906e209", Source: "/buckets/uploads", Type: fn.TypeObjectCreated, Subject: "in/photo 1.jpg", Attempt: 1,
			Time: time.Date(2026, 11, 23, 10, 15, 29, 123456700, time.UTC),
		},
		Bucket: "uploads", Key: "in/photo 1.jpg", Size: 524288, ETag: "0x8D4BCC2E4835CD0",
	}
	if diff := cmp.Diff(want, got[0], cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEventsOfEventGrid(t *testing.T) {
	with := func(part, other string) string { return strings.Replace(created, part, other, 1) }
	for name, c := range map[string]struct{ body, want string }{
		"an object":                    {created, fn.TypeObjectCreated},
		"the end of an object":         {with("BlobCreated", "BlobDeleted"), fn.TypeObjectDeleted},
		"another event":                {with("BlobCreated", "BlobTierChanged"), ""},
		"another version of the form":  {with(`"1.0"`, `"2.0"`), ""},
		"no ID":                        {with("9aeb0fdf-c01e-0131-0922-9eb54906e209", ""), ""},
		"no blob":                      {with("/blobs/in/photo 1.jpg", ""), ""},
		"a blob without a name":        {with("in/photo 1.jpg", ""), ""},
		"a blob of another service":    {with("/blobServices/default/", "/fileServices/default/"), ""},
		"a blob that is called blobs/": {with("in/photo 1.jpg", "blobs/blobs/x"), fn.TypeObjectCreated},
		"several events":               {"[" + created + "]", ""},
		"nothing":                      {"", ""},
	} {
		var got []fn.Object
		ok := post(t, look(&got), blobMessage(t, c.body))
		if ok != (c.want != "") || ok && got[0].Type != c.want {
			t.Errorf("%s: acknowledged: %v, got %v", name, ok, got)
		}
	}
}

// feed is a call for documents.
func feed(t testing.TB, documents string) []byte {
	t.Helper()
	quoted, err := json.Marshal(documents)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]any{"Data": map[string]any{"documents": string(quoted)}, "Metadata": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The sample's documents are not those of Isobar's tables: without an item, each of them fails by itself.
func TestSampleOfCosmosDB(t *testing.T) {
	called := false
	track := app.Function{Name: "track", Attempts: 5, Handler: app.Table("orders", app.Changes{On: []string{"upserted"}}, func(context.Context, fn.Change[any]) error { called = true; return nil })}
	var box box
	if !postWith(t, track, &box, sample(t, "cosmosDBTrigger.json")) || called || len(box.sent) != 1 {
		t.Fatalf("not acknowledged, or called: %v, or %d letters", called, len(box.sent))
	}
	if letter := box.sent[0]; letter.Event.ID != "0000/order-1/" || letter.Event.Time.Unix() != 1795000000 || !strings.Contains(string(letter.Payload), `"status":"new"`) {
		t.Errorf("the letter is %+v", letter)
	}
}

// A change is told apart by the ETag of the document, and by its number in the feed where there is none.
func TestVersionsOfDocuments(t *testing.T) {
	for document, want := range map[string]string{
		`{"id": "1", "pk": "p", "item": {}, "_etag": "\"e1\"", "_lsn": 7}`: "e1/1/p",
		`{"id": "1", "pk": "p", "item": {}, "_etag": "e1"}`:                "e1/1/p",
		`{"id": "1", "pk": "p", "item": {}, "_lsn": 7}`:                    "7/1/p",
		`{"id": "1", "pk": 7, "item": {}, "_lsn": 7}`:                      "7/1/",
	} {
		got := ""
		track := app.Function{Name: "track", Handler: app.Table("orders", app.Changes{On: []string{"upserted"}}, func(_ context.Context, c fn.Change[any]) error { got = c.ID; return nil })}
		if !post(t, track, feed(t, "["+document+"]")) || got != want {
			t.Errorf("%s is %q, want %q", document, got, want)
		}
	}
}

// A body that is JSON reaches the metadata of a binding for text, where it stands for what the broker says. Of one for bytes it does not,
// and such are the generated ones; a payload for another is not taken.
func TestABodyIsNoMetadata(t *testing.T) {
	var got []fn.Message[[]byte]
	work := app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = append(got, m); return nil })}
	if !post(t, work, blobMessage(t, `{"MessageId": "forged", "DeliveryCount": 99}`)) || got[0].ID != "m1" || got[0].Attempt != 2 {
		t.Errorf("the message is %+v", got)
	}
	if post(t, work, sample(t, "queueTrigger-string-jsonbody-metadata-merge.json")) {
		t.Error("a payload for another binding is acknowledged")
	}
}

// What is no call at all is given up where nobody else would, and comes again where it is counted.
func TestCallsThatCannotBeRead(t *testing.T) {
	no := errors.New("must not be called")
	for name, c := range map[string]struct {
		handler app.Handler
		sent    bool
	}{
		"queue":    {app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { return no }), false},
		"topic":    {app.Topic("news", func(context.Context, fn.Message[[]byte]) error { return no }), false},
		"bucket":   {app.Bucket("b", app.Objects{On: []string{"created"}}, func(context.Context, fn.Object) error { return no }), false},
		"schedule": {app.Schedule(func(context.Context, fn.Tick) error { return no }), true},
		"table":    {app.Table("t", app.Changes{On: []string{"upserted"}}, func(context.Context, fn.Change[any]) error { return no }), true},
	} {
		for _, body := range []string{"", "{}", `{"Data": {"message": "?", "documents": "[{}]", "timer": 7}}`, strings.Repeat("[", 1<<20)} {
			var box box
			ok := postWith(t, app.Function{Name: "f", Handler: c.handler}, &box, []byte(body))
			if ok != c.sent || len(box.sent) == 1 != c.sent {
				t.Errorf("%s: %.40s: acknowledged: %v, %d letters", name, body, ok, len(box.sent))
			}
		}
	}
}

// A call that is too large is not read to its end.
func TestCallsAreBounded(t *testing.T) {
	var got []fn.Message[[]byte]
	work := app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = append(got, m); return nil })}
	if post(t, work, blobMessage(t, strings.Repeat("x", 4<<20))) || len(got) > 0 {
		t.Error("a message of 4 MiB is taken")
	}
	if !post(t, work, blobMessage(t, strings.Repeat("x", 256<<10))) || len(got) != 1 {
		t.Error("a message of 256 KiB is not taken")
	}
	documents := "[" + strings.Repeat(fmt.Sprintf(`{"id": "1", "pk": "1", "item": {"text": %q}},`, strings.Repeat(`"`, 1000)), 1000) + `{"id": "2", "item": {}}]`
	count := 0
	track := app.Function{Name: "track", Handler: app.Table("t", app.Changes{On: []string{"upserted"}}, func(context.Context, fn.Change[any]) error { count++; return nil })}
	if !post(t, track, feed(t, documents)) || count != 1001 {
		t.Errorf("of 1001 documents %d are taken", count)
	}
}
