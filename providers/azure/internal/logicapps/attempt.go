package logicapps

import (
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// attempted compiles a Task, a Parallel or a Map state.
func (c *compiler) attempted(s *sequence, state *asl.State, ctx *graph, data expr, sc scope, last bool) expr {
	name := c.states[state.Name.Value]
	o := state.Outcome()
	task, isTask := state.Body.(*asl.Task)
	if isTask && !handled(o) && !ctx.looping { // errors end the graph, and results go on
		result := c.called(s, state, task, sc)
		failure := c.name(name + "_error")
		end := sequence{last: Object{{name, failed}}}
		c.failure(&end, name, failure, task, "")
		c.fail(&end, state, ctx, outputs(failure))
		s.actions = append(s.actions, end.actions...)
		return c.goOn(s, state, ctx, c.output(s, state, sc, c.result(s, state, ctx, data, sc, result)), last)
	}
	failure := c.name(name + "_error")
	result, failed := c.tries(s, state, ctx, data, sc, failure)
	var well, ill sequence
	out := c.output(&well, state, sc, c.result(&well, state, ctx, data, sc, result))
	c.goOn(&well, state, ctx, out, true)
	c.caught(&ill, state, ctx, data, outputs(failure), failed)
	s.add(c.name("if_"+name+"_worked"), "If", Field{"expression", equal(failed, false)},
		Field{"actions", well.object()}, Field{"else", Object{{"actions", ill.object()}}})
	return data
}

// tries compiles the attempts: one, or as many as the retriers say. The action failure gives the error of the last of them.
func (c *compiler) tries(s *sequence, state *asl.State, ctx *graph, data expr, sc scope, failure string) (result, failed expr) {
	o := state.Outcome()
	bad := expr("")
	if handled(o) {
		bad = noPlace(o.ResultPath, data)
	}
	if len(o.Retry) == 0 {
		return c.try(s, state, ctx, sc, failure, bad)
	}
	name := c.states[state.Name.Value]
	var inner sequence
	inside := *ctx
	inside.terminates = false
	var counters []string
	for range o.Retry {
		counter := c.use(c.name(name+"_retries"), "Integer", 0)
		counters = append(counters, counter)
		s.add(c.name(name+"_reset"), "SetVariable", Field{"inputs", Object{{"name", counter}, {"value", 0}}})
	}
	result, failed = c.try(&inner, state, &inside, sc, failure, bad)
	delay := expr("-1")
	total := 1
	for i := len(o.Retry) - 1; i >= 0; i-- {
		r := o.Retry[i]
		if r.Jitter.Value {
			c.refuse(r.Jitter.Pos, "jitter", "JitterStrategy FULL")
		}
		if r.MaxAttempts.Value > maxRetries {
			c.refuse(r.MaxAttempts.Pos, "retries", "%d retries", r.MaxAttempts.Value)
			continue
		}
		total += r.MaxAttempts.Value
		var delays []expr
		for n := range r.MaxAttempts.Value {
			delays = append(delays, expr(itoa(int((r.Delay(n)+time.Second-1)/time.Second))))
		}
		each := call("createArray", append(delays, "-1")...) + "[" + variable(counters[i]) + "]"
		delay = call("if", matches(r.Errors, outputs(failure), failed), each, delay)
	}
	pause := c.name(name + "_delay")
	inner.add(pause, "Compose", Field{"inputs", c.short(state.Name.Pos, delay).value()})
	inner.add(c.name("if_"+name+"_again"), "If", Field{"expression", holds(call("greater", outputs(pause), "0"))}, Field{"actions", c.again(name, o.Retry, counters, outputs(pause), outputs(failure), failed)})
	attempts := c.name(name + "_attempts")
	s.add(attempts, "Until",
		Field{"expression", call("less", call("coalesce", outputs(pause), "-1"), "0").value()}, // an attempt that ends the run has none
		Field{"limit", Object{{"count", min(total+1, maxIterations)}, {"timeout", longestLoop}}},
		limited,
		Field{"actions", inner.object()},
	)
	s.last = Object{{attempts, anyEnd}} // it may count as failed where the last attempt did
	s.add(c.name(name+"_tried"), "Compose", Field{"inputs", only("'tried'", call("equals", outputs(pause), "-1")).value()})
	return result, failed
}

// again waits, and counts the retry: with several retriers, that of the first one that is for the error.
func (c *compiler) again(name string, retriers []asl.Retrier, counters []string, pause, failure, failed expr) Object {
	var s sequence
	s.add(c.name(name+"_pause"), "Wait", Field{"inputs", Object{{"interval", Object{{"count", pause.value()}, {"unit", "Second"}}}}})
	var before []expr
	for i, counter := range counters {
		var increment sequence
		increment.add(c.name(name+"_count"), "IncrementVariable", Field{"inputs", Object{{"name", counter}, {"value", 1}}})
		if len(counters) == 1 {
			s.add(increment.actions[0].name, "IncrementVariable", increment.actions[0].body...)
			continue
		}
		matched := matches(retriers[i].Errors, failure, failed)
		s.add(c.name("if_"+name+"_counts"), "If", Field{"expression", holds(both(append(append([]expr{}, before...), matched)...))}, Field{"actions", increment.object()})
		before = append(before, call("not", matched))
	}
	return s.object()
}

// matches tells whether an attempt failed with an error that has one of some names.
func matches(errors []asl.Text, failure, failed expr) expr {
	var parts []expr
	for _, n := range errors {
		e := failure.maybe("Error")
		switch n.Value {
		case asl.ErrAll:
			parts = append(parts, call("not", call("equals", e, quoted(asl.ErrDataLimit))))
		case asl.ErrTaskFailed:
			parts = append(parts, call("not", call("contains", call("createArray", quoted(asl.ErrDataLimit), quoted(asl.ErrTimeout)), e)))
		default:
			parts = append(parts, call("equals", e, quoted(n.Value)))
		}
	}
	if len(parts) == 1 {
		return call("and", failed, parts[0])
	}
	return call("and", failed, call("or", parts...))
}

// caught goes where the first catcher leads that is for an error, or ends the graph with it.
func (c *compiler) caught(s *sequence, state *asl.State, ctx *graph, data, failure, failed expr) {
	name := c.states[state.Name.Value]
	var before []expr
	for _, k := range state.Outcome().Catch {
		matched := matches(k.Errors, failure, failed)
		var inner sequence
		c.setData(&inner, state, ctx, c.putCaught(&inner, name, ctx, k.ResultPath, data, failure))
		c.setNext(&inner, state, ctx, literal(k.Next.Value))
		s.add(c.name("if_"+name+"_caught"), "If", Field{"expression", holds(both(append(append([]expr{}, before...), matched)...))}, Field{"actions", inner.object()})
		before = append(before, call("not", matched))
	}
	if len(before) == 0 {
		c.fail(s, state, ctx, failure)
		return
	}
	var inner sequence
	c.fail(&inner, state, ctx, failure)
	s.add(c.name("if_"+name+"_uncaught"), "If", Field{"expression", holds(both(before...))}, Field{"actions", inner.object()})
}

// putCaught is the data with an error in it.
func (c *compiler) putCaught(s *sequence, name string, ctx *graph, path *asl.Path, data, failure expr) expr {
	c.place(s, name+"_caught", ctx, path, data)
	return c.put(s, name+"_caught", path, data, failure)
}

// result is the data with the result of a state in it.
func (c *compiler) result(s *sequence, state *asl.State, ctx *graph, data expr, sc scope, result expr) expr {
	name := c.states[state.Name.Value]
	o := state.Outcome()
	if o.ResultSelector != nil {
		sc.data = result
		selected := c.name(name + "_selected")
		s.add(selected, "Compose", Field{"inputs", c.template(o.ResultSelector, sc)})
		result = outputs(selected)
	}
	if !handled(o) {
		c.place(s, name, ctx, o.ResultPath, data)
	}
	return c.put(s, name, o.ResultPath, data, result)
}
