package workflows_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/gcp/internal/workflows"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// engine is a small Google Workflows: it runs a source, written from https://cloud.google.com/workflows/docs/reference/syntax. It
// knows nothing of the compiler but the names of states' first steps, to say when one is entered, and what is behind a variable.
type engine struct {
	blocks map[string]*yaml.Node
	states map[string]string // by their first steps
	calls  map[string]asl.Resource
	tasks  workflow.Tasks
	clock  workflow.Clock
	start  time.Time
	run    *workflowtest.Run
	steps  int
}

// execute runs a program.
func execute(p *workflows.Program, input any, tasks workflow.Tasks) (*workflowtest.Run, error) {
	e := &engine{
		blocks: map[string]*yaml.Node{}, states: map[string]string{}, calls: map[string]asl.Resource{}, tasks: tasks,
		clock: workflow.Virtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), run: &workflowtest.Run{},
	}
	e.start = e.clock.Now()
	for state, step := range p.States {
		e.states[step] = state
	}
	for _, c := range p.Calls {
		e.calls[c.Variable] = c.Resource
	}
	var document yaml.Node
	if err := yaml.Unmarshal(p.Source(), &document); err != nil {
		return nil, err
	}
	for name, block := range entries(document.Content[0]) {
		e.blocks[name] = block
	}
	return e.run, e.main(input)
}

// main runs the program, and says how it ended. An error is a program that would not be deployed.
func (e *engine) main(input any) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case broken:
			err = fmt.Errorf("%s", r.why)
		case raised:
			e.run.Fault = &workflow.Fault{Name: asl.ErrRuntime}
			if m, ok := r.value.(map[string]any); ok && m["Error"] != nil {
				e.run.Fault.Name = asText(m["Error"])
			}
		default:
			panic(r)
		}
	}()
	e.run.Output = e.subworkflow("main", []any{fromJSON(input)}, nil)
	return nil
}

// entries are the fields of a mapping, in their order.
func entries(n *yaml.Node) func(func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

func get(n *yaml.Node, key string) *yaml.Node {
	for k, v := range entries(n) {
		if k == key {
			return v
		}
	}
	return nil
}

// env are the variables of a scope: those of a loop, of an except and of a branch are its own.
type env struct {
	parent *env
	vars   map[string]any
	// shared are the variables outside that a branch can write, where the scope is one.
	shared []string
	branch bool
}

func (v *env) get(name string) any {
	for s := v; s != nil; s = s.parent {
		if value, ok := s.vars[name]; ok {
			return value
		}
	}
	panic(brokenf("the variable %s is not set", name))
}

func (v *env) has(name string) bool {
	for s := v; s != nil; s = s.parent {
		if _, ok := s.vars[name]; ok {
			return true
		}
	}
	return false
}

// holder is the scope that has a variable to be written.
func (v *env) holder(name string) *env {
	forbidden := false
	for s := v; s != nil; s = s.parent {
		if _, ok := s.vars[name]; ok {
			if forbidden {
				panic(brokenf("the variable %s is written in a branch, and not shared", name))
			}
			return s
		}
		forbidden = forbidden || s.branch && !slices.Contains(s.shared, name)
	}
	return v
}

// jump is where the steps of a list lead: on, to a step, or out with a value.
type jump struct {
	to       string
	returned bool
	value    any
}

func (e *engine) subworkflow(name string, positional []any, named map[string]any) any {
	block := e.blocks[name]
	if block == nil {
		panic(brokenf("there is no subworkflow %s", name))
	}
	v := &env{vars: map[string]any{}}
	if params := get(block, "params"); params != nil {
		for i, p := range params.Content {
			value, ok := named[p.Value]
			switch {
			case i < len(positional):
				value = positional[i]
			case !ok:
				panic(brokenf("%s is not given %s", name, p.Value))
			}
			v.vars[p.Value] = copied(value)
		}
	}
	j := e.list(get(block, "steps"), v)
	if j.to != "" && j.to != "end" {
		panic(brokenf("there is no step %s in %s", j.to, name))
	}
	return j.value
}

// list runs steps, from the first. It returns a jump to a step that is not among them.
func (e *engine) list(steps *yaml.Node, v *env) jump {
	index := map[string]int{}
	for i, s := range steps.Content {
		index[s.Content[0].Value] = i
	}
	for at := 0; at < len(steps.Content); {
		if e.steps++; e.steps > 100_000 {
			panic(brokenf("more than 100,000 steps"))
		}
		s := steps.Content[at]
		if state, ok := e.states[s.Content[0].Value]; ok {
			e.run.Entered(e.clock.Now().Sub(e.start), state)
		}
		j := e.step(s.Content[1], v)
		switch next, ok := index[j.to]; {
		case j.returned || j.to != "" && !ok:
			return j
		case ok:
			at = next
		default:
			at++
		}
	}
	return jump{}
}

// step runs the fields of a step, or of a condition of a switch.
func (e *engine) step(s *yaml.Node, v *env) jump {
	if a := get(s, "assign"); a != nil {
		for _, one := range a.Content {
			e.assign(one.Content[0].Value, e.value(one.Content[1], v), v)
		}
	}
	var j jump
	switch {
	case get(s, "call") != nil:
		result := e.call(get(s, "call").Value, get(s, "args"), v)
		if r := get(s, "result"); r != nil {
			e.assign(r.Value, result, v)
		}
	case get(s, "try") != nil:
		j = e.try(s, v)
	case get(s, "switch") != nil:
		j = e.choose(get(s, "switch"), v)
	case get(s, "for") != nil:
		j = e.loop(get(s, "for"), v)
	case get(s, "parallel") != nil:
		e.parallel(get(s, "parallel"), v)
	case get(s, "steps") != nil:
		j = e.list(get(s, "steps"), v)
	case get(s, "raise") != nil:
		panic(raised{e.value(get(s, "raise"), v)})
	case get(s, "return") != nil:
		return jump{returned: true, value: e.value(get(s, "return"), v)}
	}
	if j.returned || j.to != "" {
		return j
	}
	if next := get(s, "next"); next != nil {
		return jump{to: next.Value}
	}
	return jump{}
}

// value is the value of a node: what is constant, with expressions in it.
func (e *engine) value(n *yaml.Node, v *env) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for k, f := range entries(n) {
			if strings.Contains(k, "${") { // https://cloud.google.com/workflows/docs/reference/syntax/maps#map-definition
				panic(brokenf("the key %q has an expression in it", k))
			}
			m[k] = e.value(f, v)
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, e.value(item, v))
		}
		return list
	}
	if n.Tag == "!!str" {
		if inner, ok := strings.CutPrefix(n.Value, "${"); ok && strings.HasSuffix(inner, "}") {
			if len(n.Value) > 400 {
				panic(brokenf("an expression of %d characters", len(n.Value)))
			}
			return copied(e.evaluate(strings.TrimSuffix(inner, "}"), v))
		}
		if strings.Contains(n.Value, "${") {
			panic(brokenf("%q has an expression in it", n.Value))
		}
		return n.Value
	}
	var plain any
	if err := n.Decode(&plain); err != nil {
		panic(brokenf("%v", err))
	}
	data, _ := json.Marshal(plain)
	if n.Tag == "!!float" {
		return numeric(decode([]byte(n.Value)))
	}
	return decode(data)
}

