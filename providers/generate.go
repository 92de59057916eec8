package providers

import (
	"slices"
	"strings"
	"sync"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Target is a wing with the app's settings for it.
type Target struct {
	Provider
	plan.Target
}

// Name is the target's name.
func (t Target) Name() string { return t.Provider.Name() }

// Select pairs the app's targets with their wings, in name order. It reports targets that no wing is for, and names in only,
// when that is not empty, that are not targets of the app.
func Select(app *plan.App, wings []Provider, only []string) ([]Target, diag.List) {
	var diags diag.List
	var targets []Target
	known := make([]string, len(wings))
	for i, w := range wings {
		known[i] = w.Name()
	}
	declared := make([]string, len(app.Targets))
	for i, t := range app.Targets {
		declared[i] = t.Name
		w := slices.Index(known, t.Name)
		if w < 0 {
			e := diags.Errorf(diag.UnknownTarget, t.Pos, "%q is not a target%s", t.Name, diag.DidYouMean(t.Name, known))
			e.Hint = "the targets are " + strings.Join(known, ", ")
			continue
		}
		if len(only) == 0 || slices.Contains(only, t.Name) {
			targets = append(targets, Target{wings[w], t})
		}
	}
	for _, name := range only {
		if !slices.Contains(declared, name) {
			e := diags.Errorf(diag.UnknownTarget, diag.Position{File: app.Pos.File}, "%q is not a target of the spec%s", name, diag.DidYouMean(name, declared))
			e.Hint = "add it under targets"
		}
	}
	return targets, diags
}

// Check lays what the app asks for over what each target can do.
func Check(app *plan.App, targets []Target) []portability.Finding {
	demands := portability.Demands(app)
	var findings []portability.Finding
	for _, t := range targets {
		findings = append(findings, portability.Check(t.Name(), t.Capabilities(), demands)...)
	}
	return findings
}

// Tree is what one target's folder is to hold.
type Tree struct {
	Target string
	Files  *artifact.Set
}

// Generate checks the app against every target, and lowers it for each of them, side by side. With errors among the diagnostics
// there are no trees: what one cloud cannot have, no cloud gets.
func Generate(app *plan.App, targets []Target) ([]Tree, diag.List) {
	var portable diag.List
	var wg sync.WaitGroup
	wg.Go(func() { portable = append(portability.Unknown(app), portability.Diagnose(Check(app, targets))...) })
	trees, settings := lower(app, targets)
	wg.Wait()
	diags := append(portable, settings...).Sort()
	app.Excerpts(diags)
	if diags.HasErrors() {
		return nil, diags
	}
	return trees, diags
}

func lower(app *plan.App, targets []Target) ([]Tree, diag.List) {
	trees, found := make([]Tree, len(targets)), make([]diag.List, len(targets))
	var wg sync.WaitGroup
	for i, t := range targets {
		wg.Go(func() {
			trees[i].Target = t.Name()
			trees[i].Files, found[i] = t.Lower(app, t.Target)
		})
	}
	wg.Wait()
	return trees, slices.Concat(found...)
}
