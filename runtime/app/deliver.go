package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/trace"
)

// Delivery is one event as a host decoded it.
type Delivery struct {
	// Event is what the host knows of the event. Deliver sets its Source and Type, and for a schedule ID and Time.
	Event fn.Event
	// Data is a message's payload, as it was sent.
	Data []byte
	// Attributes are what the sender set beside the payload, as they came.
	Attributes map[string]string
	// OrderingKey is the message's group, of an ordered queue or topic.
	OrderingKey string
	// Scheduled is the moment that a schedule names; for schedules alone.
	Scheduled time.Time
	// Object is the object of a bucket; for buckets alone.
	Object Object
	// Item is the item of a table; for tables alone.
	Item Item
}

// Deliver calls the function for one event, and returns nil only if the handler did, in time, or the function is not for such an
// event. A host acknowledges an event when,
// and only when, Deliver returns nil. A panic is an error; so is a payload that cannot be decoded, which is a permanent one. What
// went wrong is logged.
//
// A handler that does not return in time goes on until it does, but its result is not heeded.
func (f *Function) Deliver(ctx context.Context, d Delivery) error {
	if f.Handler.event == nil {
		return fmt.Errorf("function %s takes no events", f.Name)
	}
	f.complete(&d)
	if wants := f.Handler.wants; wants != nil && !wants(&d) {
		return nil
	}
	scope := Scope{Function: f.Name, Event: d.Event.ID, Attempt: d.Event.Attempt, Trace: d.Event.Trace}
	return f.call(ctx, Call{scope, f.Handler.kind, d.Event.Source}, "event", func(ctx context.Context) error { return f.Handler.event(ctx, d) })
}

// call calls a handler in the scope of a call, within the function's timeout. What is the word for it in the log.
func (f *Function) call(ctx context.Context, c Call, what string, handler func(context.Context) error) error {
	ctx, cancel := f.within(ctx)
	defer cancel()
	ctx, end := begin(ctx, c)
	start := time.Now()
	done := make(chan error, 1)
	goCall(func() { done <- f.recovered(ctx, handler) })
	var err error
	select {
	case err = <-done:
		// A result that came with the deadline is late: which of the two is seen first must not matter.
		if ctx.Err() != nil {
			err = &lateError{errors.Join(ctx.Err(), err)}
		}
	case <-ctx.Done():
		err = &lateError{ctx.Err()}
	}
	log(ctx, what, start, err)
	end(Result{Err: err})
	return err
}

// within says in a context what the function may do, and bounds its call by its timeout, and by the deadline of the context, whose end need
// not come with it.
func (f *Function) within(ctx context.Context) (context.Context, context.CancelFunc) {
	end := time.Now().Add(f.Timeout)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline
	}
	return context.WithDeadline(f.granted(ctx), end)
}

// Refuse is for an event that a host cannot decode, and so cannot deliver: it says so in the log, and returns the error, which is a
// permanent one. What is known of the event stands in the delivery.
func (f *Function) Refuse(ctx context.Context, d Delivery, err error) error {
	err = fn.Permanent(fmt.Errorf("decoding the event: %w", err))
	d.Event.Trace = traceOf(&d)
	scope := Scope{Function: f.Name, Event: d.Event.ID, Attempt: d.Event.Attempt, Trace: d.Event.Trace}
	slog.ErrorContext(scope.within(ctx), "event refused", slog.String("error", err.Error()))
	return err
}

// complete sets what is the same on every cloud.
func (f *Function) complete(d *Delivery) {
	switch f.Handler.kind {
	case KindQueue:
		d.Event.Source, d.Event.Type = "/queues/"+f.Handler.source, fn.TypeMessage
	case KindTopic:
		d.Event.Source, d.Event.Type = "/topics/"+f.Handler.source, fn.TypePublished
	case KindBucket:
		d.Event.Source, d.Event.Type, d.Event.Subject = "/buckets/"+f.Handler.source, d.Object.eventType(), d.Object.Key
	case KindTable:
		d.Event.Source, d.Event.Type = "/tables/"+f.Handler.source, d.Item.eventType()
	case KindSchedule:
		d.Event.Source, d.Event.Type = "/schedules/"+f.Name, fn.TypeTick
		if !d.Scheduled.IsZero() { // which it is when the event was refused
			d.Scheduled = d.Scheduled.UTC()
			d.Event.ID, d.Event.Time = f.Name+"@"+d.Scheduled.Format(time.RFC3339), d.Scheduled
		}
	}
	d.Event.Time, d.Event.Trace = d.Event.Time.UTC(), traceOf(d)
}

// recovered calls a handler, if the function has its secrets, and turns a panic into an error.
func (f *Function) recovered(ctx context.Context, handler func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{r, debug.Stack()}
		}
	}()
	if err := f.hasSecrets(); err != nil {
		return err
	}
	return handler(ctx)
}

// hasSecrets fails when a secret of the function has no value. Handlers are not called without: an empty key opens what a key is to keep
// shut.
func (f *Function) hasSecrets() error {
	for _, variable := range f.Secrets {
		if os.Getenv(variable) == "" {
			return fmt.Errorf("the environment variable %s is empty, which is to hold a secret", variable)
		}
	}
	return nil
}

// lateError is the error of a call whose time was up, as against that of a handler whose own calls were late.
type lateError struct{ error }

func (e *lateError) Unwrap() error { return e.error }

// panicError is a handler's panic.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// log says how a call ended, in the scope that its context carries.
func log(ctx context.Context, what string, start time.Time, err error) {
	attrs := []slog.Attr{slog.Duration("duration", time.Since(start))}
	if err == nil {
		slog.LogAttrs(ctx, slog.LevelDebug, what+" handled", attrs...)
		return
	}
	attrs = append(attrs, slog.String("error", err.Error()), slog.Bool("permanent", fn.IsPermanent(err)))
	var p *panicError
	if errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	slog.LogAttrs(ctx, slog.LevelError, what+" failed", attrs...)
}

// traceOf is the trace context of an event: that of the sender, an attribute, if it is one, and otherwise the one that the host knows. A
// state goes with its own parent alone. Of names that differ only by case the last in the order of bytes counts, each time that the event
// is delivered.
func traceOf(d *Delivery) fn.TraceContext {
	var names [2]string
	for name := range d.Attributes {
		for i, header := range traceHeaders {
			if len(name) == len(header) && strings.EqualFold(name, header) {
				names[i] = max(names[i], name)
			}
		}
	}
	if own := trace.Parse(d.Attributes[names[0]], d.Attributes[names[1]]); own.Parent != "" {
		return own
	}
	return trace.Parse(d.Event.Trace.Parent, d.Event.Trace.State)
}

var traceHeaders = [...]string{"traceparent", "tracestate"}

// attributes puts the names into lower case, and leaves the trace context out. Of names that differ only by case the last in the order of
// bytes counts.
func attributes(in map[string]string) map[string]string {
	out := make(map[string]string, len(in))
	n := 0
	for name, value := range in {
		if lower := strings.ToLower(name); !slices.Contains(traceHeaders[:], lower) {
			out[lower] = value
			n++
		}
	}
	if len(out) == n {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(in)) { // as two are one
		lower := strings.ToLower(name)
		if _, ok := out[lower]; ok {
			out[lower] = in[name]
		}
	}
	return out
}
