package gcp_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// sample reads a payload; testdata/SOURCES.md says where it is from.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

const (
	written = "Ce-Type: google.cloud.firestore.document.v1.written"
	id      = "Ce-Id: 8b1e9f6e"
	at      = "Ce-Time: 2020-04-23T14:25:05.349632Z"
	proto   = "Content-Type: application/protobuf"
)

// follow is a function that notes the changes of a table.
func follow(got *[]fn.Change[any], key ...string) app.Function {
	on := app.Changes{On: []string{"upserted", "deleted"}, Key: key}
	return app.Function{Name: "track", Attempts: 5, Handler: app.Table("users", on, func(_ context.Context, c fn.Change[any]) error {
		*got = append(*got, c)
		return nil
	})}
}

func TestSamplesOfFirestore(t *testing.T) {
	event := fn.Event{ID: "8b1e9f6e", Source: "/tables/users", Type: fn.TypeItemUpserted, Time: time.Date(2020, 4, 23, 14, 25, 5, 349632e3, time.UTC)}
	var old any = map[string]any{"another test": "asd", "count": json.Number("3"), "foo": "bar"}
	for name, want := range map[string]fn.Change[any]{
		"simple": {
			Event: event, Key: map[string]any{"foo": "bar"},
			New: map[string]any{"another test": "asd", "count": json.Number("4"), "foo": "bar"}, Old: &old,
		},
		"complex": {
			Event: event, Key: map[string]any{"stringValue": "text", "intValue": json.Number("50")},
			New: map[string]any{
				"arrayValue": []any{json.Number("1"), json.Number("2")}, "booleanValue": true, "doubleValue": json.Number("5.5"),
				"geoPointValue": map[string]any{"latitude": json.Number("51.4543"), "longitude": json.Number("-0.9781")},
				"intValue":      json.Number("50"), "mapValue": map[string]any{"field1": "x", "field2": []any{"x", json.Number("1")}},
				"nullValue": nil, "referenceValue": "projects/project-id/databases/(default)/documents/foo/bar/baz/qux", "stringValue": "text",
				"timestampValue": "2020-04-23T14:23:53.241Z",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []fn.Change[any]
			f := follow(&got)
			f.Handler = app.Table("users", app.Changes{On: []string{"upserted"}, Key: keys(want.Key)}, func(_ context.Context, c fn.Change[any]) error {
				got = append(got, c)
				return nil
			})
			if !post(t, f, sample(t, "derived-DocumentEventData-"+name+".pb"), written, id, at, proto) || len(got) != 1 {
				t.Fatalf("not acknowledged, or %d changes", len(got))
			}
			if diff := cmp.Diff(want, got[0], cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, ok := got[0].Raw.([]byte); !ok {
				t.Errorf("the provider's payload is a %T", got[0].Raw)
			}
		})
	}
}

func keys(key map[string]any) []string {
	var names []string
	for name := range maps.Keys(key) {
		names = append(names, name)
	}
	return names
}

// message appends a field of a message of protobuf.
func message(out []byte, number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(out, number, protowire.BytesType), content)
}

// A document with the one field v.
func doc(value []byte) []byte {
	entry := message(message(nil, 1, []byte("v")), 2, value)
	return message(message(nil, 1, []byte("projects/p/databases/d/documents/users/1")), 2, entry)
}

func text(s string) []byte { return message(nil, 17, []byte(s)) }

func number(field protowire.Number, kind protowire.Type, bits uint64) []byte {
	out := protowire.AppendTag(nil, field, kind)
	if kind == protowire.Fixed64Type {
		return protowire.AppendFixed64(out, bits)
	}
	return protowire.AppendVarint(out, bits)
}

