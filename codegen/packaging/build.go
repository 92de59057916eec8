package packaging

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Build makes the artifacts of all jobs, side by side, and returns them in the jobs' order. Nothing is put into its place before
// all of them are made: when one fails, or the context ends, every folder keeps what it had. The artifacts are nil when the list
// has errors.
func Build(ctx context.Context, jobs []Job) ([]Artifact, diag.List) {
	if len(jobs) == 0 {
		return nil, nil
	}
	tools, err := newToolchain(ctx, jobs[0].Dir)
	if err != nil {
		return nil, explain(jobs[0], err)
	}
	stores, n, err := openStores(ctx, jobs)
	if err != nil {
		return nil, explain(jobs[n], err)
	}
	defer closeStores(stores)
	made, failed := make([]*product, len(jobs)), make([]diag.List, len(jobs))
	var wg sync.WaitGroup
	for i, job := range jobs {
		wg.Go(func() {
			made[i] = &product{job: job, store: stores[i]}
			if err := made[i].make(ctx, tools); err != nil {
				failed[i] = explain(job, err)
			}
		})
	}
	wg.Wait()
	if diags := merge(jobs, failed); diags.HasErrors() {
		return nil, diags
	}
	artifacts := make([]Artifact, len(jobs))
	for i, p := range made {
		if artifacts[i], err = p.publish(); err != nil {
			return nil, explain(jobs[i], err)
		}
	}
	return artifacts, nil
}

// product is an artifact that is not yet in its place.
type product struct {
	job     Job
	store   *store
	record  record
	modules []Module
}

// contents are what a job has to pack.
type contents struct {
	entries    []entry
	modules    []Module
	goVersion  string // of the executable; empty for source
	executable string // its hash; empty for source
}

// make compiles what there is to compile, and stages the artifact.
func (p *product) make(ctx context.Context, tools toolchain) error {
	if err := p.job.onlyGenerated(); err != nil {
		return err
	}
	p.job.report("compiling")
	gather := p.job.source
	if p.job.Recipe.Executable != "" {
		gather = p.job.compiled
	}
	c, err := gather(ctx, tools.forRecipe(p.job.Recipe), p.store)
	if err != nil {
		return err
	}
	p.modules = c.modules
	return p.pack(ctx, c)
}

func (job Job) report(step string) {
	if job.Report != nil {
		job.Report(job.Target, step)
	}
}

// onlyGenerated looks whether there is anything in the entrypoint's folder that would be compiled with it, and that nobody generated.
func (job Job) onlyGenerated() error {
	dir := filepath.Join(job.Tree, filepath.FromSlash(job.Recipe.Package))
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		_, generated := job.Generated.Get(path.Join(job.Recipe.Package, f.Name()))
		if f.IsDir() || generated || !isCompiled(f.Name()) {
			continue
		}
		return &layoutError{
			"the file " + filepath.Join(dir, f.Name()) + " was not generated, and would be compiled with what was",
			"move it into a package that a handler imports",
		}
	}
	return nil
}

// isCompiled tells whether the go command has a use for a file in a package's folder.
func isCompiled(name string) bool {
	return !strings.HasSuffix(name, "_test.go") &&
		slices.Contains([]string{".go", ".s", ".S", ".sx", ".c", ".cc", ".cpp", ".cxx", ".m", ".f", ".F", ".h", ".hh", ".hpp", ".hxx", ".syso", ".pgo"}, path.Ext(name))
}

// pkg is the entrypoint's folder, as the go command takes it.
func (job Job) pkg() (string, error) {
	return filepath.Abs(filepath.Join(job.Tree, filepath.FromSlash(job.Recipe.Package)))
}

func (job Job) compiled(ctx context.Context, tools toolchain, s *store) (contents, error) {
	pkg, err := job.pkg()
	if err != nil {
		return contents{}, err
	}
	file, err := s.cached(job.Recipe.Executable)
	if err != nil {
		return contents{}, err
	}
	if file, err = filepath.Abs(file); err != nil {
		return contents{}, err
	}
	e, err := tools.compile(ctx, pkg, file, job.Stamp)
	if err != nil {
		return contents{}, err
	}
	sum, err := hashFile(file)
	return contents{executableEntries(job, e), linked(e.info), e.info.GoVersion, sum}, err
}

func (job Job) source(ctx context.Context, tools toolchain, s *store) (contents, error) {
	pkg, err := job.pkg()
	if err != nil {
		return contents{}, err
	}
	if s.foreign() {
		return contents{}, &layoutError{"the folder " + filepath.Join(job.Out, sourceName) + " was not built by isobar, and is not overwritten", "move it elsewhere, or build into another folder with --out"}
	}
	g, err := tools.listCompiled(ctx, pkg)
	if err != nil {
		return contents{}, err
	}
	root := g.root(pkg)
	if root == nil {
		return contents{}, &layoutError{"the entrypoint in " + pkg + " is in no module", "run go mod init in the app's folder"}
	}
	debug, err := tools.godebug(root.Module)
	if err != nil {
		return contents{}, err
	}
	entries, err := sourceEntries(job, g, root, debug)
	return contents{entries: entries, modules: g.linked()}, err
}

// pack writes the artifact to the staging folder, unless the one of the build before is the same.
func (p *product) pack(ctx context.Context, c contents) error {
	if err := p.job.fits(c.entries); err != nil {
		return err
	}
	content, err := contentHash(c.entries)
	if err != nil {
		return err
	}
	p.record = record{Content: content, Executable: c.executable}
	if p.job.Recipe.Executable == "" {
		p.record.Folder = sourceName
	}
	if p.store.holds(content) {
		p.record.File, p.record.digest = p.store.old.File, p.store.old.digest
		p.job.report("unchanged")
		return nil
	}
	p.job.report("packing")
	if p.record.digest, err = p.store.stageZip(c.entries); err != nil {
		return err
	}
	p.record.File = artifactName(p.job.App.Name, p.record.digest)
	if p.record.Folder != "" {
		if err := p.store.stageFolder(c.entries); err != nil {
			return err
		}
	}
	if err := p.store.stage("bill", materials(p.job.App.Name, c.goVersion, p.record.digest, c.modules)); err != nil {
		return err
	}
	p.job.report("packed")
	return ctx.Err()
}

// fits looks whether the target takes as much.
func (job Job) fits(entries []entry) error {
	limit := job.Recipe.Limit
	n, err := unpacked(entries)
	if err != nil || limit.Bytes == 0 || n <= limit.Bytes {
		return err
	}
	const mib = 1 << 20
	return &layoutError{
		fmt.Sprintf("the artifact has %d MiB unpacked, and %s takes %d MiB at most (%s)", (n+mib-1)/mib, job.Target, limit.Bytes/mib, limit.Source),
		"embed less, and keep what is large in a bucket",
	}
}

// publish puts the artifact into its place.
func (p *product) publish() (Artifact, error) {
	old := p.store.old
	a := Artifact{
		Target: p.job.Target, Size: p.record.Size, SHA256: p.record.SHA256, Modules: slices.Clone(p.modules), Previous: old.Size,
		File: filepath.Join(p.job.Out, p.record.File), SBOM: filepath.Join(p.job.Out, billName(p.record.File)),
		Unchanged: p.record == old,
	}
	if p.record.Folder != "" {
		a.Folder = filepath.Join(p.job.Out, p.record.Folder)
	}
	if a.Unchanged {
		return a, nil
	}
	return a, p.store.publish(p.record)
}
