package portability_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec"
)

// able does everything natively and without limits.
func able() portability.Table {
	t := portability.Table{}
	for _, k := range portability.Keys() {
		t[k] = portability.Row{Kind: portability.Native}
	}
	return t
}

// limited has every kind of limit.
func limited() portability.Table {
	const source = "https://example.com/limits"
	t := able()
	t[portability.AppFunctions] = portability.Row{Kind: portability.Native, Quota: 1, Source: source}
	t[portability.HTTPTimeout] = portability.Row{Kind: portability.Native, Max: 30, Source: source}
	t[portability.Deliveries] = portability.Row{Kind: portability.Native, Min: 5, Max: 100, Source: source}
	t[portability.HTTPMemory] = portability.Row{Kind: portability.Emulated, Max: 4096, How: portability.SharedInstance, Source: source}
	t[portability.Timezone] = portability.Row{Kind: portability.Native, Only: []string{"UTC"}, Source: source}
	t[portability.HTTPBasePath] = portability.Row{Kind: portability.Native, Never: []string{"admin"}, Source: source}
	t[portability.EnvName] = portability.Row{Kind: portability.Native, NeverPrefix: []string{"CLOUD_"}, Source: source}
	t[portability.EnvValue] = portability.Row{Kind: portability.Native, NeverWithin: []string{"{{resolve:"}, Composed: true, Source: source}
	t[portability.EnvAppWide] = portability.Row{How: portability.AppEnvironment, Source: source}
	t[portability.EventOnPath] = portability.Row{Source: source}
	t[portability.Batch] = portability.Row{Kind: portability.Emulated, How: portability.OneMessage, Source: source}
	t[portability.Retention] = portability.Row{Kind: portability.Degraded, How: portability.Approximate, Source: source}
	t[portability.Isolation] = portability.Row{Kind: portability.Degraded, How: portability.SharedIdentity, Source: source}
	delete(t, portability.Window)
	return t
}

// TestCheck shows what is found and said of each spec, on a cloud that can do everything and one with limits.
func TestCheck(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, input txtar.File) {
		doc, diags := spec.Load("isobar.yaml", input.Data)
		if diags.HasErrors() {
			t.Fatalf("the archive's spec: %s", diags)
		}
		demands := portability.Demands(plan.Build(doc, plan.Packages{Root: "example.com/shop"}))
		if d := portability.Diagnose(portability.Check("able", able(), demands)); len(d) > 0 {
			t.Errorf("a cloud that can do everything refuses:\n%s", d)
		}
		findings := portability.Check("limited", limited(), demands)
		golden.Txtar(t, path, map[string][]byte{"findings": report(findings), "diagnostics": diagnostics(findings)})
	})
}

func report(findings []portability.Finding) []byte {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%-9s %s: %s\n", f.Kind, f.Demand.Subject, f.What())
	}
	return []byte(b.String())
}

func diagnostics(findings []portability.Finding) []byte {
	var b strings.Builder
	for _, d := range portability.Diagnose(findings).Sort() {
		fmt.Fprintf(&b, "%s\n    reason: %s\n    hint: %s\n", d, d.Reason, d.Hint)
		for _, r := range d.Related {
			fmt.Fprintf(&b, "    %s: %s\n", r.Pos, r.Message)
		}
	}
	return []byte(b.String())
}

// TestWhatATableLacksIsRefused is why a wing cannot forget a key.
func TestWhatATableLacksIsRefused(t *testing.T) {
	demands := []portability.Demand{{Key: portability.Retention, Subject: `queue "q"`, Number: 60}}
	for _, f := range portability.Check("empty", portability.Table{}, demands) {
		if f.Kind != portability.Refused {
			t.Errorf("%s is %s", f.What(), f.Kind)
		}
	}
}