func TestValuesOfFirestore(t *testing.T) {
	nested := func(levels int) (value []byte, json string) {
		value, json = text("x"), `"x"`
		for range levels {
			value, json = message(nil, 9, message(nil, 1, value)), "["+json+"]"
		}
		return value, json
	}
	deep, deepJSON := nested(32)
	deeper, _ := nested(33)
	for name, c := range map[string]struct {
		value []byte
		want  string // as JSON; empty where the value is refused
	}{
		"the largest integer":                {number(2, protowire.VarintType, 1<<63-1), "9223372036854775807"},
		"the smallest integer":               {number(2, protowire.VarintType, 1<<63), "-9223372036854775808"},
		"a double that is whole":             {number(3, protowire.Fixed64Type, 0x4014000000000000), "5"},
		"a double that is large":             {number(3, protowire.Fixed64Type, 0x7fefffffffffffff), "1.7976931348623157e+308"},
		"a double that is small":             {number(3, protowire.Fixed64Type, 1), "5e-324"},
		"minus zero":                         {number(3, protowire.Fixed64Type, 1<<63), "-0"},
		"no number":                          {number(3, protowire.Fixed64Type, 0x7ff8000000000001), `"NaN"`},
		"infinity":                           {number(3, protowire.Fixed64Type, 0x7ff0000000000000), `"Infinity"`},
		"minus infinity":                     {number(3, protowire.Fixed64Type, 0xfff0000000000000), `"-Infinity"`},
		"text that JSON escapes":             {text("\"\\\n\x00<é\u2028"), `"\"\\\u000a\u0000<é` + "\u2028" + `"`},
		"bytes":                              {message(nil, 18, []byte{0, 1, 0xff}), `"AAH/"`},
		"no bytes":                           {message(nil, 18, nil), `""`},
		"an empty map":                       {message(nil, 6, nil), `{}`},
		"an empty array":                     {message(nil, 9, nil), `[]`},
		"the beginning of time":              {message(nil, 10, nil), `"1970-01-01T00:00:00Z"`},
		"the end of time":                    {message(nil, 10, append(number(1, protowire.VarintType, 253402300799), number(2, protowire.VarintType, 999_999_999)...)), `"9999-12-31T23:59:59.999999999Z"`},
		"a moment after that":                {message(nil, 10, number(1, protowire.VarintType, 253402300800)), ""},
		"arrays in arrays":                   {deep, deepJSON},
		"too many of them":                   {deeper, ""},
		"text that is not UTF-8":             {text("\xff"), ""},
		"a kind of value that is of another": {message(nil, 2, []byte{'x'}), ""},
		"a kind that is not known":           {text("x")[:0], ""},
		"a kind of tomorrow":                 {message(nil, 99, []byte{'x'}), ""},
		"half a value":                       {text("text")[:4], ""},
		"a group":                            {protowire.AppendTag(nil, 17, protowire.StartGroupType), ""},
		"the last of two":                    {append(text("x"), number(2, protowire.VarintType, 7)...), "7"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []fn.Change[any]
			f := follow(&got)
			f.Handler = app.Table("users", app.Changes{On: []string{"upserted"}}, func(_ context.Context, c fn.Change[json.RawMessage]) error {
				got = append(got, fn.Change[any]{New: string(c.New)})
				return nil
			})
			ok := post(t, f, message(nil, 1, doc(c.value)), written, id, at, proto)
			if ok != (c.want != "") || ok && got[0].New != `{"v":`+c.want+`}` {
				t.Errorf("acknowledged: %v, got %v", ok, got)
			}
		})
	}
}

// What the type of an event says, and what is in it.
func TestKindsOfChanges(t *testing.T) {
	value, old := message(nil, 1, doc(text("new"))), message(nil, 2, doc(text("old")))
	both := append(append([]byte{}, value...), old...)
	for name, c := range map[string]struct {
		kind string
		body []byte
		want string // the type; empty where the event is refused
	}{
		"created":                       {"created", value, fn.TypeItemUpserted},
		"updated":                       {"updated", both, fn.TypeItemUpserted},
		"written, for the first time":   {"written", value, fn.TypeItemUpserted},
		"written, and gone":             {"written", old, fn.TypeItemDeleted},
		"deleted":                       {"deleted", old, fn.TypeItemDeleted},
		"with who did it":               {"updated.withAuthContext", both, fn.TypeItemUpserted},
		"deleted, but there":            {"deleted", both, ""},
		"created, but nothing":          {"created", nil, ""},
		"written, but nothing":          {"written", message(message(nil, 1, nil), 2, nil), ""},
		"of another kind":               {"renamed", both, ""},
		"of a later version of the API": {"../v2.written", both, ""},
	} {
		var got []fn.Change[any]
		ok := post(t, follow(&got), c.body, "Ce-Type: google.cloud.firestore.document.v1."+c.kind, id, at, proto)
		if ok != (c.want != "") || ok && got[0].Type != c.want {
			t.Errorf("%s: acknowledged: %v, got %v", name, ok, got)
		}
	}
}

