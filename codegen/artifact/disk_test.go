package artifact_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

// files are a tree's content by path. A folder is a path that ends in a slash, of which only empty ones are listed; a symbolic
// link's content is "-> " and its target.
type files map[string]string

func set(f files) *artifact.Set {
	var s artifact.Set
	for path, data := range f {
		s.Add(path, []byte(data))
	}
	return &s
}

func tree(dir string, f files) []artifact.Tree {
	return []artifact.Tree{{Dir: dir, Set: set(f)}}
}

func commit(t testing.TB, dir string, f files) artifact.Result {
	t.Helper()
	results, err := artifact.Commit(tree(dir, f), artifact.Options{Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// put writes files, and removes those whose content is "remove".
func put(t testing.TB, dir string, f files) {
	t.Helper()
	for _, path := range slices.Sorted(maps.Keys(f)) {
		name := filepath.Join(dir, filepath.FromSlash(path))
		must(t, os.MkdirAll(filepath.Dir(name), 0o755))
		switch data := f[path]; {
		case data == "remove":
			must(t, os.Remove(name))
		case path[len(path)-1] == '/':
			must(t, os.MkdirAll(name, 0o755))
		case len(data) > 3 && data[:3] == "-> ":
			_ = os.Remove(name)
			must(t, os.Symlink(data[3:], name))
		default:
			must(t, os.WriteFile(name, []byte(data), 0o644))
		}
	}
}

// read returns everything below dir but the manifest, or nil if there is no dir.
func read(t testing.TB, dir string) files {
	t.Helper()
	f := files{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		rel = filepath.ToSlash(rel)
		switch {
		case rel == artifact.ManifestName:
		case d.IsDir():
			if entries, _ := os.ReadDir(name); len(entries) == 0 && rel != "." {
				f[rel+"/"] = ""
			}
		case d.Type()&fs.ModeSymlink != 0:
			target, _ := os.Readlink(name)
			f[rel] = "-> " + target
		default:
			data, err := os.ReadFile(name)
			must(t, err)
			f[rel] = string(data)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	must(t, err)
	return f
}

func manifestOf(t testing.TB, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, artifact.ManifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	must(t, err)
	return string(data)
}

func hash(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}

func without(f files, path string) files {
	delete(f, path)
	return f
}

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func normalised(data string) string {
	return strings.ReplaceAll(data, "\r\n", "\n")
}
