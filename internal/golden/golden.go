// Package golden compares what a test got with what a committed file says it should get.
//
// With UPDATE=1 in the environment the files are rewritten instead; reviewing what that changed is the test then. CI runs the
// tests both ways and proves that rewriting changes nothing.
package golden

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// Outputs is what the names of an archive's output sections begin with. All its other sections are a test's input.
const Outputs = "want/"

// Check fails the test, with a difference by lines, unless the file at path holds got.
func Check(t testing.TB, path string, got []byte) {
	t.Helper()
	if updating() {
		write(t, path, got)
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%v (UPDATE=1 writes it)", err)
		return
	}
	if diff := difference(want, got); diff != "" {
		t.Errorf("%s differs (-want +got, UPDATE=1 rewrites it):\n%s", path, diff)
	}
}

// Txtar fails the test, with a difference by lines, unless the output sections of the txtar archive at path are exactly those
// of got. The keys of got are the names without Outputs. Rewriting keeps the archive's comment and its input sections, and puts
// the output sections after them in the order of their names.
//
// An archive holds text: every output must end in a newline or be empty, and no line of it can look like a section's header.
func Txtar(t testing.TB, path string, got map[string][]byte) {
	t.Helper()
	old, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatalf("reading the input: %v", err)
	}
	archive := &txtar.Archive{Comment: old.Comment, Files: slices.DeleteFunc(slices.Clone(old.Files), isOutput)}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		archive.Files = append(archive.Files, txtar.File{Name: Outputs + name, Data: got[name]})
	}
	formatted := txtar.Format(archive)
	if !holds(formatted, got) {
		t.Fatalf("%s: an output has no newline at its end, or a line that looks like a section's header", path)
	}
	if updating() {
		write(t, path, formatted)
		return
	}
	if diff := difference(txtar.Format(old), formatted); diff != "" {
		t.Errorf("%s differs (-want +got, UPDATE=1 rewrites it):\n%s", path, diff)
	}
}

// Each runs a subtest for every txtar archive whose path matches the pattern, of which there must be one at least. It is given the
// archive's path and its first file, which is the input of most.
func Each(t *testing.T, pattern string, test func(t *testing.T, path string, input txtar.File)) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives match %s: %v", pattern, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) == 0 {
				t.Fatalf("%s holds no file", path)
			}
			test(t, path, archive.Files[0])
		})
	}
}

func isOutput(f txtar.File) bool {
	return strings.HasPrefix(f.Name, Outputs)
}

// holds tells whether the outputs can be read back from an archive as they are.
func holds(archive []byte, got map[string][]byte) bool {
	outputs := map[string][]byte{}
	for _, f := range txtar.Parse(archive).Files {
		if isOutput(f) {
			outputs[strings.TrimPrefix(f.Name, Outputs)] = f.Data
		}
	}
	return maps.EqualFunc(outputs, got, bytes.Equal)
}

func updating() bool {
	return os.Getenv("UPDATE") == "1"
}

// difference compares line by line, each quoted, so that spaces and newlines show.
func difference(want, got []byte) string {
	return cmp.Diff(strings.SplitAfter(string(want), "\n"), strings.SplitAfter(string(got), "\n"))
}

// write leaves a file alone that already has the data, so that rewriting all files shows in few times of change.
func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
