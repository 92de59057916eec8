package states_test

import (
	"encoding/json"
	"testing"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/aws/internal/states"
	"github.com/isobar-dev/isobar/spec/asl"
)

// FuzzCompile looks for a definition without errors that makes the compiler panic, or of which it makes what is not JSON.
func FuzzCompile(f *testing.F) {
	for _, definition := range workflowtest.Definitions(f, "../../../../testdata/workflows/*.txtar") {
		f.Add(definition)
	}
	f.Fuzz(func(t *testing.T, definition []byte) {
		m, diags := asl.Load("fuzz.asl.yaml", definition, nil)
		if diags.HasErrors() {
			return
		}
		if d, _ := states.Compile(m, states.Options{}); !json.Valid([]byte(d.Text)) {
			t.Errorf("not JSON:\n%s", d.Text)
		}
	})
}
