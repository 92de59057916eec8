package workflows

import (
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// state compiles a state. After is the one whose steps follow, so that no next need lead there.
func (c *compiler) state(s *asl.State, after string) []Step {
	name := c.steps[s.Name.Value]
	switch b := s.Body.(type) {
	case *asl.Task:
		return c.task(s, b, name, after)
	case *asl.Choice:
		return c.choice(s, b, name)
	case *asl.Parallel:
		return c.parallel(s, b, name, after)
	case *asl.Map:
		return c.mapState(s, b, name, after)
	case *asl.Wait:
		return c.leave(s, c.wait(s, b, c.input(s)), after)
	case *asl.Pass:
		return c.pass(s, b, name, after)
	case *asl.Succeed:
		return []Step{step(c.label(s, "end"), Field{"return", c.output(s, c.input(s).data)})}
	case *asl.Fail:
		sc := c.input(s)
		failure := Map{}
		for _, f := range []struct {
			key   string
			value asl.Value
		}{{"Error", b.Error}, {"Cause", b.Cause}} {
			value := any("")
			if f.value != nil {
				value = c.value(f.value, sc)
			}
			failure = append(failure, Field{f.key, value})
		}
		return []Step{step(c.label(s, "fail"), Field{"raise", failure})}
	}
	return nil
}

// label is the name of the one step that a state is: the state's, unless one that takes its input has it.
func (c *compiler) label(s *asl.State, what string) string {
	name := c.steps[s.Name.Value]
	if _, ok := c.taken[s.Name.Value]; ok {
		return c.name(name + "_" + what)
	}
	return name
}

// output is what OutputPath takes of a value.
func (c *compiler) output(s *asl.State, of Expr) Expr {
	sc := c.scope
	sc.data, sc.state = of, s.Name.Value
	return c.path(s.OutputPath, sc)
}

// leave adds what follows a state: what InputPath and OutputPath make of data, and the way on. It is for states that hand on their
// effective input; others have set data, and call goOn.
func (c *compiler) leave(s *asl.State, steps []Step, after string) []Step {
	out := c.output(s, c.input(s).data)
	if out == c.scope.data {
		return c.goOn(s, steps, after)
	}
	name := c.steps[s.Name.Value]
	if s.End {
		return append(steps, step(c.name(name+"_end"), Field{"return", out}))
	}
	steps = append(steps, step(c.name(name+"_output"), assign("data", out)))
	return c.goOn(s, steps, after)
}

// goOn adds the way on from the last step, when data is the state's output.
func (c *compiler) goOn(s *asl.State, steps []Step, after string) []Step {
	if s.End {
		return append(steps, step(c.name(c.steps[s.Name.Value]+"_end"), Field{"return", Expr("data")}))
	}
	return c.lead(steps, s.Next.Value, after)
}

func (c *compiler) lead(steps []Step, to, after string) []Step {
	if to != after {
		last := &steps[len(steps)-1]
		last.Fields = append(last.Fields, Field{"next", c.steps[to]})
	}
	return steps
}

// pass compiles a state that makes a value.
func (c *compiler) pass(s *asl.State, b *asl.Pass, name, after string) []Step {
	sc := c.input(s)
	value := any(sc.data)
	template := b.Parameters
	if b.Result != nil {
		template = b.Result
	}
	var steps []Step
	if template != nil {
		steps, value = c.made(name, template, sc, c.watched)
	}
	if s.End && b.ResultPath.IsRoot() && s.OutputPath.IsRoot() {
		return append(steps, step(c.name(name+"_end"), Field{"return", value}))
	}
	steps = append(steps, c.put(name, b.ResultPath, value, c.watched)...)
	if b.ResultPath.IsNull() {
		steps = append(steps, c.dropped(name, value))
	}
	return c.outputTo(s, steps, after)
}

// outputTo adds what OutputPath makes of data, and the way on.
func (c *compiler) outputTo(s *asl.State, steps []Step, after string) []Step {
	name := c.steps[s.Name.Value]
	if out := c.output(s, "data"); out != "data" {
		if s.End {
			return append(steps, step(c.name(name+"_end"), Field{"return", out}))
		}
		steps = append(steps, step(c.name(name+"_output"), assign("data", out)))
	}
	return c.goOn(s, steps, after)
}

// wait compiles what a Wait state does. A number of seconds that is not whole, or below zero, ends the execution: the engine would take
// the first for what it is.
func (c *compiler) wait(s *asl.State, b *asl.Wait, sc scope) []Step {
	name := c.label(s, "wait")
	switch {
	case b.Timestamp != nil:
		return []Step{step(name, call("sys.sleep_until", Map{{"time", c.value(b.Timestamp, sc)}}, "")...)}
	case b.Seconds.Path != nil:
		v := c.path(b.Seconds.Path, sc)
		return []Step{
			step(name, Field{"switch", List{Map{
				{"condition", c.short(b.Seconds.Path.Pos, v+" // 1 != "+v+" or "+v+" < 0")},
				{"raise", Map{{"message", "the time to wait is no whole number of seconds"}}},
			}}}),
			step(c.name(name+"_sleep"), call("sys.sleep", Map{{"seconds", v}}, "")...),
		}
	}
	if b.Seconds.Value > maxSleep {
		c.refuse(b.Seconds.Pos, "wait", "a wait of %s", b.Seconds.Value)
	}
	return []Step{step(name, call("sys.sleep", Map{{"seconds", seconds(b.Seconds.Value)}}, "")...)}
}

// seconds is a time span as a number: whole when it is.
func seconds(d time.Duration) any {
	if d%time.Second == 0 {
		return int(d / time.Second)
	}
	return d.Seconds()
}

// choice compiles a Choice: the first condition that holds leads on.
func (c *compiler) choice(s *asl.State, b *asl.Choice, name string) []Step {
	sc := c.input(s)
	out := c.output(s, sc.data)
	onward := func(to string) []Field {
		next := Field{"next", c.steps[to]}
		if out == c.scope.data {
			return []Field{next}
		}
		return []Field{assign("data", out), next}
	}
	if len(b.Rules) > maxConditions {
		c.refuse(b.Rules[maxConditions].Pos, "conditions", "a Choice with %d rules", len(b.Rules))
	}
	var rules List
	for _, r := range b.Rules {
		condition := c.short(r.Pos, c.condition(r.Condition, sc))
		rules = append(rules, append(Map{{"condition", condition}}, onward(r.Next.Value)...))
	}
	decide := step(c.label(s, "choice"), Field{"switch", rules})
	switch {
	case !b.Default.IsSet():
		return append([]Step{decide}, step(c.name(name+"_none"), Field{"raise", Map{
			{"Error", asl.ErrNoChoice}, {"Cause", "no rule of the Choice holds"},
		}}))
	case out != c.scope.data:
		return append([]Step{decide}, step(c.name(name+"_default"), onward(b.Default.Value)...))
	}
	decide.Fields = append(decide.Fields, onward(b.Default.Value)...)
	return []Step{decide}
}
