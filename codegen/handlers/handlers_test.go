package handlers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/handlers"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec"
)

// TestFind unpacks an archive, and compares what is found in it, and said of it.
func TestFind(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			dir := t.TempDir()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			specFile := ""
			for _, f := range archive.Files {
				if strings.HasPrefix(f.Name, golden.Outputs) {
					continue
				}
				path := filepath.Join(dir, filepath.FromSlash(f.Name))
				if filepath.Base(path) == "isobar.yaml" {
					specFile = path
				}
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			data, err := os.ReadFile(specFile)
			if err != nil {
				t.Fatal(err)
			}
			doc, diags := spec.Load("isobar.yaml", data)
			if diags.HasErrors() {
				t.Fatalf("the archive's spec: %s", diags)
			}
			packages, diags := handlers.Find(filepath.Dir(specFile), doc)
			var b strings.Builder
			fmt.Fprintf(&b, "root %q\n", packages.Root)
			for _, d := range diags.Sort() {
				fmt.Fprintln(&b, d)
				if d.Hint != "" {
					fmt.Fprintln(&b, "    hint:", d.Hint)
				}
			}
			golden.Txtar(t, file, map[string][]byte{"found": []byte(b.String())})
		})
	}
}
