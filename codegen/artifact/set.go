package artifact

import (
	"bytes"
	"errors"
	"iter"
	"maps"
	"slices"
)

// Set is a set of generated files in memory, by their path in the tree. The zero Set is empty and ready to use. A Set is not safe
// for concurrent use.
type Set struct {
	files map[string][]byte
	names nameTable
	errs  []error
}

// Add puts a file into the set. Its path is relative to the tree's root and separated by slashes; ValidPath says which paths are
// taken. The data is copied.
//
// A path that is not valid, or that another file of the set rules out (the same path, the same but for case, a file where a
// folder has to be), is an error of the caller, which has no way to go on without the file. Add therefore records it, leaves
// the file out, and Err, Compare and Commit return it.
func (s *Set) Add(path string, data []byte) {
	if err := s.names.add(path); err != nil {
		s.errs = append(s.errs, err)
		return
	}
	if s.files == nil {
		s.files = map[string][]byte{}
	}
	s.files[path] = bytes.Clone(data)
}

// Err returns all that Add has refused, joined, each a *PathError; or nil.
func (s *Set) Err() error {
	return errors.Join(s.errs...)
}

// Len returns the number of files.
func (s *Set) Len() int {
	return len(s.files)
}

// Paths returns the paths of all files, sorted.
func (s *Set) Paths() []string {
	return slices.Sorted(maps.Keys(s.files))
}

// Get returns a file's data, which the caller must not change, and whether the set has the file.
func (s *Set) Get(path string) ([]byte, bool) {
	data, ok := s.files[path]
	return data, ok
}

// All yields every path, sorted, with the file's data, which the caller must not change.
func (s *Set) All() iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, path := range s.Paths() {
			if !yield(path, s.files[path]) {
				return
			}
		}
	}
}

// Equal tells whether two sets have the same files.
func (s *Set) Equal(other *Set) bool { return maps.EqualFunc(s.files, other.files, bytes.Equal) }
