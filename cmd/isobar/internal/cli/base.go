package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/git"
	"github.com/isobar-dev/isobar/codegen"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

// side is one of the two things that are compared.
type side struct {
	providers.Side
	// label is what it is called in a report.
	label string
	// source is the spec's content.
	source []byte
	// none is true of a base that has no spec yet, and broken of one whose spec has errors.
	none, broken bool
	tree         *git.Tree
}

func (s side) close() {
	if s.tree != nil {
		_ = s.tree.Close()
	}
}

// sides reads what is to be compared, side by side.
func (p *program) sides(ctx context.Context, c comparison) (before, after side, diags diag.List) {
	var found diag.List
	var wg sync.WaitGroup
	if len(c.folders) == 2 {
		wg.Go(func() { before, found = p.folder(c.folders[0], c) })
		after, diags = p.folder(c.folders[1], c)
		wg.Wait()
		before.broken = found.HasErrors()
		return before, after, known(append(found, diags...), before, after, c)
	}
	wg.Go(func() { before, found = p.base(ctx, c) })
	after, diags = p.working(c)
	wg.Wait()
	if diags.HasErrors() {
		return before, after, diags
	}
	before.broken = found.HasErrors() && before.source != nil
	if before.none {
		before.Side = nothing(after)
	}
	return before, after, known(append(diags, found...), before, after, c)
}

// nothing is a side on which there is no app yet.
func nothing(after side) providers.Side {
	none := providers.Side{App: &plan.App{Name: after.App.Name, Pos: after.App.Pos}}
	for _, t := range after.Trees {
		none.Trees = append(none.Trees, providers.Tree{Target: t.Target, Files: &artifact.Set{}})
	}
	return none
}

// known reports targets and a stage of which neither side knows.
func known(diags diag.List, before, after side, c comparison) diag.List {
	if diags.HasErrors() {
		return diags
	}
	var targets, stages []string
	for _, s := range []side{before, after} {
		for _, t := range s.Trees {
			targets = append(targets, t.Target)
		}
		if s.App != nil {
			for _, stage := range s.App.Stages {
				stages = append(stages, stage.Name)
			}
		}
	}
	at := diag.Position{File: after.label}
	for _, name := range c.only {
		if !slices.Contains(targets, name) {
			diags.Errorf(diag.UnknownTarget, at, "%q is a target of neither side%s", name, diag.DidYouMean(name, targets))
		}
	}
	if c.stage != "" && after.App != nil && !slices.Contains(stages, c.stage) {
		diags.Errorf(diag.UnknownStage, at, "%q is a stage of neither spec%s", c.stage, diag.DidYouMean(c.stage, stages)).Hint = "declare it under stages"
	}
	return diags
}

// working is the working tree.
func (p *program) working(c comparison) (side, diag.List) {
	return p.generated(side{label: "working tree"}, c, func() (codegen.Source, *plan.App, diag.List) { return codegen.Load(p.spec) })
}

// generated is what a spec generates.
func (p *program) generated(s side, c comparison, load func() (codegen.Source, *plan.App, diag.List)) (side, diag.List) {
	src, app, diags := load()
	s.source = src.Data
	if app == nil || diags.HasErrors() {
		return s, diags
	}
	targets, found := providers.Select(app, p.Wings, nil)
	diags = append(diags, found...)
	if diags.HasErrors() {
		return s, diags
	}
	if len(c.only) > 0 {
		targets = slices.DeleteFunc(targets, func(t providers.Target) bool { return !slices.Contains(c.only, t.Name()) })
	}
	s.App, s.Targets = app, targets
	s.Trees, found = providers.Generate(app, targets)
	// Warnings are the matter of validate; those that are new stand in the report.
	diags = slices.DeleteFunc(append(diags, found...), func(d diag.Diagnostic) bool { return d.Severity == diag.Warning })
	return s, diags.Sort()
}