// An event that lacks what makes it one is refused.
func TestDocumentsThatAreNone(t *testing.T) {
	body := sample(t, "derived-DocumentEventData-simple.pb")
	for name, header := range map[string][]string{
		"no type":        {id, at, proto},
		"another type":   {"Ce-Type: google.cloud.storage.object.v1.finalized", id, at, proto},
		"no ID":          {written, at, proto},
		"no time":        {written, id, proto},
		"no moment":      {written, id, "Ce-Time: yesterday", proto},
		"no media type":  {written, id, at},
		"JSON":           {written, id, at, "Content-Type: application/json"},
		"a push instead": {"Content-Type: application/json"},
	} {
		var got []fn.Change[any]
		if post(t, follow(&got), body, header...) || len(got) > 0 {
			t.Errorf("%s: acknowledged, or handled %d times", name, len(got))
		}
	}
}

// notification is a push of a notification of Cloud Storage.
func notification(t testing.TB, resource []byte, attributes map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"eventType": "OBJECT_FINALIZE", "bucketId": "some-bucket", "objectId": "folder/Test.cs", "objectGeneration": "1587627537231057",
		"payloadFormat": "JSON_API_V1", "eventTime": "2020-04-23T07:38:57.230Z",
	}
	maps.Copy(all, attributes)
	body, err := json.Marshal(map[string]any{"message": map[string]any{
		"messageId": "1", "attributes": all, "data": base64.StdEncoding.EncodeToString(resource),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestSampleOfCloudStorage(t *testing.T) {
	var got fn.Object
	f := app.Function{Name: "look", Handler: app.Bucket("uploads", app.Objects{On: []string{"created"}}, func(_ context.Context, o fn.Object) error { got = o; return nil })}
	if !post(t, f, notification(t, sample(t, "StorageObjectData-simple.json"), nil)) {
		t.Fatal("not acknowledged")
	}
	want := fn.Object{
		Event: fn.Event{
			ID: "some-bucket/folder/Test.cs/1587627537231057/created", Source: "/buckets/uploads", Type: fn.TypeObjectCreated, Subject: "folder/Test.cs",
			Time: time.Date(2020, 4, 23, 7, 38, 57, 230e6, time.UTC),
		},
		Bucket: "uploads", Key: "folder/Test.cs", Size: 352, ETag: "CNHZkbuF/ugCEAE=",
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What Cloud Storage tells of, and what becomes of it. In a bucket with versions the end of an object is its being archived.
func TestNotificationsOfCloudStorage(t *testing.T) {
	const eventTime = "2020-04-23T07:38:57.230Z"
	resource := func(more string) string { return `{"name": "folder/Test.cs", "size": "352"` + more + `}` }
	type attributes = map[string]string
	for name, c := range map[string]struct {
		attributes attributes
		resource   string
		want       string // the type of the event; empty for none
		refused    bool
	}{
		"an object":                    {nil, resource(""), fn.TypeObjectCreated, false},
		"one over another":             {attributes{"overwroteGeneration": "1"}, resource(""), fn.TypeObjectCreated, false},
		"the end of the one below":     {attributes{"eventType": "OBJECT_DELETE", "overwrittenByGeneration": "2"}, resource(""), "", false},
		"the end of an object":         {attributes{"eventType": "OBJECT_DELETE"}, resource(""), fn.TypeObjectDeleted, false},
		"the end of one, just now":     {attributes{"eventType": "OBJECT_DELETE"}, resource(`, "timeDeleted": "` + eventTime + `"`), fn.TypeObjectDeleted, false},
		"the end of an old version":    {attributes{"eventType": "OBJECT_DELETE"}, resource(`, "timeDeleted": "2020-04-22T07:38:57.230Z"`), "", false},
		"an object that is archived":   {attributes{"eventType": "OBJECT_ARCHIVE"}, resource(""), fn.TypeObjectDeleted, false},
		"one that is archived below":   {attributes{"eventType": "OBJECT_ARCHIVE", "overwrittenByGeneration": "2"}, resource(""), "", false},
		"metadata":                     {attributes{"eventType": "OBJECT_METADATA_UPDATE"}, resource(""), "", false},
		"no type":                      {attributes{"eventType": ""}, resource(""), "", true},
		"no object":                    {attributes{"objectId": ""}, resource(""), "", true},
		"no generation":                {attributes{"objectGeneration": ""}, resource(""), "", true},
		"another object":               {attributes{"objectId": "other"}, resource(""), "", true},
		"no resource":                  {nil, "", "", true},
		"a size that is no number":     {nil, `{"name": "folder/Test.cs", "size": "large"}`, "", true},
		"a size that is not a string":  {nil, `{"name": "folder/Test.cs", "size": 352}`, "", true},
		"a moment of deletion, no one": {attributes{"eventType": "OBJECT_DELETE"}, resource(`, "timeDeleted": "soon"`), "", true},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			f := app.Function{Name: "look", Handler: app.Bucket("uploads", app.Objects{On: []string{"created", "deleted"}}, func(_ context.Context, o fn.Object) error { got = o.Type; return nil })}
			if ok := post(t, f, notification(t, []byte(c.resource), c.attributes)); ok == c.refused || got != c.want {
				t.Errorf("acknowledged: %v, handled %q", ok, got)
			}
		})
	}
}

// letters are dead letters in memory.
type letters struct{ sent []app.DeadLetter }

func (l *letters) Send(_ context.Context, letter app.DeadLetter) error {
	l.sent = append(l.sent, letter)
	return nil
}

// Eventarc does not count: the age of a change tells how often it was tried, after 10, 20, 40 and 80 seconds.
func TestChangesAreGivenUpByAge(t *testing.T) {
	no := errors.New("no")
	body := sample(t, "derived-DocumentEventData-simple.pb")
	for name, c := range map[string]struct {
		err      error
		attempts int
		age      time.Duration
		sent     bool
	}{
		"a change of now":                    {no, 5, 0, false},
		"one that is old":                    {no, 5, 140 * time.Second, false},
		"one that is old enough":             {no, 5, 151 * time.Second, true},
		"one from tomorrow":                  {no, 5, -24 * time.Hour, false},
		"one that is handled after all":      {nil, 5, time.Hour, false},
		"one that fails for good":            {fn.Permanent(no), 5, 0, true},
		"one attempt":                        {no, 1, time.Second, true},
		"two attempts":                       {no, 2, 9 * time.Second, false},
		"two attempts, the second":           {no, 2, 11 * time.Second, true},
		"as many attempts as there can be":   {no, 1000, 19 * time.Hour, false},
		"but not for longer than Eventarc's": {no, 1000, 21 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := app.Function{Name: "track", Attempts: c.attempts, Handler: app.Table("users", app.Changes{On: []string{"upserted"}},
				func(context.Context, fn.Change[any]) error { return c.err })}
			var box letters
			ok := postWith(t, f, &box, body, written, id, proto, fmt.Sprintf("Ce-Time: %s", time.Now().Add(-c.age).Format(time.RFC3339Nano)))
			if want := c.sent || c.err == nil; ok != want || len(box.sent) == 1 != c.sent {
				t.Errorf("acknowledged: %v, %d letters", ok, len(box.sent))
			}
			if c.sent && (string(box.sent[0].Payload) != string(body) || box.sent[0].Event.ID != "8b1e9f6e" || box.sent[0].Event.Source != "/tables/users") {
				t.Errorf("the letter is %+v", box.sent[0])
			}
		})
	}
}

// What cannot be read will be no better the next time; messages, which Pub/Sub counts, are its own matter.
func TestWhatCannotBeReadIsGivenUp(t *testing.T) {
	var box letters
	var got []fn.Change[any]
	if !postWith(t, follow(&got), &box, []byte{0xff}, written, id, at, proto) || len(box.sent) != 1 {
		t.Errorf("not acknowledged, or %d letters", len(box.sent))
	}
	work := app.Function{Name: "work", Handler: app.Queue("jobs", func(context.Context, fn.Message[int]) error { return nil })}
	if postWith(t, work, &box, []byte(pushed)) || postWith(t, work, &box, []byte("{}")) || len(box.sent) != 1 {
		t.Errorf("acknowledged, or %d letters", len(box.sent))
	}
}
