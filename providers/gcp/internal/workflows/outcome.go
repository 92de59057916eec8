package workflows

import (
	"github.com/isobar-dev/isobar/spec/asl"
)

// put has data be, or have at a path, a value. There are no steps when the value is dropped. The first step has the name first.
func (c *compiler) put(first, like string, path *asl.Path, value any) []Step {
	switch {
	case path.IsNull():
		return nil
	case path.IsRoot():
		return []Step{step(first, assign("data", value))}
	}
	names, ok := path.Members()
	if !ok {
		c.refuse(path.Pos, "index-path", "ResultPath %s", path.Text)
		return nil
	}
	var steps []Step
	at := c.scope.data
	for i, n := range names[:len(names)-1] { // an object that is missing on the way is made
		next := c.member(path, at, n)
		stepName := first
		if i > 0 {
			stepName = c.name(like + "_within")
		}
		steps = append(steps, step(stepName, Field{"switch", List{
			Map{{"condition", Expr("not(" + textExpression(n) + " in " + string(at) + ")")}, assign(string(next), Map{})},
		}}))
		at = next
	}
	last := string(c.member(path, at, names[len(names)-1]))
	stepName := first
	if len(steps) > 0 {
		stepName = c.name(like + "_result")
	}
	return append(steps, step(stepName, assign(last, value)))
}

func (c *compiler) member(p *asl.Path, from Expr, name string) Expr {
	return c.walk(p, from, []asl.Step{{Kind: asl.Member, Name: name}})
}

// canFail tells whether a template has what may not be there.
func canFail(v asl.Value) bool {
	fails := false
	asl.EachPath(v, func(p *asl.Path) { fails = fails || len(p.Steps) > 0 && !p.Context })
	return fails || hasCall(v)
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

// otherwise is the name of errors that are not about what is not there.
func otherwise(parameters, selector asl.Value, path *asl.Path) string {
	switch {
	case hasCall(parameters) || hasCall(selector):
		return asl.ErrIntrinsic
	case !path.IsRoot() && !path.IsNull():
		return asl.ErrResultPath
	}
	return asl.ErrParameterPath
}

// guarded has what goes wrong in steps have a name of the States Language.
func (c *compiler) guarded(name string, steps []Step, otherwise string) []Step {
	return []Step{step(name,
		Field{"try", body(name, steps)},
		Field{"except", Map{{"as", "e"}, {"steps", []Step{
			step(c.name(name+"_failed"), Field{"raise", c.named("e", otherwise)}),
		}}}},
	)}
}

// body is what stands in a try: the fields of one step alone, or steps.
func body(name string, steps []Step) any {
	if len(steps) == 1 && steps[0].Name == name {
		return steps[0].Fields
	}
	return Map{{"steps", steps}}
}

// named gives an error with its name.
func (c *compiler) named(e, otherwise string) Expr {
	c.needed["error_of"] = errorOf()
	return Expr("error_of(" + e + ", " + textExpression(otherwise) + ")")
}

// errorOf is the subworkflow that gives an error of the engine its name in the States Language.
func errorOf() Block {
	return Block{
		Comment: "The error of the workflow that an error of the engine is, in Parameters or a ResultSelector.",
		Name:    "error_of",
		Params:  []string{"e", "otherwise"},
		Steps: []Step{
			step("is_error", Field{"switch", List{
				Map{{"condition", Expr(`"Error" in e`)}, {"return", Expr("e")}},
				Map{{"condition", Expr(`"LookupError" in default(map.get(e, "tags"), [])`)}, {"return", Map{{"Error", asl.ErrParameterPath}, {"Cause", Expr(`default(map.get(e, "message"), "")`)}}}},
			}}),
			step("is_other", Field{"return", Map{{"Error", Expr("otherwise")}, {"Cause", Expr(`default(map.get(e, "message"), "")`)}}}),
		},
	}
}
