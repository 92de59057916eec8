package cli

import (
	"github.com/spf13/cobra"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/codegen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	uses "github.com/isobar-dev/isobar/codegen/usage"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

func (p *program) validate() *cobra.Command {
	var only []string
	cmd := &cobra.Command{
		Use:   "validate",
		Short: "Check the spec, and show how well each cloud does what it asks for",
		Long: `Validate checks the spec and the handlers that it names, and shows for each thing that it
asks for whether a target does it natively, has it emulated, does it differently, or refuses it.
It reads the handlers, and reports what they do with resources that the spec does not grant, and
what it grants and they do not do.
With --format json it also lists every permission that the generated files give, with the line of
the spec that asks for it. It writes no files.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v, err := p.view(cmd)
			if err != nil {
				return err
			}
			src, app, targets, diags := p.load(only)
			if app != nil {
				_, found := providers.Generate(app, targets)
				diags = append(append(diags, found...), uses.Check(src.Dir(), app)...).Sort()
			}
			v.Diagnostics(diags, src.Data)
			if app != nil {
				v.Portability(providers.Check(app, targets))
			}
			if !diags.HasErrors() {
				v.Granted(granted(app, targets))
			}
			return finish(v.Close(), diags)
		},
	}
	p.targetFlag(cmd, &only)
	return cmd
}

// granted lists what the files of each target permit.
func granted(app *plan.App, targets []providers.Target) []view.Grants {
	var all []view.Grants
	for _, t := range targets {
		all = append(all, view.Grants{Target: t.Name(), Grants: t.Grants(app, t.Target)})
	}
	return all
}

// load reads the spec and selects targets. The app is nil when anything has errors; what the targets refuse, and what is wrong with
// their settings, is said then too, so that a person learns of everything at once.
func (p *program) load(only []string) (codegen.Source, *plan.App, []providers.Target, diag.List) {
	src, app, diags := codegen.Load(p.spec)
	if app == nil {
		return src, nil, nil, diags
	}
	targets, found := providers.Select(app, p.Wings, only)
	diags = append(diags, found...)
	if !diags.HasErrors() {
		return src, app, targets, diags.Sort()
	}
	diags = append(diags, portability.Diagnose(providers.Check(app, targets))...)
	for _, t := range targets {
		_, found := t.Package(t.Settings)
		diags = append(diags, found...)
	}
	return src, nil, nil, diags.Sort()
}

// finish turns what was shown into the result of a run.
func finish(err error, diags diag.List) error {
	if err == nil && diags.HasErrors() {
		err = errReported
	}
	return err
}
