package cli

import (
	"os"
	"path/filepath"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

// mostOrigins is how many parts of the spec are named for one file.
const mostOrigins = 5

// originate adds to files that are not up to date the lines of the spec that their differences come from: those of the parts of the app
// whose resources differ. Files that cannot be read back tell nothing.
func originate(diags diag.List, app *plan.App, generated []providers.Tree, out string, wings []providers.Provider) {
	var before, after providers.Side
	after.App = app
	for _, t := range generated {
		files, err := artifact.ReadTree(os.DirFS(filepath.Join(out, t.Target)))
		if err != nil {
			continue
		}
		before.Trees = append(before.Trees, providers.Tree{Target: t.Target, Files: files})
		after.Trees = append(after.Trees, t)
	}
	report, err := providers.Diff(before, after, wings, "")
	if err != nil {
		return
	}
	origins := map[string][]diag.Related{}
	for i := range report.Subjects {
		s := &report.Subjects[i]
		for _, c := range append(s.Changes, s.OtherChanges...) {
			if s.Pos.Line == 0 || c.OnlyNames() {
				continue
			}
			file := filepath.Join(out, c.Target, filepath.FromSlash(c.File))
			if n := len(origins[file]); n < mostOrigins && (n == 0 || origins[file][n-1].Pos != s.Pos) {
				origins[file] = append(origins[file], diag.Related{Pos: s.Pos, Message: origin(s)})
			}
		}
	}
	for i := range diags {
		if diags[i].Code == diag.NotUpToDate {
			diags[i].Related = append(diags[i].Related, origins[diags[i].Pos.File]...)
		}
	}
}

// origin is what a part of the app is called.
func origin(s *change.Subject) string {
	if s.Owner.Name == "" {
		return "it is not what the app says"
	}
	return "it is not what the " + string(s.Owner.Kind) + " says"
}
