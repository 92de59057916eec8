package runtimetest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// hostile sends what is made to take long: large, nested, and full of what has to be undone. A decoder whose time grows faster than its
// input takes minutes for one of these; the test has no clock of its own.
func hostile(t *testing.T, host Host) {
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "work", Timeout: patience, Handler: app.Queue("jobs", func(context.Context, fn.Message[map[string]order]) error { return nil })},
		{Name: "step", Timeout: patience, Handler: app.Queue("steps", func(context.Context, fn.Message[[]order]) error { return nil }).Ordered()},
		{Name: "hear", Timeout: patience, Handler: app.Topic("news", func(context.Context, fn.Message[any]) error { return nil })},
		{Name: "night", Timeout: patience, Handler: app.Schedule(func(context.Context, fn.Tick) error { return nil })},
		{Name: "look", Timeout: patience, Handler: app.Bucket("uploads", app.Objects{On: []string{"created", "deleted"}}, func(context.Context, fn.Object) error { return nil })},
		{Name: "track", Timeout: patience, Attempts: attempts, Handler: app.Table("users", app.Changes{On: []string{"upserted", "deleted"}}, func(context.Context, fn.Change[any]) error { return nil })},
		{Name: "get", Timeout: patience, Handler: app.HTTP("GET /{rest...}", func(http.ResponseWriter, *http.Request) {})},
	}})
	for name, body := range hostileBodies() {
		t.Run(name, func(t *testing.T) {
			for _, function := range []string{"work", "step", "hear", "night", "look", "track"} {
				cloud.Raw(t, function, body)
			}
			cloud.Deliver(t, "work", Message{ID: "m1", Body: body, Sent: moment, Attempt: 1})
			cloud.Deliver(t, "step", Message{ID: "m1", Body: body, Sent: moment, Attempt: 1, OrderingKey: "k"})
			events(t, cloud).Publish(t, "hear", Message{ID: "m1", Body: body, Sent: moment, Attempt: 1, Attributes: map[string]string{"large": body}})
		})
	}
}

// hostileBodies are of some 200 KB each.
func hostileBodies() map[string]string {
	const size = 200_000
	repeat := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var keys, same strings.Builder
	for i := 0; keys.Len() < size; i++ {
		fmt.Fprintf(&keys, `"k%d": "v", `, i)
		same.WriteString(`"id": 7, `)
	}
	escaped := `x`
	for len(escaped) < size/4 {
		escaped = strconv.Quote(escaped)
	}
	deep := strings.Repeat(`{"M":{"a":`, 4_900) + `{"S":"x"}` + strings.Repeat(`}}`, 4_900)
	number, _ := json.Marshal(json.Number(repeat("1")))
	return map[string]string{
		"arrays in arrays":           repeat("["),
		"objects in objects":         repeat(`{"a":`),
		"all that arrays can nest":   strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999),
		"many records":               `{"Records": [` + strings.Repeat(`{},`, 9_999) + `{}]}`,
		"records that are none":      `{"Records": [` + repeat(`7,`) + `7]}`,
		"many attributes":            `{"message": {"messageId": "1", "attributes": {` + keys.String() + `"z": ""}}}`,
		"many properties":            `{"Data": {"message": ""}, "Metadata": {"MessageId": "\"1\"", "ApplicationProperties": {` + keys.String() + `"z": ""}}}`,
		"many documents":             `{"Data": {"documents": ` + strconv.Quote(strconv.Quote("["+repeat(`{"id": "1"},`)+`{}]`)) + `}}`,
		"text within text":           `{"Data": {"documents": ` + escaped + `, "message": ` + escaped + `}}`,
		"a value deep in an item":    `{"Records": [{"eventID": "1", "eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "NewImage": {"a": ` + deep + `}}}]}`,
		"one key again and again":    `{` + same.String() + `"id": 8}`,
		"many mistakes":              `[` + repeat(`{"id": 7},`) + `{}]`,
		"mistakes in many objects":   `{` + keys.String() + `"z": {}}`,
		"a long number":              string(number),
		"a long string":              `"` + repeat(`\u00e9`) + `"`,
		"bytes that are no UTF-8":    repeat("\xff"),
		"documents in documents":     strings.Repeat("\x0a\xff\xff\xff\x7f", size/5),
		"many fields of a document":  repeat("\x0a\x02\x12\x00"),
		"many varints of a document": repeat("\x08\x01"),
	}
}
