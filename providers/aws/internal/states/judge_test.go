package states_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	judge "github.com/isobar-dev/isobar/internal/judge/asl"
	"github.com/isobar-dev/isobar/internal/judge/moto"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/aws/internal/states"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// beyond are the scenarios that the outside executor cannot run as they are meant, and what it does otherwise than the language says.
var beyond = map[string]string{
	"loop-in-branch":          "takes a path with a wildcard that leads to nothing for an error",
	"context-within":          "takes a path with a wildcard that leads to nothing for an error",
	"map-concurrency":         "takes a path with a wildcard that leads to nothing for an error",
	"map-empty":               "takes a path with a wildcard that leads to nothing for an error",
	"map-item-within":         "takes a path with a wildcard that leads to nothing for an error",
	"map-of-nulls-and-lists":  "takes a path with a wildcard that leads to nothing for an error",
	"map-of-maps":             "takes a path with a wildcard that leads to nothing for an error",
	"map-order":               "takes a path with a wildcard that leads to nothing for an error",
	"map-retry-of-item":       "takes a path with a wildcard that leads to nothing for an error",
	"map-sequential":          "takes a path with a wildcard that leads to nothing for an error",
	"parallel-parameters":     "takes a path with a wildcard that leads to nothing for an error",
	"parallel-results":        "takes a path with a wildcard that leads to nothing for an error",
	"paths-with-several":      "takes a path with a wildcard that leads to nothing for an error",
	"retry-parallel":          "takes a path with a wildcard that leads to nothing for an error",
	"choice-null-or-missing":  "does not heed false in IsPresent, IsString and their like",
	"choice-types":            "does not heed false in IsPresent, IsString and their like",
	"choice-types-alike":      "takes a value of another type for an error in StringMatches",
	"choice-matches-unicode":  "has no line break in what a star of StringMatches stands for",
	"catch-intrinsic-failure": "gives failures of intrinsic functions the names of JavaScript",
	"intrinsic-failure":       "gives failures of intrinsic functions the names of JavaScript",
	"intrinsic-text":          "splits texts at the whole of the separators",
	"fail-paths":              "takes ErrorPath and CausePath for paths alone",
	"pass-parameters":         "has no index from the end",
	"names-with-spaces":       "writes to the wrong place where ResultPath has brackets",
	"retry-task-failed":       "takes a timeout for States.TaskFailed",
	"task-timeout":            "takes a timeout for States.TaskFailed",
	"context-object":          "has an empty context object",
	"result-too-large":        "knows no limit of sizes",
	"timeout-of-workflow":     "does not wait here",
	"wait-not-a-number":       "does not wait here",
}

// beyondMoto are those that moto cannot run as they are meant.
var beyondMoto = map[string]string{
	"catch-fail-of-branch":      "loses the error of what fails in a part of a Parallel state",
	"map-failure":               "loses the error of what fails in a part of a Parallel state",
	"parallel-failure":          "loses the error of what fails in a part of a Parallel state",
	"parallel-nested":           "loses the error of what fails in a part of a Parallel state",
	"parallel-two-failures":     "loses the error of what fails in a part of a Parallel state",
	"retry-parallel":            "loses the error of what fails in a part of a Parallel state",
	"catch-intrinsic-failure":   "gives failures of intrinsic functions the names of Python",
	"intrinsic-failure":         "gives failures of intrinsic functions the names of Python",
	"catch-result-path-failure": "puts a result into what is no object",
	"choice-matches":            "has no escapes in patterns",
	"choice-missing-value":      "takes a value that is not there for one that does not match",
	"choice-no-match":           "has no name for a Choice of which no rule holds",
	"choice-timestamps":         "compares timestamps as texts",
	"choice-types-alike":        "takes a value of another type for an error",
	"foreign-result":            "has no escapes in formats",
	"pass-null":                 "loses an output that is null",
	"texts-like-expressions":    "has no escapes in formats",
	"intrinsic-lists":           "drops null from States.Array",
	"intrinsic-text":            "has no escapes in formats",
	"loop-broken":               "has no name for a path that leads nowhere",
	"map-not-a-list":            "calls items that are no list by the name of another flavour",
	"message-not-taken":         "gives what a message fails with a name of its own",
	"messages":                  "has no optimised start of an execution that does not wait",
	"numbers-keep-their-digits": "writes small numbers with an exponent",
	"parallel-parameters":       "gives a list where a path has an index behind another step",
	"pass-parameters":           "gives a list where a path has an index behind another step",
	"result-too-large":          "knows no limit of sizes here",
	"retry-broken":              "tries a path that leads nowhere again",
	"timeout-of-workflow":       "does not wait here",
	"wait-timestamp":            "takes no fractions of seconds with a time zone",
}

