package change_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec"
)

// TestAsks shows all that a spec says of the parts of its app, in the spec's own words.
func TestAsks(t *testing.T) {
	golden.Each(t, "testdata/asks/*.txtar", func(t *testing.T, path string, input txtar.File) {
		doc, diags := spec.Load("isobar.yaml", input.Data)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		var b strings.Builder
		for _, a := range change.Asks(plan.Build(doc, plan.Packages{Root: "example.com/shop"}), "") {
			fmt.Fprintf(&b, "%-12s %s = %s (line %d)\n", strings.TrimSpace(string(a.Owner.Kind)+" "+a.Owner.Name), a.Key, a.Value, a.Pos.Line)
		}
		golden.Txtar(t, path, map[string][]byte{"asks": []byte(b.String())})
	})
}
