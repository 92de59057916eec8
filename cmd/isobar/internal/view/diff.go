package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Diff is what separates two sides, and what they are called.
type Diff struct {
	Before, After string
	// NewSpec is true when there was no spec before.
	NewSpec bool
	// Stage is that as which both are deployed; empty for what all have in common.
	Stage string
	change.Report
	// Failed are the classes of changes that are found, of those that the run is to fail on.
	Failed []string
}

// block is one part of the app in words, for any view.
type block struct {
	dangerous bool
	mark      string
	title     string // queue orders: changed
	place     string
	pos       diag.Position
	asked     []line
	clouds    []cloud
	grants    []line
}

// cloud is what happens on one target.
type cloud struct {
	target string
	lines  []line
}

// line is a sentence with what it is made of.
type line struct {
	text   string
	source string // the vendor's page
	place  string // the line of the spec
	below  []leaf
	added  bool   // of permissions
	on     string // the resource that a permission is for
	stays  string // what is still to be done about a permission
	tone   string // the colour
}

// leaf is a value that differs.
type leaf struct {
	path, before, after string
	note                string
}

// verdict is the comparison in one line.
func (d Diff) verdict() string {
	if d.IsEmpty() {
		return "no changes"
	}
	var parts []string
	if d.NewSpec {
		parts = append(parts, "the spec is new")
	}
	for _, t := range d.Targets {
		if t.State == change.Added && !d.NewSpec {
			parts = append(parts, t.Name+" is a new target")
		} else if t.State == change.Removed {
			parts = append(parts, t.Name+" is no target any more")
		}
	}
	parts = append(parts, d.counted()...)
	on := func(targets []string, text string) {
		if len(targets) > 0 {
			parts = append(parts, text+" on "+list(targets))
		}
	}
	on(d.Refusing(), "the deployment fails")
	on(d.Filled(), "the deployment fails unless something is emptied first")
	on(d.Hiding(), "data no longer found")
	on(d.Leaving(), "data left behind")
	on(d.Interrupting(), "interruption")
	on(d.Opened(), "opened to everybody")
	on(d.Exposed(), "exposed to more")
	on(d.Widened(), "permissions widened")
	on(d.Unprotected(), "data protected less")
	on(d.Closed(), "closed to the public")
	on(d.Narrowed(), "permissions narrowed")
	if n := len(d.Findings); n > 0 && len(parts) == 0 {
		parts = append(parts, plural(n, "difference")+" between clouds")
	}
	if len(parts) == 0 && len(d.Subjects) > 0 {
		parts = []string{"names, labels and references change"}
	}
	if len(parts) == 0 {
		parts = []string{"no changes to what is deployed"}
	}
	return plural(len(d.Targets), "cloud") + ": " + strings.Join(parts, ", ")
}

// counted says how many parts of the app are added, removed, renamed, replaced and changed, and which of them lose data where.
func (d Diff) counted() []string {
	counts, losing := map[string]int{}, map[string][]string{}
	for i := range d.Subjects {
		s := &d.Subjects[i]
		if isQuiet(s) {
			continue
		}
		word := outcome(s)
		counts[word] += 1 + len(s.Others)
		for _, c := range s.Changes {
			if c.LosesData() && !slices.Contains(losing[word], c.Target) {
				losing[word] = append(losing[word], c.Target)
			}
		}
	}
	var parts []string
	for _, word := range []string{"added", "removed", "renamed", "changed", "replaced"} {
		if counts[word] == 0 {
			continue
		}
		part := fmt.Sprintf("%d %s", counts[word], word)
		if on := losing[word]; len(on) > 0 {
			slices.Sort(on)
			part += " with data loss on " + list(on)
		}
		parts = append(parts, part)
	}
	return parts
}

// outcome is what happens to a part of the app, in one word.
func outcome(s *change.Subject) string {
	if s.State != change.Changed {
		return s.State.String()
	}
	if slices.ContainsFunc(s.Changes, func(c change.Change) bool { return c.Replaces() }) {
		return "replaced"
	}
	return "changed"
}

func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

var marks = map[string]string{"added": "+", "removed": "-", "renamed": ">", "changed": "~", "replaced": "~"}

// blocks are the parts of the app in words, the dangerous ones first. What differs in nothing but names comes last, and together.
func (d Diff) blocks() []block {
	var blocks []block
	var quiet []change.Change
	for i := range d.Subjects {
		s := &d.Subjects[i]
		if isQuiet(s) {
			for _, c := range s.Changes {
				if !c.Whole || c.Effect != change.InPlace { // what code uses, or no longer: the lines of the spec are told of
					quiet = append(quiet, c)
				}
			}
			continue
		}
		b := block{dangerous: s.Dangerous(), mark: marks[outcome(s)], title: title(s), pos: s.Pos}
		if s.Pos.Line > 0 {
			b.place = s.Pos.String()
		}
		if s.State == change.Changed {
			b.asked = asked(s.Asked)
		}
		b.clouds = d.clouds(s)
		b.grants = granted(s.Grants)
		blocks = append(blocks, b)
	}
	if len(quiet) > 0 {
		slices.SortStableFunc(quiet, func(a, b change.Change) int { return strings.Compare(a.Target, b.Target) })
		blocks = append(blocks, block{mark: "~", title: "names, labels and references", clouds: clouds(&change.Subject{Changes: quiet})})
	}
	return blocks
}

