package resource

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// MaxInput is how many bytes the input of an execution has at most, on every cloud.
const MaxInput = MaxMessage

// ErrInvalidInput is in the errors of inputs that some cloud would not take. Trying again is no use.
var ErrInvalidInput = errors.New("the execution cannot be started")

// StartOption says more of an execution than its input.
type StartOption func(*starting)

// starting is an execution on its way.
type starting struct {
	name  string
	named bool
}

// ExecutionName gives the execution a name, such as the ID of what it works on: any text. A call that is repeated under the same name
// starts no second execution on AWS, for the 90 days that Step Functions remember it. Elsewhere clouds name executions themselves, and it
// starts another: so what a workflow's tasks do, they do once for what they work on.
func ExecutionName(name string) StartOption {
	return func(s *starting) { s.name, s.named = name, true }
}

// Start starts an execution of a workflow, and does not wait for its end: the input is data as JSON, or as it is when it is a []byte of
// JSON. When it returns nil the cloud has the execution. Two calls start two, unless they give it a name: see [ExecutionName].
func Start(ctx context.Context, workflow string, data any, options ...StartOption) error {
	s := starting{name: rand.Text()}
	for _, option := range options {
		option(&s)
	}
	return start(ctx, workflow, s, data)
}

// Starter returns the handler that starts an execution of a workflow for each message, with the message as its input. The generated
// table has a function with it for each workflow that has a trigger. Where the cloud drops a second start under the same name, which
// Step Functions does, a message that comes twice starts one execution; elsewhere it starts two.
func Starter(workflow string) func(context.Context, fn.Message[json.RawMessage]) error {
	return func(ctx context.Context, m fn.Message[json.RawMessage]) error {
		return start(ctx, workflow, starting{name: m.ID}, []byte(m.Data))
	}
}

func start(ctx context.Context, workflow string, s starting, data any) error {
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
	if err == nil && s.named && s.name == "" {
		err = fmt.Errorf("%w: its name is empty", ErrInvalidInput)
	}
	if err != nil {
		return fmt.Errorf("workflow %s: %w", workflow, err)
	}
	driver := c.drives().Start
	if driver == nil {
		return missing(KindWorkflow)
	}
	if err := driver(ctx, id, executionName(s.name), input); err != nil {
		return fmt.Errorf("workflow %s: %w", workflow, err)
	}
	return nil
}

// plainName has the characters that names have on every cloud that lets callers choose, and fewer of them than a digest has.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
var plainName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,63}$`)

// executionName is the name itself, by which people find the execution, where it is a plain one, and its digest where it is not.
func executionName(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	digest := sha256.Sum256([]byte(name))
	return hex.EncodeToString(digest[:])
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
