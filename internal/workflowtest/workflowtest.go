// Package workflowtest holds what the tests of compilers of workflows share: the scenarios, what they mean, and how a run of what
// was compiled is compared with it.
package workflowtest

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// Scenario is a workflow, an input, and what its tasks do.
type Scenario struct {
	Name    string
	Machine *asl.Machine
	Input   any
	script  []byte
	// definition is the text of one that was drawn.
	definition []byte
}

// Tasks plays the scenario's tasks from the start.
func (s *Scenario) Tasks(t testing.TB) workflow.Tasks {
	t.Helper()
	script, diags := workflow.ParseScript("tasks.yaml", s.script)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return script
}

// New makes a scenario of its texts.
func New(t testing.TB, name, definition, input, tasks string) *Scenario {
	t.Helper()
	m, diags := asl.Load(name, []byte(definition), nil)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, definition)
	}
	value, err := workflow.Decode([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	return &Scenario{Name: name, Machine: m, Input: value, script: []byte(tasks)}
}

// Scenarios reads the scenarios of a folder.
func Scenarios(t testing.TB, pattern string) []*Scenario {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no scenarios at %s (%v)", pattern, err)
	}
	var all []*Scenario
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for _, f := range archive.Files {
			files[f.Name] = string(f.Data)
		}
		first := archive.Files[0]
		s := New(t, first.Name, string(first.Data), files["input.json"], files["tasks.yaml"])
		s.Name = strings.TrimSuffix(filepath.Base(path), ".txtar")
		all = append(all, s)
	}
	return all
}

// Definitions are the definitions of the scenarios of a folder, as they are written.
func Definitions(t testing.TB, pattern string) [][]byte {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no scenarios at %s (%v)", pattern, err)
	}
	var all [][]byte
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, archive.Files[0].Data)
	}
	return all
}

// Run is what happened when a workflow ran: how it ended, and when it did what.
type Run struct {
	Output any
	Fault  *workflow.Fault
	Events []Event
	// Broken is true where a part of a Parallel or a Map state failed with an error that nothing catches.
	Broken bool
	mu     sync.Mutex
}

// Event is a state that was entered, or a call that was made.
type Event struct {
	At   time.Duration
	What string
}

// Entered records that a state was entered.
func (r *Run) Entered(at time.Duration, state string) { r.record(at, "enter "+state) }

// Called records a call.
func (r *Run) Called(at time.Duration, resource string, input any) {
	r.record(at, "call "+resource+" "+string(workflow.Encode(Plain(input))))
}

func (r *Run) record(at time.Duration, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Events = append(r.Events, Event{at.Round(time.Millisecond), what})
}

// String gives the events in the order of their times, and of their texts where several happen at once, and how the run ended.
// The causes of errors are left out: they are each cloud's own.
func (r *Run) String() string {
	events := slices.Clone(r.Events)
	slices.SortStableFunc(events, func(a, b Event) int {
		if a.At != b.At {
			return int(a.At - b.At)
		}
		return strings.Compare(a.What, b.What)
	})
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintln(&b, e.At, e.What)
	}
	if r.Fault != nil {
		fmt.Fprintln(&b, "failed", r.Fault.Name)
	} else {
		fmt.Fprintln(&b, "output", string(workflow.Encode(Plain(r.Output))))
	}
	return b.String()
}

// Meaning runs a scenario in the interpreter, which says what it means.
func (s *Scenario) Meaning(t testing.TB) *Run {
	t.Helper()
	result, err := workflow.Run(context.Background(), s.Machine, s.Input, workflow.Options{Tasks: s.Tasks(t), Workflow: "test", Name: "run", MaxSteps: 2000})
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	run := &Run{Output: result.Output, Fault: result.Fault}
	for _, e := range result.Trace {
		switch e.Kind {
		case workflow.Entered:
			run.Entered(e.At, stateOf(e.Place))
		case workflow.Called:
			run.Called(e.At, e.Resource, e.Value)
		case workflow.Failed:
			run.Broken = run.Broken || strings.Contains(e.Place, inner) && (e.Fault.Name == asl.ErrRuntime || e.Fault.Name == asl.ErrDataLimit)
		}
	}
	return run
}

// inner is what stands before the name of a state within another.
const inner = "]/"

func stateOf(place string) string {
	if i := strings.LastIndex(place, inner); i >= 0 {
		return place[i+len(inner):]
	}
	return place
}

// Plain gives a value in which equal numbers are written in the same way.
func Plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil || f != float64(int64(f)) {
			b, _ := json.Marshal(f)
			return json.Number(b)
		}
		return json.Number(fmt.Sprint(int64(f)))
	case int64:
		return json.Number(fmt.Sprint(v))
	case float64:
		b, _ := json.Marshal(v)
		return Plain(json.Number(b))
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = Plain(item)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, f := range v {
			object[name] = withoutCause(name, Plain(f))
		}
		return object
	}
	return v
}

// withoutCause leaves out the text of a cause that is not a function's: it is the cloud's own.
func withoutCause(name string, v any) any {
	if s, ok := v.(string); ok && name == "Cause" && !strings.HasPrefix(s, "{") {
		return ""
	}
	return v
}

// Unnamed are the errors by which an execution ends that nothing in it could catch, or did. A cloud has its own name for them.
var Unnamed = []string{asl.ErrRuntime, asl.ErrIntrinsic, asl.ErrResultPath, asl.ErrDataLimit}

// Same compares a run with what the scenario means. An error that a cloud has its own name for counts as States.Runtime.
func Same(want, got *Run) bool {
	return settled(want) == settled(got)
}

// SameButTimes compares a run with what the scenario means, and leaves out when things happened.
func SameButTimes(want, got *Run) bool {
	timeless := func(r *Run) *Run {
		other := &Run{Output: r.Output, Fault: r.Fault}
		for _, e := range r.Events {
			other.record(0, e.What)
		}
		return other
	}
	return Same(timeless(want), timeless(got))
}

func settled(r *Run) string {
	if r.Fault != nil && slices.Contains(Unnamed, r.Fault.Name) {
		r = &Run{Events: r.Events, Fault: &workflow.Fault{Name: asl.ErrRuntime}}
	}
	return r.String()
}

// Answer is what the runtime answers to a call over HTTP: it lets no result through that is too large.
func Answer(r workflow.Reply) workflow.Reply {
	if r.Fault == nil && len(workflow.Encode(r.Output)) > workflow.MaxPayload {
		r.Fault = workflow.FunctionFault(asl.ErrDataLimit, "the result is too large")
	}
	return r
}

// Message is the message of a function's error, out of its cause.
func Message(f *workflow.Fault) string {
	var cause struct{ ErrorMessage string }
	if err := json.Unmarshal([]byte(f.Cause), &cause); err != nil {
		return f.Cause
	}
	return cause.ErrorMessage
}
