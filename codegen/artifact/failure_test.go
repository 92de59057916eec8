package artifact_test

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

// scenario is a commit with every kind of change in two trees, one of which is new.
var scenario = struct{ was, edits, nowIs, other files }{
	was:   files{"kept": "1", "changed": "1", "d/gone": "1", "d/e/gone": "1", "turns": "1", "back/into": "1", "missing": "1"},
	edits: files{"missing": "remove", "mine": "x", "d/mine": "x"},
	nowIs: files{"kept": "1", "changed": "2", "f/new": "1", "turns/into": "1", "back": "1", "missing": "1"},
	other: files{"a/b": "1"},
}

// mine are the files of the scenario that were not generated.
var mine = files{"mine": "x", "d/mine": "x"}

func prepare(t testing.TB, dir string) []artifact.Tree {
	t.Helper()
	first, second := filepath.Join(dir, "first"), filepath.Join(dir, "deep", "second")
	commit(t, first, scenario.was)
	put(t, first, scenario.edits)
	return []artifact.Tree{{Dir: first, Set: set(scenario.nowIs)}, {Dir: second, Set: set(scenario.other)}}
}

// failingFrom calls f with a disk that fails from the first operation on, from the second, and so on, until there is none to fail.
func failingFrom(t *testing.T, failures int, f func(*testing.T, *artifact.Disk)) {
	for _, noLinks := range []bool{false, true} {
		for n, more := 1, true; more; n++ {
			more = false
			t.Run(fmt.Sprintf("links=%t/from=%d", !noLinks, n), func(t *testing.T) {
				disk := &artifact.Disk{FailFrom: n, Failures: failures, NoLinks: noLinks}
				f(t, disk)
				more = disk.Operations >= n
			})
			if !more && n < 30 {
				t.Errorf("only %d operations could fail", n-1)
			}
		}
	}
}

// A failure that passes, such as a full disk or a file in use, leaves everything as it was.
func TestFailedCommitChangesNothing(t *testing.T) {
	failingFrom(t, 1, func(t *testing.T, disk *artifact.Disk) {
		dir := t.TempDir()
		trees := prepare(t, dir)
		before, manifest := read(t, dir), manifestOf(t, trees[0].Dir)
		_, err := artifact.Commit(trees, disk.On(artifact.Options{Version: "v2"}))
		switch {
		case err == nil: // whatever failed was not needed
			checkScenario(t, trees)
		case errors.Is(err, artifact.ErrInjected):
			same(t, "on disk", before, read(t, dir))
			same(t, "manifest", manifest, manifestOf(t, trees[0].Dir))
		default:
			t.Errorf("returned %v", err)
		}
	})
}

// A run that is killed can do nothing more, not even undo what it did; one that meets a second failure can undo it in part. The
// next one makes the trees what they should be, with no need to force it, whatever its own sets are.
func TestKilledCommitIsRepaired(t *testing.T) {
	another := files{"changed": "3", "kept": "2", "back/into": "2", "f": "1"}
	for _, tc := range []struct {
		name     string
		failures int
		next     files
	}{
		{"by the same", forGood, scenario.nowIs},
		{"by going back", forGood, scenario.was},
		{"by another", forGood, another},
		{"by nothing", forGood, nil},
		{"after two failures", 2, another},
	} {
		t.Run(tc.name, func(t *testing.T) {
			failingFrom(t, tc.failures, func(t *testing.T, disk *artifact.Disk) {
				dir := t.TempDir()
				trees := prepare(t, dir)
				_, _ = artifact.Commit(trees, disk.On(artifact.Options{Version: "v2"}))
				eachFileIsWhole(t, trees[0].Dir, disk.NoLinks)
				if disk.FailFrom%2 == 0 { // killed once more, while it repairs
					again := artifact.Disk{FailFrom: 1 + disk.FailFrom/3, Failures: forGood, NoLinks: disk.NoLinks}
					_, _ = artifact.Commit(tree(trees[0].Dir, tc.next), again.On(artifact.Options{}))
				}

				commit(t, trees[0].Dir, tc.next)
				want := maps.Clone(mine)
				maps.Copy(want, tc.next)
				same(t, "on disk", want, read(t, trees[0].Dir))
				for _, state := range states(t, trees[0].Dir, tc.next) {
					if !strings.HasSuffix(state, " unchanged") {
						t.Errorf("%s after the repair", state)
					}
				}
				commit(t, trees[1].Dir, scenario.other)
				same(t, "the other tree", scenario.other, read(t, trees[1].Dir))
			})
		})
	}
}

