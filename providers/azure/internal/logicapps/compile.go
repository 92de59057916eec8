package logicapps

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Options are what a compiler has to know beside the machine.
type Options struct {
	// Timeout is how long a call of a function may take for which the task says nothing.
	Timeout func(function string) time.Duration
	// TaskPath begins the paths at which the app's tasks are called: /api/_tasks/.
	TaskPath string
	// LeadsBack tells whether another workflow starts the one that is compiled, or leads to one that does.
	LeadsBack func(workflow string) bool
}

// The definition's own parameters.
const (
	// ParamApp is the address of the app.
	ParamApp = "app"
	// ParamAudience is what a token for the app is for.
	ParamAudience = "audience"
	// ParamIdentity is the identity as which the workflow calls.
	ParamIdentity = "identity"
	// ParamManagement is what a token for the triggers of workflows is for.
	ParamManagement = "management"
)

// schema is that of definitions.
const schema = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"

// TriggerName is the name of the trigger that starts a run.
const TriggerName = "start"

// Compile makes a definition of a machine that has no errors. What cannot be had is in the list.
func Compile(m *asl.Machine, o Options) (*Workflow, diag.List) {
	c := &compiler{options: o, names: map[string]bool{}, states: map[string]string{}, firsts: map[string]string{}, parameters: map[string]bool{}}
	if m.Timeout.Set {
		c.refuse(m.Timeout.Pos, "machine-timeout", "TimeoutSeconds of a workflow")
	}
	m.Walk(func(_ *asl.Graph, s *asl.State) { c.states[s.Name.Value] = c.name(s.Name.Value) })
	g := &graph{data: c.name("data"), next: c.name("next"), failure: c.name("failure"), terminates: true}
	var s sequence
	c.graph(&s, &m.Graph, g, "triggerBody()")
	s.add(c.name("output"), "Compose", Field{"inputs", variable(g.data).member("value").value()})
	start := sequence{}
	for _, v := range c.variables {
		start.add(c.name("init_"+v.name), "InitializeVariable", Field{"inputs", Object{{"variables", Array{
			Object{{"name", v.name}, {"type", v.kind}, {"value", v.value}},
		}}}})
	}
	for i := range s.actions {
		if s.actions[i].after == nil {
			s.actions[i].after = start.last
		}
	}
	actions := append(start.object(), s.object()...)
	if n := count(actions); n > maxActions {
		c.refuse(m.Pos, "actions", "a workflow that takes %d actions", n)
	}
	if n := depth(actions); n > maxNesting {
		c.refuse(m.Pos, "nesting", "a workflow that nests %d deep", n)
	}
	if n := len(c.variables); n > maxVariables {
		c.refuse(m.Pos, "variables", "a workflow that takes %d variables", n)
	}
	if n := len(c.parameters) + len(c.calls); n > maxParameters {
		c.refuse(m.Pos, "parameters", "a workflow that calls %d things beside functions", len(c.calls))
	}
	return &Workflow{Definition: c.definition(actions), Calls: c.calls, States: c.firsts}, c.diags
}

func (c *compiler) definition(actions Object) Object {
	var parameters Object
	for _, name := range []string{ParamApp, ParamAudience, ParamIdentity, ParamManagement} {
		if c.parameters[name] {
			parameters = append(parameters, Field{name, Object{{"type", "String"}}})
		}
	}
	for _, k := range c.calls {
		parameters = append(parameters, Field{k.Parameter, Object{{"type", "String"}}})
	}
	return Object{
		{"$schema", schema},
		{"contentVersion", "1.0.0.0"},
		{"parameters", parameters},
		{"triggers", Object{{TriggerName, Object{{"type", "Request"}, {"kind", "Http"}, {"inputs", Object{{"schema", Object{}}}}}}}},
		{"actions", actions},
		{"outputs", Object{}},
	}
}

// containers are the fields in which actions stand in actions.
func containers(body Object, visit func(Object)) {
	for _, f := range body {
		o, ok := f.Value.(Object)
		switch {
		case !ok:
		case f.Key == "actions":
			visit(o)
		case f.Key == "else" || f.Key == "default":
			containers(o, visit)
		case f.Key == "cases":
			for _, k := range o {
				containers(k.Value.(Object), visit)
			}
		}
	}
}

func count(actions Object) int {
	n := len(actions)
	for _, a := range actions {
		containers(a.Value.(Object), func(inner Object) { n += count(inner) })
	}
	return n
}

func depth(actions Object) int {
	deepest := 0
	for _, a := range actions {
		containers(a.Value.(Object), func(inner Object) { deepest = max(deepest, depth(inner)) })
	}
	return deepest + 1
}

type compiler struct {
	options    Options
	diags      diag.List
	names      map[string]bool   // of actions and variables
	states     map[string]string // the names of their actions
	firsts     map[string]string // the names of the first of their actions
	parameters map[string]bool   // those of the definition that are used
	calls      []Callee
	variables  []variableOf

	// heard is true where something catches or retries what the state that is being compiled raises.
	heard bool
}

// variableOf is a variable with its type and its first value.
type variableOf struct {
	name, kind string
	value      any
}

// graph is what the states of a graph share: the names of their variables.
type graph struct {
	data, next, failure string
	// terminates is true where a Terminate may stand: in the machine itself, outside of loops.
	terminates bool
	// heard is true where something catches or retries what the graph fails with.
	heard bool
	// several is true where the variable next says which block is entered, and looping where the states are in a loop.
	several, looping bool
	// item is the scope of paths, as far as it is known: the item of a Map state.
	item scope
}

// use has a variable be initialized.
func (c *compiler) use(name, kind string, value any) string {
	if !slices.ContainsFunc(c.variables, func(v variableOf) bool { return v.name == name }) {
		c.variables = append(c.variables, variableOf{name, kind, value})
	}
	return name
}

// reserved are names that are read as something else.
var reserved = []string{"actions", "else", "cases", "default"}

// name makes a name for an action or a variable that nothing has yet.
func (c *compiler) name(like string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, like)
	const most = 76 // of 80 characters: https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration
	plain = plain[:min(len(plain), most)]
	if slices.Contains(reserved, plain) {
		plain = "state_" + plain
	}
	name := plain
	for i := 2; c.names[strings.ToLower(name)]; i++ {
		name = fmt.Sprint(plain, "_", i)
	}
	c.names[strings.ToLower(name)] = true
	return name
}

// callee gives the address of a resource other than a function: a parameter queue_letters.
func (c *compiler) callee(r asl.Resource) expr {
	parameter := string(r.Kind) + "_" + strings.ReplaceAll(r.Name, "-", "_")
	if !slices.ContainsFunc(c.calls, func(k Callee) bool { return k.Kind == r.Kind && k.Name == r.Name }) {
		c.calls = append(c.calls, Callee{r, parameter})
	}
	return call("parameters", quoted(parameter))
}

func itoa(n int) string { return strconv.Itoa(n) }
