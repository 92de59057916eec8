package workflows_test

import (
	"testing"

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
