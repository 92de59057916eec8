package runtimetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// short is the timeout of the functions that are meant to miss it.
const short = 50 * time.Millisecond

// Outcome is what can become of one call.
type Outcome struct {
	Name string
	// Acknowledged tells whether the cloud may forget the event.
	Acknowledged bool
	do           func(ctx context.Context) error
	// undecodable has the cloud send what the handler's type cannot hold.
	undecodable bool
}

// Outcomes returns what can become of one call. A handler that ignores cancellation goes on until release is closed.
func Outcomes(release <-chan struct{}) []Outcome {
	return []Outcome{
		{Name: "returns nil", Acknowledged: true, do: func(context.Context) error { return nil }},
		{Name: "returns an error", do: func(context.Context) error { return errors.New("no") }},
		{Name: "returns a permanent error", do: func(context.Context) error { return fn.Permanent(errors.New("never")) }},
		{Name: "panics", do: func(context.Context) error { panic("oh") }},
		{Name: "panics with nil", do: func(context.Context) error { panic(error(nil)) }},
		{Name: "returns the deadline's error", do: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
		{Name: "returns nil, but late", do: func(ctx context.Context) error { <-ctx.Done(); return nil }},
		{Name: "ignores cancellation", do: func(context.Context) error { <-release; return nil }},
		{Name: "cannot be given the payload", do: func(context.Context) error { return nil }, undecodable: true},
	}
}

// Trigger is a kind of trigger, with a function that has it.
type Trigger struct {
	Name    string
	handler func(do func(context.Context) error) app.Handler
	// send sends one event, and tells whether it was acknowledged.
	send func(t testing.TB, c Cloud, undecodable bool) bool
}

// Triggers returns the kinds of triggers of the functions that take events.
func Triggers() []Trigger {
	payload := func(undecodable bool) string {
		if undecodable {
			return `{"id": 7}`
		}
		return `{"id": "o1"}`
	}
	return []Trigger{
		{"queue", func(do func(context.Context) error) app.Handler {
			return app.Queue("jobs", func(ctx context.Context, _ fn.Message[order]) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, undecodable bool) bool {
			return c.Deliver(t, "work", Message{ID: "m1", Body: payload(undecodable), Sent: moment, Attempt: 1})[0]
		}},
		{"topic", func(do func(context.Context) error) app.Handler {
			return app.Topic("news", func(ctx context.Context, _ fn.Message[order]) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, undecodable bool) bool {
			return events(t, c).Publish(t, "work", Message{ID: "m1", Body: payload(undecodable), Sent: moment, Attempt: 1})[0]
		}},
		{"schedule", func(do func(context.Context) error) app.Handler {
			return app.Schedule(func(ctx context.Context, _ fn.Tick) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, undecodable bool) bool {
			if undecodable {
				return c.Raw(t, "work", "{}")
			}
			return c.Tick(t, "work", moment)
		}},
		{"bucket", func(do func(context.Context) error) app.Handler {
			return app.Bucket("uploads", app.Objects{On: []string{"created"}}, func(ctx context.Context, _ fn.Object) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, undecodable bool) bool {
			if undecodable {
				return c.Raw(t, "work", "{}")
			}
			return events(t, c).Object(t, "work", ObjectEvent{ID: "1", Key: "a.jpg", Size: 1, ETag: "e1", Time: moment, Attempt: 1})
		}},
		{"table", func(do func(context.Context) error) app.Handler {
			return app.Table("orders", app.Changes{On: []string{"upserted"}, Key: []string{"id"}}, func(ctx context.Context, _ fn.Change[order]) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, undecodable bool) bool {
			key := payload(undecodable)
			return events(t, c).Change(t, "work", Change{ID: "c1", Key: key, New: key, Time: moment, Attempt: 1})[0]
		}},
	}
}

// Settle has a handler do what an outcome says, and tells whether the event was acknowledged.
func Settle(t testing.TB, host Host, trigger Trigger, o Outcome) bool {
	t.Helper()
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "work", Timeout: short, Attempts: 5, Handler: trigger.handler(o.do)},
	}})
	return trigger.send(t, cloud, o.undecodable)
}

func settlement(t *testing.T, host Host) {
	release := make(chan struct{})
	defer close(release)
	for _, trigger := range Triggers() {
		t.Run(trigger.Name, func(t *testing.T) {
			for _, o := range Outcomes(release) {
				t.Run(o.Name, func(t *testing.T) {
					if got := Settle(t, host, trigger, o); got != o.Acknowledged {
						t.Errorf("acknowledged: %v, want %v", got, o.Acknowledged)
					}
				})
			}
		})
	}
}

// record notes what a handler saw, by any number of goroutines.
type record struct {
	mu   sync.Mutex
	seen []string
}

func (r *record) add(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, what)
}

// fate is what the order of an ID makes a handler do.
func fate(id string) error {
	switch id {
	case "fails":
		return errors.New("no")
	case "panics":
		panic("oh")
	}
	return nil
}

func batch(t *testing.T, host Host) {
	var handled record
	handler := func(_ context.Context, m fn.Message[order]) error {
		handled.add(m.Data.ID)
		return fate(m.Data.ID)
	}
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", handler)},
		{Name: "hear", Timeout: time.Second, Handler: app.Topic("news", handler)},
	}})
	var messages []Message
	for i, id := range []string{"a", "fails", "b", "panics", "c"} {
		messages = append(messages, Message{ID: fmt.Sprint("m", i), Body: fmt.Sprintf(`{"id": %q}`, id), Attempt: 1})
	}
	messages = append(messages, Message{ID: "poison", Body: `{"id": 7}`, Attempt: 1}, Message{ID: "not-json", Body: `<order/>`, Attempt: 1})
	for name, deliver := range map[string]func() []bool{
		"queue": func() []bool { return cloud.Deliver(t, "work", messages...) },
		"topic": func() []bool { return events(t, cloud).Publish(t, "hear", messages...) },
	} {
		handled.seen = nil
		if got, want := deliver(), []bool{true, false, true, false, true, false, false}; !slices.Equal(got, want) {
			t.Errorf("%s: acknowledged %v, want %v", name, got, want)
		}
		slices.Sort(handled.seen)
		if diff := cmp.Diff([]string{"a", "b", "c", "fails", "panics"}, handled.seen); diff != "" {
			t.Errorf("%s: the handler saw (-want +got):\n%s", name, diff)
		}
	}
}

