package change

import (
	"cmp"
	"slices"

	"github.com/isobar-dev/isobar/spec"
)

// Change is what happens to one resource.
type Change struct {
	Target  string `json:"target"`
	Type    string `json:"type"`
	Address string `json:"address"`
	// Was is the address before, when it was another one.
	Was   string `json:"was,omitempty"`
	Owner Owner  `json:"-"`
	// Effect is what the cloud does.
	Effect Effect `json:"effect"`
	// Lost is what is lost; of what is changed in place, the older part of it.
	Lost Content `json:"lost,omitempty"`
	// Hides is what is still there, and not found any more.
	Hides Content `json:"hides,omitempty"`
	// Why is the reason of a refusal.
	Why Reason `json:"why,omitempty"`
	// Left is true when what is replaced is not deleted, and stays with all that it holds.
	Left bool `json:"left,omitempty"`
	// Holds is what the resource holds.
	Holds Content `json:"holds,omitempty"`
	// Class is what the resource is about, and Billed says that it costs something by being there.
	Class  Class `json:"class,omitempty"`
	Billed bool  `json:"billed,omitempty"`
	// Opens is true when it lets everybody in that were not let in before, and Closes when it no longer does.
	Opens  bool `json:"opens,omitempty"`
	Closes bool `json:"closes,omitempty"`
	// Ties is true of what only ties others together.
	Ties bool `json:"ties,omitempty"`
	// open is true of what lets everybody in, used of what there is because code uses it; acts is the kind of what it acts on.
	open, used bool
	acts       spec.Kind
	// Whole is true of a resource that only one side has.
	Whole bool `json:"whole,omitempty"`
	// Because is the address of another resource whose replacement is the only reason.
	Because string `json:"because,omitempty"`
	// Source is the vendor's page that says what the effect is.
	Source string `json:"source,omitempty"`
	// Differences are the leaves that differ, in the order of their paths; of a resource that is added or gone, all of them.
	Differences []Difference `json:"differences,omitempty"`
	File        string       `json:"file"`
}

// Reason says why a cloud refuses.
type Reason string

// The reasons.
const (
	// IsProtected: the resource is protected from being deleted.
	IsProtected Reason = "protected"
	// IsFilled: the resource has to be empty to be deleted.
	IsFilled Reason = "filled"
	// NameTaken: the new resource would have the name of the old one, which is still there.
	NameTaken Reason = "name-taken"
	// Immutable: the property cannot be changed.
	Immutable Reason = "immutable"
	// TooMany: more items of a list come or go than one update allows.
	TooMany Reason = "too-many"
)

// Difference is a leaf that differs. One of its values is nil when there was, or is, no such leaf.
type Difference struct {
	Path   string  `json:"path"`
	Before *string `json:"before,omitempty"`
	After  *string `json:"after,omitempty"`
	Effect Effect  `json:"effect"`
	Class  Class   `json:"class,omitempty"`
	// Worse is true when the change is one for the worse: more may reach something, or less keeps data from being lost.
	Worse bool `json:"worse,omitempty"`
	// Stays is true of a value that is gone from the files, and that the cloud keeps.
	Stays bool `json:"stays,omitempty"`
	// Follows is true when the leaf differs by a name alone that something else was given.
	Follows bool `json:"follows,omitempty"`
}

// OnlyNames tells whether a resource differs in nothing but names, labels and references, which follow from something else.
func (c *Change) OnlyNames() bool {
	if c.Whole {
		return c.Class == Name
	}
	return !c.Opens && !c.Closes && !slices.ContainsFunc(c.Differences, func(d Difference) bool { return !d.IsName() })
}

// IsName tells whether a leaf is a name, a label or a reference, or differs by one alone.
func (d *Difference) IsName() bool { return d.Follows || d.Class == Name }

// LosesData tells whether something is lost that an app keeps. Logs are told of, and are no data of the app's.
func (c *Change) LosesData() bool { return c.Lost != "" && c.Lost != Logs }

