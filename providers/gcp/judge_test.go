package gcp_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge/terraform"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// extremes are specs whose output is too long, or too odd, to be read as a golden.
var extremes = map[string][]byte{
	"large": providertest.Spec(100, map[string]string{"gcp": "{}"}),
	"hostile": []byte(`isobar: v1
name: a
functions:
  f:
    handler: ./f.F
    queue: q
    env:
      QUOTES: "it's \"quoted\" \\ and \\"
      CODE: "${file(\"/etc/passwd\")} $${x} %{ if true }x%{ endif } $"
      LINES: "a\nb\r\n\tc\u2028d"
queues: { q: }
targets: { gcp: }
`),
}

// TestTerraformJudge has every module judged.
func TestTerraformJudge(t *testing.T) {
	modules := map[string]string{}
	for name, tree := range providertest.Trees(t, harness, extremes) {
		modules[name] = t.TempDir()
		for path, data := range tree.All() {
			file := filepath.Join(modules[name], filepath.FromSlash(path))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, dir := range modules {
		t.Run(name, func(t *testing.T) {
			problems, err := terraform.Check(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Error(p)
			}
			terraform.Format(t, dir)
		})
	}
}
