package artifact_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

// Each case compares a tree that was generated, edited by hand and generated again.
func TestCompare(t *testing.T) {
	for _, tc := range []struct {
		name              string
		was, edits, nowIs files
		want              []string
	}{
		{
			name: "nothing yet", nowIs: files{"a": "1"},
			want: []string{".isobar.json new", "a new"},
		},
		{
			name: "as generated",
			was:  files{"a": "1", "d/b": "2"}, nowIs: files{"a": "1", "d/b": "2"},
			want: []string{"a unchanged", "d/b unchanged"},
		},
		{
			name: "generated otherwise",
			was:  files{"a": "1"}, nowIs: files{"a": "2"},
			want: []string{".isobar.json outdated", "a outdated"},
		},
		{
			name: "edited",
			was:  files{"a": "1", "b": "1"}, edits: files{"a": "x", "b": "x"}, nowIs: files{"a": "1", "b": "2"},
			want: []string{".isobar.json outdated", "a edited", "b edited"},
		},
		{
			name: "edited into what is generated now",
			was:  files{"a": "1"}, edits: files{"a": "2"}, nowIs: files{"a": "2"},
			want: []string{".isobar.json outdated", "a unchanged"},
		},
		{
			name: "removed by hand",
			was:  files{"a": "1", "d/b": "1", "c": "1"}, edits: files{"a": "remove", "d/b": "remove", "c": "remove"},
			nowIs: files{"a": "1", "d/b": "2"},
			want:  []string{".isobar.json outdated", "a missing", "d/b missing"},
		},
		{
			name: "generated no longer",
			was:  files{"a": "1", "d/b": "1", "d/c": "1"}, edits: files{"d/c": "x"}, nowIs: files{"a": "1"},
			want: []string{".isobar.json outdated", "a unchanged", "d/b stale", "d/c stale-edited"},
		},
		{
			name: "beside files that were not generated",
			was:  files{"a": "1"}, edits: files{"README.md": "x", "d/terraform.tfstate": "x"}, nowIs: files{"a": "1"},
			want: []string{"a unchanged"},
		},
		{
			name:  "a file that was not generated in the way",
			edits: files{"a": "x", "b": "same"}, nowIs: files{"a": "1", "b": "same"},
			want: []string{".isobar.json new", "a foreign", "b unchanged"},
		},
		{
			name:  "a folder in the way",
			edits: files{"a/mine": "x", "b/": ""}, nowIs: files{"a": "1", "b": "1"},
			want: []string{".isobar.json new", "a blocked", "b blocked"},
		},
		{
			name:  "a file in the folder's way",
			edits: files{"d": "x"}, nowIs: files{"d/a": "1"},
			want: []string{".isobar.json new", "d/a blocked"},
		},
		{
			name:  "symbolic links in the way",
			edits: files{"a": "-> other", "d": "-> /tmp", "e": "-> .", "other": "1"}, nowIs: files{"a": "1", "d/a": "1", "e/a": "1"},
			want: []string{".isobar.json new", "a blocked", "d/a blocked", "e/a blocked"},
		},
		{
			name: "a symbolic link in place of a stale file is not ours to remove",
			was:  files{"a": "1", "b": "1"}, edits: files{"a": "-> b"}, nowIs: files{"b": "1"},
			want: []string{".isobar.json outdated", "b unchanged"},
		},
		{
			name: "a folder takes a stale file's place, and a file a stale folder's",
			was:  files{"a": "1", "d/e/b": "1", "d/c": "1"}, nowIs: files{"a/b": "1", "d": "1"},
			want: []string{".isobar.json outdated", "a stale", "a/b new", "d new", "d/c stale", "d/e/b stale"},
		},
		{
			name: "a file takes a folder's place that holds more than stale files",
			was:  files{"d/a": "1", "e/a": "1"}, edits: files{"d/mine": "x", "e/f/": ""}, nowIs: files{"d": "1", "e": "1"},
			want: []string{".isobar.json outdated", "d blocked", "d/a stale", "e blocked", "e/a stale"},
		},
		{
			name: "line endings of a checkout",
			was:  files{"a": "1\n2\n", "b": "1\n"}, edits: files{"a": "1\r\n2\r\n", "b": "1\r\n"}, nowIs: files{"a": "1\n2\n"},
			want: []string{".isobar.json outdated", "a unchanged", "b stale"},
		},
		{
			name: "line endings in what is generated",
			was:  files{"a": "1\r\n2\n"}, edits: files{"a": "1\n2\n"}, nowIs: files{"a": "1\r\n2\n"},
			want: []string{"a unchanged"},
		},
		{
			name: "line endings count in a binary file",
			was:  files{"a": "\x00\n"}, edits: files{"a": "\x00\r\n"}, nowIs: files{"a": "\x00\n"},
			want: []string{"a edited"},
		},
		{
			name:  "something else under the staging folder's name",
			edits: files{".isobar-tmp": "x"}, nowIs: files{"a": "1"},
			want: []string{".isobar-tmp blocked", ".isobar.json new", "a new"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "deploy", "aws")
			if tc.was != nil {
				commit(t, dir, tc.was)
			}
			put(t, dir, tc.edits)
			before := read(t, dir)
			same(t, "states", tc.want, states(t, dir, tc.nowIs))
			same(t, "comparing changed the tree", before, read(t, dir))
		})
	}
}

