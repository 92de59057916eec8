package change

import "strings"

// List is what is known of a list whose items have names, as in GlobalSecondaryIndexes[by-mail].
type List struct {
	// Most is how many items may come or go in one update.
	Most int
	// Sealed are the paths in an item that stay as they are for as long as it is there.
	Sealed []string
	// Source is the vendor's page.
	Source string
}

// lists refuses what the lists of a type cannot become.
func (ch *Change) lists(before, after *Resource, t Type) {
	for path, list := range t.Lists {
		had, has := items(before, path), items(after, path)
		if moved := missing(had, has) + missing(has, had); moved > list.Most {
			ch.refuse(TooMany, list.Source)
		}
		for i := range ch.Differences {
			d := &ch.Differences[i]
			item, rest, ok := itemOf(d.Path, path)
			if ok && had[item] && has[item] && list.seals(rest) {
				d.Effect = Refused
				ch.refuse(Immutable, list.Source)
			}
		}
	}
}

func (ch *Change) refuse(why Reason, source string) {
	ch.Effect, ch.Why, ch.Source = Refused, why, source
}

func (l List) seals(path string) bool {
	path = rulePath(path)
	for _, sealed := range l.Sealed {
		if path == sealed || strings.HasPrefix(path, sealed+".") {
			return true
		}
	}
	return false
}

// items are the names of a list's items.
func items(r *Resource, list string) map[string]bool {
	names := map[string]bool{}
	for i := range r.Properties {
		if name, _, ok := itemOf(r.Properties[i].Path, list); ok {
			names[name] = true
		}
	}
	return names
}

// itemOf splits a path into the name of a list's item, and what is below it.
func itemOf(path, list string) (name, rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, list+"[")
	if !ok {
		return "", "", false
	}
	name, rest, ok = strings.Cut(rest, "].")
	return name, rest, ok
}

// missing counts the names that others have not.
func missing(names, others map[string]bool) int {
	n := 0
	for name := range names {
		if !others[name] {
			n++
		}
	}
	return n
}