// Replaces tells whether a part of the app is replaced: it is not when that befalls what it may do, or what ties it to another part.
func (c *Change) Replaces() bool { return c.Effect == Replaced && c.Class != Permission && !c.Ties }

// worsens tells whether something of a class changes for the worse, in what stays.
func (c *Change) worsens(class Class) bool {
	return !c.Whole && slices.ContainsFunc(c.Differences, func(d Difference) bool { return d.Worse && d.Class == class && !d.Follows })
}

// Compare returns the changes of one target, in the order of the resources' types and keys. Both lists are Sorted.
func Compare(target string, before, after []Resource, table Table) []Change {
	c := comparison{target: target, table: table, changed: map[string]int{}}
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch order := compareKeys(before[i:], after[j:]); {
		case order < 0:
			c.gone(&before[i])
			i++
		case order > 0:
			c.added(&after[j])
			j++
		default:
			c.both(&before[i], &after[j])
			i, j = i+1, j+1
		}
	}
	c.spread(after)
	return c.changes
}

// compareKeys orders the first of two lists; what is not there comes last.
func compareKeys(a, b []Resource) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return cmp.Or(cmp.Compare(a[0].Type, b[0].Type), cmp.Compare(a[0].Key, b[0].Key))
}

type comparison struct {
	target  string
	table   Table
	changes []Change
	// changed are the changes by the addresses of what they happen to.
	changed map[string]int
}

func (c *comparison) add(ch Change, r *Resource) {
	ch.Target, ch.Type, ch.Address, ch.Owner, ch.File = c.target, r.Type, r.Address, r.Owner, r.File
	t := c.table.Types[r.Type]
	ch.Class, ch.Billed, ch.Holds, ch.Ties, ch.acts, ch.used = t.Class, t.Billed, t.Holds, t.Ties, t.Acts, t.Used
	ch.Source = cmp.Or(ch.Source, t.Source)
	c.changed[r.Address] = len(c.changes)
	c.changes = append(c.changes, ch)
}

func (c *comparison) added(r *Resource) {
	t := c.table.Types[r.Type]
	ch := Change{Effect: Added, Whole: true, Opens: holds(r, t.Open), Differences: make([]Difference, len(r.Properties))}
	for i := range r.Properties {
		p := &r.Properties[i]
		rule := t.rule(p.Path)
		ch.Differences[i] = Difference{Path: p.Path, After: &p.Value, Effect: Added, Class: rule.Class}
		if t.Acts != "" && rule.Worse.turned(nil, &p.Value) {
			ch.Differences[i].Worse, ch.Lost = true, cmp.Or(ch.Lost, rule.Lost)
		}
	}
	c.add(ch, r)
}

func (c *comparison) gone(r *Resource) {
	t := c.table.Types[r.Type]
	ch := Change{Effect: cmp.Or(t.Gone, c.table.Gone), Whole: true, Closes: holds(r, t.Open), Source: c.table.GoneSource}
	if t.Gone != None {
		ch.Source = t.Source
	}
	ch.Differences = make([]Difference, len(r.Properties))
	switch {
	case ch.Effect != Removed:
	case holds(r, t.Kept):
		ch.Effect, ch.Source = LeftBehind, t.Source
	case holds(r, t.Protected):
		ch.undeleted(IsProtected, c.table, t)
	case holds(r, t.Filled):
		ch.undeleted(IsFilled, c.table, t)
	default:
		ch.Lost = t.Holds
	}
	for i := range r.Properties {
		p := &r.Properties[i]
		ch.Differences[i] = Difference{Path: p.Path, Before: &p.Value, Effect: ch.Effect, Class: t.rule(p.Path).Class}
	}
	c.add(ch, r)
}