// ordered hands over two groups of messages. A cloud that delivers them one at a time holds back what is behind a failure itself.
func ordered(t *testing.T, host Host) {
	var handled record
	handler := func(_ context.Context, m fn.Message[order]) error {
		handled.add(m.OrderingKey + ":" + m.Data.ID)
		return fate(m.Data.ID)
	}
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "work", Timeout: time.Second, Handler: app.Queue("steps", handler).Ordered()},
		{Name: "hear", Timeout: time.Second, Handler: app.Topic("ledger", handler).Ordered()},
	}})
	var messages []Message
	for i, m := range []struct{ key, id string }{{"x", "1"}, {"y", "1"}, {"x", "fails"}, {"y", "2"}, {"x", "2"}, {"y", "3"}, {"x", "3"}} {
		messages = append(messages, Message{ID: fmt.Sprint("m", i), Body: fmt.Sprintf(`{"id": %q}`, m.id), Sent: moment, Attempt: 1, OrderingKey: m.key})
	}
	for name, deliver := range map[string]func() []bool{
		"queue": func() []bool { return cloud.Deliver(t, "work", messages...) },
		"topic": func() []bool { return events(t, cloud).Publish(t, "hear", messages...) },
	} {
		handled.seen = nil
		if got, want := deliver(), []bool{true, true, false, true, false, true, false}; !slices.Equal(got, want) {
			t.Errorf("%s: acknowledged %v, want %v", name, got, want)
		}
		slices.SortStableFunc(handled.seen, func(a, b string) int { return int(a[0]) - int(b[0]) }) // groups do not wait for each other
		if diff := cmp.Diff([]string{"x:1", "x:fails", "y:1", "y:2", "y:3"}, handled.seen); diff != "" {
			t.Errorf("%s: the handler saw (-want +got):\n%s", name, diff)
		}
	}
}

func changesInOrder(t *testing.T, host Host) {
	var handled record
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{{
		Name: "track", Timeout: time.Second, Attempts: 5,
		Handler: app.Table("orders", app.Changes{On: []string{"upserted"}, Key: []string{"id"}}, func(_ context.Context, c fn.Change[order]) error {
			handled.add(c.New.ID)
			return fate(c.New.ID)
		}),
	}}})
	var changes []Change
	for i, id := range []string{"1", "2", "fails", "3"} {
		item := fmt.Sprintf(`{"id": %q}`, id)
		changes = append(changes, Change{ID: fmt.Sprint("c", i), Key: item, New: item, Time: moment, Attempt: 1})
	}
	settled := events(t, cloud).Change(t, "track", changes...)
	if settled[2] || settled[3] {
		t.Errorf("settled %v, though the third failed", settled)
	}
	if diff := cmp.Diff([]string{"1", "2", "fails"}, handled.seen); diff != "" {
		t.Errorf("the handler saw (-want +got):\n%s", diff)
	}
}

// events are the events that a cloud delivers.
func events(t testing.TB, c Cloud) Events {
	t.Helper()
	e, ok := c.(Events)
	if !ok {
		t.Fatalf("%T delivers no messages of topics, objects and changes", c)
	}
	return e
}
