package workflow

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Kind is what happened.
type Kind string

// The kinds of events.
const (
	Started   Kind = "start"   // of the execution, with its input
	Entered   Kind = "enter"   // a state, with its input
	Called    Kind = "call"    // a resource, with what it is given
	Returned  Kind = "return"  // from a resource, with its result
	Failed    Kind = "fail"    // of a state, or, without a place, of the execution
	Retrying  Kind = "retry"   // after a time; the number is that of the retry, from 1
	Caught    Kind = "catch"   // an error, with where it leads
	Waited    Kind = "wait"    // for a time
	Exited    Kind = "exit"    // a state, with its output and where it leads
	Succeeded Kind = "succeed" // of the execution, with its output
)

// Event is one line of a trace.
type Event struct {
	// At is the time since the execution started.
	At   time.Duration
	Kind Kind
	// Place is the state's name, behind those of the states that it is within: "Ship", "Both[1]/Ship". It is empty for what happens
	// to the execution.
	Place string
	// Resource is what is called: "function:ship-order".
	Resource string
	// Value is an input, an output or a result.
	Value any
	// Fault is what failed, is tried again, or is caught.
	Fault *Fault
	// Next is where a state leads; empty at an end.
	Next string
	// Delay is how long a retry or a wait takes, and Retry the number of the retry.
	Delay time.Duration
	Retry int
}

// String gives the event as a line.
func (e Event) String() string {
	parts := []string{seconds(e.At)}
	if e.Place != "" {
		parts = append(parts, quoted(e.Place))
	}
	parts = append(parts, string(e.Kind))
	switch e.Kind {
	case Started, Entered, Returned, Succeeded:
		parts = append(parts, string(Encode(e.Value)))
	case Called:
		parts = append(parts, e.Resource, string(Encode(e.Value)))
	case Failed:
		parts = append(parts, e.Fault.line())
	case Retrying:
		parts = append(parts, strconv.Itoa(e.Retry), "in", seconds(e.Delay))
	case Caught:
		parts = append(parts, quoted(e.Fault.Name), "->", quoted(e.Next))
	case Waited:
		parts = append(parts, seconds(e.Delay))
	case Exited:
		if e.Next != "" {
			parts = append(parts, "->", quoted(e.Next))
		}
		parts = append(parts, string(Encode(e.Value)))
	}
	return strings.Join(parts, " ")
}

func (f *Fault) line() string {
	if f.Cause == "" {
		return quoted(f.Name)
	}
	return quoted(f.Name) + " " + strconv.Quote(f.Cause)
}

// quoted quotes what would not be read as one word.
func quoted(s string) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '"' || r == '\\' || !strconv.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// seconds writes a time in seconds.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
}

// MarshalJSON writes the fields that the kind of event has.
func (e Event) MarshalJSON() ([]byte, error) {
	fields := map[string]any{"at": json.Number(strings.TrimSuffix(seconds(e.At), "s")), "event": e.Kind}
	for name, s := range map[string]string{"state": e.Place, "resource": e.Resource, "next": e.Next} {
		if s != "" {
			fields[name] = s
		}
	}
	switch e.Kind {
	case Started, Entered, Called, Returned, Exited, Succeeded:
		fields["value"] = e.Value
	case Retrying:
		fields["retry"] = e.Retry
	}
	if e.Fault != nil {
		fields["error"], fields["cause"] = e.Fault.Name, e.Fault.Cause
	}
	if e.Kind == Retrying || e.Kind == Waited {
		fields["seconds"] = json.Number(strings.TrimSuffix(seconds(e.Delay), "s"))
	}
	return json.Marshal(fields)
}

// Trace is what happened, in its order.
type Trace []Event

// String gives a line for each event.
func (t Trace) String() string {
	var b strings.Builder
	for _, e := range t {
		fmt.Fprintln(&b, e)
	}
	return b.String()
}
