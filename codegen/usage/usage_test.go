package usage_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen"
	"github.com/isobar-dev/isobar/codegen/usage"
	"github.com/isobar-dev/isobar/internal/golden"
)

// Each archive is an app, and ends with what is said of it.
func TestCheck(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, _ txtar.File) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := txtar.Write(archive, dir); err != nil {
			t.Fatal(err)
		}
		src, app, diags := codegen.Load(filepath.Join(dir, "isobar.yaml"))
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		var b strings.Builder
		for _, d := range usage.Check(src.Dir(), app) {
			fmt.Fprintln(&b, d)
			fmt.Fprintln(&b, "    hint:", d.Hint)
			for _, r := range d.Related {
				fmt.Fprintf(&b, "    %s: %s\n", r.Pos, r.Message)
			}
		}
		golden.Txtar(t, path, map[string][]byte{"found": []byte(strings.ReplaceAll(b.String(), dir+string(filepath.Separator), ""))})
	})
}

// BenchmarkCheck reads the shop, which is the whole of what a person waits for.
func BenchmarkCheck(b *testing.B) {
	src, app, diags := codegen.Load("../../examples/shop/isobar.yaml")
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	b.ReportAllocs()
	for b.Loop() {
		usage.Check(src.Dir(), app)
	}
}
