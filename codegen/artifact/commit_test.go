package artifact_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

func TestCommit(t *testing.T) {
	for _, tc := range []struct {
		name              string
		was, edits, nowIs files
		result            artifact.Result
		left              files
	}{
		{
			name:  "the first time",
			nowIs: files{"a": "1", "d/e/b": "2"}, left: files{"a": "1", "d/e/b": "2"},
			result: artifact.Result{Written: 2},
		},
		{
			name: "some changed",
			was:  files{"a": "1", "b": "1", "c": "1"}, nowIs: files{"a": "2", "b": "1", "n": "1"},
			left:   files{"a": "2", "b": "1", "n": "1"},
			result: artifact.Result{Written: 2, Unchanged: 1, Removed: 1},
		},
		{
			name: "files removed by hand come back",
			was:  files{"a": "1", "d/b": "1"}, edits: files{"d/b": "remove"}, nowIs: files{"a": "1", "d/b": "1"},
			left:   files{"a": "1", "d/b": "1"},
			result: artifact.Result{Written: 1, Unchanged: 1},
		},
		{
			name: "emptied folders go, others stay",
			was:  files{"d/e/f/a": "1", "g/a": "1", "h/a": "1", "h/b": "1"}, edits: files{"g/mine": "x"}, nowIs: files{"h/b": "1"},
			left:   files{"g/mine": "x", "h/b": "1"},
			result: artifact.Result{Unchanged: 1, Removed: 3},
		},
		{
			name: "a folder takes a file's place and a file a folder's",
			was:  files{"a": "1", "d/e/b": "1", "d/c": "1"}, nowIs: files{"a/b": "1", "d": "1"},
			left:   files{"a/b": "1", "d": "1"},
			result: artifact.Result{Written: 2, Removed: 3},
		},
		{
			name: "a checkout with CRLF stays as it is, and what changes is written with LF",
			was:  files{"a": "1\n", "b": "1\n"}, edits: files{"a": "1\r\n", "b": "1\r\n"}, nowIs: files{"a": "1\n", "b": "2\n"},
			left:   files{"a": "1\r\n", "b": "2\n"},
			result: artifact.Result{Written: 1, Unchanged: 1},
		},
		{
			name: "a link that took a stale file's place is left alone",
			was:  files{"a": "1", "b": "1"}, edits: files{"a": "-> b"}, nowIs: files{"b": "2"},
			left:   files{"a": "-> b", "b": "2"},
			result: artifact.Result{Written: 1},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "deploy", "aws")
			if tc.was != nil {
				commit(t, dir, tc.was)
			}
			put(t, dir, tc.edits)
			same(t, "result", tc.result, commit(t, dir, tc.nowIs))
			same(t, "on disk", tc.left, read(t, dir))
			for _, s := range states(t, dir, tc.nowIs) {
				if !strings.HasSuffix(s, " unchanged") {
					t.Errorf("%s after the commit", s)
				}
			}
			same(t, "result of the same again", artifact.Result{Unchanged: len(tc.nowIs)}, commit(t, dir, tc.nowIs))
		})
	}
}

func TestCommitOverConflicts(t *testing.T) {
	var (
		was   = files{"a": "1", "b": "1", "d/c": "1"}
		edits = files{"b": "x", "d/c": "x", "f": "x", "blocked/": ""}
		nowIs = files{"a": "2", "b": "1", "f": "1"}
	)
	dir := t.TempDir()
	aws, gcp := filepath.Join(dir, "aws"), filepath.Join(dir, "gcp")
	commit(t, aws, was)
	put(t, aws, edits)
	put(t, gcp, files{"f": "x"})
	before := read(t, dir)
	trees := []artifact.Tree{{Dir: aws, Set: set(nowIs)}, {Dir: gcp, Set: set(files{"f": "1", "g": "1"})}}

	_, err := artifact.Commit(trees, artifact.Options{})
	var conflict *artifact.ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("returned %v, want a *ConflictError", err)
	}
	same(t, "conflicts", []artifact.Conflict{
		{Dir: aws, Change: artifact.Change{Path: "b", State: artifact.Edited}},
		{Dir: aws, Change: artifact.Change{Path: "d/c", State: artifact.StaleEdited}},
		{Dir: aws, Change: artifact.Change{Path: "f", State: artifact.Foreign}},
		{Dir: gcp, Change: artifact.Change{Path: "f", State: artifact.Foreign}},
	}, conflict.Conflicts)
	if want := aws + "/d/c (stale-edited)"; !strings.Contains(err.Error(), want) {
		t.Errorf("the message %q lacks %q", err, want)
	}
	same(t, "on disk after a conflict", before, read(t, dir))

	t.Run("what is no file is not forced", func(t *testing.T) {
		blocked := []artifact.Tree{{Dir: aws, Set: set(files{"a": "2", "blocked": "1"})}}
		if _, err := artifact.Commit(blocked, artifact.Options{Force: true}); !errors.As(err, &conflict) || len(conflict.Conflicts) != 1 {
			t.Errorf("returned %v, want one conflict", err)
		}
		same(t, "on disk", before, read(t, dir))
	})

	t.Run("force", func(t *testing.T) {
		results, err := artifact.Commit(trees, artifact.Options{Force: true})
		must(t, err)
		same(t, "results", []artifact.Result{{Written: 3, Removed: 1}, {Written: 2}}, results)
		same(t, "aws", files{"a": "2", "b": "1", "f": "1", "blocked/": ""}, read(t, aws))
		same(t, "gcp", files{"f": "1", "g": "1"}, read(t, gcp))
	})
}

