package change

import (
	"cmp"
	"slices"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Side is one of the two things that are compared.
type Side struct {
	// App is nil when there is no spec, only what was generated.
	App *plan.App
	// Targets are in the order of their names.
	Targets []Target
	// Findings are what the targets make of what the app asks for.
	Findings []portability.Finding
}

// Target is what one cloud deploys.
type Target struct {
	Name string
	Deployment
	Table Table
}

// Report is all that separates two sides.
type Report struct {
	Targets []TargetReport
	// Subjects are the parts of the app that change, the dangerous ones first.
	Subjects []Subject
	// Findings are differences between clouds that are new or gone.
	Findings []FindingChange
}

// TargetReport is a cloud that one side has, or both.
type TargetReport struct {
	Name string
	// State is Added when only the side after has the target, Removed when only the side before has it, and None when both have.
	State Effect
	// Changes are all resources of a target that is new or gone. What was deployed to one that is gone stays there.
	Changes []Change
	Grants  []GrantChange
}

// State is what happens to a part of an app.
type State int

// The states.
const (
	Changed State = iota
	New
	Gone
	Renamed
)

// String gives the name of the state.
func (s State) String() string { return [...]string{"changed", "added", "removed", "renamed"}[s] }

// MarshalText writes the name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Subject is a part of the app that changes, with what it does to each cloud.
type Subject struct {
	Owner Owner
	State State
	// Was is the name before, of what is renamed.
	Was string
	// Others are parts of the same kind with the very same changes but for their names.
	Others []string
	// Pos is where the spec has it; of what is gone, where it had it.
	Pos diag.Position
	// Asked are the lines of the spec that differ.
	Asked []Asked
	// Changes are those of its resources, by target. They include those of what is shared, when nothing else asks for any change.
	Changes []Change
	Grants  []GrantChange
	// OtherChanges and OtherGrants are those of the Others, whose changes only repeat these.
	OtherChanges []Change
	OtherGrants  []GrantChange
}

// GrantChange is a permission that is new or gone.
type GrantChange struct {
	Target string `json:"target"`
	access.Grant
	Added bool `json:"added"`
	// Follows is true when it is another one by a name alone.
	Follows bool `json:"follows,omitempty"`
	// Stays is true of a permission that the files give no longer, and that a person has to take away.
	Stays bool `json:"stays,omitempty"`
}

// FindingChange is a difference between clouds that is new or gone.
type FindingChange struct {
	portability.Finding
	Added bool
}

// Of compares two sides, as a stage of that name deploys them; with no name, as all do.
func Of(before, after Side, stage string) Report {
	b := newBuilder(before, after, stage)
	var report Report
	for _, pair := range pairs(before.Targets, after.Targets) {
		t := TargetReport{}
		switch x, y := pair[0], pair[1]; {
		case x == nil:
			t = TargetReport{y.Name, Added, Compare(y.Name, nil, y.Resources, y.Table), grantChanges(y.Name, nil, y.Grants, Removed)}
		case y == nil:
			t = TargetReport{x.Name, Removed, Compare(x.Name, x.Resources, nil, x.Table), grantChanges(x.Name, x.Grants, nil, LeftBehind)}
			for i := range t.Changes { // nobody deploys there, so nothing is deleted
				t.Changes[i].Effect, t.Changes[i].Lost = LeftBehind, ""
			}
		default:
			t.Name = y.Name
			b.compare(x, y)
		}
		report.Targets = append(report.Targets, t)
	}
	report.Subjects = b.subjects()
	if before.App != nil && after.App != nil { // of generated files alone nobody knows what was asked for
		report.Findings = findings(before.Findings, after.Findings)
	}
	return report
}

// pairs lays two sides' targets beside each other.
func pairs(x, y []Target) [][2]*Target {
	var all [][2]*Target
	for len(x) > 0 || len(y) > 0 {
		switch {
		case len(y) == 0 || len(x) > 0 && x[0].Name < y[0].Name:
			all, x = append(all, [2]*Target{&x[0], nil}), x[1:]
		case len(x) == 0 || y[0].Name < x[0].Name:
			all, y = append(all, [2]*Target{nil, &y[0]}), y[1:]
		default:
			all, x, y = append(all, [2]*Target{&x[0], &y[0]}), x[1:], y[1:]
		}
	}
	return all
}

// grantChanges compares what two deployments permit. Of a permission that several lines ask for the first one counts.
func grantChanges(target string, before, after []access.Grant, gone Effect) []GrantChange {
	type key struct{ principal, action, resource string }
	keyOf := func(g access.Grant) key { return key{g.Principal, g.Action, g.Resource} }
	had, has := map[key]bool{}, map[key]bool{}
	for _, g := range before {
		had[keyOf(g)] = true
	}
	for _, g := range after {
		has[keyOf(g)] = true
	}
	var found []GrantChange
	add := func(list []access.Grant, not map[key]bool, added bool) {
		seen := map[key]bool{}
		for _, g := range list {
			if k := keyOf(g); !not[k] && !seen[k] {
				seen[k] = true
				found = append(found, GrantChange{Target: target, Grant: g, Added: added, Stays: !added && gone == LeftBehind})
			}
		}
	}
	add(before, has, false)
	add(after, had, true)
	return found
}

// findings compares what targets do differently. A difference whose value alone is another one is no new one.
func findings(before, after []portability.Finding) []FindingChange {
	type key struct {
		target, subject string
		key             portability.Key
		kind            portability.Kind
		overQuota       bool
	}
	keyOf := func(f portability.Finding) key {
		return key{f.Target, f.Demand.Subject, f.Demand.Key, f.Kind, f.OverQuota}
	}
	differs := func(f portability.Finding) bool {
		return f.Kind == portability.Degraded || f.Kind == portability.Refused || f.OverQuota
	}
	had, has := map[key]bool{}, map[key]bool{}
	for _, f := range before {
		had[keyOf(f)] = true
	}
	for _, f := range after {
		has[keyOf(f)] = true
	}
	var found []FindingChange
	for _, f := range before {
		if differs(f) && !has[keyOf(f)] {
			found = append(found, FindingChange{f, false})
		}
	}
	for _, f := range after {
		if differs(f) && !had[keyOf(f)] {
			found = append(found, FindingChange{f, true})
		}
	}
	return found
}

// IsEmpty tells whether nothing separates the two sides.
func (r Report) IsEmpty() bool {
	return len(r.Subjects)+len(r.Findings) == 0 && !slices.ContainsFunc(r.Targets, func(t TargetReport) bool { return t.State != None })
}

// Touched are the addresses of resources that are replaced, new or gone, sorted: what refers to them may be touched by it.
func (r Report) Touched() []string {
	var found []string
	for _, s := range r.Subjects {
		for _, changes := range [][]Change{s.Changes, s.OtherChanges} {
			for _, c := range changes {
				if c.Effect == Replaced || c.Effect == Added || c.Effect == Removed || c.Effect == LeftBehind {
					found = append(found, c.Address)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// weight orders subjects: what cannot be undone first.
func (s *Subject) weight() int {
	weight := 0
	for _, c := range s.Changes {
		switch {
		case c.LosesData():
			weight = max(weight, 5)
		case c.Effect == Refused:
			weight = max(weight, 4)
		case c.Opens:
			weight = max(weight, 3)
		case c.Effect == Replaced && c.Class != Permission && c.Class != Name, c.Effect == LeftBehind && c.Holds != "" && c.Holds != Logs:
			weight = max(weight, 1)
		}
	}
	for _, g := range s.Grants {
		if g.Added && !g.Follows {
			weight = max(weight, 2)
		}
	}
	return weight
}

// Dangerous tells whether a subject is one that a reviewer must look at: data is lost, the cloud refuses, something is opened to
// everybody, may do more than before, is replaced, or is left behind with what it holds.
func (s *Subject) Dangerous() bool { return s.weight() > 0 }

func sortSubjects(subjects []Subject) {
	slices.SortStableFunc(subjects, func(a, b Subject) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), a.Owner.Compare(b.Owner))
	})
}
