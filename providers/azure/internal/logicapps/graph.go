package logicapps

import (
	"github.com/isobar-dev/isobar/spec/asl"
)

// graph compiles a graph: the first block as it is, the others in conditions that ask for their first state.
func (c *compiler) graph(s *sequence, g *asl.Graph, ctx *graph, input expr) {
	p := arrange(g)
	ctx.several = len(p.blocks) > 1 || p.blocks[0].loop
	for i, b := range p.blocks {
		switch {
		case b.loop:
			if i == 0 {
				c.setData(s, p.order[0], ctx, input)
				c.setNext(s, p.order[0], ctx, literal(p.order[0].Name.Value))
			}
			c.loop(s, b, ctx)
		case i == 0:
			c.block(s, b.states, ctx, input)
		default:
			c.guarded(s, b.states, ctx)
		}
	}
}

// guarded compiles states in a condition that asks for the first of them.
func (c *compiler) guarded(s *sequence, states []*asl.State, ctx *graph) {
	var inner sequence
	c.block(&inner, states, ctx, variable(ctx.data).member("value"))
	name := c.states[states[0].Name.Value]
	s.add(c.name("if_"+name), "If",
		Field{"expression", equal(variable(ctx.next), literal(states[0].Name.Value))},
		Field{"actions", inner.object()},
	)
}

// equal is a condition of an If.
func equal(e expr, value any) Object {
	return Object{{"and", Array{Object{{"equals", Array{e.value(), value}}}}}}
}

// holds is a condition of an If that an expression decides.
func holds(e expr) Object { return equal(e, true) }

// The bounds of loops. https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration#looping-debatching-limits
const maxIterations, longestLoop = 5000, "P90D"

// limited has a loop fail that reaches its bounds: by itself it ends well, as if its condition held.
// https://learn.microsoft.com/azure/logic-apps/logic-apps-control-flow-loops#until
var limited = Field{"operationOptions", "FailWhenLimitsReached"}

// loop compiles states that lead back to one another, each in a condition of its own. An Until goes on when a round of it fails, and
// would do what went well in it again: the variable round tells that all of one did.
// https://learn.microsoft.com/azure/logic-apps/logic-apps-control-flow-loops#until
func (c *compiler) loop(s *sequence, b block, ctx *graph) {
	inside := *ctx
	inside.terminates, inside.looping = false, true
	first := c.states[b.states[0].Name.Value]
	round := c.use(c.name("round_"+first), "Boolean", false)
	var inner sequence
	inner.add(c.name("enter_"+first), "SetVariable", Field{"inputs", Object{{"name", round}, {"value", false}}})
	var names []expr
	for _, state := range b.states {
		c.guarded(&inner, []*asl.State{state}, &inside)
		names = append(names, quoted(state.Name.Value))
	}
	inner.add(c.name("leave_"+first), "SetVariable", Field{"inputs", Object{{"name", round}, {"value", true}}})
	left := call("not", call("contains", call("createArray", names...), variable(ctx.next)))
	// The loop begins where one of its states comes next: an Until runs at least once, and runs nothing then.
	loop := c.name("loop_" + first)
	s.add(loop, "Until",
		Field{"expression", call("or", call("not", variable(round)), left).value()},
		Field{"limit", Object{{"count", maxIterations}, {"timeout", longestLoop}}},
		limited,
		Field{"actions", inner.object()},
	)
	s.last = Object{{loop, anyEnd}} // it may count as failed where an error in its last round was caught
	s.add(c.name("left_"+first), "Compose", Field{"inputs", only("'left'", call("and", variable(round), left)).value()})
	if ctx.terminates {
		c.use(ctx.failure, "Object", Object{})
		var end sequence
		c.terminate(&end, first, variable(ctx.failure))
		s.add(c.name("if_"+first+"_failed"), "If", Field{"expression", holds(call("contains", variable(ctx.failure), "'Error'"))}, Field{"actions", end.object()})
	}
}

// block compiles states that run one after another.
func (c *compiler) block(s *sequence, states []*asl.State, ctx *graph, data expr) {
	for i, state := range states {
		c.heard = ctx.heard || handled(state.Outcome())
		data = c.state(s, state, ctx, data, i == len(states)-1)
	}
}

func handled(o *asl.Outcome) bool { return o != nil && len(o.Retry)+len(o.Catch) > 0 }

// setData sets the variable that has the data. It can not be set to what is made of itself.
func (c *compiler) setData(s *sequence, state *asl.State, ctx *graph, data expr) {
	c.use(ctx.data, "Object", Object{})
	if data == variable(ctx.data).member("value") {
		return
	}
	name := c.states[state.Name.Value]
	s.add(c.name(name+"_data"), "SetVariable", Field{"inputs", Object{{"name", ctx.data}, {"value", Object{{"value", c.settled(s, name, data).value()}}}}})
}

// settled is a value that no variable is needed for any more.
func (c *compiler) settled(s *sequence, like string, data expr) expr {
	if !hasVariable(data) {
		return data
	}
	value := c.name(like + "_value")
	s.add(value, "Compose", Field{"inputs", data.value()})
	return outputs(value)
}

// setNext says which state is entered next; none where it is empty.
func (c *compiler) setNext(s *sequence, state *asl.State, ctx *graph, next any) {
	if !ctx.several {
		return
	}
	c.use(ctx.next, "String", "")
	s.add(c.name(c.states[state.Name.Value]+"_next"), "SetVariable", Field{"inputs", Object{{"name", ctx.next}, {"value", next}}})
}

// fail ends the graph with an error: an object that an expression gives.
func (c *compiler) fail(s *sequence, state *asl.State, ctx *graph, failure expr) {
	name := c.states[state.Name.Value]
	if ctx.terminates {
		c.terminate(s, name, failure)
		return
	}
	c.use(ctx.failure, "Object", Object{})
	s.add(c.name(name+"_failure"), "SetVariable", Field{"inputs", Object{{"name", ctx.failure}, {"value", failure.value()}}})
	c.setNext(s, state, ctx, "")
}

// terminate ends the run with an error.
func (c *compiler) terminate(s *sequence, name string, failure expr) {
	s.add(c.name(name+"_terminate"), "Terminate", Field{"inputs", Object{
		{"runStatus", "Failed"},
		{"runError", Object{{"code", failure.member("Error").value()}, {"message", failure.member("Cause").value()}}},
	}})
}

// goOn hands on the state's output: to the state behind it in the block, whose data is what it returns, or through the variables.
func (c *compiler) goOn(s *sequence, state *asl.State, ctx *graph, data expr, last bool) expr {
	if !last {
		return data
	}
	c.setData(s, state, ctx, data)
	next := ""
	if !state.End && !state.Ends() {
		next = literal(state.Next.Value)
	}
	c.setNext(s, state, ctx, next)
	return data
}
