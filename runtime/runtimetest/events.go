package runtimetest

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

var moment = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func messages(t *testing.T, host Host) {
	want := fn.Message[order]{
		Event: fn.Event{
			ID: "0f1d1c7c8a2c4f7b9a2f", Source: "/queues/jobs", Type: fn.TypeMessage, Time: moment, Attempt: 3,
			Trace: fn.TraceContext{Parent: traceparent, State: "vendor=x"},
		},
		Data:       order{ID: "o1", Amount: 9_007_199_254_740_993}, // more than a float64 can tell from its neighbour
		Attributes: map[string]string{"tenant": "a", "content": "ü"},
	}
	var got fn.Message[order]
	handler := func(ctx context.Context, m fn.Message[order]) error {
		if _, ok := ctx.Deadline(); !ok {
			return errors.New("there is no deadline")
		}
		got = m
		return nil
	}
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "work", Timeout: patience, Handler: app.Queue("jobs", handler)},
		{Name: "step", Timeout: patience, Handler: app.Queue("steps", handler).Ordered()},
		{Name: "hear", Timeout: patience, Handler: app.Topic("news", handler)},
		{Name: "note", Timeout: patience, Handler: app.Topic("ledger", handler).Ordered()},
	}})
	sent := Message{
		ID: want.ID, Body: `{"id": "o1", "amount": 9007199254740993}`, Sent: moment, Attempt: 3,
		Attributes: map[string]string{"Tenant": "a", "content": "ü", "traceparent": traceparent, "TraceState": "vendor=x"},
	}
	for _, c := range []struct {
		function, source, kind, key string
		deliver                     func(testing.TB, string, ...Message) []bool
	}{
		{"work", "/queues/jobs", fn.TypeMessage, "", cloud.Deliver},
		{"step", "/queues/steps", fn.TypeMessage, "customer 7", cloud.Deliver},
		{"hear", "/topics/news", fn.TypePublished, "", events(t, cloud).Publish},
		{"note", "/topics/ledger", fn.TypePublished, "customer 7", events(t, cloud).Publish},
	} {
		got, sent.OrderingKey = fn.Message[order]{}, c.key
		if !c.deliver(t, c.function, sent)[0] {
			t.Fatal(c.source, "not acknowledged")
		}
		if got.Raw == nil {
			t.Error(c.source, "the provider's payload is not there")
		}
		want.Source, want.Type, want.OrderingKey = c.source, c.kind, c.key
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.source, diff)
		}
	}
}

func bytesAreBytes(t *testing.T, host Host) {
	for _, body := range []string{"", "plain", `{"a": `, "\"quoted\"", "é\u2028", "YWJj"} {
		got := []byte("unset")
		cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
			Name: "work", Timeout: patience,
			Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m.Data; return nil }),
		}}})
		if ok := cloud.Deliver(t, "work", Message{ID: "m", Body: body, Attempt: 1})[0]; !ok || string(got) != body {
			t.Errorf("%q came as %q, acknowledged: %v", body, got, ok)
		}
	}
}

func tick(t *testing.T, host Host) {
	var got fn.Tick
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "settle-pending", Timeout: patience,
		Handler: app.Schedule(func(_ context.Context, tick fn.Tick) error { got = tick; return nil }),
	}}})
	if !cloud.Tick(t, "settle-pending", moment) {
		t.Fatal("not acknowledged")
	}
	want := fn.Tick{
		Event:     fn.Event{ID: "settle-pending@2026-11-23T02:00:00Z", Source: "/schedules/settle-pending", Type: fn.TypeTick, Time: moment},
		Scheduled: moment,
	}
	// Not every cloud counts the attempts at a tick, or traces them.
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fn.Event{}, "Raw", "Attempt", "Trace")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Attempt > 1 {
		t.Errorf("the first attempt counts as %d", got.Attempt)
	}
}

