// Package codegen is the first half of generation: it reads what a person wrote and turns it into the target-neutral plan. The
// packages below it are its steps.
package codegen

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

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
		diags.Errorf(diag.Unreadable, diag.Position{File: file}, "the spec cannot be read: %s", err).Hint = "name the spec with --spec FILE"
		return src, nil, diags
	}
	src.Data = data
	doc, diags := spec.Load(file, data)
	if doc == nil {
		return src, nil, diags
	}
	packages, found := handlers.Find(src.Dir(), doc)
	app := plan.Build(doc, packages)
	diags = append(append(diags, found...), include(src.Dir(), app)...)
	diags = append(diags, define(src.Dir(), app)...)
	app.Excerpts(diags)
	return src, app, diags.Sort()
}

// read returns the file's bytes, or a little more than a spec may have: Parse says that it is too large.
func read(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err == nil && !info.Mode().IsRegular() {
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
