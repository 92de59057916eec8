package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// answerMargin is how long before Lambda ends a call its answer is under way. A batch that Lambda cuts off comes again as a whole, with
// what had been handled.
const answerMargin = 500 * time.Millisecond

// invoker is a function from payload to answer. Its errors fail the invocation.
type invoker func(ctx context.Context, payload []byte) (any, error)

// Invoke implements lambda.Handler.
func (i invoker) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	answer, err := i(inTime(ctx), payload)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// inTime returns a context with a deadline that leaves time to answer. Calls of handlers end by it; the context itself does not.
func inTime(ctx context.Context) context.Context {
	if deadline, ok := ctx.Deadline(); ok {
		return early{ctx, deadline.Add(-answerMargin)}
	}
	return ctx
}

// early is a context whose deadline comes earlier than it ends.
type early struct {
	context.Context
	deadline time.Time
}

// Deadline implements [context.Context].
func (e early) Deadline() (time.Time, bool) { return e.deadline, true }

// contents reads the events in a body: most have one, and some none.
type contents func(body []byte) ([]app.Delivery, error)

// direct takes events that their source hands over by itself. Lambda calls again when the invocation fails, and after that sends the
// event to where failures go. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func direct(f *app.Function, read contents) invoker {
	return func(ctx context.Context, payload []byte) (any, error) {
		deliveries, err := read(payload)
		if err != nil {
			return nil, f.Refuse(ctx, app.Delivery{}, err)
		}
		return nil, deliverAll(ctx, f, deliveries)
	}
}

// deliverAll delivers events that are acknowledged together, all of them, whichever fail.
func deliverAll(ctx context.Context, f *app.Function, deliveries []app.Delivery) error {
	var failures []error
	for i := range deliveries {
		d := &deliveries[i]
		if d.Event.Trace.Parent == "" {
			d.Event.Trace.Parent = traceOf(ctx)
		}
		failures = append(failures, f.Deliver(ctx, *d))
	}
	return errors.Join(failures...)
}

// timeLeft tells whether another call has the time that the function may take. One that is cut short would count as an attempt.
func timeLeft(ctx context.Context, f *app.Function) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) >= f.Timeout
}

// maxRecords is how many records a batch has at most.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const maxRecords = 10_000

// records reads the Records of a payload.
func records[T any](body []byte, scan scanner[T]) ([]T, error) {
	var b batch[T]
	if err := jsonscan.ReadShared(body, &b, batchOf(scan)); err != nil {
		return nil, err
	}
	switch n := len(b.Records); {
	case n == 0:
		return nil, errors.New("it has no Records")
	case n > maxRecords:
		return nil, fmt.Errorf("it has %d Records", n)
	}
	return b.Records, nil
}

// unscanned are records that are left to encoding/json.
func unscanned[T any](s *jsonscan.Scanner, _ *T) { s.GiveUp() }