// TestOutsideExecutor has a program that was not written here run what each scenario compiles to: the same calls, and the same end. A
// validator that was not written here either reads it first.
func TestOutsideExecutor(t *testing.T) { judged(t, judge.Run, beyond) }

// TestMoto has moto do the same.
func TestMoto(t *testing.T) { judged(t, moto.Run, beyondMoto) }

func judged(t *testing.T, run func(testing.TB, []judge.Case) []judge.Outcome, beyond map[string]string) {
	t.Helper()
	t.Parallel()
	scenarios := workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar")
	var cases []judge.Case
	var names []string
	var meant []*workflow.Result
	for _, s := range scenarios {
		d, diags := states.Compile(s.Machine, states.Options{})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		r, err := workflow.Run(t.Context(), s.Machine, s.Input, workflow.Options{Tasks: s.Tasks(t)})
		if err != nil {
			t.Fatal(err)
		}
		if why, ok := beyond[s.Name]; ok {
			t.Logf("NOT JUDGED: %s, as the executor %s", s.Name, why)
			continue
		}
		cases = append(cases, judge.Case{Definition: deployed(d), Input: s.Input, Replies: judge.Replies(r.Trace)})
		names, meant = append(names, s.Name), append(meant, r)
	}
	for i, o := range run(t, cases) {
		if o.Invalid != "" {
			t.Errorf("%s is not valid: %s", names[i], o.Invalid)
		}
		var calls []string
		for _, c := range o.Calls {
			calls = append(calls, c.State+" "+string(workflow.Encode(c.Input)))
		}
		if diff := compare(meant[i], o, calls); diff != "" {
			t.Errorf("%s: %s\n%s", names[i], diff, cases[i].Definition)
		}
	}
	t.Logf("%d of %d scenarios were run by the outside executor", len(cases), len(scenarios))
}

// compare says how an outcome is another than what is meant.
func compare(meant *workflow.Result, o judge.Outcome, calls []string) string {
	var want []string
	for _, e := range meant.Trace {
		if e.Kind == workflow.Called {
			want = append(want, e.Place[strings.LastIndex(e.Place, "/")+1:]+" "+string(workflow.Encode(e.Value)))
		}
	}
	slices.Sort(want) // what happens at the same time has no order
	slices.Sort(calls)
	switch fault := cmp.Or(meant.Fault, &workflow.Fault{}); {
	case !slices.Equal(want, calls):
		return fmt.Sprintf("the calls are\n%q, want\n%q", calls, want)
	case o.Error != fault.Name:
		return fmt.Sprintf("it fails with %q (%s), want %q", o.Error, o.Cause, fault.Name)
	case meant.Fault == nil && !equal(meant.Output, o.Output):
		return fmt.Sprintf("the output is %s, want %s", workflow.Encode(o.Output), workflow.Encode(meant.Output))
	}
	return ""
}

// equal compares values as the language's own functions do: 1 equals 1.0.
func equal(a, b any) bool {
	m, diags := asl.Parse("same.asl.json", []byte(`{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "OutputPath": "$.same",
		"Parameters": {"same.$": "States.ArrayContains(States.Array($.a), $.b)"}}}}`))
	if diags.HasErrors() {
		panic(diags)
	}
	r, err := workflow.Run(context.Background(), m, map[string]any{"a": a, "b": b}, workflow.Options{})
	return err == nil && r.Output == true
}
