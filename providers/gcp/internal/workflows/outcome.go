package workflows

import (
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// canFail tells whether a template has what may not be there.
func canFail(v asl.Value) bool {
	fails := hasCall(v)
	asl.EachPath(v, func(p *asl.Path) { fails = fails || len(p.Steps) > 0 && !p.Context })
	return fails
}

func hasCall(v asl.Value) bool {
	switch v := v.(type) {
	case *asl.Call:
		return true
	case *asl.Array:
		for _, item := range v.Items {
			if hasCall(item) {
				return true
			}
		}
	case *asl.Object:
		for _, f := range v.Fields {
			if hasCall(f.Value) {
				return true
			}
		}
	}
	return false
}

// made evaluates a template. Where it calls functions, and something catches or retries what they raise, they are called in steps of
// their own, behind one that looks up all paths: what is not there is the end, and what a function cannot work with has a name.
func (c *compiler) made(like string, template asl.Value, sc scope, heard bool) ([]Step, any) {
	value := c.value(template, sc)
	if !heard || !hasCall(template) {
		return nil, value
	}
	variable := c.name(like + "_value")
	var steps []Step
	var paths List
	asl.EachPath(template, func(p *asl.Path) {
		if len(p.Steps) > 0 && !p.Context {
			paths = append(paths, c.path(p, sc))
		}
	})
	if len(paths) > 0 {
		steps = append(steps, step(c.name(like+"_paths"), assign(variable, paths)))
	}
	call := step(c.name(like+"_values"),
		Field{"try", Map{assign(variable, value)}},
		Field{"except", Map{{"as", "e"}, {"steps", []Step{
			step(c.name(like+"_invalid"), Field{"raise", Map{{"Error", asl.ErrIntrinsic}, {"Cause", Expr(`default(map.get(e, "message"), "")`)}}}),
		}}}},
	)
	return append(steps, call), Expr(variable)
}

// put has data be, or have at a path, a value. There are no steps when the value is dropped. Heard is true where something catches
// or retries that data is no object that the value could be put into.
func (c *compiler) put(like string, path *asl.Path, value any, heard bool) []Step {
	switch {
	case path.IsNull():
		return nil
	case path.IsRoot():
		return []Step{step(c.name(like+"_result"), assign("data", value))}
	}
	names, ok := path.Members()
	if !ok {
		c.refuse(path.Pos, "index-path", "ResultPath %s", path.Text)
		return nil
	}
	at := make([]string, len(names)) // the objects on the way
	next := c.scope.data
	for i, n := range names {
		at[i] = string(next)
		next = c.member(path, next, n)
	}
	var steps []Step
	if e, ok := value.(Expr); (heard || len(names) > 1) && (!ok || e == c.scope.data || !identifier.MatchString(string(e))) {
		variable := c.name(like + "_value") // what is made of data is made before the place is
		steps = append(steps, step(c.name(like+"_made"), assign(variable, value)))
		value = Expr(variable)
	}
	if heard {
		steps = append(steps, step(c.name(like+"_place"), Field{"switch", List{Map{
			{"condition", c.short(path.Pos, noPlace(at, names))},
			{"raise", Map{{"Error", asl.ErrResultPath}, {"Cause", "nothing can be put at " + path.Text}}},
		}}}))
	}
	for i, n := range names[:len(names)-1] { // one that is missing is made
		steps = append(steps, step(c.name(like+"_within"), Field{"switch", List{
			Map{{"condition", Expr("not(" + textExpression(n) + " in " + at[i] + ")")}, assign(at[i+1], Map{})},
		}}))
	}
	return append(steps, step(c.name(like+"_result"), assign(string(next), value)))
}

// dropped makes a value that nothing is done with: it can fail all the same.
func (c *compiler) dropped(like string, value any) Step {
	return step(c.name(like+"_dropped"), assign(c.name(like+"_unused"), value))
}

// noPlace tells whether something on the way to a place is there and no object.
func noPlace(at, names []string) Expr {
	var b strings.Builder
	b.WriteString("get_type(" + at[0] + `) != "map"`)
	for i := 1; i < len(at); i++ {
		b.WriteString(" or (" + textExpression(names[i-1]) + " in " + at[i-1] + " and (get_type(" + at[i] + `) != "map"`)
	}
	b.WriteString(strings.Repeat("))", len(at)-1))
	return Expr(b.String())
}

func (c *compiler) member(p *asl.Path, from Expr, name string) Expr {
	return c.walk(p, from, []asl.Step{{Kind: asl.Member, Name: name}})
}
