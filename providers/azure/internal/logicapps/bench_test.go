package logicapps_test

import (
	"testing"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/azure/internal/logicapps"
)

// BenchmarkCompile compiles all scenarios.
func BenchmarkCompile(b *testing.B) {
	scenarios := workflowtest.Scenarios(b, "../../../../testdata/workflows/*.txtar")
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range scenarios {
			logicapps.Compile(s.Machine, options)
		}
	}
}
