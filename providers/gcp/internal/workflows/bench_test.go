package workflows_test

import (
	"testing"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/gcp/internal/workflows"
)

// BenchmarkCompile compiles and prints all scenarios.
func BenchmarkCompile(b *testing.B) {
	scenarios := workflowtest.Scenarios(b, "../../../../testdata/workflows/*.txtar")
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range scenarios {
			p, _ := workflows.Compile(s.Machine, workflows.Options{Name: s.Name})
			p.Source()
		}
	}
}
