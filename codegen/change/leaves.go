package change

import "strings"

// differences merges the leaves of two resources.
func differences(before, after *Resource, t Type) []Difference {
	var found []Difference
	a, b := before.Properties, after.Properties
	for len(a) > 0 || len(b) > 0 {
		var path string
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Path <= b[0].Path:
			path = a[0].Path
		default:
			path = b[0].Path
		}
		var x, y []Property
		x, a = leaves(a, path)
		y, b = leaves(b, path)
		for _, d := range unequal(x, y) {
			rule := t.rule(path)
			if rule.Edited && (d.Before == nil || d.After == nil) {
				rule.Effect = InPlace
			}
			d.Path, d.Effect, d.Class, d.Stays = path, rule.Effect, rule.Class, rule.Stays && d.After == nil
			d.Worse = !d.Stays && rule.Worse.turned(d.Before, d.After)
			found = append(found, d)
		}
	}
	return found
}

// leaves splits off the leaves of a path.
func leaves(all []Property, path string) (these, rest []Property) {
	n := 0
	for n < len(all) && all[n].Path == path {
		n++
	}
	return all[:n], all[n:]
}

// unequal compares what two lists of leaves of the same path have; both are sorted by value.
func unequal(x, y []Property) []Difference {
	var gone, added []*string
	for len(x) > 0 || len(y) > 0 {
		switch {
		case len(y) == 0 || len(x) > 0 && x[0].Value < y[0].Value:
			gone, x = append(gone, &x[0].Value), x[1:]
		case len(x) == 0 || y[0].Value < x[0].Value:
			added, y = append(added, &y[0].Value), y[1:]
		default:
			x, y = x[1:], y[1:]
		}
	}
	if len(gone) == 1 && len(added) == 1 {
		if strings.Contains(*gone[0], "\n") && strings.Contains(*added[0], "\n") {
			return lines(*gone[0], *added[0])
		}
		return []Difference{{Before: gone[0], After: added[0]}}
	}
	found := make([]Difference, 0, len(gone)+len(added))
	for _, v := range gone {
		found = append(found, Difference{Before: v})
	}
	for _, v := range added {
		found = append(found, Difference{After: v})
	}
	return found
}

// lines are the lines in which two texts differ, such as two programs. When they only stand in another order, the texts differ as a whole.
func lines(before, after string) []Difference {
	count := map[string]int{}
	for line := range strings.SplitSeq(before, "\n") {
		count[line]++
	}
	var gone, added []Difference
	for line := range strings.SplitSeq(after, "\n") {
		if count[line]--; count[line] < 0 {
			added = append(added, Difference{After: &line})
		}
	}
	for line := range strings.SplitSeq(before, "\n") {
		if count[line] > 0 {
			count[line]--
			gone = append(gone, Difference{Before: &line})
		}
	}
	if len(gone)+len(added) == 0 {
		return []Difference{{Before: &before, After: &after}}
	}
	return append(gone, added...)
}