func objects(t *testing.T, host Host) {
	var got []fn.Object
	cloud := events(t, host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "look", Timeout: patience,
		Handler: app.Bucket("uploads", app.Objects{On: []string{"created", "deleted"}, Prefix: "in/", Suffix: ".jpg"}, func(_ context.Context, o fn.Object) error {
			got = append(got, o)
			return nil
		}),
	}}}))
	// What escapes and what separates in one wire format or another is a character of the name like any other.
	const key = "in/a b+c%2B?é/&=\"x\".jpg"
	created := ObjectEvent{ID: "1", Key: key, Size: 5 << 30, ETag: "d41d8cd98f00b204", Time: moment, Attempt: 2}
	deleted := ObjectEvent{ID: "2", Key: key, Deleted: true, Time: moment, Attempt: 1}
	later := created
	later.ID, later.ETag = "3", "e2"
	for _, o := range []ObjectEvent{created, created, deleted, later} {
		if !cloud.Object(t, "look", o) {
			t.Fatal("not acknowledged")
		}
	}
	if len(got) != 4 {
		t.Fatalf("the handler was called %d times", len(got))
	}
	event := fn.Event{Source: "/buckets/uploads", Type: fn.TypeObjectCreated, Subject: key, Time: moment}
	want := fn.Object{Event: event, Bucket: "uploads", Key: key, Size: 5 << 30, ETag: "d41d8cd98f00b204"}
	event.Type = fn.TypeObjectDeleted
	gone := fn.Object{Event: event, Bucket: "uploads", Key: key}
	ignored := cmpopts.IgnoreFields(fn.Event{}, "ID", "Raw", "Attempt", "Trace")
	if diff := cmp.Diff(want, got[0], ignored); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	// Not every cloud tells the ETag of what is gone.
	if diff := cmp.Diff(gone, got[2], ignored, cmpopts.IgnoreFields(fn.Object{}, "ETag", "Size")); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	if got[0].Attempt != 2 {
		t.Errorf("the second attempt counts as %d", got[0].Attempt)
	}
	identities(t, got[0].Event, got[1].Event, got[2].Event, got[3].Event)
}

// identities checks that an event that is delivered again has its ID, and that others have others.
func identities(t *testing.T, first, again fn.Event, others ...fn.Event) {
	t.Helper()
	if first.ID == "" || again.ID != first.ID {
		t.Errorf("an event is %q, and %q when it is delivered again", first.ID, again.ID)
	}
	seen := map[string]bool{first.ID: true}
	for _, other := range others {
		if seen[other.ID] {
			t.Errorf("another event is %q too", other.ID)
		}
		seen[other.ID] = true
	}
	if first.Raw == nil {
		t.Error("the provider's payload is not there")
	}
}

