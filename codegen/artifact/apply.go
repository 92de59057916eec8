package artifact

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

const (
	fileMode   fs.FileMode = 0o644
	folderMode fs.FileMode = 0o755
)

// staged is the name in the staging folder of a tree's nth change: its new content, or its old content put aside.
func staged(what string, n int) string {
	return fmt.Sprintf("%s/%s-%d", stagingName, what, n)
}

// recover writes a manifest that is true of what a killed run left, and only then removes its staging folder.
func (t *tree) recover() error {
	if t.pending != nil {
		m, err := t.recovered()
		if err != nil {
			return err
		}
		const name = stagingName + "/recovered.json"
		if err := t.root.WriteFile(name, m.Format(), fileMode); err != nil {
			return err
		}
		if err := t.root.Rename(name, ManifestName); err != nil {
			return err
		}
	}
	return t.root.RemoveAll(stagingName)
}

// recovered lists what either manifest lists, with the hash of the one that is right about the file on disk, or of the older one if
// neither is. Files that are gone stay listed for the sake of their folders, unless what is there now rules them out.
func (t *tree) recovered() (*Manifest, error) {
	m := &Manifest{Version: t.pending.Version, Files: Hashes{}}
	var gone []string
	for path := range t.listed() {
		at, err := t.at(path)
		if err != nil {
			return nil, err
		}
		if at != file {
			gone = append(gone, path)
			continue
		}
		data, err := t.read(path, maxFile)
		if err != nil {
			return nil, err
		}
		m.Files[path] = t.listedHash(path)
		if data != nil && t.wrote(path, data) {
			m.Files[path] = hashOf(data)
		}
	}
	slices.Sort(gone)
	var names nameTable // of those that are gone, which may be from both manifests
	for _, path := range gone {
		if k, err := t.lstat(path); err != nil || k != nothing {
			continue
		}
		if names.add(path) == nil {
			m.Files[path] = t.listedHash(path)
		}
	}
	return m, nil
}

// create makes the tree's folder if there is none.
func (t *tree) create(opts Options, x *transaction) error {
	if t.root != nil {
		return nil
	}
	var missing []string
	for dir := filepath.Clean(t.Dir); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); err == nil {
			break
		} else if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return err
		}
		missing = append(missing, dir)
	}
	for _, dir := range slices.Backward(missing) {
		if err := os.Mkdir(dir, folderMode); err != nil {
			return err
		}
		x.cleanup = append(x.cleanup, func() error { return os.Remove(dir) })
	}
	root, err := opts.openFolder(t.Dir)
	if err != nil {
		return err
	}
	t.root = root
	x.cleanup = append(x.cleanup, root.Close) // before the folder is removed, as Windows wants it
	return nil
}

// stage writes everything that the tree is to hold into the staging folder, and the pending manifest last.
func (t *tree) stage(x *transaction) error {
	if err := t.root.Mkdir(stagingName, folderMode); err != nil {
		return err
	}
	x.cleanup = append(x.cleanup, func() error { return t.root.RemoveAll(stagingName) })
	for n, c := range t.changes {
		if data, ok := t.Set.Get(c.Path); ok && c.State != Unchanged {
			if err := t.root.WriteFile(staged("new", n), data, fileMode); err != nil {
				return err
			}
		}
	}
	return t.root.WriteFile(pendingName, t.manifest.Format(), fileMode)
}

// apply moves into the staging folder what is to go, and out of it what is to come. What goes does so first, because a file may
// take a folder's place and a folder a file's.
func (t *tree) apply(x *transaction) error {
	manifest := -1
	for n, c := range t.changes {
		switch c.State {
		case Stale, StaleEdited:
			if err := t.rename(x, c.Path, staged("old", n)); err != nil {
				return err
			}
		default:
			if c.Path == ManifestName {
				manifest = n
			}
		}
	}
	for path := range t.listed() {
		if err := t.prune(x, path); err != nil {
			return err
		}
	}
	for n, c := range t.changes {
		if _, ok := t.Set.Get(c.Path); !ok || c.State == Unchanged {
			continue
		}
		if err := t.makeParents(x, c.Path); err != nil {
			return err
		}
		if err := t.put(x, c, n); err != nil {
			return err
		}
	}
	if manifest >= 0 {
		return t.putManifest(x, t.changes[manifest], manifest)
	}
	if t.staging {
		return t.putManifest(x, Change{ManifestName, Outdated}, len(t.changes))
	}
	return nil
}

// rename moves a file, and undoes it by moving it back.
func (t *tree) rename(x *transaction, from, to string) error {
	if err := t.root.Rename(from, to); err != nil {
		return err
	}
	x.undo = append(x.undo, func() error { return t.root.Rename(to, from) })
	return nil
}

// put moves a file's new content into place.
func (t *tree) put(x *transaction, c Change, n int) error {
	if c.State == New || c.State == Missing {
		return t.rename(x, staged("new", n), c.Path)
	}
	if err := t.putAside(x, c.Path, staged("old", n)); err != nil {
		return err
	}
	return t.root.Rename(staged("new", n), c.Path)
}

// putManifest is put for the manifest. To undo it is to make it pending again, so that at no time there is neither.
func (t *tree) putManifest(x *transaction, c Change, n int) error {
	if c.State != New {
		if err := t.putAside(x, c.Path, staged("old", n)); err != nil {
			return err
		}
	}
	return t.rename(x, pendingName, c.Path)
}

// putAside gives a file's old content a second name, so that there is no moment without the file. Where a file system has no links
// it is moved.
func (t *tree) putAside(x *transaction, path, aside string) error {
	if err := t.root.Link(path, aside); err != nil {
		return t.rename(x, path, aside)
	}
	x.undo = append(x.undo, func() error { return t.root.Rename(aside, path) })
	return nil
}

// prune removes the folders above a path that are empty and that no file of the set needs.
func (t *tree) prune(x *transaction, path string) error {
	for _, dir := range slices.Backward(slices.Collect(parents(path))) {
		if t.dirs[dir] == nothing {
			continue
		}
		if t.Set.names.holds(dir) || !t.isEmpty(dir) {
			return nil
		}
		if err := t.root.Remove(dir); err != nil {
			return err
		}
		x.undo = append(x.undo, func() error { return t.root.Mkdir(dir, folderMode) })
		delete(t.dirs, dir)
	}
	return nil
}

func (t *tree) isEmpty(dir string) bool {
	if t.dirs[dir] != directory {
		return false
	}
	f, err := t.root.Open(dir)
	if err != nil {
		return false
	}
	defer f.Close()
	_, err = f.Readdirnames(1)
	return errors.Is(err, io.EOF)
}

func (t *tree) makeParents(x *transaction, path string) error {
	for dir := range parents(path) {
		if t.dirs[dir] == directory {
			continue
		}
		if err := t.root.Mkdir(dir, folderMode); err != nil {
			return err
		}
		x.undo = append(x.undo, func() error { return t.root.Remove(dir) })
		t.dirs[dir] = directory
	}
	return nil
}
