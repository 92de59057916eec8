// Package codegen is the first half of generation: it reads what a person wrote and turns it into the target-neutral plan. The
// packages below it are its steps.
package codegen

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/isobar-dev/isobar/codegen/handlers"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Source is what a person wrote.
type Source struct {
	// File is the spec's path, as it was given.
	File string
	// Data is the spec's content, for showing the line that a diagnostic is about; nil when it could not be read.
	Data []byte
}

// Dir is the folder of the spec, in which handlers and deploy/ are.
func (s Source) Dir() string { return filepath.Dir(s.File) }

// Load reads a spec, the handlers that it names, the definitions of its workflows and the files that it includes, and plans the app.
// With errors in the list the plan is of what could be read, good for finding more to say and for nothing else; it is nil when the
// spec cannot be read at all. What Load reads is bounded: spec.MaxSize bytes of spec, and MaxInclude of each other file.
func Load(file string) (Source, *plan.App, diag.List) {
	src := Source{File: file}
	data, err := read(file)
	if err != nil {
		var diags diag.List
		diags.Errorf(diag.Unreadable, diag.Position{File: file}, "the spec cannot be read: %s", err).Hint = elsewhere(file, err)
		return src, nil, diags
	}
	src.Data = data
	return src.load(func() (fs.FS, string, error) { return disk(src.Dir()) }, func() (fs.FS, func() error, error) {
		root, err := os.OpenRoot(src.Dir())
		if err != nil {
			return nil, nil, err
		}
		return root.FS(), root.Close, nil
	})
}

// LoadFrom is Load for a spec that lies in a tree, such as that of a revision: handlers and what the spec includes are read there too.
// Positions have the file's name with the prefix.
func LoadFrom(tree fs.FS, prefix, file string) (Source, *plan.App, diag.List) {
	src := Source{File: prefix + file}
	data, err := fs.ReadFile(tree, file)
	if err != nil {
		var diags diag.List
		diags.Errorf(diag.Unreadable, diag.Position{File: src.File}, "the spec cannot be read: %s", cause(err))
		return src, nil, diags
	}
	src.Data = data
	dir := path.Dir(file)
	return src.load(func() (fs.FS, string, error) { return tree, dir, nil }, func() (fs.FS, func() error, error) {
		within, err := fs.Sub(tree, dir)
		return within, func() error { return nil }, err
	})
}

// load plans the app. The one function opens the tree that the spec's folder is a folder of, the other that folder alone, and nothing
// outside of it.
func (s Source) load(around func() (fs.FS, string, error), within func() (fs.FS, func() error, error)) (Source, *plan.App, diag.List) {
	doc, diags := spec.Load(s.File, s.Data)
	if doc == nil {
		return s, nil, diags
	}
	tree, dir, err := around()
	if err != nil {
		diags.Errorf(diag.Unreadable, diag.Position{File: s.File}, "the spec's folder cannot be found: %s", cause(err))
		return s, nil, diags
	}
	packages, found := handlers.Find(tree, dir, doc)
	app := plan.Build(doc, packages)
	diags = append(append(diags, found...), include(within, app)...)
	diags = append(diags, define(within, s.Dir(), app)...)
	app.Excerpts(diags)
	return s, app, diags.Sort()
}

// disk is the file system that a folder is in, and the folder's path there.
func disk(dir string) (fs.FS, string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, "", err
	}
	volume := filepath.VolumeName(abs) + string(filepath.Separator)
	rel, err := filepath.Rel(volume, abs)
	return os.DirFS(volume), filepath.ToSlash(rel), err
}

// read returns the file's bytes, or a little more than a spec may have: Parse says that it is too large.
func read(file string) ([]byte, error) {
	info, err := os.Stat(file)
	switch {
	case err == nil && info.IsDir():
		return nil, errors.New("it is a folder")
	case err == nil && !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	}
	f, err := os.Open(file)
	if err != nil {
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			return nil, pathErr.Err
		}
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, spec.MaxSize+1))
}

// elsewhere says where the spec is, when it is not the file that was named: in that folder, or in one around it.
func elsewhere(file string, err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "whoever runs this must be allowed to read it"
	}
	const usual = "isobar.yaml"
	if within := filepath.Join(file, usual); isFile(within) {
		return "name the file in it: --spec " + within
	}
	const most = 16 // folders
	for dir := filepath.Dir(file); strings.Count(dir, "..") < most; {
		dir = filepath.Join(dir, "..")
		if above := filepath.Join(dir, filepath.Base(file)); isFile(above) {
			return "there is " + above + ": name it with --spec, or change to its folder"
		}
		if abs, err := filepath.Abs(dir); err != nil || abs == filepath.Dir(abs) {
			break
		}
	}
	return "name the spec with --spec FILE"
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