func changes(t *testing.T, host Host) {
	type item struct {
		ID     string         `json:"id"`
		At     int64          `json:"at"`
		Name   string         `json:"name"`
		Rate   float64        `json:"rate"`
		Active bool           `json:"active"`
		None   *string        `json:"none"`
		Tags   []string       `json:"tags"`
		Nested map[string]any `json:"nested"`
	}
	var got []fn.Change[item]
	var plain []fn.Change[map[string]any]
	on := app.Changes{On: []string{"upserted", "deleted"}, Key: []string{"id", "at"}}
	cloud := events(t, host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "track", Timeout: patience, Attempts: 5, Handler: app.Table("users", on, func(_ context.Context, c fn.Change[item]) error {
			got = append(got, c)
			return nil
		})},
		{Name: "plain", Timeout: patience, Attempts: 5, Handler: app.Table("users", on, func(_ context.Context, c fn.Change[map[string]any]) error {
			plain = append(plain, c)
			return nil
		})},
	}}))
	const key = `{"id": "u1", "at": 9007199254740993}` // more than a float64 can tell from its neighbour
	const next = `{"id": "u1", "at": 9007199254740993, "name": "ü\"\\", "rate": 1.5, "active": true, "none": null, "tags": ["a", ""], "nested": {"n": 7, "l": [{"x": "y"}]}}`
	const last = `{"id": "u1", "at": 9007199254740993, "name": "before"}`
	changed := Change{ID: "c1", Key: key, New: next, Old: last, Time: moment, Attempt: 1}
	later := changed
	later.ID, later.New = "c2", `{"id": "u1", "at": 9007199254740993, "name": "later"}`
	for _, c := range []Change{changed, changed, later} {
		if !cloud.Change(t, "track", c)[0] {
			t.Fatal("not settled")
		}
	}
	if !cloud.Change(t, "plain", changed)[0] || len(got) != 3 || len(plain) != 1 {
		t.Fatalf("the handlers were called %d and %d times", len(got), len(plain))
	}
	want := fn.Change[item]{
		Event: fn.Event{Source: "/tables/users", Type: fn.TypeItemUpserted, Time: moment},
		Key:   map[string]any{"id": "u1", "at": json.Number("9007199254740993")},
		New: item{
			ID: "u1", At: 9007199254740993, Name: `ü"\`, Rate: 1.5, Active: true, Tags: []string{"a", ""},
			Nested: map[string]any{"n": json.Number("7"), "l": []any{map[string]any{"x": "y"}}},
		},
	}
	if cloud.Feed().Old {
		want.Old = &item{ID: "u1", At: 9007199254740993, Name: "before"}
	}
	ignored := cmpopts.IgnoreFields(fn.Event{}, "ID", "Raw", "Attempt", "Trace")
	if diff := cmp.Diff(want, got[0], ignored); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var whole map[string]any
	decoder := json.NewDecoder(strings.NewReader(next))
	decoder.UseNumber()
	if err := decoder.Decode(&whole); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, plain[0].New); diff != "" {
		t.Errorf("the whole item (-want +got):\n%s", diff)
	}
	identities(t, got[0].Event, got[1].Event, got[2].Event)
	if !cloud.Feed().Deletes {
		return
	}
	if !cloud.Change(t, "track", Change{ID: "c3", Key: key, Old: last, Deleted: true, Time: moment, Attempt: 1})[0] || len(got) != 4 {
		t.Fatal("the deletion is not settled, or the handler not called")
	}
	want.Type, want.New, want.Old = fn.TypeItemDeleted, item{}, &item{ID: "u1", At: 9007199254740993, Name: "before"}
	if diff := cmp.Diff(want, got[3], ignored); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
}

// unwanted sends what a function was not declared for: not every cloud can keep it away.
func unwanted(t *testing.T, host Host) {
	called := false
	cloud := events(t, host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{
			Name: "look", Timeout: patience,
			Handler: app.Bucket("uploads", app.Objects{On: []string{"created"}, Prefix: "in/", Suffix: ".jpg"}, func(context.Context, fn.Object) error {
				called = true
				return nil
			}),
		},
		{
			Name: "track", Timeout: patience, Attempts: 5,
			Handler: app.Table("users", app.Changes{On: []string{"deleted"}, Key: []string{"id"}}, func(context.Context, fn.Change[order]) error {
				called = true
				return nil
			}),
		},
	}}))
	for _, o := range []ObjectEvent{{Key: "in/a.png"}, {Key: "out/a.jpg"}, {Key: "in/a.jpg", Deleted: true}, {Key: "xin/a.jpg"}, {Key: "in/a.jpgx"}} {
		o.ID, o.Time, o.Attempt = "1", moment, 1
		if !cloud.Object(t, "look", o) || called {
			t.Errorf("%+v: not acknowledged, or the handler called: %v", o, called)
		}
	}
	if !cloud.Change(t, "track", Change{ID: "c1", Key: `{"id": "o1"}`, New: `{"id": "o1"}`, Time: moment, Attempt: 1})[0] || called {
		t.Errorf("a change: not settled, or the handler called: %v", called)
	}
}

func unreadable(t *testing.T, host Host) {
	called := false
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "work", Timeout: patience,
		Handler: app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { called = true; return nil }),
	}, {
		Name: "hear", Timeout: patience,
		Handler: app.Topic("news", func(context.Context, fn.Message[[]byte]) error { called = true; return nil }),
	}, {
		Name: "night", Timeout: patience,
		Handler: app.Schedule(func(context.Context, fn.Tick) error { called = true; return nil }),
	}, {
		Name: "look", Timeout: patience,
		Handler: app.Bucket("uploads", app.Objects{On: []string{"created", "deleted"}}, func(context.Context, fn.Object) error { called = true; return nil }),
	}, {
		Name: "track", Timeout: patience, Attempts: 5,
		Handler: app.Table("users", app.Changes{On: []string{"upserted", "deleted"}}, func(context.Context, fn.Change[order]) error { called = true; return nil }),
	}}})
	for _, body := range []string{
		``, `{`, `null`, `[]`, `"text"`, `{}`, `{"message": {}}`, `{"Records": []}`, `{"Data": {}, "Metadata": {}}`, `{"message": null}`,
		`{"Data": {"message": "not base64!"}, "Metadata": {}}`, `{"message": {"data": "not base64!", "messageId": "1"}}`,
		`{"scheduledTime": "yesterday"}`, `{"Data": {"timer": {}}, "Metadata": {}}`, strings.Repeat("[", 100_000),
		`{"Data": {"documents": "[7]"}, "Metadata": {}}`, "\x0a\xff\xff\xff\xff\x0f",
	} {
		for _, function := range []string{"work", "hear", "night", "look", "track"} {
			if cloud.Raw(t, function, body) || called {
				t.Errorf("%s acknowledges %.60q, handler called: %v", function, body, called)
			}
		}
	}
}