func TestCompareLooksAtTheManifest(t *testing.T) {
	for _, tc := range []struct {
		name, old, new string
		want           []string
	}{
		{"another version is no drift", `"v1"`, `"v2"`, []string{"a unchanged"}},
		{"nor are line endings", "\n", "\r\n", []string{"a unchanged"}},
		{"another hash", hash("1"), hash("2"), []string{".isobar.json outdated", "a unchanged"}},
		{"another path", `"a"`, `"b"`, []string{".isobar.json outdated", "a unchanged"}},
		{"another layout", "  ", "\t", []string{".isobar.json outdated", "a unchanged"}},
		{"another key", `"files"`, `"x": 1, "files"`, []string{".isobar.json outdated", "a unchanged"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			commit(t, dir, files{"a": "1"})
			edited := strings.ReplaceAll(manifestOf(t, dir), tc.old, tc.new)
			put(t, dir, files{artifact.ManifestName: edited})
			same(t, "states", tc.want, states(t, dir, files{"a": "1"}))
		})
	}
}

func TestCompareOnSomethingElse(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, files{"file": "x"})
	if _, err := artifact.Compare(filepath.Join(dir, "file"), set(files{"a": "1"})); err == nil {
		t.Error("compared a file as if it were a folder")
	}
	t.Run("a large file is edited or foreign", func(t *testing.T) {
		commit(t, dir, files{"a": "1"})
		for _, name := range []string{"a", "b"} {
			must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
			must(t, os.Truncate(filepath.Join(dir, name), 1<<40)) // a sparse terabyte
		}
		same(t, "states", []string{".isobar.json outdated", "a edited", "b foreign"}, states(t, dir, files{"a": "1", "b": "1"}))
	})
}

// states returns "path state" for each change.
func states(t testing.TB, dir string, f files) []string {
	t.Helper()
	changes, err := artifact.Compare(dir, set(f))
	must(t, err)
	var got []string
	for _, c := range changes {
		got = append(got, c.Path+" "+c.State.String())
	}
	return got
}

