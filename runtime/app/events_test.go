package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/trace"
)

// letters are dead letters in memory.
type letters struct {
	sent []app.DeadLetter
	err  error
}

func (l *letters) Send(_ context.Context, letter app.DeadLetter) error {
	l.sent = append(l.sent, letter)
	return l.err
}

func TestEventsAreGivenUp(t *testing.T) {
	no, down := errors.New("no"), errors.New("down")
	for name, c := range map[string]struct {
		handler error
		last    bool
		letters *letters
		sent    int
		settled bool
	}{
		"an event that is handled":                              {nil, true, &letters{}, 0, true},
		"a failure that is not the last":                        {no, false, &letters{}, 0, false},
		"the last failure":                                      {no, true, &letters{}, 1, true},
		"a permanent failure, whichever attempt it is":          {fn.Permanent(no), false, &letters{}, 1, true},
		"the last failure, when the queue cannot be reached":    {no, true, &letters{err: down}, 1, false},
		"the last failure, when there is no dead-letter queue":  {no, true, nil, 0, false},
		"a permanent failure, when there is no such queue":      {fn.Permanent(no), false, nil, 0, false},
		"a permanent failure, when the queue cannot be reached": {fn.Permanent(no), false, &letters{err: down}, 1, false},
	} {
		f := app.Function{Name: "night", Timeout: time.Second, Attempts: 5, Handler: app.Schedule(func(context.Context, fn.Tick) error { return c.handler })}
		var dead app.DeadLetters
		if c.letters != nil {
			dead = c.letters
		} else {
			c.letters = &letters{}
		}
		at := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
		err := f.DeliverOrGiveUp(t.Context(), app.Delivery{Scheduled: at, Event: fn.Event{Attempt: 5}}, c.last, []byte("payload"), dead)
		if (err == nil) != c.settled || len(c.letters.sent) != c.sent {
			t.Errorf("%s: %v, %d letters", name, err, len(c.letters.sent))
			continue
		}
		if c.sent == 1 {
			got := c.letters.sent[0]
			if got.Function != "night" || got.Event.ID != "night@2026-11-24T02:00:00Z" || got.Error != "no" || string(got.Payload) != "payload" || got.Event.Attempt != 5 {
				t.Errorf("%s: the letter is %+v", name, got)
			}
		}
		if c.letters.err != nil && (!errors.Is(err, down) || !errors.Is(err, no)) {
			t.Errorf("%s: %v does not say both", name, err)
		}
	}
}

