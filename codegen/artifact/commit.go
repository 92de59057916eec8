package artifact

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Tree is a folder on disk and the files that it is to hold.
type Tree struct {
	// Dir is the tree's root. It need not exist. It may be a symbolic link, as the caller has chosen it; nothing beneath may.
	Dir string
	// Set are the files.
	Set *Set
}

// Options of a commit.
type Options struct {
	// Version of the tool, for the manifest.
	Version string
	// Force overwrites and removes files that were edited by hand, overwrites files that were not generated, and writes a
	// manifest anew that cannot be read. What is no regular file it leaves alone, and the commit fails as without it.
	Force bool

	open func(dir string) (folder, error) // os.OpenRoot unless a test replaces it
}

func (o Options) openFolder(dir string) (folder, error) {
	if o.open != nil {
		return o.open(dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return root, nil
}

// Result counts the files of a tree, its manifest aside.
type Result struct {
	Written, Unchanged, Removed int
}

// Commit makes trees hold their sets, and returns a Result for each. It changes all of them or none:
//
//   - All trees are compared first. Files that were not generated, or that were edited since, are conflicts; they are returned
//     together in a *ConflictError before anything is changed, unless Options.Force says to go on.
//   - All files are written to a staging folder of their tree, .isobar-tmp, and only then renamed into place, the manifest
//     last. When anything fails, what was done is undone and the first error returned.
//   - A run that is killed leaves every file as it was or as it is to be, and the staging folder. The next one tells both from
//     edits, finishes the work and cleans up. Nothing is flushed to the device: what a power failure tears is found by its
//     hash, and can be generated again.
//
// Files that are as generated are not touched, so that their time of change stays. Of files that are not generated any more, those
// that the manifest lists are removed, and then the folders that this empties. Symbolic links are never followed. New files
// have the mode 0644 and new folders 0755, less the umask.
//
// Commits to the same tree wait for each other, also those of other processes, but on Windows, where all but one may fail.
func Commit(trees []Tree, opts Options) ([]Result, error) {
	release, err := lockAll(trees)
	if err != nil {
		return nil, err
	}
	defer release()
	examined, err := examineAll(trees, opts)
	defer func() {
		for _, t := range examined {
			t.close()
		}
	}()
	if err != nil {
		return nil, err
	}
	var x transaction
	if err := run(examined, opts, &x); err != nil {
		return nil, x.rollback(err)
	}
	results := make([]Result, len(examined))
	for i, t := range examined {
		results[i] = t.result()
		if t.dirty() {
			// The commit is done. What cannot be removed now the next run will remove.
			_ = t.root.RemoveAll(stagingName)
		}
	}
	return results, nil
}

// run takes all trees through each step before the next.
func run(trees []*tree, opts Options, x *transaction) error {
	for _, t := range trees {
		if t.staging {
			if err := t.recover(); err != nil {
				return t.wrap(err)
			}
		}
	}
	dirty := slices.DeleteFunc(slices.Clone(trees), func(t *tree) bool { return !t.dirty() })
	for _, t := range dirty {
		if err := t.create(opts, x); err != nil {
			return err
		}
	}
	for _, step := range []func(*tree, *transaction) error{(*tree).stage, (*tree).apply} {
		for _, t := range dirty {
			if err := step(t, x); err != nil {
				return t.wrap(err)
			}
		}
	}
	return nil
}

// lockAll locks all trees' folders, in the same order in every process, so that no two wait for each other.
func lockAll(trees []Tree) (release func(), err error) {
	dirs := make([]string, len(trees))
	for i, t := range trees {
		if dirs[i], err = filepath.Abs(t.Dir); err != nil {
			return nil, err
		}
	}
	slices.Sort(dirs)
	var releases []func()
	release = func() {
		for _, r := range releases {
			r()
		}
	}
	for i, dir := range dirs {
		if i > 0 && dir == dirs[i-1] {
			release()
			return nil, fmt.Errorf("two trees in %s", dir)
		}
		r, err := lock(dir)
		if err != nil {
			release()
			return nil, err
		}
		releases = append(releases, r)
	}
	return release, nil
}

// examineAll compares all trees, and returns those it has opened even with an error.
func examineAll(trees []Tree, opts Options) ([]*tree, error) {
	var examined []*tree
	var conflicts []Conflict
	for _, tr := range trees {
		t, err := examine(tr, opts)
		if err != nil {
			return examined, err
		}
		examined = append(examined, t)
		for _, c := range t.changes {
			if c.State == Blocked || c.State.Conflict() && !opts.Force {
				conflicts = append(conflicts, Conflict{tr.Dir, c})
			}
		}
	}
	if len(conflicts) > 0 {
		return examined, &ConflictError{conflicts}
	}
	return examined, nil
}

func (t *tree) result() Result {
	var r Result
	for _, c := range t.changes {
		switch {
		case c.Path == ManifestName:
		case c.State == Unchanged:
			r.Unchanged++
		case c.State == Stale || c.State == StaleEdited:
			r.Removed++
		default:
			r.Written++
		}
	}
	return r
}

// dirty tells whether there is anything to do but to clean up.
func (t *tree) dirty() bool {
	for _, c := range t.changes {
		if c.State != Unchanged {
			return true
		}
	}
	return false
}

// transaction remembers how to undo what was done.
type transaction struct {
	// undo puts files back where they were.
	undo []func() error
	// cleanup removes what holds the files put aside, after they are back.
	cleanup []func() error
}

// rollback undoes everything, latest first, and returns err, together with what stopped it if it could not. It stops at once then, so
// that what is left is what a killed run leaves.
func (x *transaction) rollback(err error) error {
	for _, steps := range [][]func() error{x.undo, x.cleanup} {
		for _, step := range slices.Backward(steps) {
			if failure := step(); failure != nil {
				return fmt.Errorf("%w; undoing it failed too, which the next run will repair: %w", err, failure)
			}
		}
	}
	return err
}
