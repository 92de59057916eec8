package change

import (
	"strings"

	"github.com/isobar-dev/isobar/spec"
)

// Effect is what a deployment does to a resource. Effects are in the order of their weight.
type Effect int

// The effects.
const (
	// None: nothing is deployed.
	None Effect = iota
	// InPlace: the resource is changed, and goes on working.
	InPlace
	// Added: the resource is new.
	Added
	// Interrupted: the resource is changed, and does not work, or loses what it is doing, meanwhile.
	Interrupted
	// LeftBehind: the resource is deployed no longer, and stays until a person deletes it.
	LeftBehind
	// Removed: the resource is deleted.
	Removed
	// Replaced: the resource is deleted, and made anew.
	Replaced
	// Refused: the cloud refuses, and the deployment fails.
	Refused
)

// effects are the names of the effects.
var effects = [...]string{"none", "in-place", "added", "interrupted", "left-behind", "removed", "replaced", "refused"}

// String gives the name: in-place.
func (e Effect) String() string { return effects[e] }

// MarshalText writes the name.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Class is what a property is about, when it is about something that a reviewer looks for.
type Class string

// The classes.
const (
	// Delivery is how often, in what order and how fast events arrive, and what becomes of those that fail.
	Delivery Class = "delivery"
	// Cost is what makes a bill larger or smaller.
	Cost Class = "cost"
	// Exposure is who can reach something at all.
	Exposure Class = "exposure"
	// Permission is what an identity may do.
	Permission Class = "permission"
	// Protection is what keeps data from being lost: backups, versions, the refusal to delete.
	Protection Class = "protection"
	// Name is a name, a label or a description: it follows from something else.
	Name Class = "name"
)

// Content is what a resource holds, and what is lost with it.
type Content string

// The contents.
const (
	Messages Content = "messages"
	Items    Content = "items"
	Objects  Content = "objects"
	Values   Content = "values" // of secrets
	Logs     Content = "logs"
	// Executions are those of a workflow that run.
	Executions Content = "executions"
)

// Table is what a cloud does when something changes.
type Table struct {
	// Types are those that generated files have. What a type, or a path, has no row for changes in place.
	Types map[string]Type
	// Gone is what becomes of a resource that the files no longer have: Removed or LeftBehind.
	Gone Effect
	// GoneSource is the vendor's page that says so.
	GoneSource string
	// Undeleted is what a deployment does that cannot delete something: Refused, unless it is LeftBehind, and goes on.
	Undeleted Effect
	// UndeletedSource is the vendor's page that says so.
	UndeletedSource string
	// Everybody are the principals that stand for all the world.
	Everybody []string
}

// Type is what is known of a type of resource.
type Type struct {
	// Holds is what is lost with the resource; empty when it holds nothing.
	Holds Content
	// Billed is true when the resource costs something by being there, used or not.
	Billed bool
	// Class is what the resource as a whole is about.
	Class Class
	// Gone is what becomes of the resource when the files no longer have it, where that is another thing than the Table says.
	Gone Effect
	// Acts is the kind of what the resource acts on, when that is what other parts of the app hold: a new one may lose some of it. The
	// items of its list have the names of those parts.
	Acts spec.Kind
	// Used is true of what is there for as long as code uses a part of the app: that none does any more is no end of the part.
	Used bool
	// Ties is true of what only ties others together: when it is replaced, none of them is.
	Ties bool
	// Open are properties whose values let everybody in, of which one is enough.
	Open []Condition
	// Kept are properties whose values keep a resource that the files no longer have, and KeptReplaced those that keep one for which
	// there is a new one. With either the cloud does not try to delete it.
	Kept, KeptReplaced []Condition
	// Protected are properties whose values have the cloud refuse to delete the resource, and Filled those with which it refuses as long
	// as the resource holds anything.
	Protected, Filled []Condition
	// Fixed is the path of a name that cannot stay when the resource is replaced: the new one is made while there is still the old one.
	// Within is the path of what no two have the same name in; empty for all that there is.
	Fixed, Within string
	// Lists are what is known of lists whose items have names, by path.
	Lists map[string]List
	// Source is the vendor's page.
	Source string
	// Rules are by path, without what stands in brackets. A rule is for what is below its path as well, unless there is a closer one.
	Rules Rules
}

// Condition is a property with a value. The zero Condition holds for every resource, and one that is Absent for those without the
// property.
type Condition struct {
	Path, Value string
	Absent      bool
}

// Always holds for every resource of a type.
var Always = []Condition{{}}

// Rule is what happens when a property changes.
type Rule struct {
	// Effect is InPlace when it is not set.
	Effect Effect
	// Lost is what is lost by a change for the worse alone, though the resource stays.
	Lost Content
	// Hides is what the resource holds and is not found any more, though it is all there.
	Hides Content
	Class Class
	// Worse are the turns that are for the worse, of what is about exposure or protection, or by which something is lost.
	Worse Turn
	// Stays is true of a value that the cloud keeps when the files no longer have it.
	Stays bool
	// Edited limits the effect to a value that becomes another one: to add or remove one changes in place.
	Edited bool
	// Source is the vendor's page. A rule whose Effect is not InPlace has one.
	Source string
}

// rule returns the closest rule for a path.
func (t Type) rule(path string) Rule {
	path = rulePath(path)
	for {
		if r, ok := t.Rules[path]; ok {
			r.Effect = max(r.Effect, InPlace)
			return r
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return Rule{Effect: InPlace, Class: t.Class}
		}
		path = path[:i]
	}
}

// holds tells whether one of the conditions is true of a resource.
func holds(r *Resource, conditions []Condition) bool {
	for _, c := range conditions {
		if c == (Condition{}) {
			return true
		}
		has := false
		for i := range r.Properties {
			if p := &r.Properties[i]; rulePath(p.Path) == c.Path {
				has = has || c.Absent || p.Value == c.Value
			}
		}
		if has != c.Absent {
			return true
		}
	}
	return false
}
