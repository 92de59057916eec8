package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/codegen"
	"github.com/isobar-dev/isobar/codegen/packaging"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

// building is what the flags of build ask for.
type building struct {
	only       []string
	out, stage string
	gen, stamp bool
	// named says that the stage was asked for.
	named bool
}

// stages are the names that every template takes.
var stages = regexp.MustCompile(`^[a-z][a-z0-9]{0,7}$`)

func (p *program) build() *cobra.Command {
	var b building
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build the artifact that each target takes",
		Long: `Build makes an artifact for each target from its generated files and the app's code: a zip with an
executable, or with source for the target to compile. The name of an artifact has the hash of its
content, and the same source gives the same bytes on every machine. Beside it stands its bill of
materials (CycloneDX). When anything fails, no artifact is changed.

Generated files that are not what the spec says are refused; --gen generates them first.`,
		Example: `  isobar build
  isobar build --gen --target aws --stage prod
  isobar build --format json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !stages.MatchString(b.stage) {
				return usage(cmd, errors.New("a stage is one to eight lower-case letters and digits, a letter first"))
			}
			v, err := p.view(cmd)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			b.named = cmd.Flags().Changed("stage")
			return p.pack(ctx, v, b)
		},
	}
	p.targetFlag(cmd, &b.only)
	cmd.Flags().StringVar(&b.out, "out", "", "write <DIR>/<target>/ instead of build/<target>/ beside the spec")
	cmd.Flags().StringVar(&b.stage, "stage", "dev", "the `STAGE` to show the deployment's parameters for; artifacts are the same for all")
	cmd.Flags().BoolVar(&b.gen, "gen", false, "generate first, as isobar gen does")
	cmd.Flags().BoolVar(&b.stamp, "stamp", false, "have executables name the revision that they were built from")
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

func (p *program) pack(ctx context.Context, v view.View, b building) error {
	src, app, targets, diags := p.load(b.only)
	if app == nil {
		v.Diagnostics(diags, src.Data)
		return finish(v.Close(), diags)
	}
	diags = append(diags, b.staged(app)...)
	jobs, found := jobs(src, app, targets, b)
	diags = append(diags, found...).Sort()
	if diags.HasErrors() {
		v.Diagnostics(diags, src.Data)
		return finish(v.Close(), diags)
	}
	for i := range jobs {
		jobs[i].Report = v.Progress
	}
	artifacts, found := packaging.Build(ctx, jobs)
	diags = append(diags, found...)
	v.Diagnostics(diags, src.Data)
	if len(artifacts) > 0 {
		v.Built(shownArtifacts(artifacts, jobs, b.stage))
	}
	return finish(v.Close(), diags)
}

// staged reports a stage that the spec does not have. Where none is asked for and the usual one is not there, it takes the first.
func (b *building) staged(app *plan.App) diag.List {
	var names []string
	for _, s := range app.Stages {
		names = append(names, s.Name)
	}
	var diags diag.List
	switch {
	case len(names) == 0 || slices.Contains(names, b.stage):
	case b.named:
		e := diags.Errorf(diag.UnknownStage, diag.Position{File: app.Pos.File}, "%q is not a stage of the spec%s", b.stage, diag.DidYouMean(b.stage, names))
		e.Hint = "the stages are " + strings.Join(names, ", ")
	default:
		b.stage = names[0]
	}
	return diags
}

// jobs are what there is to build, once the generated files are known to be what the spec says.
func jobs(src codegen.Source, app *plan.App, targets []providers.Target, b building) ([]packaging.Job, diag.List) {
	generated, diags := providers.Generate(app, targets)
	if diags.HasErrors() {
		return nil, diags
	}
	deploy, out := filepath.Join(src.Dir(), "deploy"), b.out
	if out == "" {
		out = filepath.Join(src.Dir(), "build")
	}
	_, found := write(generated, deploy, generation{check: !b.gen})
	if found.HasErrors() && !b.gen {
		found[len(found)-1].Hint = "run isobar gen, and commit what it writes; or isobar build --gen"
	}
	diags = append(diags, found...)
	jobs := make([]packaging.Job, len(targets))
	for i, t := range targets {
		recipe, found := t.Package(t.Settings)
		diags = append(diags, found...)
		jobs[i] = packaging.Job{
			App: app, Target: t.Name(), Dir: src.Dir(), Recipe: recipe, Stamp: b.stamp,
			Tree: filepath.Join(deploy, t.Name()), Generated: generated[i].Files, Out: filepath.Join(out, t.Name()),
		}
	}
	return jobs, diags.Sort()
}

// shownArtifacts pairs artifacts with the parameters that deploy them.
func shownArtifacts(artifacts []packaging.Artifact, jobs []packaging.Job, stage string) []view.Artifact {
	shown := make([]view.Artifact, len(artifacts))
	for i, a := range artifacts {
		parameters := map[string]string{}
		for name, value := range map[string]string{
			jobs[i].Recipe.Parameters.Artifact: filepath.Base(a.File),
			jobs[i].Recipe.Parameters.Stage:    stage,
		} {
			if name != "" {
				parameters[name] = value
			}
		}
		shown[i] = view.Artifact{
			Target: a.Target, File: a.File, Folder: a.Folder, SBOM: a.SBOM, Size: a.Size, SHA256: a.SHA256, Previous: a.Previous,
			Unchanged: a.Unchanged, Parameters: parameters, Modules: a.Modules,
		}
	}
	return shown
}