// forGood is more failures than a commit has operations.
const forGood = 1_000_000

// eachFileIsWhole checks what the first tree's files hold at any time. Where there are no links, a file may be missing for a moment.
func eachFileIsWhole(t testing.TB, dir string, mayMiss bool) {
	t.Helper()
	got := read(t, dir)
	for path, data := range got {
		if filepath.Dir(path) == ".isobar-tmp" || data == "" {
			continue
		}
		if data != scenario.was[path] && data != scenario.nowIs[path] && data != scenario.edits[path] {
			t.Errorf("%s is %q, neither old nor new", path, data)
		}
	}
	for _, path := range []string{"kept", "changed"} {
		if got[path] == "" && !mayMiss {
			t.Errorf("%s is missing", path)
		}
	}
}

func checkScenario(t testing.TB, trees []artifact.Tree) {
	t.Helper()
	want := maps.Clone(scenario.nowIs)
	maps.Copy(want, mine)
	got := read(t, trees[0].Dir)
	for path := range got { // what could not be cleaned up is harmless
		if filepath.Dir(path) == ".isobar-tmp" {
			delete(got, path)
		}
	}
	same(t, "on disk", want, got)
}

// Whatever is generated, in whatever order, and wherever runs are killed: a commit that succeeds leaves exactly its own set, and
// what was not generated is never touched.
func TestAnySequenceOfCommits(t *testing.T) {
	kept := files{"mine": "x", "m/n/mine": "x", "a-mine/b": "x"}
	paths := []string{"a", "b", "a/a", "a/b", "a/b/c", "b/c/d", "c", "m/a", "m/n/a"}
	rapid.Check(t, func(r *rapid.T) {
		dir := filepath.Join(t.TempDir(), "tree")
		put(t, dir, kept)
		for range rapid.IntRange(1, 6).Draw(r, "commits") {
			generated := files{}
			var taken artifact.Set
			for _, path := range rapid.SliceOfDistinct(rapid.SampledFrom(paths), rapid.ID).Draw(r, "paths") {
				taken.Add(path, nil)
				if _, ok := taken.Get(path); ok {
					generated[path] = rapid.SampledFrom([]string{"1", "2", "3\n", "3\r\n"}).Draw(r, "content")
				}
			}
			disk := artifact.Disk{FailFrom: rapid.IntRange(0, 60).Draw(r, "fails from"), Failures: rapid.SampledFrom([]int{1, 1_000}).Draw(r, "failures")}
			if _, err := artifact.Commit(tree(dir, generated), disk.On(artifact.Options{})); err != nil && !errors.Is(err, artifact.ErrInjected) {
				r.Fatalf("commit: %v", err)
			}
			if _, err := artifact.Commit(tree(dir, generated), artifact.Options{}); err != nil {
				r.Fatalf("commit after a failure: %v", err)
			}
			want := maps.Clone(generated)
			maps.Copy(want, kept)
			got := read(t, dir)
			for path := range got { // a line ending that changed alone is not written
				if normalised(got[path]) == normalised(want[path]) {
					got[path] = want[path]
				}
			}
			if !maps.Equal(want, got) {
				r.Fatalf("got %v, want %v", got, want)
			}
		}
	})
}
