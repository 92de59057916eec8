package asl

import (
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Text is text of a definition with its place.
type Text struct {
	Value string
	Pos   diag.Position
}

// IsSet tells whether the definition has the text.
func (t Text) IsSet() bool { return t.Value != "" }

// Setting is a value of a definition. Where the definition does not say it, Value is the language's default and Set is false.
type Setting[T any] struct {
	Value T
	Pos   diag.Position
	Set   bool
}

// Machine is a state machine: what one definition describes.
type Machine struct {
	Graph
	Comment string
	// Timeout of a whole execution, none when it is not set.
	Timeout Setting[time.Duration]
	// Foreign tells whether a resource is written as another system's address and was taken by its name.
	Foreign bool
}

// Graph is a set of states, one of which is the first: a machine, a branch of a Parallel state, or what a Map state does with
// each item.
type Graph struct {
	Pos     diag.Position
	StartAt Text
	// States are in the order of the file.
	States []*State
}

// State returns the state of a name, or nil.
func (g *Graph) State(name string) *State {
	for _, s := range g.States {
		if s.Name.Value == name {
			return s
		}
	}
	return nil
}

// State is a state with what all types have.
type State struct {
	// Name is unique in the machine, branches included; its place is that of the state.
	Name    Text
	Comment string
	// Body holds what the state's type has, and tells the type.
	Body Body
	// InputPath and OutputPath are nil where they are not written, which means $.
	InputPath, OutputPath *Path
	// Next is the state that follows. It is empty where End is true, and for Choice, Succeed and Fail.
	Next Text
	End  bool

	// broken is true of a state that could not be read as a whole, and lost of one that may lead to states which are not known.
	broken, lost bool
}

// Body is one of *Task, *Choice, *Parallel, *Map, *Wait, *Pass, *Succeed and *Fail.
type Body interface {
	// Type is the name of the state's type: "Task".
	Type() string
}

// Task calls a function, publishes to a topic, sends to a queue, or starts another workflow.
type Task struct {
	Resource Resource
	// Parameters is what the resource is given; nil for the state's input as it is.
	Parameters Value
	Outcome
	// Timeout bounds one attempt. When it is not set, the bound is the function's own timeout, and other resources have none.
	Timeout Seconds
}

// Choice goes on with the state of the first rule that holds.
type Choice struct {
	Rules []Rule
	// Default is the state where no rule holds; it may be empty, and the execution fails then.
	Default Text
}

// Rule is a condition, and the state that follows where it holds.
type Rule struct {
	Pos       diag.Position
	Comment   string
	Condition Condition
	Next      Text
}

// Parallel runs its branches at the same time; its result is the list of theirs.
type Parallel struct {
	Branches   []*Graph
	Parameters Value
	Outcome
}

// Map runs a graph for each item of a list; its result is the list of theirs, in the items' order.
type Map struct {
	Processor *Graph
	// ItemsPath is where the list is in the state's input; nil means $.
	ItemsPath *Path
	// ItemSelector is what the graph is given for an item; nil for the item itself.
	ItemSelector Value
	// MaxConcurrency is how many items are worked on at the same time; 0 is no bound. MaxConcurrencyPath, when it is not nil,
	// is where the number is in the input.
	MaxConcurrency     Setting[int]
	MaxConcurrencyPath *Path
	Outcome
}

// Wait waits: for a time, or until a moment. Exactly one of the two is set.
type Wait struct {
	Seconds Seconds
	// Timestamp is a moment: a *Literal whose value is a text in the form of RFC 3339, or a *Path.
	Timestamp Value
}

// Pass hands its input on, or a result, or what its parameters make of the input.
type Pass struct {
	Parameters Value
	// Result is made of *Literal, *Array and *Object alone; nil when it is not written.
	Result     Value
	ResultPath *Path
}

// Succeed ends an execution or a branch with its input.
type Succeed struct{}

// Fail ends an execution or a branch with an error. Error and Cause are nil where they are not written; each is a *Literal, a
// *Path or a *Call.
type Fail struct{ Error, Cause Value }

// Outcome is what Task, Parallel and Map have in common: what becomes of a result, and of an error.
type Outcome struct {
	// ResultSelector is made of the result; nil for the result as it is.
	ResultSelector Value
	// ResultPath is where the result goes in the state's raw input. It is nil where it is not written, which means $.
	ResultPath *Path
	Retry      []Retrier
	Catch      []Catcher
}

// Retrier says how errors of some names are tried again.
type Retrier struct {
	Pos    diag.Position
	Errors []Text
	// Interval before the first retry; each one after it is Backoff times as long, and none is longer than MaxDelay, which is 0
	// for no bound.
	Interval Setting[time.Duration]
	Backoff  Setting[float64]
	MaxDelay Setting[time.Duration]
	// MaxAttempts counts retries: 0 is none.
	MaxAttempts Setting[int]
	// Jitter makes each delay a random part of what it would be.
	Jitter Setting[bool]
}

// Delay is the time before a retry; the first is number 0.
func (r *Retrier) Delay(retry int) time.Duration {
	const most = float64(366 * 24 * time.Hour)
	delay := float64(r.Interval.Value)
	for range retry {
		if delay *= r.Backoff.Value; delay > most {
			break
		}
	}
	if limit := float64(r.MaxDelay.Value); limit > 0 {
		delay = min(delay, limit)
	}
	return time.Duration(min(delay, most)).Round(time.Millisecond)
}

// Catcher says where errors of some names lead.
type Catcher struct {
	Pos     diag.Position
	Comment string
	Errors  []Text
	// ResultPath is where {"Error": …, "Cause": …} goes in the state's raw input. It is nil where it is not written, which means $.
	ResultPath *Path
	Next       Text
}

// Seconds is a time span: a number of a definition, or the place of one in the state's input.
type Seconds struct {
	Value time.Duration
	Path  *Path
	Pos   diag.Position
}

// IsSet tells whether the definition says the time span.
func (s Seconds) IsSet() bool { return s.Path != nil || !s.Pos.IsZero() }

// Type implements Body.
func (*Task) Type() string { return "Task" }

// Type implements Body.
func (*Choice) Type() string { return "Choice" }

// Type implements Body.
func (*Parallel) Type() string { return "Parallel" }

// Type implements Body.
func (*Map) Type() string { return "Map" }

// Type implements Body.
func (*Wait) Type() string { return "Wait" }

// Type implements Body.
func (*Pass) Type() string { return "Pass" }

// Type implements Body.
func (*Succeed) Type() string { return "Succeed" }

// Type implements Body.
func (*Fail) Type() string { return "Fail" }
