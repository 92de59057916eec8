package states_test

import (
	"testing"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/aws/internal/states"
)

// BenchmarkCompile compiles all scenarios.
func BenchmarkCompile(b *testing.B) {
	scenarios := workflowtest.Scenarios(b, "../../../../testdata/workflows/*.txtar")
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range scenarios {
			states.Compile(s.Machine, states.Options{})
		}
	}
}