// both compares a resource with what it becomes.
func (c *comparison) both(before, after *Resource) {
	t := c.table.Types[after.Type]
	ch := Change{Differences: differences(before, after, t)}
	if len(ch.Differences) == 0 {
		return
	}
	if before.Address != after.Address {
		ch.Was = before.Address
	}
	for _, d := range ch.Differences {
		rule := t.rule(d.Path)
		if d.Effect > ch.Effect {
			ch.Effect, ch.Source = d.Effect, rule.Source
		}
		if d.Effect == Refused {
			ch.Why = Immutable
		}
		if d.Worse {
			ch.Lost = cmp.Or(ch.Lost, rule.Lost)
		}
		ch.Hides = cmp.Or(ch.Hides, rule.Hides)
	}
	open, opens := holds(before, t.Open), holds(after, t.Open)
	ch.Opens, ch.Closes, ch.open = opens && !open, open && !opens, opens
	ch.closed()
	ch.lists(before, after, t)
	ch.replaced(before, after, c.table, t)
	c.add(ch, after)
}

// closed takes it back that something is for the worse of what shuts everybody out.
func (ch *Change) closed() {
	for i := range ch.Differences {
		if d := &ch.Differences[i]; ch.Closes && d.Class == Exposure {
			d.Worse = false
		}
	}
}

// undeleted is what becomes of a deployment that cannot delete a resource.
func (ch *Change) undeleted(why Reason, table Table, t Type) {
	ch.Effect, ch.Why, ch.Source = Refused, why, cmp.Or(t.Source, ch.Source)
	if table.Undeleted != None {
		ch.Effect, ch.Source = table.Undeleted, table.UndeletedSource
	}
}

// sameName tells whether what replaces a resource would have its name.
func sameName(before, after *Resource, t Type) bool {
	same := func(path string) bool {
		x, _ := before.Get(path)
		y, _ := after.Get(path)
		return x == y
	}
	_, fixed := before.Get(t.Fixed)
	return t.Fixed != "" && fixed && same(t.Fixed) && same(t.Within)
}

// replaced works out what the replacement of a resource does to what it holds.
func (ch *Change) replaced(before, after *Resource, table Table, t Type) {
	if ch.Effect != Replaced {
		return
	}
	switch {
	case sameName(before, after, t):
		ch.refuse(NameTaken, cmp.Or(t.Source, ch.Source))
	case holds(before, t.KeptReplaced):
		ch.Left = t.Holds != ""
	case holds(before, t.Protected):
		ch.undeleted(IsProtected, table, t)
	case holds(before, t.Filled):
		ch.undeleted(IsFilled, table, t)
	default:
		ch.Lost = t.Holds
	}
	if ch.Effect == LeftBehind { // there is a new one all the same
		ch.Effect, ch.Left = Replaced, t.Holds != ""
	}
}

// spread follows references: what cannot refer to another resource without being replaced is replaced when that is.
func (c *comparison) spread(after []Resource) {
	users := map[string][]user{}
	for i := range after {
		r := &after[i]
		for k := range r.Properties {
			if ref := r.Properties[k].Ref; ref != "" && ref != r.Address {
				users[ref] = append(users[ref], user{r, &r.Properties[k]})
			}
		}
	}
	var queue []string
	for _, ch := range c.changes {
		if ch.Effect == Replaced {
			queue = append(queue, ch.Address)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, u := range users[queue[0]] {
			if c.follow(u, queue[0]) {
				queue = append(queue, u.resource.Address)
			}
		}
	}
}

// user is a resource with the property by which it refers to another one.
type user struct {
	resource *Resource
	property *Property
}

// follow marks a resource as replaced because of another one, and tells whether it was not so before.
func (c *comparison) follow(u user, because string) bool {
	t := c.table.Types[u.resource.Type]
	rule := t.rule(u.property.Path)
	i, known := c.changed[u.resource.Address]
	switch {
	case rule.Effect != Replaced, known && c.changes[i].Effect >= Replaced, known && c.changes[i].Effect == Added:
		return false
	case !known:
		i = len(c.changes)
		c.add(Change{Source: rule.Source}, u.resource)
	}
	ch := &c.changes[i]
	ch.Effect, ch.Because, ch.Source = Replaced, because, rule.Source
	ch.replaced(u.resource, u.resource, c.table, t)
	return ch.Effect == Replaced
}
