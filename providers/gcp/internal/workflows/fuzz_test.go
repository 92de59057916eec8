package workflows_test

import (
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/gcp/internal/workflows"
	"github.com/isobar-dev/isobar/spec/asl"
)

// FuzzCompile looks for a definition without errors that makes the compiler panic, or of which it makes what is not YAML.
func FuzzCompile(f *testing.F) {
	for _, definition := range workflowtest.Definitions(f, "../../../../testdata/workflows/*.txtar") {
		f.Add(definition)
	}
	f.Fuzz(func(t *testing.T, definition []byte) {
		m, diags := asl.Load("fuzz.asl.yaml", definition, nil)
		if diags.HasErrors() {
			return
		}
		p, diags := workflows.Compile(m, workflows.Options{Name: "fuzz"})
		if diags.HasErrors() {
			return
		}
		var tree any
		if err := yaml.Unmarshal(p.Source(), &tree); err != nil {
			t.Errorf("%v\n%s", err, p.Source())
		}
	})
}