func TestManifestIsNotTrusted(t *testing.T) {
	listing := func(path string) string { return `{"files": {"` + path + `": "` + hash("x") + `"}}` }
	for _, tc := range []struct{ name, manifest, message string }{
		{"empty", "", "unexpected end of JSON"},
		{"no JSON", "<<<<<<< HEAD\n", "invalid character"},
		{"no object", "[]", "cannot unmarshal"},
		{"null", "null", "does not list files"},
		{"no files", `{"version": "v1"}`, "does not list files"},
		{"files is null", `{"files": null}`, "not an object"},
		{"a number for the version", `{"version": 1e999999, "files": {}}`, "cannot unmarshal"},
		{"a number for a hash", `{"files": {"a": 1e999999}}`, ""},
		{"an object for a hash", `{"files": {"a": {}}}`, "no SHA-256"},
		{"no hash", `{"files": {"a": "12"}}`, "no SHA-256"},
		{"upper case", `{"files": {"a": "` + strings.ToUpper(hash("x")) + `"}}`, "no SHA-256"},
		{"more after it", `{"files": {}} {}`, "invalid character"},
		{"up and out", listing("../outside"), `has an element`},
		{"absolute", listing("/outside"), "is absolute"},
		{"itself", listing(".isobar.json"), "is reserved"},
		{"a path twice", strings.Replace(listing("a"), "{\"a\"", `{"a": "`+hash("y")+`", "a"`, 1), "was added before"},
		{"10 MB", listing(strings.Repeat("a", 10_000_000)), "larger than"},
		{"deep", `{"files": ` + strings.Repeat(`{"a":`, 100_000), "exceeded max depth"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "tree")
			put(t, dir, files{artifact.ManifestName: tc.manifest, "../outside": "x", "mine": "x"})
			for _, check := range []func() error{
				func() error { _, err := artifact.Compare(dir, set(files{"a": "1"})); return err },
				func() error { _, err := artifact.Commit(tree(dir, files{"a": "1"}), artifact.Options{}); return err },
			} {
				var manifestError *artifact.ManifestError
				err := check()
				if !errors.As(err, &manifestError) || !strings.Contains(err.Error(), tc.message) {
					t.Errorf("returned %v, want a *ManifestError with %q", err, tc.message)
				} else if manifestError.Path != filepath.Join(dir, artifact.ManifestName) {
					t.Errorf("the error names %s", manifestError.Path)
				}
			}
			t.Run("force", func(t *testing.T) {
				_, err := artifact.Commit(tree(dir, files{"a": "1"}), artifact.Options{Version: "v1", Force: true})
				must(t, err)
				same(t, "on disk", files{"outside": "x", "tree/mine": "x", "tree/a": "1"}, without(read(t, filepath.Dir(dir)), "tree/.isobar.json"))
				same(t, "states", []string{"a unchanged"}, states(t, dir, files{"a": "1"}))
			})
		})
	}
}

func TestManifestThatIsNoFile(t *testing.T) {
	for name, f := range map[string]files{
		"a folder":        {artifact.ManifestName + "/mine": "x"},
		"a symbolic link": {artifact.ManifestName: "-> outside", "outside": "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, f)
			before := read(t, dir)
			for _, force := range []bool{false, true} {
				var manifestError *artifact.ManifestError
				if _, err := artifact.Commit(tree(dir, files{"a": "1"}), artifact.Options{Force: force}); !errors.As(err, &manifestError) {
					t.Errorf("returned %v", err)
				}
			}
			same(t, "on disk", before, read(t, dir))
		})
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(`{"version":"v1","files":{"a/b":"` + hash("") + `"}}`))
	f.Add([]byte(`{"version":"v1","files":{}}`))
	f.Add([]byte(`{"files":{"../a":"` + hash("") + `"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := artifact.ParseManifest(data)
		if err != nil {
			var manifestError *artifact.ManifestError
			if !errors.As(err, &manifestError) {
				t.Errorf("%T is no *ManifestError", err)
			}
			return
		}
		for path := range m.Files {
			if !filepath.IsLocal(path) {
				t.Errorf("took the path %q", path)
			}
		}
		again, err := artifact.ParseManifest(m.Format())
		must(t, err)
		same(t, "files after a round trip", m.Files, again.Files)
	})
}