// base is what the working tree is compared with.
func (p *program) base(ctx context.Context, c comparison) (side, diag.List) {
	var diags diag.List
	if isFolder(c.base) {
		return p.folder(c.base, c)
	}
	repository, err := git.Open(ctx, filepath.Dir(p.spec))
	if err != nil {
		noRepository(&diags, p.spec, err)
		return side{}, diags
	}
	name, commit, found := revision(repository, c.base)
	if found.HasErrors() {
		return side{}, found
	}
	inside, err := within(repository, p.spec)
	if err != nil {
		diags.Errorf(diag.NoBase, diag.Position{File: p.spec}, "the spec lies outside of the repository %s", repository.Root).Hint = "compare with a folder: --base DIR"
		return side{}, diags
	}
	tree, err := repository.Tree(commit)
	if err != nil {
		diags.Errorf(diag.NoBase, diag.Position{File: p.spec}, "git cannot be started: %s", err)
		return side{}, diags
	}
	s := side{label: name, tree: tree}
	s, diags = p.revision(s, inside, commit, c)
	return s, append(found, diags...)
}

// isFolder tells whether a base is a folder: one that looks like a path.
func isFolder(base string) bool {
	if base == "" {
		return false
	}
	return filepath.IsAbs(base) || base == "." || base == ".." || strings.HasPrefix(base, "."+string(filepath.Separator)) ||
		strings.HasPrefix(base, ".."+string(filepath.Separator))
}

func noRepository(diags *diag.List, spec string, err error) {
	e := diags.Errorf(diag.NoBase, diag.Position{File: spec}, "there is nothing to compare with: %s", err)
	e.Hint = "compare with a folder: --base ./DIR"
	if errors.Is(err, git.ErrNoRepository) && strings.Contains(err.Error(), "dubious ownership") {
		e.Hint = "git config --global --add safe.directory FOLDER"
	}
}

// revision returns what a base is called, and its commit: where the default branch, or the branch that was named, and HEAD parted.
func revision(r *git.Repository, base string) (name, commit string, diags diag.List) {
	named := base
	if base == "" {
		var err error
		if _, err := r.Commit("HEAD"); err != nil {
			diags.Errorf(diag.NoBase, diag.Position{File: r.Root}, "the repository has no commit yet, so there is nothing to compare with").Hint = "commit first, or compare with a folder: --base ./DIR"
			return "", "", diags
		}
		if base, err = r.DefaultBranch(); err != nil {
			diags.Errorf(diag.NoBase, diag.Position{File: r.Root}, "nobody can tell which branch is the default one").Hint = "name what to compare with: --base REV"
			return "", "", diags
		}
	}
	commit, err := r.Commit(base)
	if err != nil {
		e := diags.Errorf(diag.NoBase, diag.Position{File: r.Root}, "the repository has no revision %s", diag.Quote(base))
		e.Hint = "name a branch, a tag or a commit; a folder begins with ./"
		if r.Shallow {
			e.Reason = "it is a shallow clone, which has only the newest part of the history"
			e.Hint = fmt.Sprintf("git fetch --no-tags --depth=1 origin %s, or give actions/checkout fetch-depth: 0", strings.TrimPrefix(base, "origin/"))
		}
		return "", "", diags
	}
	merge, ok := r.MergeBase(commit)
	if !ok {
		if named == "" || r.Shallow {
			d := diags.Errorf(diag.NoMergeBase, diag.Position{File: r.Root}, "the history does not reach back to where HEAD and %s parted: %s itself is compared with", base, base)
			d.Severity = diag.Warning
			d.Hint = "fetch more of the history: git fetch --unshallow, or fetch-depth: 0 of actions/checkout"
		}
		merge = commit
	}
	const short = 7
	name = merge[:short]
	if merge == commit {
		name = base
	}
	if !strings.HasPrefix(commit, base) && merge != commit {
		name = base + "@" + merge[:short]
	}
	return name, merge, diags
}

// within is the path of the spec in the repository.
func within(r *git.Repository, spec string) (string, error) {
	abs, err := filepath.Abs(spec)
	if err != nil {
		return "", err
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(dir, filepath.Base(abs))
	}
	root, err := filepath.EvalSymlinks(r.Root)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(root, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", errors.New("outside")
	}
	return filepath.ToSlash(rel), nil
}

