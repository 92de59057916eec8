package view

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Portability writes, by function and resource, what some target does not do natively and how much all do, and then in what ways
// targets differ, each with the vendors' pages.
func (h *human) Portability(findings []portability.Finding) {
	w := tabwriter.NewWriter(h.Out, 0, 0, 2, ' ', 0)
	subjects := bySubject(findings)
	for _, s := range subjects {
		fmt.Fprintf(w, "%s: %s\n", s.name, s.natives())
		for _, d := range s.differing {
			fmt.Fprintf(w, "  %s", d[0].What())
			for _, f := range d {
				fmt.Fprintf(w, "\t%s %s", f.Target, f.Kind)
				if f.Demand.Accepted != "" && f.Kind == portability.Degraded {
					fmt.Fprint(w, ", accepted")
				}
			}
			fmt.Fprintln(w)
		}
	}
	for _, n := range notes(subjects) {
		fmt.Fprintln(w, n.text)
		for _, p := range n.pages {
			fmt.Fprintf(w, "  %s\t%s\n", p.target, p.source)
		}
	}
	w.Flush()
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

// subject is a part of a spec: what it asks for that some target does not do natively, each with what every target makes of it, and
// how many things all targets do natively.
type subject struct {
	name      string
	differing [][]portability.Finding
	native    int
}

func (s *subject) natives() string {
	if len(s.differing) == 0 {
		return "all native"
	}
	return fmt.Sprintf("%d native, but", s.native)
}

// bySubject gathers findings, in their order.
func bySubject(findings []portability.Finding) []*subject {
	type demand struct {
		text string
		key  portability.Key
		pos  diag.Position
	}
	var subjects []*subject
	of := map[string]*subject{}
	byDemand := map[string]map[demand][]portability.Finding{}
	order := map[string][]demand{}
	for _, f := range findings {
		name, d := f.Demand.Subject, demand{f.Demand.Text, f.Demand.Key, f.Demand.Pos}
		if of[name] == nil {
			of[name] = &subject{name: name}
			byDemand[name] = map[demand][]portability.Finding{}
			subjects = append(subjects, of[name])
		}
		if byDemand[name][d] == nil {
			order[name] = append(order[name], d)
		}
		byDemand[name][d] = append(byDemand[name][d], f)
	}
	for _, s := range subjects {
		for _, d := range order[s.name] {
			same := byDemand[s.name][d]
			if slices.ContainsFunc(same, func(f portability.Finding) bool { return f.Kind != portability.Native }) {
				s.differing = append(s.differing, same)
			} else if d.key != portability.EnvValue {
				s.native++
			}
		}
	}
	// A variable whose value is taken as it is, as values are, is nothing to report.
	return slices.DeleteFunc(subjects, func(s *subject) bool { return s.native+len(s.differing) == 0 })
}

// note is a way in which targets differ, with the pages that say so.
type note struct {
	text  string
	pages []page
}

type page struct{ target, source string }

// notes say in what way targets differ, each way once.
func notes(subjects []*subject) []*note {
	var all []*note
	known := map[string]*note{}
	for _, s := range subjects {
		for _, f := range slices.Concat(s.differing...) {
			if f.Kind == portability.Native || f.Kind != f.Row.Kind || f.Row.How == "" {
				continue
			}
			text := fmt.Sprintf("%s: %s", f.Kind, f.Row.How)
			if known[text] == nil {
				known[text] = &note{text: text}
				all = append(all, known[text])
			}
			if p := (page{f.Target, f.Row.Source}); !slices.Contains(known[text].pages, p) {
				known[text].pages = append(known[text].pages, p)
			}
		}
	}
	return all
}
