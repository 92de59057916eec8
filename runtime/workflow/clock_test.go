package workflow_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// eachOf runs a task for each item of a list, two at the same time.
const eachOf = `{"StartAt": "Each", "States": {"Each": {"Type": "Map", "MaxConcurrency": 2, "End": true, "ItemProcessor": {
	"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "isobar:function:work", "End": true}}}}}}`

// counting counts the calls that are under way at the same time.
type counting struct{ now, most, calls atomic.Int32 }

func (c *counting) Call(ctx context.Context, call workflow.Call) (workflow.Reply, error) {
	n := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	c.calls.Add(1)
	select {
	case <-time.After(5 * time.Millisecond):
	case <-ctx.Done():
		return workflow.Reply{}, ctx.Err()
	}
	return workflow.Reply{Output: call.Input}, nil
}

// TestSystemClock runs items for real: no more of them at the same time than there may be, and their results in their order.
func TestSystemClock(t *testing.T) {
	m, diags := asl.Load("each.asl.json", []byte(eachOf), nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	items, err := workflow.Decode([]byte(`[1, 2, 3, 4, 5, 6]`))
	if err != nil {
		t.Fatal(err)
	}
	tasks := &counting{}
	r, err := workflow.Run(t.Context(), m, items, workflow.Options{Tasks: tasks, Clock: workflow.System()})
	if err != nil || r.Fault != nil {
		t.Fatal(err, r.Fault)
	}
	if got := string(workflow.Encode(r.Output)); got != "[1,2,3,4,5,6]" || tasks.calls.Load() != 6 || tasks.most.Load() > 2 {
		t.Errorf("%s after %d calls, %d at the same time", got, tasks.calls.Load(), tasks.most.Load())
	}
}

// TestARunEndsWithItsContext cancels a run that waits, and one that loops.
func TestARunEndsWithItsContext(t *testing.T) {
	for name, definition := range map[string]string{
		"waits": `{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 3600, "End": true}}}`,
		"loops": `{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "Next": "B"}, "B": {"Type": "Choice",
			"Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": "C"}], "Default": "A"}, "C": {"Type": "Succeed"}}}`,
	} {
		m, diags := asl.Load("x.asl.json", []byte(definition), nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		r, err := workflow.Run(ctx, m, map[string]any{}, workflow.Options{Clock: workflow.System()})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || r == nil || len(r.Trace) == 0 {
			t.Errorf("a run that %s ends with %v", name, err)
		}
	}
}

// TestALoopWithoutAnEndIsGivenUp runs what never ends, on a clock that takes no time.
func TestALoopWithoutAnEndIsGivenUp(t *testing.T) {
	m, diags := asl.Load("x.asl.json", []byte(`{"StartAt": "A", "States": {"A": {"Type": "Choice",
		"Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": "C"}], "Default": "A"}, "C": {"Type": "Succeed"}}}`), nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	const steps = 50
	r, err := workflow.Run(t.Context(), m, map[string]any{}, workflow.Options{MaxSteps: steps})
	if err == nil || len(r.Trace) > 2*steps+1 {
		t.Errorf("it ends with %v after %d events", err, len(r.Trace))
	}
}
