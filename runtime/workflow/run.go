package workflow

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// Options are how a machine is run.
type Options struct {
	// Tasks does what tasks ask for. It must be set for a machine that has tasks.
	Tasks Tasks
	// Clock is the time; a virtual clock that starts at the beginning of 2026 when it is nil.
	Clock Clock
	// Workflow and Name are the names of the workflow and of the execution, for the context object.
	Workflow, Name string
	// Seed is what States.MathRandom, States.UUID and jitter are made of.
	Seed uint64
	// MaxSteps is how many states an execution may enter before Run gives up; DefaultMaxSteps when it is 0.
	MaxSteps int
}

// DefaultMaxSteps is how many states an execution may enter.
const DefaultMaxSteps = 25_000

// Tasks does what tasks ask for.
type Tasks interface {
	// Call calls a resource. The reply says what came of it; an error, that it cannot be called at all, and ends the run without a
	// result. The context is done when the task's time is up.
	Call(ctx context.Context, c Call) (Reply, error)
}

// Call is a call of a resource.
type Call struct {
	Resource asl.Resource
	// Place is that of the trace's events: "Ship", "Each[2]/Ship".
	Place string
	// Input is a value as Decode gives it, which the task must not change.
	Input any
	// Retry counts the calls of the same state before this one that failed and were tried again.
	Retry int
}

// Reply is what came of a call.
type Reply struct {
	// Output is the result, a value as Decode gives it. Fault is not nil when the call failed.
	Output any
	Fault  *Fault
	// After is how long the call takes beyond the time that it took: how a task that is played takes time on a virtual clock.
	After time.Duration
}

// Result is how an execution ended.
type Result struct {
	// Output is that of an execution that succeeded: Fault is nil then.
	Output any
	Fault  *Fault
	Trace  Trace
}

// Run runs a machine that package asl has read and checked without errors. Input is a value as Decode gives it. An error means that
// there is no result: the context was cancelled, a resource cannot be called, the steps are used up; the result has the trace up
// to there.
func Run(ctx context.Context, m *asl.Machine, input any, o Options) (*Result, error) {
	if o.Clock == nil {
		o.Clock = Virtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	if o.MaxSteps == 0 {
		o.MaxSteps = DefaultMaxSteps
	}
	e := &execution{
		ctx: ctx, machine: m, options: o, clock: o.Clock, start: o.Clock.Now(), input: input,
		dice: rand.New(rand.NewPCG(o.Seed, 0)),
	}
	if m.Timeout.Set {
		e.deadline = e.start.Add(m.Timeout.Value)
	}
	return e.run()
}

// execution is a run of a machine.
type execution struct {
	ctx      context.Context
	machine  *asl.Machine
	options  Options
	clock    Clock
	start    time.Time
	deadline time.Time // zero when there is none
	input    any

	mu    sync.Mutex
	trace Trace
	steps int
	dice  *rand.Rand
}

// errLate ends an execution whose time is up.
var errLate = errors.New("the time of the execution is up")

func (e *execution) run() (*Result, error) {
	if err := sound(e.input, 0); err != nil {
		return &Result{}, fmt.Errorf("the input: %w", err)
	}
	e.record(Event{Kind: Started, Value: e.input})
	output, err := e.graph(&e.machine.Graph, frame{}, e.input)
	if errors.Is(err, errLate) {
		err = faultf(asl.ErrTimeout, "the execution takes longer than its TimeoutSeconds")
	}
	fault, failed := errors.AsType[*Fault](err)
	switch {
	case failed:
		e.record(Event{Kind: Failed, Fault: fault})
		return &Result{Fault: fault, Trace: e.trace}, nil
	case err != nil:
		return &Result{Trace: e.trace}, err
	}
	e.record(Event{Kind: Succeeded, Value: output})
	return &Result{Output: output, Trace: e.trace}, nil
}

func (e *execution) record(event Event) {
	event.At = e.clock.Now().Sub(e.start)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.trace = append(e.trace, event)
}

// random is a number from 0 to below n.
func (e *execution) random(n int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.dice.Int64N(n)
}

// step counts a state, and tells whether the execution can go on.
func (e *execution) step() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.steps++; e.steps > e.options.MaxSteps {
		return fmt.Errorf("the execution entered %d states, more than it may: is there a loop without an end?", e.options.MaxSteps)
	}
	return e.ctx.Err()
}

// sleep waits, but not longer than the execution may take.
func (e *execution) sleep(d time.Duration) error {
	if !e.deadline.IsZero() {
		if left := e.deadline.Sub(e.clock.Now()); d > left {
			if err := e.clock.Sleep(e.ctx, left); err != nil {
				return err
			}
			return errLate
		}
	}
	return e.clock.Sleep(e.ctx, d)
}

// frame is where in an execution a graph runs.
type frame struct {
	// within begins the places of its states: "Both[1]/".
	within string
}

// context is $$ for a state.
func (e *execution) context(state string, entered time.Time, retries int) map[string]any {
	name, id := e.options.Name, e.options.Workflow+":"+e.options.Name
	return map[string]any{
		"Execution":    map[string]any{"Id": id, "Name": name, "StartTime": moment(e.start), "Input": e.input},
		"StateMachine": map[string]any{"Id": e.options.Workflow, "Name": e.options.Workflow},
		"State":        map[string]any{"Name": state, "EnteredTime": moment(entered), "RetryCount": number(int64(retries))},
	}
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// small refuses a value that is larger than a payload can be.
func small(v any, what string) error {
	if n := len(Encode(v)); n > MaxPayload {
		return faultf(asl.ErrDataLimit, "%s has %d bytes, at most %d are allowed", what, n, MaxPayload)
	}
	return nil
}
