package providertest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

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
