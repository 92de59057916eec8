package change

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// bindings hands what gives or takes a permission to the part that asks for it, where the cloud has it elsewhere.
func (b *builder) bindings() {
	askers := func(target string, added bool) (found []*Subject) {
		for _, s := range b.found {
			if slices.ContainsFunc(s.Grants, func(g GrantChange) bool { return g.Target == target && g.Added == added && !g.Follows }) {
				found = append(found, s)
			}
		}
		return found
	}
	for _, o := range slices.SortedFunc(maps.Keys(b.found), Owner.Compare) {
		s := b.found[o]
		if s.State != Changed {
			continue
		}
		s.Changes = slices.DeleteFunc(s.Changes, func(c Change) bool {
			if c.Class != Permission || !c.Whole {
				return false
			}
			to := askers(c.Target, c.Effect == Added)
			if len(to) != 1 || to[0] == s {
				return false
			}
			to[0].Changes = append(to[0].Changes, c)
			to[0].byTarget()
			return true
		})
	}
}

// onlyAsked is the one part, beside what is shared, of which the specs say something different; nil when there are several.
func (b *builder) onlyAsked() *Owner {
	var only *Owner
	for _, o := range slices.SortedFunc(maps.Keys(b.asked), Owner.Compare) {
		if only != nil && !b.alike(*only, o) {
			return nil
		}
		if only == nil {
			only = &o
		}
	}
	return only
}

// alike tells whether the specs say the same new things of two parts.
func (b *builder) alike(x, y Owner) bool {
	return x.Kind == y.Kind && slices.EqualFunc(b.asked[x], b.asked[y], func(p, q Asked) bool {
		return p.Key == q.Key && equal(p.Before, q.Before) && equal(p.After, q.After) && p.Pos == q.Pos
	})
}

func equal(x, y *string) bool {
	if x == nil || y == nil {
		return x == y
	}
	return *x == *y
}

// attribute hands what changes unasked to the one part that asked for anything.
func attribute(all []Subject, only *Owner) []Subject {
	if only == nil {
		return all
	}
	at := slices.IndexFunc(all, func(s Subject) bool {
		return s.Owner == *only || s.Owner.Kind == only.Kind && slices.Contains(s.Others, only.Name)
	})
	if at < 0 {
		return all
	}
	to := &all[at]
	for i := range all {
		s := &all[i]
		if i == at || s.State != Changed || len(s.Asked) > 0 || s.onlyNames() && to.State == Changed {
			continue
		}
		to.Changes = append(to.Changes, s.Changes...)
		to.Grants = append(to.Grants, s.Grants...)
		s.Changes, s.Grants = nil, nil
	}
	to.byTarget()
	return all
}

// byTarget puts what happens to one target together, what cannot be undone first.
func (s *Subject) byTarget() {
	slices.SortStableFunc(s.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(b.weight(), a.weight()))
	})
	slices.SortStableFunc(s.Grants, func(a, b GrantChange) int { return cmp.Compare(a.Target, b.Target) })
}

// onlyNames tells whether a part differs in nothing but names.
func (s *Subject) onlyNames() bool {
	return len(s.Grants) == 0 && !slices.ContainsFunc(s.Changes, func(c Change) bool { return !c.OnlyNames() })
}

// merge puts parts together whose changes are the same but for their names.
func merge(all []Subject) []Subject {
	at := map[string]int{}
	var merged []Subject
	for _, s := range all {
		key := s.pattern()
		if i, ok := at[key]; ok && key != "" {
			merged[i].Others = append(merged[i].Others, s.Owner.Name)
			merged[i].OtherChanges = append(merged[i].OtherChanges, s.Changes...)
			merged[i].OtherGrants = append(merged[i].OtherGrants, s.Grants...)
			continue
		}
		at[key] = len(merged)
		merged = append(merged, s)
	}
	return merged
}

// pattern is what changes, the part's name taken out; empty for what is not to be put together.
func (s *Subject) pattern() string {
	if s.State != Changed || s.Owner.Shared() {
		return ""
	}
	name := tokens(s.Owner.Name)
	var b strings.Builder
	fmt.Fprintf(&b, "%s", s.Owner.Kind)
	text := func(p *string) string {
		if p == nil {
			return "\x01"
		}
		return without(*p, name)
	}
	for _, a := range s.Asked {
		fmt.Fprintf(&b, "\n%s %s %s", a.Key, text(a.Before), text(a.After))
	}
	for _, c := range s.Changes {
		fmt.Fprintf(&b, "\n%s %s %s %s %s", c.Target, c.Type, without(c.Address, name), c.Effect, c.Lost)
		for _, d := range c.Differences {
			fmt.Fprintf(&b, "\n%s %s %s", without(d.Path, name), text(d.Before), text(d.After))
		}
	}
	for _, g := range s.Grants {
		fmt.Fprintf(&b, "\n%s %s %s %t", g.Target, g.Action, without(g.Resource, name), g.Added)
	}
	return b.String()
}
