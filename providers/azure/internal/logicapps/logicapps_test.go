package logicapps_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/azure/internal/logicapps"
	"github.com/isobar-dev/isobar/spec/asl"
)

var options = logicapps.Options{TaskPath: "/api/_tasks/"}

// TestScenarios compiles each scenario, and wants a run of what comes out to be what the scenario means.
func TestScenarios(t *testing.T) {
	for _, s := range workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar") {
		t.Run(s.Name, func(t *testing.T) {
			w, diags := logicapps.Compile(s.Machine, options)
			if diags.HasErrors() {
				return // TestRefusals shows why
			}
			got, err := execute(w, s.Input, s.Tasks(t))
			if err != nil {
				t.Fatalf("%v\n%s", err, text(w))
			}
			if want := s.Meaning(t); !same(s, want, got) {
				t.Errorf("want\n%s\ngot\n%s\n%s", want, got, text(w))
			}
		})
	}
}

// TestRefusals shows which scenarios are refused, where, and why.
func TestRefusals(t *testing.T) {
	var b bytes.Buffer
	for _, s := range workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar") {
		_, diags := logicapps.Compile(s.Machine, options)
		for _, d := range diags {
			fmt.Fprintf(&b, "%s\n\t%s\n", d, d.Hint)
		}
	}
	golden.Check(t, "testdata/refusals.txt", b.Bytes())
}

// TestRandomWorkflows compares random workflows in the same way.
func TestRandomWorkflows(t *testing.T) {
	compiled, refused := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		s := workflowtest.Random(r, t, workflowtest.Features{Loops: true, Joins: true, Inner: 2, Paths: true, Fast: true})
		if s == nil {
			return
		}
		w, diags := logicapps.Compile(s.Machine, options)
		if diags.HasErrors() {
			refused++
			return
		}
		compiled++
		got, err := execute(w, s.Input, s.Tasks(t))
		if err != nil {
			r.Fatalf("%v\n%s\n%s", err, s.Text(), text(w))
		}
		want := s.Meaning(t)
		if !same(s, want, got) {
			r.Fatalf("want\n%s\ngot\n%s\n%s\n%s", want, got, s.Text(), text(w))
		}
	})
	t.Logf("%d compiled, %d refused", compiled, refused)
}

// same compares a run with what a scenario means. Times are left out where they may differ: a Map state works on one item at a time
// here, and a delay of a part of a second is a whole one.
func same(s *workflowtest.Scenario, want, got *workflowtest.Run) bool {
	late := false
	s.Machine.Walk(func(_ *asl.Graph, state *asl.State) {
		_, isMap := state.Body.(*asl.Map)
		late = late || isMap
		if o := state.Outcome(); o != nil {
			for _, r := range o.Retry {
				late = late || r.Backoff.Value != float64(int(r.Backoff.Value))
			}
		}
	})
	if late {
		return workflowtest.SameButTimes(want, got)
	}
	return workflowtest.Same(want, got)
}

func text(w *logicapps.Workflow) string {
	return strings.ReplaceAll(string(encode(plain(w.Definition))), `,"`, ",\n\"")
}

// TestLoopsHaveAnEnd wants a run to fail whose loop is not done after as many rounds as a loop can have, where the engine itself goes on
// as if it were.
func TestLoopsHaveAnEnd(t *testing.T) {
	for name, definition := range map[string]string{
		"of the workflow": `{"StartAt": "A", "States": {
			"A": {"Type": "Choice", "Choices": [{"Variable": "$.done", "BooleanEquals": true, "Next": "B"}], "Default": "A"},
			"B": {"Type": "Succeed"}}}`,
		"of an item": `{"StartAt": "All", "States": {"All": {"Type": "Map", "ItemsPath": "$.items", "End": true,
			"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
			"ItemProcessor": {"StartAt": "A", "States": {
				"A": {"Type": "Choice", "Choices": [{"Variable": "$.done", "BooleanEquals": true, "Next": "B"}], "Default": "A"},
				"B": {"Type": "Succeed"}}}},
			"Caught": {"Type": "Succeed"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := workflowtest.New(t, "loop.asl.json", definition, `{"done": false, "items": [{"done": false}]}`, "")
			w, diags := logicapps.Compile(s.Machine, options)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			got, err := execute(w, s.Input, s.Tasks(t))
			if err != nil {
				t.Fatal(err)
			}
			if got.Fault == nil || got.Fault.Name != asl.ErrRuntime {
				t.Errorf("the run ended with %v, want it to fail", got.Output)
			}
		})
	}
}

// TestParametersAreBounded calls more queues than a workflow can have the addresses of.
func TestParametersAreBounded(t *testing.T) {
	var states strings.Builder
	for i := range 50 {
		fmt.Fprintf(&states, "  S%d: { Type: Task, Resource: \"isobar:queue:q%d\", Next: S%d }\n", i, i, i+1)
	}
	s := workflowtest.New(t, "queues.asl.yaml", "StartAt: S0\nStates:\n"+states.String()+"  S50: { Type: Succeed }\n", "{}", "")
	if _, diags := logicapps.Compile(s.Machine, options); len(diags) != 1 || !strings.Contains(diags[0].Message, "50 parameters") {
		t.Errorf("want a refusal of 52 parameters, found %v", diags)
	}
}