// isQuiet tells whether a part differs in nothing but what follows from something else.
func isQuiet(s *change.Subject) bool {
	return s.State == change.Changed && len(s.Asked)+len(s.Grants) == 0 && !slices.ContainsFunc(s.Changes, func(c change.Change) bool {
		return c.Effect > change.InPlace && c.Class != change.Name || !c.OnlyNames()
	})
}

// title is what a part of the app is called, and its fate.
func title(s *change.Subject) string {
	name := string(s.Owner.Kind) + " " + s.Owner.Name
	switch {
	case s.Owner.Kind == change.KindApp:
		name = "what the app shares"
	case s.Owner.Kind == change.KindAPI:
		name = "the HTTP API"
	case len(s.Others) > 0:
		const most = 4
		names := append([]string{s.Owner.Name}, s.Others...)
		if len(names) > most {
			names = append(names[:most:most], fmt.Sprintf("%d more", len(names)-most))
		}
		name = string(s.Owner.Kind) + "s " + list(names)
	}
	if s.State == change.Renamed {
		return fmt.Sprintf("%s %s is renamed to %s", s.Owner.Kind, s.Was, s.Owner.Name)
	}
	return name + ": " + outcome(s)
}

func asked(differences []change.Asked) []line {
	lines := make([]line, len(differences))
	for i, a := range differences {
		lines[i] = line{place: a.Pos.String(), below: []leaf{{path: a.Key, before: text(a.Before), after: text(a.After)}}}
	}
	return lines
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	if *p == "" {
		return `""`
	}
	return *p
}

// abandoned is what becomes of a target, or a stage, that a spec has no more.
const abandoned = "the spec names it no more: what was deployed stays, and costs, until a person deletes it"

// clouds says what happens, target by target. Where nothing does, though the spec asks for a change, it says so.
func (d Diff) clouds(s *change.Subject) []cloud {
	found := clouds(s)
	if s.Owner.Kind == change.KindStage && s.State == change.Gone {
		for i := range found {
			found[i].lines = append([]line{{text: abandoned}}, found[i].lines...)
		}
	}
	if len(s.Asked) == 0 && s.State == change.Changed {
		return found
	}
	for _, t := range d.Targets {
		if t.State == change.None && !slices.ContainsFunc(found, func(c cloud) bool { return c.target == t.Name }) {
			found = append(found, cloud{t.Name, []line{{text: d.nothing(t.Name, s)}}})
		}
	}
	slices.SortStableFunc(found, func(a, b cloud) int { return strings.Compare(a.target, b.target) })
	return found
}

// nothing says that a target has nothing of the part's own to deploy.
func (d Diff) nothing(target string, s *change.Subject) string {
	for i := range d.Subjects {
		o := &d.Subjects[i]
		if o.Owner.Shared() && o.Owner != s.Owner && slices.ContainsFunc(o.Changes, func(c change.Change) bool { return c.Target == target }) {
			return "nothing of its own"
		}
	}
	return "nothing is deployed"
}

func clouds(s *change.Subject) []cloud {
	var found []cloud
	for i := 0; i < len(s.Changes); {
		k := i
		for k < len(s.Changes) && s.Changes[k].Target == s.Changes[i].Target {
			k++
		}
		target := s.Changes[i].Target
		listed := slices.ContainsFunc(s.Grants, func(g change.GrantChange) bool { return g.Target == target })
		found = append(found, cloud{target, onCloud(s.Changes[i:k], len(s.Others) > 0, listed)})
		i = k
	}
	return found
}

// targetLines says what a target has that is new or gone.
func (d Diff) targetLines() []cloud {
	var found []cloud
	for _, t := range d.Targets {
		if t.State == change.None {
			continue
		}
		c := cloud{target: t.Name, lines: onCloud(t.Changes, false, false)}
		if t.State == change.Removed {
			c.lines = append([]line{{text: abandoned}}, c.lines...)
		}
		if n := len(t.Grants); n > 0 && t.State == change.Added {
			c.lines = append(c.lines, line{text: plural(n, "permission") + " given"})
		}
		found = append(found, c)
	}
	return found
}

// findingLines says what differs between clouds that did not, and what no longer does.
func (d Diff) findingLines() []line {
	var lines []line
	for _, f := range d.Findings {
		how := string(f.Row.How)
		if f.OverQuota {
			how = "above the default quota"
		}
		text := fmt.Sprintf("%s: %s of %s is %s: %s", f.Target, f.What(), f.Demand.Subject, f.Kind, how)
		switch {
		case f.Acceptance && f.Added:
			text += "; accepted no longer"
		case f.Acceptance:
			text += "; accepted now, as " + f.Demand.Accepted
		}
		lines = append(lines, line{
			text: text, added: f.Added,
			place: f.Demand.Pos.String(), source: f.Row.Source,
		})
	}
	return lines
}
