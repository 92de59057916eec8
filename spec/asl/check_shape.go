package asl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// This file follows what is known of values through the states, and reports paths that can never exist.

// maxRounds bounds how many states, and ways between them, are looked at; beyond it nothing is known, and nothing reported.
const maxRounds = 50_000

type flow struct {
	c      *checker
	rounds int
	report bool // false while the shapes are still being found
}

// scope is what paths of a state are about.
type scope struct {
	f       *flow
	state   string
	input   *shape // what $ is
	of      string // how messages call it
	context *shape // what $$ is
}

func (c *checker) shapes() {
	f := &flow{c: c}
	found := c.diags
	f.graph(&c.machine.Graph, anything, contextObject(nil), true)
	if f.rounds > maxRounds {
		c.diags = found // what was found is not known to be right
	}
}

// contextObject is the shape of $$. Item is that of a Map's item, or nil where there is none: it is for the ItemSelector, "not within the
// states included in the ItemProcessor section", as the documentation of the context object has it.
func contextObject(item *shape) *shape {
	fields := map[string]*shape{
		"Execution":    objectOf(map[string]*shape{"Id": scalar(isText), "Name": scalar(isText), "StartTime": scalar(isText), "Input": anything}),
		"State":        objectOf(map[string]*shape{"Name": scalar(isText), "EnteredTime": scalar(isText), "RetryCount": scalar(isNumber)}),
		"StateMachine": objectOf(map[string]*shape{"Id": scalar(isText), "Name": scalar(isText)}),
	}
	if item != nil {
		fields["Map"] = objectOf(map[string]*shape{"Item": objectOf(map[string]*shape{"Index": scalar(isNumber), "Value": item})})
	}
	return objectOf(fields)
}

// graph finds the shapes of the states' inputs, reports when it is asked to, and returns the shape of the graph's result; nil when
// it never ends with one.
func (f *flow) graph(g *Graph, input, context *shape, report bool) *shape {
	states := make(map[string]*State, len(g.States))
	for _, s := range g.States {
		states[s.Name.Value] = s
	}
	was := f.report
	defer func() { f.report = was }()
	f.report = false
	inputs := map[string]*shape{g.StartAt.Value: input}
	var result *shape
	work, waiting := []string{g.StartAt.Value}, map[string]bool{}
	for len(work) > 0 && f.rounds <= maxRounds {
		name := work[0]
		work = work[1:]
		waiting[name] = false
		s := states[name]
		if s == nil {
			continue
		}
		f.state(s, inputs[name], context, func(to string, out *shape) {
			f.rounds++
			if to == "" {
				result = join2(result, out)
				return
			}
			joined := join2(inputs[to], out)
			if !equal(joined, inputs[to]) {
				inputs[to] = joined
				if !waiting[to] {
					work, waiting[to] = append(work, to), true
				}
			}
		})
	}
	if f.report = report; report {
		for _, s := range g.States {
			if in := inputs[s.Name.Value]; in != nil {
				f.state(s, in, context, func(string, *shape) {})
			}
		}
	}
	return result
}

// state hands what a state makes of its input to emit: for each state that may follow, and for the end of the graph, named "".
func (f *flow) state(s *State, raw, context *shape, emit func(to string, out *shape)) {
	if f.rounds++; f.rounds > maxRounds {
		return
	}
	if s.broken || s.lost {
		f.unread(s, emit)
		return
	}
	sc := scope{f: f, state: s.Name.Value, input: raw, of: "the input of state " + diag.Quote(s.Name.Value), context: context}
	input := sc.path(s.InputPath)
	sc.input = input
	out := input
	switch b := s.Body.(type) {
	case *Choice:
		f.choice(&sc, b)
	case *Wait:
		sc.path(b.Seconds.Path)
		shapeOf(b.Timestamp, sc.path)
	case *Pass:
		if b.Parameters != nil {
			out = shapeOf(b.Parameters, sc.path)
		}
		if b.Result != nil {
			out = shapeOf(b.Result, sc.path)
		}
		out = sc.put(raw, b.ResultPath, out)
	case *Fail:
		shapeOf(b.Error, sc.path)
		shapeOf(b.Cause, sc.path)
		return
	case *Task:
		sc.path(b.Timeout.Path)
		out = f.outcome(&sc, s, &b.Outcome, raw, f.task(&sc, b), emit)
	case *Parallel:
		out = f.outcome(&sc, s, &b.Outcome, raw, f.parallel(&sc, b), emit)
	case *Map:
		out = f.outcome(&sc, s, &b.Outcome, raw, f.mapState(&sc, b), emit)
	}
	sc.input, sc.of = out, "the output of state "+diag.Quote(s.Name.Value)
	out = sc.path(s.OutputPath)
	if _, choice := s.Body.(*Choice); !choice && s.Ends() {
		emit("", out)
	}
	for _, e := range s.Edges() {
		if e.Kind != EdgeCatch {
			emit(e.To.Value, out)
		}
	}
}

// unread takes for granted that a state which could not be read makes anything of its input.
func (f *flow) unread(s *State, emit func(to string, out *shape)) {
	emit("", anything)
	for _, other := range f.c.graphs[s.Name.Value].States {
		if s.lost {
			emit(other.Name.Value, anything)
		}
	}
	for _, e := range s.Edges() {
		emit(e.To.Value, anything)
	}
}

func (f *flow) task(sc *scope, t *Task) *shape {
	if t.Parameters != nil {
		shapeOf(t.Parameters, sc.path)
	}
	if t.Resource.Kind == Function {
		return anything
	}
	return objectOf(nil)
}

