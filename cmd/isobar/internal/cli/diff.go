package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

// errDiffers is a comparison that found differences, and was to say so by its exit code.
var errDiffers = errors.New("there are differences")

// comparison is what the flags of diff ask for.
type comparison struct {
	only                []string
	base, stage         string
	failOn              []string
	exitCode, committed bool
	// folders are the two to compare; none for a base and the working tree.
	folders []string
}

func (p *program) diff() *cobra.Command {
	var c comparison
	cmd := &cobra.Command{
		Use:   "diff [BEFORE AFTER]",
		Short: "Show what a change does to each cloud",
		Long: `Diff compares what two specs deploy, resource by resource, and says what each cloud will do about
it: what is replaced or deleted, and whether data is lost; who may do more; what is open to
everybody; how events are delivered; what costs more. It needs no cloud, and writes no files.

It compares the working tree with where it parted from the default branch, or from --base. A base
is a revision of git, of which no checkout is made, or a folder with a spec or generated files.`,
		Example: `  isobar diff
  isobar diff --base origin/main --format markdown
  isobar diff --base origin/main --fail-on replaced,permission,exposure
  isobar diff --committed       # with deploy/ as it was committed, by whatever version
  isobar diff ../before ../after`,
		Args: twoFolders,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.folders = args
			if err := c.check(cmd); err != nil {
				return usage(cmd, err)
			}
			v, err := p.diffView(cmd)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt)
			defer stop()
			return p.compare(ctx, v, c)
		},
	}
	p.targetFlag(cmd, &c.only)
	p.formatFlag(cmd, append(view.Formats(), view.Markdown))
	cmd.Flags().StringVar(&c.base, "base", "", "compare with `REV|DIR` instead of the default branch")
	cmd.Flags().StringVar(&c.stage, "stage", "", "compare as this `STAGE` deploys")
	cmd.Flags().StringSliceVar(&c.failOn, "fail-on", nil, "fail on these `CLASSES` of changes: "+strings.Join(change.Classes(), ", "))
	cmd.Flags().BoolVar(&c.exitCode, "exit-code", false, "exit with 3 when there are differences")
	cmd.Flags().BoolVar(&c.committed, "committed", false, "compare with the base's committed deploy/, instead of generating it")
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(change.Classes(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func twoFolders(cmd *cobra.Command, args []string) error {
	if len(args) != 0 && len(args) != 2 {
		return usage(cmd, fmt.Errorf("diff takes two folders or none, found %q", args))
	}
	return nil
}

func (c comparison) check(cmd *cobra.Command) error {
	if len(c.folders) > 0 && c.base != "" {
		return errors.New("--base has no meaning beside two folders")
	}
	if len(c.folders) > 0 && cmd.Flags().Changed("spec") {
		return errors.New("--spec has no meaning beside two folders, of which each has its own")
	}
	for _, class := range c.failOn {
		if !slices.Contains(change.Classes(), class) {
			return fmt.Errorf("unknown class %q%s: it is one of %s", class, diag.DidYouMean(class, change.Classes()), strings.Join(change.Classes(), ", "))
		}
	}
	return nil
}

// diffView returns the view that --format asks for, which markdown is one of.
func (p *program) diffView(cmd *cobra.Command) (view.View, error) {
	if p.format == view.Markdown {
		return view.NewMarkdown(p.streams()), nil
	}
	return p.view(cmd, view.Markdown)
}

// garbage is how much memory may grow, in percent, before the collector looks at it again. Both sides stay in memory to the end, so
// that it finds next to nothing, and looking takes a third of the time.
const garbage = 400

func (p *program) compare(ctx context.Context, v view.View, c comparison) error {
	defer debug.SetGCPercent(debug.SetGCPercent(garbage))
	before, after, diags := p.sides(ctx, c)
	defer before.close()
	source := after.source
	if before.broken {
		source = before.source
	}
	if diags.HasErrors() {
		v.Diagnostics(diags, source)
		return finish(v.Close(), diags)
	}
	report, err := providers.Diff(before.Side, after.Side, p.Wings, c.stage)
	if err != nil {
		diags.Errorf(diag.NoTree, diag.Position{File: after.label}, "%s", err).Hint = "compare the specs instead, without --committed"
	}
	v.Diagnostics(diags, source)
	if diags.HasErrors() {
		return finish(v.Close(), diags)
	}
	found := report.Has(c.failOn)
	v.Compared(view.Diff{Before: before.label, After: after.label, NewSpec: before.none, Stage: c.stage, Report: report, Failed: found})
	switch err := v.Close(); {
	case err != nil:
		return err
	case len(found) > 0:
		return errReported
	case c.exitCode && !report.IsEmpty():
		return errDiffers
	}
	return nil
}
