package artifact

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// maxFile is the largest file on disk, in bytes, that is read to compare it. A larger one is taken for edited.
const maxFile = 64 << 20

// Compare returns how each file of the set, and each that the manifest in dir lists, stands on disk, sorted by path. The
// manifest itself is listed unless it is Unchanged. So everything is as generated when all states are Unchanged. A dir that does
// not exist is an empty tree. Other files in dir are not looked at.
//
// Errors are those of Set.Err, a *ManifestError, or of the file system.
func Compare(dir string, set *Set) ([]Change, error) {
	t, err := examine(Tree{dir, set}, Options{})
	if err != nil {
		return nil, err
	}
	defer t.close()
	return t.changes, nil
}

// folder is what is used of *os.Root, beneath which all paths are resolved, symbolic links included.
type folder interface {
	Lstat(name string) (fs.FileInfo, error)
	Open(name string) (*os.File, error)
	FS() fs.FS
	WriteFile(name string, data []byte, perm fs.FileMode) error
	Mkdir(name string, perm fs.FileMode) error
	Rename(oldName, newName string) error
	Link(oldName, newName string) error
	Remove(name string) error
	RemoveAll(name string) error
	Close() error
}

// tree is a tree on disk beside its set.
type tree struct {
	Tree
	root folder // nil while there is no such folder
	// old is the manifest on disk, nil if there is none; pending the one that a killed run had begun to commit.
	old, pending *Manifest
	// manifest is the one to commit.
	manifest *Manifest
	staging  bool // a killed run left its staging folder
	changes  []Change
	dirs     map[string]kind // what stands at folders' paths
	folders  map[string]bool // of listed files; nil until needed
}

// examine compares a tree. It changes nothing.
func examine(tr Tree, opts Options) (_ *tree, err error) {
	if err := tr.Set.Err(); err != nil {
		return nil, err
	}
	t := &tree{Tree: tr, manifest: newManifest(opts.Version, tr.Set), dirs: map[string]kind{}}
	if t.root, err = opts.openFolder(tr.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	if err := t.readManifests(opts.Force); err != nil {
		return nil, err
	}
	for path, data := range tr.Set.All() {
		state, err := t.generated(path, data)
		if err != nil {
			return nil, t.wrap(err)
		}
		t.changes = append(t.changes, Change{path, state})
	}
	for path := range t.listed() {
		if _, generated := tr.Set.Get(path); generated {
			continue
		}
		if err := t.stale(path); err != nil {
			return nil, t.wrap(err)
		}
	}
	slices.SortFunc(t.changes, func(x, y Change) int { return cmp.Compare(x.Path, y.Path) })
	return t, nil
}

func (t *tree) close() {
	if t.root != nil {
		_ = t.root.Close() // it was open for reading
	}
}

// generated returns the state of a file of the set.
func (t *tree) generated(path string, data []byte) (State, error) {
	at, err := t.at(path)
	if err != nil {
		return 0, err
	}
	switch {
	case at == nothing && t.lists(path):
		return Missing, nil
	case at == nothing:
		return New, nil
	case at == obstacle || at == directory:
		return Blocked, nil
	}
	old, err := t.read(path, max(maxFile, 2*int64(len(data))))
	switch {
	case err != nil:
		return 0, err
	case old != nil && bytes.Equal(normal(old), normal(data)):
		return Unchanged, nil
	case !t.lists(path):
		return Foreign, nil
	case old == nil || !t.wrote(path, old):
		return Edited, nil
	}
	return Outdated, nil
}

// stale adds the state of a file that is listed but not generated. One that has gone, or made place for something else, needs
// none: it only leaves the manifest.
func (t *tree) stale(path string) error {
	at, err := t.at(path)
	if err != nil || at != file {
		return err
	}
	old, err := t.read(path, maxFile)
	if err != nil {
		return err
	}
	state := StaleEdited
	if old != nil && t.wrote(path, old) {
		state = Stale
	}
	t.changes = append(t.changes, Change{path, state})
	return nil
}

// kind is what stands at a path.
type kind int

const (
	nothing kind = iota
	file         // a regular one
	directory
	obstacle
)

// at returns what stands at a path once all files are removed that are generated no longer.
func (t *tree) at(path string) (kind, error) {
	for dir := range parents(path) {
		k, known := t.dirs[dir]
		if !known {
			var err error
			if k, err = t.lstat(dir); err != nil {
				return 0, err
			}
			t.dirs[dir] = k
		}
		switch {
		case k == nothing || k == file && t.retires(dir):
			return nothing, nil
		case k != directory:
			return obstacle, nil
		}
	}
	k, err := t.lstat(path)
	if err == nil && k == directory && t.empties(path) {
		return nothing, nil
	}
	return k, err
}

func (t *tree) lstat(path string) (kind, error) {
	if t.root == nil {
		return nothing, nil
	}
	info, err := t.root.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nothing, nil
	case err != nil:
		return 0, err
	case info.Mode().IsRegular():
		return file, nil
	case info.IsDir():
		return directory, nil
	}
	return obstacle, nil
}

// retires tells whether a file was generated earlier and is no longer.
func (t *tree) retires(path string) bool {
	_, generated := t.Set.Get(path)
	return t.lists(path) && !generated
}

// empties tells whether a folder holds nothing but files to retire and folders of listed files, whether these are there or not.
func (t *tree) empties(dir string) bool {
	if t.folders == nil {
		t.folders = map[string]bool{}
		for path := range t.listed() {
			for dir := range parents(path) {
				t.folders[dir] = true
			}
		}
	}
	err := fs.WalkDir(t.root.FS(), dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && t.folders[path], d.Type().IsRegular() && t.retires(path):
			return nil
		}
		return fs.ErrExist
	})
	return err == nil
}

// read returns a file's content, or nil if it is larger than limit.
func (t *tree) read(path string, limit int64) ([]byte, error) {
	f, err := t.root.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > limit {
		return nil, err
	}
	return io.ReadAll(f)
}

// wrap puts the tree's folder before an error of the file system, whose paths are relative to it.
func (t *tree) wrap(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return &fs.PathError{Op: pathError.Op, Path: filepath.Join(t.Dir, pathError.Path), Err: pathError.Err}
	}
	var linkError *os.LinkError
	if errors.As(err, &linkError) {
		return &fs.PathError{Op: linkError.Op, Path: filepath.Join(t.Dir, linkError.New), Err: linkError.Err}
	}
	return err
}
