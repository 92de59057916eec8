package providertest

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/internal/golden"
)

// Goldens lowers the spec of each archive in testdata, and compares the files that it becomes with those in the archive.
func Goldens(t *testing.T, h Harness) {
	t.Helper()
	golden.Each(t, archives, func(t *testing.T, path string, input txtar.File) {
		golden.Txtar(t, path, maps.Collect(h.Lower(t, input.Data).All()))
	})
}

const archives = "testdata/*.txtar"

// Trees returns what judges look at, by name: the files of the goldens, those that the examples have committed, and those that
// further specs become, which are too long or too odd to be read.
func Trees(t *testing.T, h Harness, further map[string][]byte) map[string]*artifact.Set {
	t.Helper()
	trees := Committed(t, "../../examples/*/deploy/"+h.Wing.Name())
	for name, source := range further {
		trees[name] = h.Lower(t, source)
	}
	paths, err := filepath.Glob(archives)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives match %s: %v", archives, err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		tree := &artifact.Set{}
		for _, f := range archive.Files {
			if name, ok := strings.CutPrefix(f.Name, golden.Outputs); ok {
				tree.Add(name, f.Data)
			}
		}
		trees[strings.TrimSuffix(filepath.Base(path), ".txtar")] = tree
	}
	return trees
}

// Committed reads the generated folders that match a pattern, such as "../../examples/*/deploy/aws", by their path with hyphens for slashes. There is at
// least one.
func Committed(t testing.TB, pattern string) map[string]*artifact.Set {
	t.Helper()
	dirs, err := filepath.Glob(pattern)
	if err != nil || len(dirs) == 0 {
		t.Fatalf("nothing matches %s: %v", pattern, err)
	}
	trees := map[string]*artifact.Set{}
	for _, dir := range dirs {
		tree := &artifact.Set{}
		root := os.DirFS(dir)
		err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path == artifact.ManifestName {
				return err
			}
			data, err := fs.ReadFile(root, path)
			tree.Add(path, data)
			return err
		})
		if err != nil || tree.Err() != nil {
			t.Fatalf("%s: %v, %v", dir, err, tree.Err())
		}
		trees[strings.ReplaceAll(strings.TrimLeft(filepath.ToSlash(dir), "./"), "/", "-")] = tree
	}
	return trees
}
