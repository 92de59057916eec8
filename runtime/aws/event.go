package aws

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
)

// answerMargin is how long before Lambda ends a call its answer is under way. A batch that Lambda cuts off comes again as a whole, with
// what had been handled.
const answerMargin = 500 * time.Millisecond

// invoker is a function from payload to answer. Its errors fail the invocation.
type invoker func(ctx context.Context, payload []byte) (any, error)

// Invoke implements lambda.Handler.
func (i invoker) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerMargin))
		defer cancel()
	}
	answer, err := i(ctx, payload)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

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

// records reads the Records of a payload.
func records[T any](body []byte) ([]T, error) {
	var batch struct{ Records []T }
	if err := json.Unmarshal(body, &batch); err != nil {
		return nil, err
	}
	if len(batch.Records) == 0 {
		return nil, errors.New("it has no Records")
	}
	return batch.Records, nil
}