// assign sets a variable, or a place in one.
func (e *engine) assign(to string, value any, v *env) {
	name := to
	if i := strings.IndexAny(to, ".["); i >= 0 {
		name = to[:i]
	}
	scope := v.holder(name)
	if name == to {
		scope.vars[name] = copied(value)
		return
	}
	ev := &evaluator{engine: e, env: v, rest: to[len(name):]}
	at := scope.vars[name]
	for {
		var key any
		if ev.rest[0] == '.' {
			ev.rest = ev.rest[1:]
			key = ev.word()
		} else {
			ev.rest = ev.rest[1:]
			key = ev.or()
			ev.want("]")
		}
		if ev.rest == "" {
			asMap(at)[asText(key)] = copied(value)
			return
		}
		at = item(at, key)
	}
}

func (e *engine) choose(conditions *yaml.Node, v *env) jump {
	if len(conditions.Content) > 50 {
		panic(brokenf("a switch with %d conditions", len(conditions.Content)))
	}
	for _, c := range conditions.Content {
		holds, ok := e.value(get(c, "condition"), v).(bool)
		if !ok {
			panic(typeError("a condition is a boolean"))
		}
		if holds {
			return e.step(c, v)
		}
	}
	return jump{}
}

// attempt runs what may raise an error.
func attempt(f func()) (err *raised) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(raised); ok {
				err = &e
				return
			}
			panic(r)
		}
	}()
	f()
	return nil
}

func (e *engine) try(s *yaml.Node, v *env) (j jump) {
	retry := get(s, "retry")
	delay := 0.0
	for tries := 0; ; tries++ {
		err := attempt(func() { j = e.step(get(s, "try"), v) })
		if err == nil {
			return j
		}
		if retry != nil && tries < int(numeric(e.value(get(retry, "max_retries"), v))) && e.predicate(get(retry, "predicate").Value, err.value) {
			backoff := get(retry, "backoff")
			longest := numeric(e.value(get(backoff, "max_delay"), v))
			if delay *= numeric(e.value(get(backoff, "multiplier"), v)); tries == 0 {
				delay = numeric(e.value(get(backoff, "initial_delay"), v))
			}
			delay = min(delay, longest)
			e.sleep(delay)
			continue
		}
		except := get(s, "except")
		if except == nil {
			panic(*err)
		}
		inner := &env{parent: v, vars: map[string]any{get(except, "as").Value: err.value}}
		return e.list(get(except, "steps"), inner)
	}
}

func (e *engine) predicate(text string, failure any) bool {
	name := strings.TrimSuffix(strings.TrimPrefix(text, "${"), "}")
	again, ok := e.subworkflow(name, []any{failure}, nil).(bool)
	return ok && again
}

func (e *engine) loop(f *yaml.Node, v *env) jump {
	for i, value := range asList(e.value(get(f, "in"), v)) {
		j := e.list(get(f, "steps"), iteration(f, v, i, value))
		switch j.to {
		case "break":
			return jump{}
		case "", "continue":
		default:
			return j
		}
		if j.returned {
			return j
		}
	}
	return jump{}
}

func iteration(f *yaml.Node, v *env, i int, value any) *env {
	for _, name := range []string{"value", "index"} {
		if n := get(f, name); n != nil && v.has(n.Value) { // it is not documented that one can hide the other
			panic(brokenf("the variable %s of a loop is one outside of it too", n.Value))
		}
	}
	inner := &env{parent: v, vars: map[string]any{get(f, "value").Value: copied(value)}}
	if index := get(f, "index"); index != nil {
		inner.vars[index.Value] = int64(i)
	}
	return inner
}
