package portability_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec"
)

// FuzzDemands plans and compares whatever can be read, sound or not: what clouds refuse is said beside what the spec gets wrong.
func FuzzDemands(f *testing.F) {
	files, err := filepath.Glob("../../spec/testdata/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatalf("no specs: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(txtar.Parse(data).Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, _ := spec.Load("isobar.yaml", data)
		if doc == nil {
			return
		}
		demands := portability.Demands(plan.Build(doc, plan.Packages{Root: "example.com/shop"}))
		for _, d := range portability.Diagnose(portability.Check("limited", limited(), demands)) {
			if d.Code == "" || d.Message == "" || d.Pos.File == "" {
				t.Errorf("a diagnostic without a code, a message or a place: %+v", d)
			}
		}
	})
}
