package resource

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// MaxInput is how many bytes the input of an execution has at most, on every cloud.
const MaxInput = MaxMessage

// ErrInvalidInput is in the errors of inputs that some cloud would not take. Trying again is no use.
var ErrInvalidInput = errors.New("the execution cannot be started")

// Start starts an execution of a workflow, and does not wait for its end: the input is data as JSON, or as it is when it is a []byte of
// JSON. When it returns nil the cloud has the execution. Two calls start two.
func Start(ctx context.Context, workflow string, data any) error {
	return start(ctx, workflow, rand.Text(), data)
}

// Starter returns the handler that starts an execution of a workflow for each message, with the message as its input. The generated
// table has a function with it for each workflow that has a trigger. Where the cloud drops a second start under the same name, which
// Step Functions does, a message that comes twice starts one execution; elsewhere it starts two.
func Starter(workflow string) func(context.Context, fn.Message[json.RawMessage]) error {
	return func(ctx context.Context, m fn.Message[json.RawMessage]) error {
		digest := sha256.Sum256([]byte(m.ID))
		return start(ctx, workflow, hex.EncodeToString(digest[:]), []byte(m.Data))
	}
}

// start starts an execution under a name of at most 64 letters and digits.
func start(ctx context.Context, workflow, execution string, data any) error {
	if _, err := granted(ctx, KindWorkflow, workflow, VerbStart); err != nil {
		return err
	}
	c, err := clientsOf(ctx)
	if err != nil {
		return err
	}
	_, id, err := c.find(KindWorkflow, workflow)
	if err != nil {
		return err
	}
	input, err := inputOf(data)
	if err != nil {
		return fmt.Errorf("workflow %s: %w", workflow, err)
	}
	driver := c.drives().Start
	if driver == nil {
		return missing(KindWorkflow)
	}
	if err := driver(ctx, id, execution, input); err != nil {
		return fmt.Errorf("workflow %s: %w", workflow, err)
	}
	return nil
}

// inputOf makes an input that every cloud takes, or says why it is none.
func inputOf(data any) ([]byte, error) {
	input, ok := data.([]byte)
	if !ok {
		var err error
		if input, err = json.Marshal(data); err != nil {
			return nil, fmt.Errorf("%w: the input is no JSON: %w", ErrInvalidInput, err)
		}
	}
	switch {
	case !json.Valid(input):
		return nil, fmt.Errorf("%w: the input is no JSON", ErrInvalidInput)
	case len(input) > MaxInput:
		return nil, fmt.Errorf("%w: the input has %d bytes, at most %d are taken: put what is large into a bucket and pass its key", ErrInvalidInput, len(input), MaxInput)
	}
	return input, nil
}
