package states_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	judge "github.com/isobar-dev/isobar/internal/judge/asl"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/aws/internal/states"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// beyond are the scenarios that the outside executor cannot run as they are meant, and what it does otherwise than the language says.
var beyond = map[string]string{
	"loop-in-branch":          "takes a path with a wildcard that leads to nothing for an error",
	"map-concurrency":         "takes a path with a wildcard that leads to nothing for an error",
	"map-empty":               "takes a path with a wildcard that leads to nothing for an error",
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

// TestOutsideExecutor has a program that was not written here run what each scenario compiles to: the same calls, and the same end.
func TestOutsideExecutor(t *testing.T) {
	scenarios := workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar")
	var cases []judge.Case
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
		cases = append(cases, judge.Case{Definition: deployed(d), Input: s.Input, Replies: judge.Replies(r.Trace)})
		meant = append(meant, r)
	}
	judged := 0
	for i, o := range judge.Run(t, cases) {
		name := scenarios[i].Name
		if why, ok := beyond[name]; ok {
			t.Logf("NOT JUDGED: %s, as the executor %s", name, why)
			continue
		}
		judged++
		if o.Invalid != "" {
			t.Errorf("%s is not valid: %s", name, o.Invalid)
		}
		var calls []string
		for _, c := range o.Calls {
			calls = append(calls, c.State+" "+string(workflow.Encode(c.Input)))
		}
		if diff := compare(meant[i], o, calls); diff != "" {
			t.Errorf("%s: %s\n%s", name, diff, cases[i].Definition)
		}
	}
	t.Logf("%d of %d scenarios were run by the outside executor", judged, len(scenarios))
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