func TestItemsThatCannotBeDecodedArePermanentErrors(t *testing.T) {
	f := app.Function{Name: "track", Timeout: time.Second, Handler: app.Table("t", app.Changes{On: []string{"upserted", "deleted"}, Key: []string{"id", "at"}},
		func(context.Context, fn.Change[struct{ N int }]) error { return nil })}
	whole := json.RawMessage(`{"id": "a", "at": 1, "N": 2}`)
	for name, c := range map[string]struct {
		item app.Item
		want string // part of the error; empty for none
	}{
		"an item":                                {app.Item{New: whole}, ""},
		"a key of its own":                       {app.Item{Key: whole, New: json.RawMessage(`{"N": 1}`)}, ""},
		"a deletion with the old item":           {app.Item{Deleted: true, Old: whole}, ""},
		"a deletion with the key alone":          {app.Item{Deleted: true, Key: whole}, ""},
		"a deletion that tells nothing":          {app.Item{Deleted: true}, "the key"},
		"an item without its key":                {app.Item{New: json.RawMessage(`{"id": "a", "N": 2}`)}, `"at"`},
		"a key that is a list":                   {app.Item{New: json.RawMessage(`{"id": ["a"], "at": 1}`)}, `"id"`},
		"an item that is no object":              {app.Item{New: json.RawMessage(`[1]`)}, "the key"},
		"an attribute of another type":           {app.Item{New: json.RawMessage(`{"id": "a", "at": 1, "N": "x"}`)}, "decoding the item: N: string cannot be read as int"},
		"an attribute of the old item":           {app.Item{New: whole, Old: json.RawMessage(`{"N": "x"}`)}, "the old item"},
		"half an item":                           {app.Item{New: json.RawMessage(`{"id": `)}, "the key"},
		"an item that is upserted, and not told": {app.Item{Key: whole}, "decoding the item"},
	} {
		err := f.Deliver(t.Context(), app.Delivery{Item: c.item})
		if c.want == "" && err != nil || c.want != "" && (!fn.IsPermanent(err) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A key that a prefix and a suffix would share is not meant by the two together.
func TestAPrefixAndASuffixDoNotOverlap(t *testing.T) {
	for key, want := range map[string]bool{"in--a": true, "in-x-a": true, "in-a": false, "in-": false, "n--a": false, "": false} {
		called := false
		f := app.Function{Name: "look", Timeout: time.Second, Handler: app.Bucket("b", app.Objects{On: []string{"created"}, Prefix: "in-", Suffix: "-a"},
			func(context.Context, fn.Object) error { called = true; return nil })}
		if err := f.Deliver(t.Context(), app.Delivery{Object: app.Object{Key: key}}); err != nil || called != want {
			t.Errorf("%q: %v, called: %v", key, err, called)
		}
	}
}

// What comes as a trace context is what anybody wrote there. What is none is as if it were not there: it would go on into headers, where a
// line break fails every call of the handler's, and into messages and logs.
func TestATraceContextThatIsNoneIsNotThere(t *testing.T) {
	const parent, own = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	whole := fn.TraceContext{Parent: parent, State: "a=1"}
	for name, c := range map[string]struct {
		event      fn.TraceContext // what the host knows
		attributes map[string]string
		want       fn.TraceContext
	}{
		"a trace":                           {whole, nil, whole},
		"what is none":                      {fn.TraceContext{Parent: "00-x\r\nX-Evil: 1", State: "a=1"}, nil, fn.TraceContext{}},
		"the sender's, with its state":      {whole, map[string]string{"Traceparent": own, "Tracestate": "b=2"}, fn.TraceContext{Parent: own, State: "b=2"}},
		"the sender's, without another's":   {whole, map[string]string{"traceparent": own}, fn.TraceContext{Parent: own}},
		"the sender's, which is none":       {whole, map[string]string{"traceparent": "junk", "tracestate": "b=2"}, whole},
		"a state of the sender's alone":     {whole, map[string]string{"tracestate": "b=2"}, whole},
		"the sender's, with a state of 2 K": {whole, map[string]string{"traceparent": own, "tracestate": strings.Repeat("x", 2000)}, fn.TraceContext{Parent: own}},
	} {
		t.Run(name, func(t *testing.T) {
			look := func(ctx context.Context, got fn.TraceContext) {
				if carried := trace.FromContext(ctx); got != c.want || carried != c.want {
					t.Errorf("the event has %q, and the context %q, want %q", got, carried, c.want)
				}
			}
			f := app.Function{Name: "work", Timeout: time.Second, Handler: app.Queue("jobs", func(ctx context.Context, m fn.Message[[]byte]) error {
				look(ctx, m.Trace)
				if len(m.Attributes) > 0 {
					t.Errorf("it has the attributes %v", m.Attributes)
				}
				return nil
			})}
			if err := f.Deliver(t.Context(), app.Delivery{Event: fn.Event{ID: "1", Trace: c.event}, Attributes: c.attributes}); err != nil {
				t.Error(err)
			}
			if c.attributes != nil {
				return
			}
			task := app.Function{Name: "step", Timeout: time.Second, Handler: app.Task(func(ctx context.Context, _ any) (any, error) {
				look(ctx, trace.FromContext(ctx))
				return nil, nil
			})}
			if _, failure := task.Perform(t.Context(), c.event, []byte("{}")); failure != nil {
				t.Error(failure)
			}
			a := app.App{BasePath: "/api", Functions: []app.Function{{Name: "get", Timeout: time.Second, Handler: app.HTTP("GET /", func(_ http.ResponseWriter, r *http.Request) {
				look(r.Context(), trace.FromContext(r.Context()))
			})}}}
			r := httptest.NewRequest(http.MethodGet, "/api", http.NoBody)
			r.Header.Set("Traceparent", c.event.Parent)
			r.Header.Set("Tracestate", c.event.State)
			a.Mux().ServeHTTP(httptest.NewRecorder(), r)
		})
	}
}
