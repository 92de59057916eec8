package view

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Portability writes, by function and queue, what some target does not do natively, then in what way, and how much all do.
func (h *human) Portability(findings []portability.Finding) {
	demands, native := differing(findings)
	w := tabwriter.NewWriter(h.Out, 0, 0, 2, ' ', 0)
	subject := ""
	for _, d := range demands {
		if d[0].Demand.Subject != subject {
			subject = d[0].Demand.Subject
			fmt.Fprintf(w, "%s\n", subject)
		}
		fmt.Fprintf(w, "  %s", d[0].What())
		for _, f := range d {
			fmt.Fprintf(w, "\t%s %s", f.Target, f.Kind)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	for _, n := range notes(demands) {
		fmt.Fprintf(h.Out, "%s\n", n)
	}
	if native > 0 {
		fmt.Fprintf(h.Out, "%s native on %s\n", plural(native, "demand"), strings.Join(targetsOf(findings), ", "))
	}
}

// Granted says how many permissions there are: a list of them all is for a program to go through.
func (h *human) Granted(grants []Grants) {
	var counts []string
	for _, t := range grants {
		counts = append(counts, fmt.Sprintf("%s %d", t.Target, len(t.Grants)))
	}
	if len(counts) > 0 {
		fmt.Fprintf(h.Out, "permissions: %s (--format json lists each with its line)\n", strings.Join(counts, ", "))
	}
}

// differing returns the demands that some target does not do natively, each with what every target makes of it, and how many
// demands all of them do.
func differing(findings []portability.Finding) (demands [][]portability.Finding, native int) {
	type key struct {
		subject, text string
		demand        portability.Key
		pos           diag.Position
	}
	byDemand := map[key][]portability.Finding{}
	var order []key
	for _, f := range findings {
		k := key{f.Demand.Subject, f.Demand.Text, f.Demand.Key, f.Demand.Pos}
		if byDemand[k] == nil {
			order = append(order, k)
		}
		byDemand[k] = append(byDemand[k], f)
	}
	for _, k := range order {
		if slices.ContainsFunc(byDemand[k], func(f portability.Finding) bool { return f.Kind != portability.Native }) {
			demands = append(demands, byDemand[k])
		} else {
			native++
		}
	}
	return demands, native
}

// notes say in what way targets differ, each way once, with the targets that do.
func notes(demands [][]portability.Finding) []string {
	targets := map[string][]string{}
	var order []string
	for _, d := range demands {
		for _, f := range d {
			if f.Kind == portability.Native || f.Kind != f.Row.Kind || f.Row.How == "" {
				continue
			}
			note := fmt.Sprintf("%s: %s", f.Kind, f.Row.How)
			if targets[note] == nil {
				order = append(order, note)
			}
			if !slices.Contains(targets[note], f.Target) {
				targets[note] = append(targets[note], f.Target)
			}
		}
	}
	for i, note := range order {
		order[i] = fmt.Sprintf("%s (%s)", note, strings.Join(targets[note], ", "))
	}
	return order
}

func targetsOf(findings []portability.Finding) []string {
	var targets []string
	for _, f := range findings {
		if !slices.Contains(targets, f.Target) {
			targets = append(targets, f.Target)
		}
	}
	return targets
}
