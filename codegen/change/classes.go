package change

import "slices"

// classes are what a change can be watched for, each with what makes it so.
var classes = []struct {
	name string
	is   func(Report) bool
}{
	{"data-loss", func(r Report) bool { return len(r.Losing())+len(r.Hiding()) > 0 }},
	{"refused", func(r Report) bool { return r.any(func(c *Change) bool { return c.Effect == Refused }) }},
	{"replaced", func(r Report) bool { return r.any(func(c *Change) bool { return c.Effect == Replaced }) }},
	{"removed", func(r Report) bool {
		return r.any(func(c *Change) bool { return (c.Effect == Removed || c.Effect == LeftBehind) && c.Class != Name })
	}},
	{"interrupted", func(r Report) bool { return r.any(func(c *Change) bool { return c.Effect == Interrupted }) }},
	{"permission", func(r Report) bool { return len(r.Widened()) > 0 }},
	{"exposure", func(r Report) bool { return len(r.Opened())+len(r.Exposed()) > 0 }},
	{"protection", func(r Report) bool { return len(r.Unprotected()) > 0 }},
	{"delivery", func(r Report) bool { return r.about(Delivery) }},
	{"cost", func(r Report) bool {
		return r.about(Cost) || r.any(func(c *Change) bool { return c.Billed && c.Effect == Added })
	}},
	{"portability", func(r Report) bool {
		return slices.ContainsFunc(r.Findings, func(f FindingChange) bool { return f.Added && !f.Acceptance })
	}},
}

// Classes are the names of what Has looks for.
func Classes() []string {
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.name
	}
	return names
}

// Has returns those of the classes that the report has something of.
func (r Report) Has(names []string) []string {
	var found []string
	for _, c := range classes {
		if slices.Contains(names, c.name) && c.is(r) {
			found = append(found, c.name)
		}
	}
	return found
}

// changes calls visit for every change of every part and every target that is new or gone.
func (r Report) changes(visit func(*Change)) {
	for i := range r.Subjects {
		for k := range r.Subjects[i].Changes {
			visit(&r.Subjects[i].Changes[k])
		}
	}
	for i := range r.Targets {
		for k := range r.Targets[i].Changes {
			visit(&r.Targets[i].Changes[k])
		}
	}
}

func (r Report) any(is func(*Change) bool) bool {
	found := false
	r.changes(func(c *Change) { found = found || is(c) })
	return found
}

// about tells whether a leaf of a class differs in what stays.
func (r Report) about(class Class) bool {
	return r.any(func(c *Change) bool {
		return c.Effect != Added && c.Effect != Removed && c.Effect != LeftBehind &&
			slices.ContainsFunc(c.Differences, func(d Difference) bool { return d.Class == class && !d.Follows })
	})
}

// targets returns the names of the targets of which something is so, sorted.
func (r Report) targets(is func(*Change) bool) []string {
	var names []string
	r.changes(func(c *Change) {
		if is(c) && !slices.Contains(names, c.Target) {
			names = append(names, c.Target)
		}
	})
	slices.Sort(names)
	return names
}

// Opened are the targets on which something lets everybody in that was closed, or new, before.
func (r Report) Opened() []string { return r.targets(func(c *Change) bool { return c.Opens }) }

// Closed are the targets on which something lets everybody in no longer, and nothing else of the same part does.
func (r Report) Closed() []string {
	type door struct {
		target, kind string
		owner        Owner
	}
	open := map[door]bool{}
	r.changes(func(c *Change) {
		open[door{c.Target, c.Type, c.Owner}] = open[door{c.Target, c.Type, c.Owner}] || c.open
	})
	return r.targets(func(c *Change) bool { return c.Closes && !open[door{c.Target, c.Type, c.Owner}] })
}

// Exposed are the targets on which more may reach something that is not open to everybody.
func (r Report) Exposed() []string {
	return r.targets(func(c *Change) bool { return !c.Opens && c.worsens(Exposure) })
}

// Unprotected are the targets on which less keeps data from being lost.
func (r Report) Unprotected() []string {
	return r.targets(func(c *Change) bool { return c.worsens(Protection) })
}

// Leaving are the targets on which data stays with something that is deployed no longer.
func (r Report) Leaving() []string {
	return r.targets(func(c *Change) bool {
		return (c.Effect == LeftBehind || c.Left) && c.Holds != "" && c.Holds != Logs
	})
}

// Hiding are the targets on which data is not found any more, though it is there.
func (r Report) Hiding() []string { return r.targets(func(c *Change) bool { return c.Hides != "" }) }

// Losing are the targets on which data is lost.
func (r Report) Losing() []string { return r.targets((*Change).LosesData) }

// Refusing are the targets whose cloud refuses the deployment.
func (r Report) Refusing() []string {
	return r.targets(func(c *Change) bool { return c.Effect == Refused && c.Why != IsFilled })
}

// Filled are the targets whose cloud refuses the deployment unless something is emptied first.
func (r Report) Filled() []string {
	return r.targets(func(c *Change) bool { return c.Effect == Refused && c.Why == IsFilled })
}

// Interrupting are the targets on which something stops working for a while.
func (r Report) Interrupting() []string {
	return r.targets(func(c *Change) bool { return c.Effect == Interrupted })
}

// Replacing are the targets on which something is replaced.
func (r Report) Replacing() []string {
	return r.targets(func(c *Change) bool { return c.Effect == Replaced })
}

// Widened are the targets on which somebody may do more than before.
func (r Report) Widened() []string { return r.granted(true) }

// Narrowed are the targets on which somebody may do less than before.
func (r Report) Narrowed() []string { return r.granted(false) }

func (r Report) granted(added bool) []string {
	var names []string
	note := func(grants []GrantChange) {
		for _, g := range grants {
			if g.Added == added && !g.Follows && !g.Stays && !slices.Contains(names, g.Target) {
				names = append(names, g.Target)
			}
		}
	}
	for _, s := range r.Subjects {
		note(s.Grants)
	}
	for _, t := range r.Targets {
		if t.State == Added {
			note(t.Grants)
		}
	}
	slices.Sort(names)
	return names
}
