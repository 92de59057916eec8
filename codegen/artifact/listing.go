package artifact

import (
	"bytes"
	"errors"
	"iter"
	"path/filepath"
)

// pendingName is the manifest that a commit is about to put in place. It is written before anything in the tree changes, so that
// after a killed run every file is as one of two manifests says.
const pendingName = stagingName + "/manifest.json"

// readManifests reads the manifest, if there is one, and what a killed run left, and adds their changes. A manifest that cannot be
// read is as good as none when the commit is forced, but what is no file is not there to be replaced.
func (t *tree) readManifests(force bool) error {
	at, err := t.lstat(ManifestName)
	if err != nil {
		return t.wrap(err)
	}
	t.old, err = t.readManifest(ManifestName, at)
	if err != nil && (!force || at != file) {
		return &ManifestError{filepath.Join(t.Dir, ManifestName), err}
	}
	if state := t.manifestState(at); state != Unchanged {
		t.changes = append(t.changes, Change{ManifestName, state})
	}
	return t.readPending()
}

func (t *tree) readManifest(path string, at kind) (*Manifest, error) {
	switch at {
	case nothing:
		return nil, nil
	case directory, obstacle:
		return nil, errors.New("is not a regular file")
	}
	data, err := t.read(path, maxManifest)
	if err != nil {
		return nil, t.wrap(err)
	}
	if data == nil {
		return nil, errTooLarge
	}
	m, err := ParseManifest(data)
	var manifestError *ManifestError
	if errors.As(err, &manifestError) {
		return nil, manifestError.Err
	}
	m.raw = data
	return m, nil
}

// manifestState compares the manifest's text, so that an edit of it that changes no hash shows as well.
func (t *tree) manifestState(at kind) State {
	switch {
	case at == nothing:
		return New
	case t.old == nil:
		return Outdated // and unreadable
	}
	same := &Manifest{Version: t.old.Version, Files: t.manifest.Files}
	if bytes.Equal(same.Format(), normal(t.old.raw)) {
		return Unchanged
	}
	return Outdated
}

// readPending reads what a killed run left. A pending manifest that cannot be read was never finished, and so nothing in the tree
// had changed yet.
func (t *tree) readPending() error {
	at, err := t.lstat(stagingName)
	switch {
	case err != nil:
		return t.wrap(err)
	case at == nothing:
		return nil
	case at != directory:
		t.changes = append(t.changes, Change{stagingName, Blocked})
		return nil
	}
	t.staging = true
	if at, err = t.lstat(pendingName); err == nil {
		t.pending, _ = t.readManifest(pendingName, at)
	}
	return nil
}

// listed yields the path of every file that was generated earlier, each once.
func (t *tree) listed() iter.Seq[string] {
	return func(yield func(string) bool) {
		for path := range t.old.files() {
			if !yield(path) {
				return
			}
		}
		for path := range t.pending.files() {
			if _, both := t.old.files()[path]; !both && !yield(path) {
				return
			}
		}
	}
}

func (t *tree) lists(path string) bool {
	_, old := t.old.files()[path]
	_, pending := t.pending.files()[path]
	return old || pending
}

// wrote tells whether data is what an earlier generation wrote at path.
func (t *tree) wrote(path string, data []byte) bool {
	hash := hashOf(data)
	return t.old.files()[path] == hash || t.pending.files()[path] == hash
}

// listedHash is that of the older manifest if it lists the path.
func (t *tree) listedHash(path string) string {
	if hash, ok := t.old.files()[path]; ok {
		return hash
	}
	return t.pending.files()[path]
}

// files of a manifest that may be missing.
func (m *Manifest) files() Hashes {
	if m == nil {
		return nil
	}
	return m.Files
}
