package aws

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// task answers the calls of a state machine, which may invoke the function and nobody else may. A result of more than a state can hold
// is Step Functions' own business, which ends the execution.
type task struct{ function *app.Function }

// Invoke implements lambda.Handler. A failure has the error's name as its type, which Retry and Catch go by.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
func (t task) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerMargin))
		defer cancel()
	}
	result, failure := t.function.Perform(ctx, fn.TraceContext{Parent: traceOf(ctx)}, payload)
	if failure != nil {
		return nil, messages.InvokeResponse_Error{Type: failure.Name, Message: failure.Message}
	}
	return result, nil
}
