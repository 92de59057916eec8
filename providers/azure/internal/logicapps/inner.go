package logicapps

import (
	"github.com/isobar-dev/isobar/spec/asl"
)

// broken is the error of a part that failed without one: the end of the run.
const broken expr = `json('{"Error":"` + asl.ErrRuntime + `","Cause":""}')`

// hasFailed tells whether a variable has an error.
func hasFailed(failure string) expr { return call("contains", variable(failure), "'Error'") }

// inner makes the names of a graph in a state, with variables of its own, and has them be as at the start.
func (c *compiler) inner(s *sequence, like string, ctx *graph, o *asl.Outcome) *graph {
	in := &graph{
		data: c.use(c.name(like+"_data"), "Object", Object{}), next: c.name(like + "_next"), failure: c.use(c.name(like+"_failure"), "Object", Object{}),
		heard: ctx.heard || handled(o), item: ctx.item,
	}
	in.item.data = ""
	s.add(c.name(like+"_start"), "SetVariable", Field{"inputs", Object{{"name", in.failure}, {"value", Object{}}}})
	return in
}

// given is what a state gives to the graphs in it.
func (c *compiler) given(s *sequence, name string, template asl.Value, sc scope) expr {
	if template == nil {
		return sc.data
	}
	input := c.name(name + "_input")
	s.add(input, "Compose", Field{"inputs", c.template(template, sc)})
	return outputs(input)
}

// parallel compiles a Parallel state: a scope for each branch. All run to their ends; the error is that of the first that failed.
func (c *compiler) parallel(s *sequence, state *asl.State, b *asl.Parallel, ctx *graph, sc scope, failure string, bad expr) (result, fails expr) {
	name := c.states[state.Name.Value]
	input := c.given(s, name, b.Parameters, sc)
	var graphs []*graph
	for i := range b.Branches {
		graphs = append(graphs, c.inner(s, name+"_"+itoa(i+1), ctx, &b.Outcome))
	}
	before := s.last
	after := Object{}
	var results []expr
	failures := unlessPlaced(bad)
	var scopes []string
	for i, g := range b.Branches {
		var inner sequence
		c.graph(&inner, g, graphs[i], input)
		scope := c.name(name + "_branch_" + itoa(i+1))
		s.beside(scope, "Scope", before, Field{"actions", inner.object()})
		after = append(after, Field{scope, anyEnd})
		scopes = append(scopes, scope)
		results = append(results, variable(graphs[i].data).member("value"))
	}
	for i := len(scopes) - 1; i >= 0; i-- {
		failures = call("if", hasFailed(graphs[i].failure), variable(graphs[i].failure), call("if", worked(scopes[i]), failures, broken))
	}
	s.last = after
	c.first(s, name, failure, failures)
	list := c.name(name + "_results")
	s.add(list, "Compose", Field{"inputs", call("if", call("equals", outputs(failure), "null"), call("createArray", maybeValues(results)...), "null").value()})
	return outputs(list), call("not", call("equals", outputs(failure), "null"))
}

// unlessPlaced is null, or the error of a result without a place.
func unlessPlaced(bad expr) expr {
	if bad == "" {
		return "null"
	}
	return call("if", bad, unplaced, "null")
}

// maybeValues are values of variables that may not be set.
func maybeValues(results []expr) []expr {
	all := make([]expr, len(results))
	for i, r := range results {
		all[i] = expr(string(r[:len(r)-len("['value']")]) + "?['value']")
	}
	return all
}

// first adds the action that gives the error of a state's parts. One that nothing may catch ends the run here.
func (c *compiler) first(s *sequence, name, failure string, failures expr) {
	s.add(failure, "Compose", Field{"inputs", failures.value()})
	end := call("contains", call("createArray", quoted(asl.ErrRuntime), quoted(asl.ErrDataLimit)), call("coalesce", outputs(failure).maybe("Error"), "''"))
	s.add(c.name(name+"_broken"), "Compose", Field{"inputs", only("'nothing'", call("not", end)).value()})
}

// items compiles a Map state: one item at a time, all to their ends.
func (c *compiler) items(s *sequence, state *asl.State, b *asl.Map, ctx *graph, sc scope, failure string, bad expr) (result, fails expr) {
	name := c.states[state.Name.Value]
	if b.MaxConcurrencyPath != nil {
		c.refuse(b.MaxConcurrencyPath.Pos, "concurrency", "MaxConcurrencyPath")
	}
	items := sc
	list := c.name(name + "_list")
	s.add(list, "Compose", Field{"inputs", c.path(b.ItemsPath, items).value()})
	results, failed := c.use(c.name(name+"_results"), "Array", Array{}), c.use(c.name(name+"_failed"), "Object", Object{})
	index := c.use(c.name(name+"_index"), "Integer", 0)
	for _, v := range []struct {
		name  string
		value any
	}{{results, Array{}}, {failed, Object{}}, {index, 0}} {
		s.add(c.name(v.name+"_start"), "SetVariable", Field{"inputs", Object{{"name", v.name}, {"value", v.value}}})
	}
	loop := c.name(name + "_items")
	item := call("items", quoted(loop))
	var each sequence
	in := c.inner(&each, name+"_item", ctx, &b.Outcome)
	input := item
	if b.ItemSelector != nil {
		sc.item, sc.index = item, variable(index)
		input = c.given(&each, name+"_item", b.ItemSelector, sc)
	}
	var inner sequence
	c.graph(&inner, b.Processor, in, input)
	scope := c.name(name + "_each")
	each.add(scope, "Scope", Field{"actions", inner.object()})
	each.last = Object{{scope, anyEnd}}
	one := c.name(name + "_one")
	each.add(one, "Compose", Field{"inputs", call("if", hasFailed(in.failure), variable(in.failure), call("if", worked(scope), "null", broken)).value()})
	var keep, note sequence
	// What is appended to a variable is no list and not null, so each result is in an object of its own.
	// https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#append-value
	keep.add(c.name(name+"_keep"), "AppendToArrayVariable", Field{"inputs", Object{{"name", results}, {"value", Object{{"value", variable(in.data).member("value").value()}}}}})
	note.add(c.name(name+"_note"), "SetVariable", Field{"inputs", Object{{"name", failed}, {"value", outputs(one).value()}}})
	each.add(c.name("if_"+name+"_kept"), "If", Field{"expression", holds(call("equals", outputs(one), "null"))}, Field{"actions", keep.object()})
	each.add(c.name("if_"+name+"_noted"), "If", Field{"expression", holds(call("and", call("not", call("equals", outputs(one), "null")), call("not", hasFailed(failed))))}, Field{"actions", note.object()})
	each.add(c.name(name+"_count"), "IncrementVariable", Field{"inputs", Object{{"name", index}, {"value", 1}}})
	s.add(loop, "Foreach",
		Field{"foreach", outputs(list).value()},
		Field{"runtimeConfiguration", Object{{"concurrency", Object{{"repetitions", 1}}}}},
		Field{"actions", each.object()},
	)
	s.last = Object{{loop, anyEnd}}
	c.first(s, name, failure, call("if", hasFailed(failed), variable(failed), call("if", worked(loop), unlessPlaced(bad), broken)))
	values := c.name(name + "_values")
	s.add(values, "Select", Field{"inputs", Object{{"from", variable(results).value()}, {"select", "@item()['value']"}}})
	return body(values), call("not", call("equals", outputs(failure), "null"))
}
