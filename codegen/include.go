package codegen

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// MaxInclude is the largest file that a spec can include, in bytes.
const MaxInclude = 1 << 20

// include reads the files that the app's targets include. They lie in the spec's folder, which open opens: what stands outside is no
// part of the app, and may be nobody's business.
func include(open func() (fs.FS, func() error, error), app *plan.App) diag.List {
	var diags diag.List
	for t := range app.Targets {
		files := app.Targets[t].Include
		for i := range files {
			f := &files[i]
			if !isClean(f.Path) {
				e := diags.Errorf(diag.Include, f.Pos, "%s is not a clean path within the spec's folder", diag.Quote(f.Path))
				e.Hint = "write it relative to the spec, without . and .."
				continue
			}
			data, err := readWithin(open, f.Path)
			if err != nil {
				diags.Errorf(diag.Include, f.Pos, "the file %s cannot be included: %s", diag.Quote(f.Path), err).Hint = "name a file, relative to the spec"
				continue
			}
			f.Data = data
		}
	}
	return diags
}

// readWithin reads a file of a folder, and follows no link out of it.
func readWithin(open func() (fs.FS, func() error, error), name string) ([]byte, error) {
	root, done, err := open()
	if err != nil {
		return nil, cause(err)
	}
	defer func() { _ = done() }()
	info, err := fs.Stat(root, name)
	if err != nil {
		return nil, cause(err)
	}
	if !info.Mode().IsRegular() { // to open a pipe is to wait for who writes to it
		return nil, errors.New("it is not a regular file")
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, MaxInclude+1))
	if err == nil && len(data) > MaxInclude {
		err = errors.New("it is larger than 1 MiB")
	}
	return data, err
}

// cause is what went wrong, without the path, which the message names.
func cause(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// isClean tells whether a path names a file in the spec's folder, in one way alone, and has nothing in it that a terminal does not show.
func isClean(file string) bool {
	unseen := func(r rune) bool { return !unicode.IsPrint(r) }
	return filepath.IsLocal(file) && path.Clean(file) == file && !strings.ContainsFunc(file, unseen)
}
