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
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, _ txtar.File) {
		specFile := unpack(t, path)
		data, err := os.ReadFile(specFile)
		if err != nil {
			t.Fatal(err)
		}
		doc, diags := spec.Load("isobar.yaml", data)
		if diags.HasErrors() {
			t.Fatalf("the archive's spec: %s", diags)
		}
		packages, diags := handlers.Find(os.DirFS("/"), strings.TrimPrefix(filepath.ToSlash(filepath.Dir(specFile)), "/"), doc)
		var b strings.Builder
		fmt.Fprintf(&b, "root %q\n", packages.Root)
		for _, d := range diags.Sort() {
			fmt.Fprintln(&b, d)
			if d.Hint != "" {
				fmt.Fprintln(&b, "    hint:", d.Hint)
			}
		}
		golden.Txtar(t, path, map[string][]byte{"found": []byte(b.String())})
	})
}

// unpack writes an archive's input into a folder of its own, and returns where its spec is.
func unpack(t *testing.T, path string) string {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir, specFile := t.TempDir(), ""
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, golden.Outputs) {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(f.Name))
		if filepath.Base(file) == "isobar.yaml" {
			specFile = file
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return specFile
}
