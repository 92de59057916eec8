package cli

import (
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

// generation is what the flags of gen ask for.
type generation struct {
	only         []string
	out          string
	check, force bool
}

func (p *program) gen() *cobra.Command {
	var g generation
	cmd := &cobra.Command{
		Use:   "gen",
		Short: "Generate entrypoints and infrastructure from the spec",
		Long: `Gen writes deploy/<target>/ in the spec's folder for each target: the entrypoint in Go, and the
infrastructure in the target's own language. It writes all of it or nothing, leaves alone what is
up to date, removes only what it wrote before, and overwrites nothing that was edited by hand.`,
		Example: `  isobar gen
  isobar gen --target gcp
  isobar gen --check    # in CI: fails when deploy/ is not what the spec says`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if g.check && g.force {
				return usage(cmd, errors.New("--check writes nothing, so --force has no meaning beside it"))
			}
			v, err := p.view(cmd)
			if err != nil {
				return err
			}
			return p.generate(v, g)
		},
	}
	p.targetFlag(cmd, &g.only)
	cmd.Flags().StringVar(&g.out, "out", "", "write <DIR>/<target>/ instead of deploy/<target>/ beside the spec")
	cmd.Flags().BoolVar(&g.check, "check", false, "write nothing, and fail when the files are not up to date")
	cmd.Flags().BoolVar(&g.force, "force", false, "overwrite files that were edited by hand")
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

func (p *program) generate(v view.View, g generation) error {
	src, app, targets, diags := p.load(g.only)
	if app == nil {
		v.Diagnostics(diags, src.Data)
		return finish(v.Close(), diags)
	}
	generated, found := providers.Generate(app, targets)
	diags = append(diags, found...).Sort()
	if diags.HasErrors() {
		v.Diagnostics(diags, src.Data)
		return finish(v.Close(), diags)
	}
	out := g.out
	if out == "" {
		out = filepath.Join(src.Dir(), "deploy")
	}
	shown, found := write(generated, out, g)
	if g.check && found.HasErrors() {
		originate(found, app, generated, out, p.Wings)
	}
	diags = append(diags, found...)
	v.Diagnostics(diags, src.Data)
	if len(shown) > 0 {
		v.Generated(shown, g.check)
	}
	return finish(v.Close(), diags)
}

// write compares the trees with what is on disk, commits them unless that is only to be checked, and returns what to show.
func write(generated []providers.Tree, out string, g generation) ([]view.Tree, diag.List) {
	var diags diag.List
	trees, shown := make([]artifact.Tree, len(generated)), make([]view.Tree, len(generated))
	for i, t := range generated {
		dir := filepath.Join(out, t.Target)
		trees[i] = artifact.Tree{Dir: dir, Set: t.Files}
		changes, err := artifact.Compare(dir, t.Files)
		if err != nil && !g.force {
			diags = append(diags, failure(dir, err))
			continue
		}
		shown[i] = view.Tree{Target: t.Target, Dir: dir, Files: t.Files.Len(), Changes: changed(changes)}
	}
	if diags.HasErrors() {
		return nil, diags
	}
	if g.check {
		return shown, drift(shown)
	}
	if _, err := artifact.Commit(trees, artifact.Options{Version: Version, Force: g.force}); err != nil {
		var conflict *artifact.ConflictError
		if !errors.As(err, &conflict) {
			return nil, diag.List{failure(out, err)}
		}
		return nil, conflicts(conflict)
	}
	return shown, nil
}

// changed leaves out what is up to date, and the manifest unless it alone is not.
func changed(changes []artifact.Change) []view.Change {
	shown, manifest := []view.Change{}, []view.Change{}
	for _, c := range changes {
		change := view.Change{Path: c.Path, State: c.State.String()}
		switch {
		case c.State == artifact.Unchanged:
		case c.Path == artifact.ManifestName:
			manifest = append(manifest, change)
		default:
			shown = append(shown, change)
		}
	}
	if len(shown) == 0 {
		return manifest
	}
	return shown
}

// drift reports each file that is not as generated.
func drift(trees []view.Tree) diag.List {
	var diags diag.List
	for _, t := range trees {
		for _, c := range t.Changes {
			diags.Errorf(diag.NotUpToDate, diag.Position{File: filepath.Join(t.Dir, filepath.FromSlash(c.Path))}, "the file is %s", c.State)
		}
	}
	if len(diags) > 0 {
		diags[len(diags)-1].Hint = "run isobar gen, and commit what it writes"
	}
	return diags
}

func conflicts(err *artifact.ConflictError) diag.List {
	var diags diag.List
	for _, c := range err.Conflicts {
		e := diags.Errorf(diag.NotGenerated, diag.Position{File: filepath.Join(c.Dir, filepath.FromSlash(c.Path))}, "%s", conflictWords[c.State])
		if c.State != artifact.Blocked {
			e.Hint = "move what you need out of it, and run isobar gen --force"
		}
	}
	return diags
}

var conflictWords = map[artifact.State]string{
	artifact.Edited:      "the file was edited by hand since it was generated, and is not overwritten",
	artifact.StaleEdited: "the file is generated no longer, but was edited by hand, and is not removed",
	artifact.Foreign:     "a file that was not generated stands here, and is not overwritten",
	artifact.Blocked:     "what stands here is no regular file, and is in the way of a generated one",
}

// failure is a file system that refuses, or a manifest that cannot be read.
func failure(dir string, err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.NotWritable, Pos: diag.Position{File: dir}, Message: err.Error()}
	var manifest *artifact.ManifestError
	var path *fs.PathError
	if errors.As(err, &manifest) {
		d.Code, d.Pos.File = diag.BadManifest, filepath.Join(dir, artifact.ManifestName)
		d.Message, d.Hint = "the manifest cannot be read: "+manifest.Err.Error(), "restore it from version control, or run isobar gen --force"
	} else if errors.As(err, &path) {
		d.Message = path.Op + " " + path.Path + ": " + path.Err.Error()
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		d.Hint = "whoever runs this must be allowed to read and write the folder; --out names another one"
	case errors.Is(err, syscall.ENOTDIR):
		d.Hint = "a file stands where a folder belongs: move it away, or name another folder with --out"
	}
	return d
}
