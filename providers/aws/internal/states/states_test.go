package states_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/aws/internal/states"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// arns are the forms of addresses, by what they are of.
var arns = map[asl.ResourceKind]string{
	asl.Function: "arn:aws:lambda:eu-west-1:123456789012:function:",
	asl.Topic:    "arn:aws:sns:eu-west-1:123456789012:",
	asl.Queue:    "https://sqs.eu-west-1.amazonaws.com/123456789012/",
	asl.Workflow: "arn:aws:states:eu-west-1:123456789012:stateMachine:",
}

// deployed is a definition with its addresses put in.
func deployed(d *states.Definition) string {
	text := d.Text
	for _, s := range d.Substitutions {
		at := arns[s.Kind] + s.Name
		if s.Action != "" {
			at = "arn:aws:states:::" + s.Action
		}
		text = strings.ReplaceAll(text, "${"+s.Key+"}", at)
	}
	return text
}

// sent takes a message for what it says: on AWS it is text.
type sent struct{ workflow.Tasks }

func (s sent) Call(ctx context.Context, c workflow.Call) (workflow.Reply, error) {
	c.Input = message(c.Resource.Kind, c.Input)
	return s.Tasks.Call(ctx, c)
}

func message(kind asl.ResourceKind, input any) any {
	if text, ok := input.(string); ok && kind != asl.Function {
		if v, err := workflow.Decode([]byte(text)); err == nil {
			return v
		}
	}
	return input
}

// execute runs what was compiled as the language says. The states that the compiler has added do not count.
func execute(t testing.TB, s *workflowtest.Scenario, d *states.Definition) (*workflowtest.Run, error) {
	m, diags := asl.Parse("emitted.asl.json", []byte(deployed(d)))
	if diags.HasErrors() {
		return nil, fmt.Errorf("%v", diags)
	}
	tasks := sent{Tasks: s.Tasks(t)}
	result, err := workflow.Run(context.Background(), m, s.Input, workflow.Options{Tasks: tasks, MaxSteps: 20_000})
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	s.Machine.Walk(func(_ *asl.Graph, state *asl.State) { own[state.Name.Value] = true })
	run := &workflowtest.Run{Output: result.Output, Fault: result.Fault}
	for _, e := range result.Trace {
		place := e.Place[strings.LastIndex(e.Place, "/")+1:]
		switch {
		case e.Kind == workflow.Entered && own[place]:
			run.Entered(e.At, place)
		case e.Kind == workflow.Called:
			kind, _, _ := strings.Cut(e.Resource, ":")
			run.Called(e.At, e.Resource, message(asl.ResourceKind(kind), e.Value))
		}
	}
	return run, nil
}

// TestScenarios compiles each scenario, and wants a run of what comes out to be what the scenario means.
func TestScenarios(t *testing.T) {
	for _, s := range workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar") {
		t.Run(s.Name, func(t *testing.T) {
			d, diags := states.Compile(s.Machine, states.Options{})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			got, err := execute(t, s, d)
			if err != nil {
				t.Fatalf("%v\n%s", err, d.Text)
			}
			if want := s.Meaning(t); !workflowtest.Same(want, got) {
				t.Errorf("want\n%s\ngot\n%s\n%s", want, got, d.Text)
			}
		})
	}
}

// TestRandomWorkflows compares random workflows in the same way.
func TestRandomWorkflows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := workflowtest.Random(r, t, workflowtest.Features{Loops: true, Joins: true, Inner: 2, Paths: true, Fast: true, Fractions: true})
		if s == nil {
			return
		}
		d, diags := states.Compile(s.Machine, states.Options{})
		if diags.HasErrors() {
			return
		}
		got, err := execute(t, s, d)
		if err != nil {
			r.Fatalf("%v\n%s\n%s", err, s.Text(), d.Text)
		}
		want := s.Meaning(t)
		if widened(s.Machine) && !workflowtest.Same(want, got) {
			return // Transient stands for all errors of a message there, that of a result without a place too
		}
		if want.Broken && got.Fault != nil && got.Fault.Name == asl.ErrRuntime {
			return // the service ends the execution, though an error of a part before it could have been caught
		}
		if !workflowtest.Same(want, got) {
			r.Fatalf("want\n%s\ngot\n%s\n%s\n%s", want, got, s.Text(), d.Text)
		}
	})
}

// widened tells whether a message's task retries or catches Transient, and can fail with an error of the language too.
func widened(m *asl.Machine) bool {
	found := false
	m.Walk(func(_ *asl.Graph, s *asl.State) {
		t, ok := s.Body.(*asl.Task)
		if !ok || t.Resource.Kind == asl.Function || t.ResultPath.IsRoot() && asl.IsConstant(t.Parameters) {
			return
		}
		var names []asl.Text
		for _, r := range t.Retry {
			names = append(names, r.Errors...)
		}
		for _, k := range t.Catch {
			names = append(names, k.Errors...)
		}
		found = found || slices.ContainsFunc(names, func(n asl.Text) bool { return n.Value == asl.ErrTransient })
	})
	return found
}

// shown are the scenarios whose definition is worth reading.
var shown = []string{"order-shipped", "parallel-failure", "map-concurrency", "polling"}

// TestDefinition shows what some scenarios compile to.
func TestDefinition(t *testing.T) {
	for _, s := range workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar") {
		if slices.Contains(shown, s.Name) {
			d, _ := states.Compile(s.Machine, states.Options{Timeout: func(string) time.Duration { return 30 * time.Second }})
			golden.Check(t, "testdata/"+s.Name+".asl.json", []byte(d.Text+"\n"))
		}
	}
}

// TestTextIsNoSubstitution wants text of a person that looks like a substitution, or a reference of CloudFormation, to stay text.
func TestTextIsNoSubstitution(t *testing.T) {
	const definition = `{"StartAt": "A", "States": {
		"A": {"Type": "Pass", "Result": {"x": "${WorkFunction} {{resolve:ssm:x}} '${AWS::AccountId}'"}, "Next": "B"},
		"B": {"Type": "Task", "Resource": "isobar:function:work", "End": true}}}`
	s := workflowtest.New(t, "hostile.asl.json", definition, "{}", "work: { echo: true }")
	d, diags := states.Compile(s.Machine, states.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if n := strings.Count(d.Text, "${"); n != 1 || strings.Contains(d.Text, "{{") {
		t.Errorf("%d substitutions, want 1:\n%s", n, d.Text)
	}
	got, err := execute(t, s, d)
	if err != nil {
		t.Fatal(err)
	}
	if want := s.Meaning(t); !workflowtest.Same(want, got) {
		t.Errorf("want\n%s\ngot\n%s", want, got)
	}
}

// TestAWaitIsNoLongerThanAnExecution wants a wait of more than a year to be refused where it stands.
func TestAWaitIsNoLongerThanAnExecution(t *testing.T) {
	const definition = "StartAt: A\nStates:\n  A: { Type: Wait, Seconds: 31536000, Next: B }\n  B: { Type: Wait, Seconds: 31536001, End: true }\n"
	s := workflowtest.New(t, "long.asl.yaml", definition, "{}", "")
	_, diags := states.Compile(s.Machine, states.Options{})
	if len(diags) != 1 || diags[0].Pos.Line != 4 {
		t.Errorf("want one refusal, in line 4, found %v", diags)
	}
}
