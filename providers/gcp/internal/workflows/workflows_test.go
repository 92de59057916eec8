package workflows_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/gcp/internal/workflows"
)

// TestScenarios compiles each scenario, and wants a run of what comes out to be what the scenario means.
func TestScenarios(t *testing.T) {
	for _, s := range workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar") {
		t.Run(s.Name, func(t *testing.T) {
			p, diags := workflows.Compile(s.Machine, workflows.Options{Name: "test"})
			if diags.HasErrors() {
				t.Logf("refused: %v", diags)
				return
			}
			got, err := execute(p, s.Input, s.Tasks(t))
			if err != nil {
				t.Fatalf("%v\n%s", err, p.Source())
			}
			if want := s.Meaning(t); !workflowtest.Same(want, got) {
				t.Errorf("want\n%s\ngot\n%s\n%s", want, got, p.Source())
			}
		})
	}
}

// TestRandomWorkflows compares random workflows in the same way.
func TestRandomWorkflows(t *testing.T) {
	compiled, refused := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		s := workflowtest.Random(r, t, workflowtest.Features{Loops: true, Joins: true, Inner: 2, Paths: true, Fast: true})
		if s == nil {
			return
		}
		p, diags := workflows.Compile(s.Machine, workflows.Options{Name: "test"})
		if diags.HasErrors() {
			refused++
			return
		}
		compiled++
		got, err := execute(p, s.Input, s.Tasks(t))
		if err != nil {
			r.Fatalf("%v\n%s\n%s", err, s.Text(), p.Source())
		}
		if want := s.Meaning(t); !workflowtest.Same(want, got) {
			r.Fatalf("want\n%s\ngot\n%s\n%s\n%s", want, got, s.Text(), p.Source())
		}
	})
	t.Logf("%d compiled, %d refused", compiled, refused)
}
