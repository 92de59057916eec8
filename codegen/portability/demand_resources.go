package portability

import (
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

func (d *demands) topics() {
	functions := map[string][]*plan.Function{}
	for _, f := range plan.Of[plan.Subscription](d.app) {
		functions[f.On.Topic] = append(functions[f.On.Topic], f.Function)
	}
	for _, t := range d.app.Topics {
		subject := quoted("topic", t.Name)
		d.accept = accepted(functions[t.Name])
		d.number(TopicRetention, subject, seconds(t.Retention.Value), t.Retention.Pos, t.Retention.Explicit)
		d.flag(TopicOrdered, subject, t.Ordered, "ordered")
		d.flag(Deduplicate, subject, t.Deduplicate, ordered(t.Ordered.Value))
		if n := len(functions[t.Name]); n > 0 {
			d.number(TopicFunctions, subject, int64(n), t.Pos, true)
		}
	}
	d.accept = nil
}

// accepted is what the functions of a resource accept, for the resource's own differences.
func accepted(functions []*plan.Function) []plan.Variable {
	var all []plan.Variable
	for _, f := range functions {
		all = append(all, f.Accept...)
	}
	return all
}

func (d *demands) buckets() {
	triggered := map[string][]plan.Triggered[plan.ObjectEvents]{}
	functions := map[string][]*plan.Function{}
	for _, f := range plan.Of[plan.ObjectEvents](d.app) {
		triggered[f.On.Bucket] = append(triggered[f.On.Bucket], f)
		functions[f.On.Bucket] = append(functions[f.On.Bucket], f.Function)
	}
	for _, b := range d.app.Buckets {
		subject := quoted("bucket", b.Name)
		d.accept = accepted(functions[b.Name])
		d.text(BucketName, subject, d.app.Name+"-"+b.Name, b.Pos, true)
		d.flag(BucketVersions, subject, b.Versioning, "true")
		d.flag(BucketKept, subject, b.DeletionProtection, "true")
		if e := b.ExpireDays; e.Explicit {
			d.number(BucketExpiry, subject, int64(e.Value), e.Pos, true)
		}
		if e := b.ExpireVersionDays; e.Explicit {
			d.number(VersionExpiry, subject, int64(e.Value), e.Pos, true)
		}
		created, deleted := 0, 0
		for _, f := range triggered[b.Name] {
			if f.On.Created {
				created++
			}
			if f.On.Deleted {
				deleted++
			}
		}
		if n := max(created, deleted); n > 0 {
			d.number(BucketFunctions, subject, int64(n), b.Pos, true)
		}
		d.overlaps(triggered[b.Name])
	}
	d.accept = nil
}

// overlaps finds pairs of functions that the same event of a bucket can trigger.
func (d *demands) overlaps(functions []plan.Triggered[plan.ObjectEvents]) {
	for i, f := range functions {
		for _, other := range functions[:i] {
			if !overlap(f.On, other.On) {
				continue
			}
			d.add(Demand{
				Key: BucketOverlap, Subject: quoted("function", f.Name), Text: other.Name, Pos: f.On.Pos, Explicit: true,
				Related: []diag.Related{{Pos: other.On.Pos, Message: "the other function"}},
			})
		}
	}
}

// overlap tells whether there is a key, and a kind of event, that two triggers are both for. Two prefixes overlap when one begins
// with the other, and two suffixes when one ends with the other.
func overlap(a, b plan.ObjectEvents) bool {
	p, q, s, t := a.Prefix.Value, b.Prefix.Value, a.Suffix.Value, b.Suffix.Value
	return (a.Created && b.Created || a.Deleted && b.Deleted) &&
		(strings.HasPrefix(p, q) || strings.HasPrefix(q, p)) &&
		(strings.HasSuffix(s, t) || strings.HasSuffix(t, s))
}

func (d *demands) tables() {
	functions := map[string][]*plan.Function{}
	for _, f := range plan.Of[plan.Stream](d.app) {
		functions[f.On.Table] = append(functions[f.On.Table], f.Function)
	}
	for _, t := range d.app.Tables {
		subject := quoted("table", t.Name)
		d.accept = accepted(functions[t.Name])
		d.flag(TableRecovery, subject, t.PointInTimeRecovery, "true")
		d.flag(TableKept, subject, t.DeletionProtection, "true")
		if n := len(t.Indexes); n > 0 {
			d.number(TableIndexes, subject, int64(n), t.Indexes[0].Pos, true)
		}
		if n := len(functions[t.Name]); n > 0 {
			d.number(TableFunctions, subject, int64(n), t.Pos, true)
		}
	}
	d.accept = nil
}

func (d *demands) workflows() {
	for _, w := range d.app.Workflows {
		subject := quoted("workflow", w.Name)
		switch t := w.Trigger.(type) {
		case plan.Message:
			d.text(WorkflowTrigger, subject, "queue", t.Pos, true)
		case plan.Subscription:
			d.text(WorkflowTrigger, subject, "topic", t.Pos, true)
		}
	}
}

// Unknown reports what functions accept that is no key: a misspelt one would silence nothing.
func Unknown(app *plan.App) diag.List {
	var diags diag.List
	keys := Keys()
	known := make([]string, len(keys))
	for i, k := range keys {
		known[i] = string(k)
	}
	for i := range app.Functions {
		for _, a := range app.Functions[i].Accept {
			if !slices.Contains(known, a.Name) {
				e := diags.Errorf(diag.InvalidValue, a.Pos, "%s names no difference between clouds%s", diag.Quote(a.Name), diag.DidYouMean(a.Name, known))
				e.Hint = "write the name that the warning gives"
			}
		}
	}
	return diags
}