// revision reads a side from a commit.
func (p *program) revision(s side, file, commit string, c comparison) (side, diag.List) {
	if c.committed {
		deploy, err := fs.Sub(s.tree, path.Join(path.Dir(file), "deploy"))
		if err != nil {
			deploy = s.tree
		}
		return p.trees(s, deploy, path.Join(path.Dir(file), "deploy")+" of "+s.label, c)
	}
	if _, err := fs.Stat(s.tree, file); errors.Is(err, fs.ErrNotExist) {
		s.none = true
		return s, nil
	}
	const short = 7
	s, diags := p.generated(s, c, func() (codegen.Source, *plan.App, diag.List) { return loadPast(s.tree, commit[:short]+":", file) })
	return s, unsound(diags, s.label)
}

// loadPast loads a spec of the past. Its handlers compiled then or they did not: what they lack is no matter now.
func loadPast(tree fs.FS, prefix, file string) (codegen.Source, *plan.App, diag.List) {
	src, app, diags := codegen.LoadFrom(tree, prefix, file)
	return src, app, slices.DeleteFunc(diags, func(d diag.Diagnostic) bool {
		return d.Code == diag.NoHandler || d.Code == diag.Signature || d.Code == diag.NoPackage
	})
}

// unsound says of errors that they are those of the base.
func unsound(diags diag.List, label string) diag.List {
	if diags.HasErrors() {
		e := diags.Errorf(diag.BadBase, diag.Position{File: label}, "the spec to compare with has errors, so that nothing can be generated from it")
		e.Hint = "compare with what was generated from it: --committed"
	}
	return diags
}

// folder reads a side from a folder: with a spec, with deploy/, or with generated files themselves.
func (p *program) folder(dir string, c comparison) (side, diag.List) {
	s := side{label: filepath.Clean(dir)}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return s, diag.List{noFolder(dir, err)}
	}
	spec := filepath.Join(dir, filepath.Base(p.spec))
	switch {
	case c.committed:
		return p.trees(s, os.DirFS(filepath.Join(dir, "deploy")), filepath.Join(dir, "deploy"), c)
	case exists(spec):
		s, diags := p.generated(s, c, func() (codegen.Source, *plan.App, diag.List) { return codegen.Load(spec) })
		return s, diags
	case exists(filepath.Join(dir, artifact.ManifestName)):
		return p.tree(s, filepath.Base(s.label), os.DirFS(dir), c)
	}
	return p.trees(s, os.DirFS(dir), dir, c)
}

// noFolder says that there is none.
func noFolder(dir string, err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.NoTree, Pos: diag.Position{File: dir}, Message: "it is no folder", Hint: "name the folder that the file is in"}
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Message, d.Hint = "there is no such folder", "name a folder with a spec, or with what isobar gen wrote"
	case errors.As(err, &path):
		d.Message, d.Hint = "the folder cannot be read: "+path.Err.Error(), ""
	}
	return d
}

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}

// trees reads the targets that a folder of generated files has.
func (p *program) trees(s side, deploy fs.FS, name string, c comparison) (side, diag.List) {
	var diags diag.List
	for _, w := range p.Wings {
		if _, err := fs.Stat(deploy, path.Join(w.Name(), artifact.ManifestName)); err != nil || len(c.only) > 0 && !slices.Contains(c.only, w.Name()) {
			continue
		}
		tree, err := fs.Sub(deploy, w.Name())
		if err != nil {
			continue
		}
		var found diag.List
		s, found = p.tree(s, w.Name(), tree, c)
		diags = append(diags, found...)
	}
	if len(s.Trees) == 0 && !diags.HasErrors() {
		diags.Errorf(diag.NoTree, diag.Position{File: name}, "there is neither a spec nor a target's generated files").Hint =
			"name a folder with " + filepath.Base(p.spec) + ", or with what isobar gen wrote"
	}
	return s, diags
}

// tree reads the generated files of one target.
func (p *program) tree(s side, target string, files fs.FS, _ comparison) (side, diag.List) {
	var diags diag.List
	set, err := artifact.ReadTree(files)
	if err != nil {
		diags.Errorf(diag.NoTree, diag.Position{File: s.label}, "the files of %s cannot be read: %s", target, err)
		return s, diags
	}
	s.Trees = append(s.Trees, providers.Tree{Target: target, Files: set})
	return s, diags
}
