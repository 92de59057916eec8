package change

import (
	"maps"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// builder puts changes of all targets under the parts of the app.
type builder struct {
	before, after *part
	asked         map[Owner][]Asked
	found         map[Owner]*Subject
	// addressed are the owners of resources by their addresses.
	addressed map[string]Owner
	renames   renaming
}

// part is what a side has of its app's parts.
type part struct {
	app *plan.App
	// places are the parts that a spec has.
	places map[Owner]diag.Position
	// lines are the parts in the order of their places; nil until needed.
	lines []Owner
	// spelled are the names of parts as the spec has them, by what is left of them in identifiers.
	spelled map[string]Owner
	// resources are those of each part, of all targets.
	resources map[Owner][]*Resource
}

func newBuilder(before, after Side, stage string) *builder {
	b := &builder{before: partOf(before), after: partOf(after), found: map[Owner]*Subject{}, asked: map[Owner][]Asked{}, addressed: map[string]Owner{}}
	if before.App != nil && after.App != nil {
		b.asked = compareAsks(Asks(before.App, stage), Asks(after.App, stage))
	}
	b.index(b.before, before)
	b.index(b.after, after)
	return b
}

func partOf(s Side) *part {
	p := &part{app: s.App, places: map[Owner]diag.Position{}, spelled: map[string]Owner{}, resources: map[Owner][]*Resource{}}
	if s.App == nil {
		return p
	}
	add := func(kind spec.Kind, name string, pos diag.Position) {
		o := Owner{kind, name}
		p.places[o] = pos
		p.spelled[string(kind)+" "+fold(name)] = o
		if kind != KindFunction && kind != KindStage {
			p.spelled[fold(name)] = o
		}
	}
	app := s.App
	p.places[Owner{Kind: KindApp}] = app.Pos
	for i := range app.Functions {
		add(KindFunction, app.Functions[i].Name, app.Functions[i].Pos)
	}
	for i := range app.Stages {
		add(KindStage, app.Stages[i].Name, app.Stages[i].Pos)
	}
	for i := range app.Queues {
		add(spec.KindQueue, app.Queues[i].Name, app.Queues[i].Pos)
	}
	for i := range app.Topics {
		add(spec.KindTopic, app.Topics[i].Name, app.Topics[i].Pos)
	}
	for i := range app.Buckets {
		add(spec.KindBucket, app.Buckets[i].Name, app.Buckets[i].Pos)
	}
	for i := range app.Tables {
		add(spec.KindTable, app.Tables[i].Name, app.Tables[i].Pos)
	}
	for i := range app.Workflows {
		add(spec.KindWorkflow, app.Workflows[i].Name, app.Workflows[i].Pos)
	}
	for i := range app.Secrets {
		add(spec.KindSecret, app.Secrets[i].Name, app.Secrets[i].Pos)
	}
	return p
}

// index gathers the resources of each part.
func (b *builder) index(p *part, s Side) {
	for i := range s.Targets {
		for k := range s.Targets[i].Resources {
			r := &s.Targets[i].Resources[k]
			o := b.owner(p, r.Owner)
			p.resources[o] = append(p.resources[o], r)
			b.addressed[r.Address] = o
		}
	}
}

// owner is the owner in the spelling of the spec.
func (b *builder) owner(p *part, o Owner) Owner {
	for _, key := range []string{string(o.Kind) + " " + fold(o.Name), fold(o.Name)} {
		if known, ok := p.spelled[key]; ok && o.Name != "" {
			return known
		}
		if other := b.other(p); other != nil {
			if known, ok := other.spelled[key]; ok && o.Name != "" {
				return known
			}
		}
	}
	return o
}

func (b *builder) other(p *part) *part {
	if p == b.before {
		return b.after
	}
	return b.before
}

func (b *builder) subject(o Owner) *Subject {
	s := b.found[o]
	if s == nil {
		s = &Subject{Owner: o, Asked: b.asked[o]}
		b.found[o] = s
	}
	return s
}

// compare adds what separates two deployments to one target.
func (b *builder) compare(before, after *Target) {
	for _, c := range Compare(after.Name, before.Resources, after.Resources, after.Table) {
		p := b.after
		if c.Effect == LeftBehind || c.Effect == Removed {
			p = b.before
		}
		c.Owner = b.owner(p, c.Owner)
		s := b.subject(c.Owner)
		s.Changes = append(s.Changes, c)
	}
	for _, g := range grantChanges(after.Name, before.Grants, after.Grants, after.Table.Gone) {
		s := b.subject(b.grantee(g))
		s.Grants = append(s.Grants, g)
	}
}

// grantee is the part of the app whose permission it is: the one in whose lines of the spec it is asked for. Without a spec it is the
// function's or, when it is a service's of the cloud, that of what it is for.
func (b *builder) grantee(g GrantChange) Owner {
	side := b.before
	if g.Added {
		side = b.after
	}
	if o, ok := side.at(g.Pos); ok {
		return o
	}
	if o := b.owner(side, Owner{KindFunction, g.Principal}); len(b.after.resources[o])+len(b.before.resources[o]) > 0 {
		return o
	}
	if o, ok := b.addressed[g.Resource]; ok {
		return o
	}
	return Owner{Kind: KindApp}
}

// at is the part that stands at a place: the last one that begins before it.
func (p *part) at(pos diag.Position) (Owner, bool) {
	if pos.Line == 0 {
		return Owner{}, false
	}
	if p.lines == nil {
		p.lines = slices.SortedFunc(maps.Keys(p.places), func(x, y Owner) int { return p.places[x].Compare(p.places[y]) })
	}
	i, exact := slices.BinarySearchFunc(p.lines, pos, func(o Owner, pos diag.Position) int { return p.places[o].Compare(pos) })
	if !exact {
		i--
	}
	if i < 0 {
		return Owner{}, false
	}
	return p.lines[i], true
}

// subjects returns what was found, put in order.
func (b *builder) subjects() []Subject {
	only := b.onlyAsked()
	if only != nil {
		for o := range b.asked {
			b.subject(o) // which may have no resource of its own
		}
	}
	b.states()
	b.begin()
	b.unused()
	b.rename()
	b.followNames()
	b.bindings()
	var all []Subject
	for _, o := range slices.SortedFunc(maps.Keys(b.found), Owner.Compare) {
		all = append(all, *b.found[o])
	}
	all = attribute(merge(all), only)
	for i := range all {
		all[i].byTarget()
	}
	all = slices.DeleteFunc(all, func(s Subject) bool { return len(s.Changes)+len(s.Grants) == 0 })
	sortSubjects(all)
	return all
}

// states finds what is new and what is gone, and where the spec has it.
func (b *builder) states() {
	for o, s := range b.found {
		had, has := b.before.has(o), b.after.has(o)
		switch {
		case !o.Shared() && !had && has:
			s.State = New
		case !o.Shared() && had && !has:
			s.State = Gone
		}
		s.Pos = b.after.places[o]
		if s.Pos.IsZero() {
			s.Pos = b.before.places[o]
		}
	}
}

// begin takes it back that something is lost of parts that hold nothing yet.
func (b *builder) begin() {
	for _, s := range b.found {
		for i := range s.Changes {
			c := &s.Changes[i]
			if c.acts == "" || c.Lost == "" {
				continue
			}
			lost := c.Lost
			c.Lost = ""
			for k := range c.Differences {
				d := &c.Differences[k]
				_, name, _ := strings.Cut(d.Path, "[")
				name, _, _ = strings.Cut(name, "]")
				on := b.found[b.owner(b.after, Owner{c.acts, name})]
				if d.Worse = d.Worse && (on == nil || on.State != New); d.Worse {
					c.Lost = lost
				}
			}
		}
	}
}

// unused says of what is there for as long as code uses it that nothing comes and goes with that, where the part itself stays.
func (b *builder) unused() {
	for o, s := range b.found {
		_, had := b.before.places[o]
		_, has := b.after.places[o]
		for i := range s.Changes {
			if c := &s.Changes[i]; c.used && c.Whole && had && has {
				c.Effect, c.Class, c.Holds = InPlace, Name, ""
			}
		}
	}
}

func (p *part) has(o Owner) bool {
	if p.app != nil && !o.Shared() {
		_, ok := p.places[o]
		return ok
	}
	return len(p.resources[o]) > 0
}

// rename finds parts that are gone, and new ones of the same kind with the same body but for the name.
func (b *builder) rename() {
	if b.before.app != nil && b.after.app != nil && b.before.app.Name != b.after.app.Name {
		b.renames.add(b.before.app.Name, b.after.app.Name)
	}
	bodies := map[string][]Owner{}
	for _, o := range slices.SortedFunc(maps.Keys(b.found), Owner.Compare) {
		if b.found[o].State == Gone {
			key := b.body(b.before, o)
			bodies[key] = append(bodies[key], o)
		}
	}
	for _, o := range slices.SortedFunc(maps.Keys(b.found), Owner.Compare) {
		s := b.found[o]
		if s == nil || s.State != New {
			continue
		}
		key := b.body(b.after, o)
		candidates := bodies[key]
		if len(candidates) == 0 || key == "" {
			continue
		}
		was := candidates[0]
		bodies[key] = candidates[1:]
		old := b.found[was]
		s.State, s.Was = Renamed, was.Name
		s.Changes = append(old.Changes, s.Changes...)
		s.Grants = append(old.Grants, s.Grants...)
		s.byTarget()
		s.Asked = nil
		delete(b.found, was)
		b.renames.add(was.Name, o.Name)
	}
}

// body is what a part has in all targets, its name taken out, and that of the app.
func (b *builder) body(p *part, o Owner) string {
	name, app := tokens(o.Name), []string(nil)
	if p.app != nil {
		app = tokens(p.app.Name)
	}
	var lines []string
	for _, r := range p.resources[o] {
		leaves := []string{r.Type + " " + without(r.Key, name)}
		for _, leaf := range r.Properties {
			if leaf.Path == "Handler" || leaf.Path == "Name" || strings.HasSuffix(leaf.Path, "entry_point") {
				continue // the Go function may well have been renamed too
			}
			leaves = append(leaves, without(leaf.Path, name)+"="+without(leaf.Value, name, app))
		}
		slices.Sort(leaves[1:]) // names are parts of paths
		lines = append(lines, strings.Join(leaves, "|"))
	}
	slices.Sort(lines)
	if len(lines) == 0 {
		return ""
	}
	return string(o.Kind) + "\n" + strings.Join(lines, "\n")
}

// followNames marks what differs by a name alone that something was given.
func (b *builder) followNames() {
	if len(b.renames) == 0 {
		return
	}
	for _, s := range b.found {
		for i := range s.Changes {
			follow(s.Changes[i].Differences, b.renames)
		}
		for i := range s.Grants {
			for k := range s.Grants {
				x, y := &s.Grants[i], &s.Grants[k]
				if !x.Added && y.Added && !y.Follows && x.Target == y.Target && x.Action == y.Action &&
					b.renames.same(x.Resource, y.Resource) && b.renames.same(x.Principal, y.Principal) {
					x.Follows, y.Follows = true, true
					break
				}
			}
		}
	}
}

func follow(differences []Difference, names renaming) {
	var gone []*Difference
	for i := range differences {
		d := &differences[i]
		switch {
		case d.Before != nil && d.After != nil:
			d.Follows = names.same(*d.Before, *d.After)
		case d.Before != nil:
			gone = append(gone, d)
		}
	}
	for i := range differences {
		d := &differences[i]
		if d.After == nil || d.Before != nil {
			continue
		}
		for k, g := range gone {
			if names.same(g.Path, d.Path) && names.same(*g.Before, *d.After) {
				g.Follows, d.Follows = true, true
				gone = slices.Delete(gone, k, k+1)
				break
			}
		}
	}
}