func TestCommitNeverFollowsLinksOut(t *testing.T) {
	outside := t.TempDir()
	put(t, outside, files{"kept": "1", "package/kept": "1"})
	for name, f := range map[string]files{
		"of a file":          {"kept": "-> " + outside + "/kept"},
		"of a folder":        {"package": "-> " + outside + "/package"},
		"of a staged commit": {".isobar-tmp": "-> " + outside},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, f)
			// A manifest can claim whatever it likes.
			put(t, dir, files{artifact.ManifestName: `{"files": {"kept": "` + hash("1") + `", "package/kept": "` + hash("1") + `"}}`})
			for _, generated := range []files{{}, {"kept": "2"}, {"package/kept": "2"}} {
				for _, force := range []bool{false, true} {
					_, err := artifact.Commit(tree(dir, generated), artifact.Options{Force: force})
					var conflict *artifact.ConflictError
					if err != nil && !errors.As(err, &conflict) {
						t.Errorf("returned %v", err)
					}
				}
			}
			same(t, "outside", files{"kept": "1", "package/kept": "1"}, read(t, outside))
			for path, link := range f {
				same(t, "link", link, read(t, dir)[path])
			}
		})
	}
}

func TestCommitTouchesOnlyWhatChanged(t *testing.T) {
	dir := t.TempDir()
	commit(t, dir, files{"a": "1", "b": "1"})
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, name := range []string{"a", "b", artifact.ManifestName} {
		must(t, os.Chtimes(filepath.Join(dir, name), long, long))
	}
	touched := func() (names []string) {
		for _, name := range []string{"a", "b", artifact.ManifestName} {
			info, err := os.Stat(filepath.Join(dir, name))
			must(t, err)
			if !info.ModTime().Equal(long) {
				names = append(names, name)
			}
		}
		return names
	}
	_, err := artifact.Commit(tree(dir, files{"a": "1", "b": "1"}), artifact.Options{Version: "v2"})
	must(t, err)
	same(t, "touched by another version of the tool", []string(nil), touched())
	commit(t, dir, files{"a": "2", "b": "1"})
	same(t, "touched by a change", []string{"a", artifact.ManifestName}, touched())
}

func TestCommitWritesTheManifest(t *testing.T) {
	dir := t.TempDir()
	commit(t, dir, files{"b": "1\r\n", "a/&\u2028": "2"})
	same(t, "manifest", `{
  "version": "v1",
  "files": {
    "a/&\u2028": "`+hash("2")+`",
    "b": "`+hash("1\n")+`"
  }
}
`, manifestOf(t, dir))
	commit(t, dir, nil)
	same(t, "manifest of nothing", "{\n  \"version\": \"v1\",\n  \"files\": {}\n}\n", manifestOf(t, dir))
}

func TestCommitModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	dir := filepath.Join(t.TempDir(), "deploy", "aws")
	commit(t, dir, files{"d/a": "1"})
	for path, want := range map[string]fs.FileMode{"": 0o755, "d": 0o755, "d/a": 0o644, artifact.ManifestName: 0o644} {
		info, err := os.Stat(filepath.Join(dir, path))
		must(t, err)
		if got := info.Mode().Perm(); got&^want != 0 || got&0o700 != want&0o700 {
			t.Errorf("%q has the mode %v, want %v less the umask", path, got, want)
		}
	}
}

func TestCommitsWaitForEachOther(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows: commits at the same time are not supported, see the documentation of Commit")
	}
	dir := t.TempDir()
	sets := []files{{"a": "1", "b/c": "1"}, {"a": "2", "b": "2"}, {"a/d": "3"}, {"b/c": "4"}}
	failures := make(chan error)
	for i := range 8 {
		go func() {
			for j := range 10 {
				if _, err := artifact.Commit(tree(dir, sets[(i+j)%len(sets)]), artifact.Options{}); err != nil {
					failures <- err
					return
				}
			}
			failures <- nil
		}()
	}
	for range 8 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	got := read(t, dir)
	if !slices.ContainsFunc(sets, func(f files) bool { return maps.Equal(f, got) }) {
		t.Errorf("left a mixture: %v", got)
	}
}

func TestCommitRefusesTwoTreesInOneFolder(t *testing.T) {
	dir := t.TempDir()
	trees := append(tree(dir, files{"a": "1"}), tree(dir+"/x/..", files{"b": "1"})...)
	if _, err := artifact.Commit(trees, artifact.Options{}); err == nil || !strings.Contains(err.Error(), "two trees") {
		t.Errorf("returned %v", err)
	}
	same(t, "on disk", files{}, read(t, dir))
}

func TestCommitWhereNoFolderCanBe(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, files{"file": "x", "dangling": "-> nowhere"})
	for _, name := range []string{"file", "file/below", "dangling"} {
		trees := append(tree(filepath.Join(dir, "good"), files{"a": "1"}), tree(filepath.Join(dir, name), files{"a": "1"})...)
		_, err := artifact.Commit(trees, artifact.Options{})
		var pathError *fs.PathError
		if !errors.As(err, &pathError) || !strings.HasPrefix(pathError.Path, dir) {
			t.Errorf("%s: returned %v, want an error that names the path", name, err)
		}
		same(t, "on disk", files{"file": "x", "dangling": "-> nowhere"}, read(t, dir))
	}
}
