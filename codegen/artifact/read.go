package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// maxTree is how many bytes of a tree are read.
const maxTree = 256 << 20

// ReadTree reads the files that a tree's manifest lists, as they are now. Those that are not there any more are left out.
func ReadTree(tree fs.FS) (*Set, error) {
	data, err := readPart(tree, ManifestName, maxManifest)
	if err != nil {
		return nil, err
	}
	m, err := ParseManifest(data)
	if err != nil {
		return nil, err
	}
	set, left := &Set{}, int64(maxTree)
	for _, path := range slices.Sorted(maps.Keys(m.Files)) {
		data, err := readPart(tree, path, left)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		left -= int64(len(data))
		set.Add(path, data)
	}
	return set, set.Err()
}

func readPart(tree fs.FS, path string, most int64) ([]byte, error) {
	info, err := fs.Stat(tree, path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	case info.Size() > most:
		return nil, fmt.Errorf("%s is too large", path)
	}
	return fs.ReadFile(tree, path)
}
