package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/change"
)

// fate is what happens to resources that are told by the number.
type fate struct {
	verb string
	is   func(*change.Change) bool
}

var fates = []fate{
	{"deletes %s", func(c *change.Change) bool { return c.Effect == change.Removed }},
	{"deploys %s no longer, which stay until a person deletes them", func(c *change.Change) bool { return c.Effect == change.LeftBehind }},
	{"adds %s", func(c *change.Change) bool { return c.Effect == change.Added }},
	{"replaces %s, as names, or what they refer to, are others", func(c *change.Change) bool { return c.Effect == change.Replaced && c.OnlyNames() }},
	{"changes nothing but names, labels or references in %s", func(c *change.Change) bool { return c.Effect == change.InPlace && c.OnlyNames() }},
}

// onCloud says each thing that happens to one target: what differs by more than a name by itself, the rest by the number.
// With others, the same happens to each of them; listed says that the permissions are told of.
func onCloud(changes []change.Change, others, listed bool) []line {
	var lines []line
	told := make([][]*change.Change, len(fates))
	for i := range changes {
		c := &changes[i]
		f := slices.IndexFunc(fates, func(f fate) bool { return f.is(c) })
		if f < 0 {
			l := kept(c, listed)
			if others && !c.Owner.Shared() {
				l.text += ", and the same of each"
			}
			lines = append(lines, l)
			continue
		}
		told[f] = append(told[f], c)
		if isLoud(c) {
			lines = append(lines, line{text: effect(c) + ": " + c.Address, source: c.Source, tone: tone(c)})
		}
	}
	for i, f := range fates {
		lines = append(lines, counted(f.verb, told[i])...)
	}
	return once(lines)
}

// once names each source once.
func once(lines []line) []line {
	seen := map[string]bool{}
	for i := len(lines) - 1; i >= 0; i-- {
		if seen[lines[i].source] {
			lines[i].source = ""
		}
		seen[lines[i].source] = true
	}
	return lines
}

// kept is a resource that is told of by itself. Permissions that are listed, listed says so, are not said twice.
func kept(c *change.Change, listed bool) line {
	l := line{text: effect(c) + ": " + c.Address, tone: tone(c)}
	if c.Effect > change.Added {
		l.source = c.Source
	}
	if c.Because != "" {
		l.text += ", because " + c.Because + " is"
	}
	if c.Whole {
		return l
	}
	names, permissions := 0, 0
	for i := range c.Differences {
		d := &c.Differences[i]
		switch {
		case d.IsName() && (d.Effect < change.Replaced || d.Follows):
			names++
		case d.Class == change.Permission && listed:
			permissions++
		default:
			l.below = append(l.below, leaf{d.Path, text(d.Before), text(d.After), watched(d)})
		}
	}
	if names > 0 {
		l.below = append(l.below, leaf{note: fmt.Sprintf("and %d of names, labels or references", names)})
	}
	if permissions > 0 {
		l.below = append(l.below, leaf{note: "the permissions below"})
	}
	return l
}

func watched(d *change.Difference) string {
	if d.Stays {
		return "and stays"
	}
	switch d.Class {
	case change.Delivery, change.Cost, change.Exposure, change.Permission, change.Protection:
		return string(d.Class)
	}
	return ""
}

// effects are what a cloud does to a resource, in words.
var effects = map[change.Effect]string{
	change.InPlace: "changed in place", change.Interrupted: "interrupted", change.Replaced: "replaced", change.Refused: "refused",
	change.Removed: "deleted", change.LeftBehind: "left behind", change.Added: "added",
}

// effect is what a cloud does to a resource, and what comes of it.
func effect(c *change.Change) string {
	words := effects[c.Effect]
	switch c.Why {
	case change.IsProtected:
		words += ", as it is protected from being deleted"
	case change.IsFilled:
		words += ", as long as it holds " + string(c.Holds)
	case change.NameTaken:
		words += ", as the old one still has the name"
	case change.Immutable:
		words += ", as it cannot be changed"
	case change.TooMany:
		words += ", as one deployment cannot make so many of these changes"
	}
	switch {
	case c.Lost != "" && c.Effect <= change.Interrupted:
		words += ", older " + string(c.Lost) + " are lost"
	case c.Lost != "":
		words += ", its " + string(c.Lost) + " are lost"
	case c.Hides != "":
		words += ", its " + string(c.Hides) + " are there, and no longer found"
	}
	if c.Left {
		words += ", the old one stays with its " + string(c.Holds)
	}
	if c.Opens {
		words += ", open to everybody"
	}
	if c.Closes {
		words += ", open to everybody no longer"
	}
	return words
}

// counted says how many resources of which types have one fate.
func counted(verb string, changes []*change.Change) []line {
	if len(changes) == 0 {
		return nil
	}
	var order []string
	counts := map[string]int{}
	for _, c := range changes {
		if counts[c.Type] == 0 {
			order = append(order, c.Type)
		}
		counts[c.Type]++
	}
	for i, kind := range order {
		if n := counts[kind]; n > 1 {
			order[i] = fmt.Sprintf("%d %s", n, kind)
		}
	}
	lines := []line{{text: fmt.Sprintf(verb, plural(len(changes), "resource")) + ": " + strings.Join(order, ", ")}}
	if billed := billed(changes); changes[0].Effect == change.Added && len(billed) > 0 {
		lines = append(lines, line{text: "costs something whether it is used or not: " + strings.Join(billed, ", ")})
	}
	if changes[0].Effect == change.Replaced || changes[0].Effect == change.LeftBehind {
		lines[0].source = changes[0].Source
	}
	return lines
}

// isLoud tells whether a resource that is told by the number is told of by itself as well.
func isLoud(c *change.Change) bool {
	return c.Lost != "" || c.Left || c.Opens || c.Closes || c.Effect == change.LeftBehind && c.Holds != ""
}

// billed are the types of what costs something by being there.
func billed(changes []*change.Change) []string {
	var types []string
	for _, c := range changes {
		if c.Billed && !slices.Contains(types, c.Type) {
			types = append(types, c.Type)
		}
	}
	return types
}

// granted says who may do more, and who less, on each resource.
func granted(grants []change.GrantChange) []line {
	var lines []line
	for _, g := range grants {
		if g.Follows {
			continue
		}
		l := line{text: fmt.Sprintf("%s: %s %s %s", g.Target, g.Principal, may[g.Added], g.Action), added: g.Added, place: placed(g.Grant)}
		if n := len(lines) - 1; n >= 0 && lines[n].on == g.Resource && lines[n].place == l.place && strings.HasPrefix(lines[n].text, fmt.Sprintf("%s: %s %s ", g.Target, g.Principal, may[g.Added])) {
			lines[n].text += ", " + g.Action
			continue
		}
		if l.on = g.Resource; g.Stays {
			l.stays = ", once a person has taken it away"
		}
		lines = append(lines, l)
	}
	return lines
}

var may = map[bool]string{true: "may", false: "may no longer"}

func placed(g access.Grant) string {
	if g.Pos.Line == 0 {
		return ""
	}
	return g.Pos.String()
}
