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

// Outcome is what can become of one call.
type Outcome struct {
	// Name is part of the names of functions, and Text says it to people.
	Name, Text string
	do         func(ctx context.Context) error
	// misses is set when the call is not back by its timeout.
	misses bool
	// permanent is set when trying again is no use, and undecodable has the cloud send what the handler's type cannot hold.
	permanent, undecodable bool
	// last is set when as many attempts have failed as there are.
	last bool
}

// short is the timeout of the functions that are meant to miss it.
const short = 50 * time.Millisecond

func (o Outcome) timeout() time.Duration {
	if o.misses {
		return short
	}
	return patience
}

// attempts is how often the events of the functions here are tried.
const attempts = 5

func (o Outcome) attempt() int {
	if o.last {
		return attempts
	}
	return 1
}

// returnsNil is the one outcome that acknowledges an event.
const returnsNil = "returns-nil"

// Outcomes returns what can become of one call. A handler that ignores cancellation goes on until release is closed.
func Outcomes(release <-chan struct{}) []Outcome {
	no := func(context.Context) error { return errors.New("no") }
	return []Outcome{
		{Name: returnsNil, Text: "returns nil", do: func(context.Context) error { return nil }},
		{Name: "fails", Text: "returns an error", do: no},
		{Name: "fails-last", Text: "returns an error, at the last attempt", do: no, last: true},
		{Name: "fails-for-good", Text: "returns `fn.Permanent`", do: func(context.Context) error { return fn.Permanent(errors.New("never")) }, permanent: true},
		{Name: "panics", Text: "panics", do: func(context.Context) error { panic("oh") }},
		{Name: "panics-with-nil", Text: "panics with a nil error", do: func(context.Context) error { panic(error(nil)) }},
		{Name: "gives-up", Text: "returns the deadline's error", do: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, misses: true},
		{Name: "is-late", Text: "returns nil, but late", do: func(ctx context.Context) error { <-ctx.Done(); return nil }, misses: true},
		{Name: "hangs", Text: "ignores that its time is up", do: func(context.Context) error { <-release; return nil }, misses: true},
		{Name: "undecodable", Text: "cannot be given the payload", do: func(context.Context) error { return nil }, undecodable: true},
	}
}

// Fate is what becomes of an event.
type Fate string

// What can become of an event.
const (
	Acknowledged Fate = "acknowledged"
	Again        Fate = "comes again"
	Dead         Fate = "dead letter"
)

// Fate is what becomes of an event with this outcome, where the runtime itself sends dead letters and where the cloud does that.
func (o Outcome) Fate(runtimeGivesUp bool) Fate {
	switch {
	case o.Name == returnsNil:
		return Acknowledged
	case runtimeGivesUp && (o.permanent || o.undecodable || o.last):
		return Dead
	}
	return Again
}

// Trigger is a kind of trigger, with functions that have it.
type Trigger struct {
	Name    string
	handler func(do func(context.Context) error) app.Handler
	// send sends one event to a function, and tells whether it was acknowledged.
	send func(t testing.TB, c Cloud, function string, o Outcome) bool
}

// Triggers returns the kinds of triggers of the functions that take events.
func Triggers() []Trigger {
	return []Trigger{
		{"queue", func(do func(context.Context) error) app.Handler {
			return app.Queue("jobs", func(ctx context.Context, _ fn.Message[order]) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, function string, o Outcome) bool {
			return c.Deliver(t, function, Message{ID: "m1", Body: o.payload(), Sent: moment, Attempt: o.attempt()})[0]
		}},
		{"topic", func(do func(context.Context) error) app.Handler {
			return app.Topic("news", func(ctx context.Context, _ fn.Message[order]) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, function string, o Outcome) bool {
			return events(t, c).Publish(t, function, Message{ID: "m1", Body: o.payload(), Sent: moment, Attempt: o.attempt()})[0]
		}},
		{"schedule", func(do func(context.Context) error) app.Handler {
			return app.Schedule(func(ctx context.Context, _ fn.Tick) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, function string, o Outcome) bool {
			if o.undecodable {
				return events(t, c).Unreadable(t, function)
			}
			return events(t, c).TickAgain(t, function, moment, o.attempt())
		}},
		{"bucket", func(do func(context.Context) error) app.Handler {
			return app.Bucket("uploads", app.Objects{On: []string{"created"}}, func(ctx context.Context, _ fn.Object) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, function string, o Outcome) bool {
			if o.undecodable {
				return events(t, c).Unreadable(t, function)
			}
			return events(t, c).Object(t, function, ObjectEvent{ID: "1", Key: "a.jpg", Size: 1, ETag: "e1", Time: moment, Attempt: o.attempt()})
		}},
		{"table", func(do func(context.Context) error) app.Handler {
			return app.Table("orders", app.Changes{On: []string{"upserted"}, Key: []string{"id"}}, func(ctx context.Context, _ fn.Change[order]) error { return do(ctx) })
		}, func(t testing.TB, c Cloud, function string, o Outcome) bool {
			// Where the cloud does not count attempts, the age of a change stands for them.
			at := time.Now()
			if o.last {
				at = at.Add(-time.Hour)
			}
			return events(t, c).Change(t, function, Change{ID: "c1", Key: o.payload(), New: o.payload(), Time: at, Attempt: o.attempt()})[0]
		}},
	}
}

// payload is that of a message or a change.
func (o Outcome) payload() string {
	if o.undecodable {
		return `{"id": "o1", "amount": "much"}`
	}
	return `{"id": "o1"}`
}

// function is the function of a trigger that ends with an outcome.
func function(trigger Trigger, o Outcome) app.Function {
	return app.Function{Name: trigger.Name + "-" + o.Name, Timeout: o.timeout(), Attempts: attempts, Handler: trigger.handler(o.do)}
}

// settlement has handlers end in every way, in hosts that know no dead letters.
func settlement(t *testing.T, host Host) {
	release := make(chan struct{})
	defer close(release)
	for _, trigger := range Triggers() {
		t.Run(trigger.Name, func(t *testing.T) {
			for _, o := range Outcomes(release) {
				t.Run(o.Name, func(t *testing.T) {
					f := function(trigger, o)
					cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{f}})
					if got, want := trigger.send(t, cloud, f.Name, o), o.Fate(false) == Acknowledged; got != want {
						t.Errorf("acknowledged: %v, want %v", got, want)
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
	case "fails", "!":
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
		{Name: "work", Timeout: patience, Handler: app.Queue("jobs", handler)},
		{Name: "hear", Timeout: patience, Handler: app.Topic("news", handler)},
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
		{Name: "work", Timeout: patience, Handler: app.Queue("steps", handler).Ordered()},
		{Name: "hear", Timeout: patience, Handler: app.Topic("ledger", handler).Ordered()},
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
		Name: "track", Timeout: patience, Attempts: 5,
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
	inOrder, want := events(t, cloud).Feed().Ordered, []string{"1", "2", "fails"}
	if !inOrder {
		want = append(want, "3")
	}
	if settled[2] || settled[3] == inOrder {
		t.Errorf("settled %v, though the third failed", settled)
	}
	if diff := cmp.Diff(want, handled.seen); diff != "" {
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
