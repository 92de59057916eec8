package logicapps

import (
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

func hasVariable(e expr) bool { return strings.Contains(string(e), "variables(") }

// state compiles a state, and notes which of its actions comes first.
func (c *compiler) state(s *sequence, state *asl.State, ctx *graph, data expr, last bool) expr {
	at := len(s.actions)
	out := c.compiled(s, state, ctx, data, last)
	c.firsts[state.Name.Value] = s.actions[at].name
	return out
}

// compiled compiles a state whose data an expression gives, and returns that of its output, if it is not the last of its block.
func (c *compiler) compiled(s *sequence, state *asl.State, ctx *graph, data expr, last bool) expr {
	name := c.states[state.Name.Value]
	sc := ctx.item
	sc.state, sc.data = state.Name.Value, data
	input := c.input(s, state, sc)
	sc.data = input
	switch b := state.Body.(type) {
	case *asl.Task, *asl.Parallel, *asl.Map:
		return c.attempted(s, state, ctx, data, sc, last)
	case *asl.Choice:
		c.choice(s, state, b, ctx, sc)
		return data
	case *asl.Wait:
		c.wait(s, name, b, sc)
		return c.goOn(s, state, ctx, c.output(s, state, sc, input), last)
	case *asl.Pass:
		return c.goOn(s, state, ctx, c.output(s, state, sc, c.pass(s, state, ctx, b, data, sc)), last)
	case *asl.Succeed:
		out := c.output(s, state, sc, input)
		s.add(name, "Compose", Field{"inputs", out.value()})
		return c.goOn(s, state, ctx, outputs(name), true)
	case *asl.Fail:
		failure := Object{}
		for _, f := range []struct {
			key   string
			value asl.Value
		}{{"Error", b.Error}, {"Cause", b.Cause}} {
			value := any("")
			switch v := f.value.(type) {
			case nil:
			case *asl.Literal:
				value = c.template(v, sc)
			default:
				e := c.argument(v, sc)
				value = only(e, isText(e)).value()
			}
			failure = append(failure, Field{f.key, value})
		}
		s.add(name, "Compose", Field{"inputs", failure})
		c.fail(s, state, ctx, outputs(name))
	}
	return data
}

// input is what InputPath takes of the data. What is not there ends the run here.
func (c *compiler) input(s *sequence, state *asl.State, sc scope) expr {
	if state.InputPath.IsRoot() || state.InputPath.IsNull() {
		return c.path(state.InputPath, sc)
	}
	name := c.name(c.states[state.Name.Value] + "_taken")
	s.add(name, "Compose", Field{"inputs", c.path(state.InputPath, sc).value()})
	return outputs(name)
}

// output is what OutputPath takes of what came of a state.
func (c *compiler) output(s *sequence, state *asl.State, sc scope, data expr) expr {
	sc.data = data
	if state.OutputPath.IsRoot() || state.OutputPath.IsNull() {
		return c.path(state.OutputPath, sc)
	}
	name := c.name(c.states[state.Name.Value] + "_output")
	s.add(name, "Compose", Field{"inputs", c.path(state.OutputPath, sc).value()})
	return outputs(name)
}

func (c *compiler) pass(s *sequence, state *asl.State, ctx *graph, b *asl.Pass, data expr, sc scope) expr {
	name := c.states[state.Name.Value]
	value := any(sc.data.value())
	if b.Parameters != nil {
		value = c.template(b.Parameters, sc)
	}
	if b.Result != nil {
		value = c.template(b.Result, sc)
	}
	s.add(name, "Compose", Field{"inputs", value})
	c.place(s, name, ctx, b.ResultPath, data)
	return c.put(s, name, b.ResultPath, data, outputs(name))
}

// put is data with a value at a path.
func (c *compiler) put(s *sequence, like string, path *asl.Path, data, value expr) expr {
	switch {
	case path.IsNull():
		return data
	case path.IsRoot():
		return value
	}
	names, ok := path.Members()
	if !ok {
		c.refuse(path.Pos, "place", "ResultPath %s", path.Text)
		return data
	}
	made := value
	for i := len(names) - 1; i >= 0; i-- {
		at := data
		for _, n := range names[:i] {
			at = call("if", call("contains", at, quoted(n)), at.maybe(n), emptyObject)
		}
		made = call("setProperty", at, quoted(names[i]), made)
	}
	name := c.name(like + "_put")
	s.add(name, "Compose", Field{"inputs", c.short(path.Pos, made).value()})
	return outputs(name)
}

// noPlace tells whether nothing can be put at a path: something on the way is there and no object. It is empty where all can be.
func noPlace(path *asl.Path, data expr) expr {
	names, ok := path.Members()
	if path.IsRoot() || path.IsNull() || !ok {
		return ""
	}
	bad := call("not", isObject(data))
	at := data
	for _, n := range names[:len(names)-1] {
		object := call("if", isObject(at), at, emptyObject)
		at = object.maybe(n)
		bad = call("or", bad, call("and", call("contains", object, quoted(n)), call("not", isObject(at))))
	}
	return bad
}

// unplaced is the error of a result that cannot be put where it should.
const unplaced expr = `json('{"Error":"` + asl.ErrResultPath + `","Cause":""}')`

// place notes that nothing can be put at a path, where something catches that: to put it there fails, and the graph fails with what
// was noted.
func (c *compiler) place(s *sequence, name string, ctx *graph, path *asl.Path, data expr) {
	bad := noPlace(path, data)
	if bad == "" || !ctx.heard {
		return
	}
	var inner sequence
	c.use(ctx.failure, "Object", Object{})
	inner.add(c.name(name+"_unplaced"), "SetVariable", Field{"inputs", Object{{"name", ctx.failure}, {"value", unplaced.value()}}})
	s.add(c.name("if_"+name+"_unplaced"), "If", Field{"expression", holds(c.short(path.Pos, bad))}, Field{"actions", inner.object()})
}

// wait compiles a Wait. https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#wait-action
func (c *compiler) wait(s *sequence, name string, b *asl.Wait, sc scope) {
	switch {
	case b.Timestamp != nil:
		s.add(name, "Wait", Field{"inputs", Object{{"until", Object{{"timestamp", c.template(b.Timestamp, sc)}}}}})
		return
	case b.Seconds.Path != nil:
		seconds := c.path(b.Seconds.Path, sc)
		count := c.name(name + "_seconds")
		natural := call("and", isWhole(seconds), call("not", call("startsWith", call("string", seconds), "'-'")))
		s.add(count, "Compose", Field{"inputs", only(seconds, natural).value()})
		var inner sequence
		inner.add(name, "Wait", Field{"inputs", Object{{"interval", Object{{"count", outputs(count).value()}, {"unit", "Second"}}}}})
		s.add(c.name("if_"+name+"_waits"), "If", Field{"expression", holds(call("greater", outputs(count), "0"))}, Field{"actions", inner.object()})
		return
	case b.Seconds.Value > maxWait:
		c.refuse(b.Seconds.Pos, "wait", "a wait of %s", b.Seconds.Value)
	case b.Seconds.Value == 0:
		s.add(name, "Compose", Field{"inputs", "no time to wait"})
		return
	}
	s.add(name, "Wait", Field{"inputs", Object{{"interval", Object{{"count", int(b.Seconds.Value / time.Second)}, {"unit", "Second"}}}}})
}

// choice compiles a Choice: the name of the state that it leads to.
func (c *compiler) choice(s *sequence, state *asl.State, b *asl.Choice, ctx *graph, sc scope) {
	name := c.states[state.Name.Value]
	next, missing := c.choose(b, sc)
	if missing != "" {
		s.add(c.name(name+"_missing"), "Compose", Field{"inputs", only("'nothing'", call("not", c.short(state.Name.Pos, missing))).value()})
	}
	s.add(name, "Compose", Field{"inputs", c.short(state.Name.Pos, next).value()})
	chosen := outputs(name)
	out := c.output(s, state, sc, sc.data)
	if b.Default.IsSet() {
		c.setData(s, state, ctx, out)
		c.setNext(s, state, ctx, chosen.value())
		return
	}
	var none, some sequence
	c.setData(&some, state, ctx, out)
	c.setNext(&some, state, ctx, chosen.value())
	failure := c.name(name + "_none")
	none.add(failure, "Compose", Field{"inputs", Object{{"Error", asl.ErrNoChoice}, {"Cause", "no rule of the Choice holds"}}})
	c.fail(&none, state, ctx, outputs(failure))
	s.add(c.name("if_"+name+"_none"), "If", Field{"expression", equal(chosen, "")}, Field{"actions", none.object()}, Field{"else", Object{{"actions", some.object()}}})
}
