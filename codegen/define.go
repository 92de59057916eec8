package codegen

import (
	"io/fs"
	"path/filepath"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// define reads the definitions of the app's workflows. They lie in the spec's folder dir.
func define(open func() (fs.FS, func() error, error), dir string, app *plan.App) diag.List {
	var diags diag.List
	for i := range app.Workflows {
		w := &app.Workflows[i]
		file := w.Definition.Value
		if file == "" {
			continue // which has been said
		}
		if !isClean(file) {
			e := diags.Errorf(diag.Definition, w.Definition.Pos, "%s is not a clean path within the spec's folder", diag.Quote(file))
			e.Hint = "write it relative to the spec, without . and .."
			continue
		}
		data, err := readWithin(open, file)
		if err != nil {
			diags.Errorf(diag.Definition, w.Definition.Pos, "the definition %s cannot be read: %s", diag.Quote(file), err).Hint = "name a file, relative to the spec"
			continue
		}
		diags = append(diags, app.Define(w, filepath.Join(dir, file), data)...)
	}
	return diags
}
