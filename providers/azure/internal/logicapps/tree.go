package logicapps

import "github.com/isobar-dev/isobar/spec/asl"

// Object is a mapping in its order. Values are nil, bool, int, json.Number, string, Object and Array. A string is as the definition has
// it: one that begins with @ is an expression.
type Object []Field

// Field is an entry of an Object.
type Field struct {
	Key   string
	Value any
}

// Array is a list.
type Array []any

// Workflow is what a machine was compiled to.
type Workflow struct {
	// Definition is the workflow's definition.
	Definition Object
	// Calls are what it calls beside functions, each once, in the order in which it does. The definition knows addresses as parameters:
	// the URL to which messages are posted, and that of a workflow's trigger.
	Calls []Callee
	// States are the names of the first of the states' actions.
	States map[string]string
}

// Callee is something that a workflow calls: the parameter has its address.
type Callee struct {
	asl.Resource
	Parameter string
}

// action is an action of the definition. RunAfter is set when the action takes its place.
type action struct {
	name  string
	kind  string
	body  Object
	after Object
}

// sequence is a list of actions that run one after another.
type sequence struct {
	actions []action
	// last is what the next action runs after: the names of actions, with statuses.
	last Object
}

// succeeded is the status of what went well; the others of what did not.
var (
	succeeded = Array{"Succeeded"}
	failed    = Array{"Failed", "TimedOut"}
	anyEnd    = Array{"Succeeded", "Failed", "TimedOut"}
)

// add appends an action that runs when the one before it went well.
func (s *sequence) add(name, kind string, body ...Field) {
	s.actions = append(s.actions, action{name, kind, body, s.last})
	s.last = Object{{name, succeeded}}
}

// beside appends an action that runs after others, and is not waited for.
func (s *sequence) beside(name, kind string, after Object, body ...Field) {
	s.actions = append(s.actions, action{name, kind, body, after})
}

// object is the actions as a definition has them.
func (s *sequence) object() Object {
	o := Object{}
	for _, a := range s.actions {
		after := a.after
		if after == nil {
			after = Object{}
		}
		o = append(o, Field{a.name, append(Object{{"type", a.kind}, {"runAfter", after}}, a.body...)})
	}
	return o
}
