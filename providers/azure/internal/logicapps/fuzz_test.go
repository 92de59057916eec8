package logicapps_test

import (
	"testing"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/azure/internal/logicapps"
	"github.com/isobar-dev/isobar/spec/asl"
)

// FuzzCompile looks for a definition without errors that makes the compiler panic, or of which it makes actions that share a name.
func FuzzCompile(f *testing.F) {
	for _, definition := range workflowtest.Definitions(f, "../../../../testdata/workflows/*.txtar") {
		f.Add(definition)
	}
	f.Fuzz(func(t *testing.T, definition []byte) {
		m, diags := asl.Load("fuzz.asl.yaml", definition, nil)
		if diags.HasErrors() {
			return
		}
		w, diags := logicapps.Compile(m, options)
		if diags.HasErrors() {
			return
		}
		names := map[string]bool{}
		var visit func(v any)
		visit = func(v any) {
			o, _ := v.(logicapps.Object)
			for _, f := range o {
				if actions, ok := f.Value.(logicapps.Object); ok && f.Key == "actions" {
					for _, a := range actions {
						if names[a.Key] {
							t.Errorf("two actions are called %s", a.Key)
						}
						names[a.Key] = true
						visit(a.Value)
					}
					continue
				}
				if f.Key == "else" {
					visit(f.Value)
				}
			}
		}
		visit(w.Definition)
	})
}