func (f *flow) parallel(sc *scope, p *Parallel) *shape {
	input := sc.input
	if p.Parameters != nil {
		input = shapeOf(p.Parameters, sc.path)
	}
	var item *shape
	for _, b := range p.Branches {
		item = join2(item, f.graph(b, input, sc.context, f.report))
	}
	return listOf(item)
}

func (f *flow) mapState(sc *scope, m *Map) *shape {
	sc.path(m.MaxConcurrencyPath)
	items := sc.path(m.ItemsPath)
	item := items.element()
	if item == nil {
		item = anything
		if items.types&isList == 0 {
			place := "ItemsPath"
			pos := sc.f.c.names[sc.state]
			if m.ItemsPath != nil {
				pos = m.ItemsPath.Pos
			}
			sc.report(pos, "%s of state %s leads to what is never a list", place, diag.Quote(sc.state))
		}
	}
	within := *sc
	within.context = contextObject(item)
	if m.ItemSelector != nil {
		item = shapeOf(m.ItemSelector, within.path)
	}
	if m.Processor == nil {
		return anything
	}
	return listOf(f.graph(m.Processor, item, sc.context, f.report))
}

// outcome follows a result to where it goes, and an error to where it leads.
func (f *flow) outcome(sc *scope, s *State, o *Outcome, raw, result *shape, emit func(string, *shape)) *shape {
	if o.ResultSelector != nil {
		of := *sc
		of.input, of.of = result, "the result of state "+diag.Quote(s.Name.Value)
		result = shapeOf(o.ResultSelector, of.path)
	}
	for _, c := range o.Catch {
		info := objectOf(map[string]*shape{"Error": scalar(isText), "Cause": scalar(isText)})
		emit(c.Next.Value, sc.put(raw, c.ResultPath, info))
	}
	return sc.put(raw, o.ResultPath, result)
}

// put is where a result goes.
func (sc *scope) put(raw *shape, where *Path, result *shape) *shape {
	switch {
	case where.IsRoot():
		return result
	case where.IsNull():
		return raw
	}
	out := raw.with(where.Steps, result)
	if out == nil {
		sc.report(where.Pos, "nothing can be put at %s: the input of state %s has %s there, never an object", where.Text, diag.Quote(sc.state), notObject(raw, where.Steps))
		return anything
	}
	return out
}

// notObject says what a value has where an object is needed.
func notObject(s *shape, steps []Step) string {
	for i := range steps {
		if at, n := s.at(steps[:i]); n == i && at != nil && at.types&isObject == 0 {
			return typeNames(at.types)
		}
	}
	return "something else"
}

// path is the shape of what a path leads to.
func (sc *scope) path(p *Path) *shape {
	switch {
	case p == nil:
		return sc.input
	case p.Null:
		return objectOf(nil)
	}
	root, of := sc.input, sc.of
	if p.Context {
		root, of = sc.context, "the context object"
	}
	s, followed := root.at(p.Steps)
	if s != nil {
		return s
	}
	sc.missing(p, root, of, followed)
	return anything
}

// missing reports a path that can never exist.
func (sc *scope) missing(p *Path, root *shape, of string, followed int) {
	at, _ := root.at(p.Steps[:followed])
	prefix := Path{Context: p.Context, Steps: p.Steps[:followed]}
	e := sc.report(p.Pos, "%s can never exist: %s", p.Text, of)
	if at == nil {
		return
	}
	where := ""
	if followed > 0 {
		where = " at " + prefix.String()
	}
	step := p.Steps[followed]
	names := slices.Sorted(maps.Keys(at.fields))
	switch {
	case at.types&isObject == 0 || step.Kind == Index:
		e.Message += fmt.Sprintf(" has %s%s", typeNames(at.types), where)
	case len(names) == 0:
		e.Message += fmt.Sprintf(" has no fields%s", where)
	default:
		e.Message += fmt.Sprintf(" has no field %s%s%s", diag.Quote(step.Name), where, diag.DidYouMean(step.Name, names))
		const most = 12
		e.Hint = "the fields are " + strings.Join(names[:min(len(names), most)], ", ")
	}
	if p.Context && followed == 0 && step.Name == "Map" {
		e.Hint = "$$.Map.Item is there in the ItemSelector of a Map state alone, which can hand it to the states of the ItemProcessor"
	}
}

func (sc *scope) report(pos diag.Position, format string, args ...any) *diag.Diagnostic {
	if !sc.f.report {
		return &diag.Diagnostic{}
	}
	return sc.f.c.errorf(diag.NeverThere, pos, format, args...)
}

func typeNames(t typeSet) string {
	var names []string
	for i, n := range []string{"null", "a boolean", "a number", "a text", "a list", "an object"} {
		if t&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, " or ")
}

// choice looks at the paths of a choice's rules. One whose being there is tested need not be there.
func (f *flow) choice(sc *scope, c *Choice) {
	tested := map[string]bool{}
	for _, r := range c.Rules {
		comparisons(r.Condition, func(c *Comparison) {
			if c.Operator.Relation == IsPresent {
				tested[c.Variable.String()] = true
			}
		})
	}
	for _, r := range c.Rules {
		comparisons(r.Condition, func(c *Comparison) {
			if !tested[c.Variable.String()] {
				sc.path(c.Variable)
			}
			if p, ok := c.With.(*Path); ok && !tested[p.String()] {
				sc.path(p)
			}
		})
	}
}

// comparisons calls visit for each comparison of a condition.
func comparisons(c Condition, visit func(*Comparison)) {
	switch c := c.(type) {
	case *All:
		for _, o := range c.Of {
			comparisons(o, visit)
		}
	case *Any:
		for _, o := range c.Of {
			comparisons(o, visit)
		}
	case *Not:
		comparisons(c.Of, visit)
	case *Comparison:
		visit(c)
	}
}
