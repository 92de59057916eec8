// Package access says what an app's functions may do, before any cloud's words for it, and how a cloud grants it.
//
// What a function may do comes from its trigger, its secrets and the access that the spec gives it, and from nothing else. A wing
// has a Table with a Row for each kind of resource and verb, which a reviewer can check against the vendor's page, and lists the
// Grants that its files make, each with the line of the spec that asks for it.
package access

import (
	"cmp"
	"slices"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Run, Consume and Call are the verbs that no spec writes: Run is what every function needs to run at all, Consume is what a trigger
// needs, and Call what a workflow needs whose task calls a function. The others are spec.Verbs.
const (
	Run     = "run"
	Consume = "consume"
	Call    = "call"
)

// KindFunction is the kind of what Run and Call are about.
const KindFunction spec.Kind = "function"

// KindSchedule is the kind of what the Consume of a schedule is about.
const KindSchedule spec.Kind = "schedule"

// Key names something that a function can do.
type Key struct {
	Kind spec.Kind
	Verb string
}

// Keys returns every key: Run, Call, Consume for each kind of trigger that is no request, and spec.Verbs.
func Keys() []Key {
	keys := []Key{
		{KindFunction, Run},
		{KindFunction, Call},
		{spec.KindQueue, Consume},
		{spec.KindTopic, Consume},
		{spec.KindBucket, Consume},
		{spec.KindTable, Consume},
		{KindSchedule, Consume},
	}
	for kind, verbs := range spec.Verbs {
		for _, verb := range verbs {
			keys = append(keys, Key{kind, verb})
		}
	}
	slices.SortFunc(keys, func(x, y Key) int { return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Verb, y.Verb)) })
	return keys
}

// Table is how one cloud grants what functions can do. It has a row for every key.
type Table map[Key]Row

// Row is one line of a Table.
type Row struct {
	// Actions are the actions, or the roles, that are granted; none when the verb takes no permission of the function.
	Actions []string
	// On says in a few words on which resources.
	On string
	// Source is the vendor's page.
	Source string
}

// Use is something that a function may do with a resource.
type Use struct {
	Key
	// Resource is the name of a resource of the spec; for Run and for a schedule, the function's.
	Resource string
	// Pos is the line of the spec that asks for it.
	Pos diag.Position
}

// Uses returns all that a function may do: what it needs to run, what its trigger needs, its access, and its secrets.
func Uses(f *plan.Function) []Use {
	uses := []Use{{Key{KindFunction, Run}, f.Name, f.Pos}}
	switch t := f.Trigger.(type) {
	case plan.Message:
		uses = append(uses, Use{Key{spec.KindQueue, Consume}, t.Queue, t.Pos})
	case plan.Subscription:
		uses = append(uses, Use{Key{spec.KindTopic, Consume}, t.Topic, t.Pos})
	case plan.ObjectEvents:
		uses = append(uses, Use{Key{spec.KindBucket, Consume}, t.Bucket, t.Pos})
	case plan.Stream:
		uses = append(uses, Use{Key{spec.KindTable, Consume}, t.Table, t.Pos})
	case plan.Schedule:
		uses = append(uses, Use{Key{KindSchedule, Consume}, f.Name, t.Pos})
	}
	for _, a := range f.Access {
		uses = append(uses, Use{Key{a.Kind, a.Verb}, a.Resource, a.Pos})
	}
	for _, s := range f.Secrets {
		key := Key{spec.KindSecret, "read"}
		if !slices.ContainsFunc(uses, func(u Use) bool { return u.Key == key && u.Resource == s.Secret }) {
			uses = append(uses, Use{key, s.Secret, s.Pos})
		}
	}
	return uses
}

// called are the keys of what tasks call.
var called = map[asl.ResourceKind]Key{
	asl.Function: {KindFunction, Call},
	asl.Queue:    {spec.KindQueue, "send"},
	asl.Topic:    {spec.KindTopic, "publish"},
	asl.Workflow: {spec.KindWorkflow, "start"},
}

// UsesOfWorkflow returns all that a workflow may do, each with the task that asks for it.
func UsesOfWorkflow(w *plan.Workflow) []Use {
	var uses []Use
	for _, c := range w.Calls() {
		uses = append(uses, Use{called[c.Kind], c.Name, c.Pos})
	}
	return uses
}

// Grant is a permission that generated files give.
type Grant struct {
	// Principal is who gets it: the name of a function of the spec, of a unit that functions share, or of a service of the cloud.
	Principal string `json:"principal"`
	// Action is an action, or a role, of the cloud.
	Action string `json:"action"`
	// Resource is what it is granted on, as it stands in the generated files.
	Resource string `json:"resource"`
	// Pos is the line of the spec that asks for it.
	Pos diag.Position `json:"position"`
}
