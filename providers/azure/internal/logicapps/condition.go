package logicapps

import (
	"strings"
	"unicode/utf16"

	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// answer says of a condition whether it holds, and whether finding out needs a value that is not there. Both are expressions that
// cannot fail: the engine makes all operands of and, or and if. Missing is empty where nothing can be missing.
type answer struct{ holds, missing expr }

// conditions makes expressions of the conditions of one Choice, in their order.
type conditions struct {
	c  *compiler
	sc scope
	// strict are paths that have been looked up without question by now: what is not there has ended the run.
	strict map[string]bool
	// always is true as long as what comes is looked up for certain.
	always bool
}

func (k *conditions) answer(cond asl.Condition) answer {
	switch cond := cond.(type) {
	case *asl.All:
		return k.joined(cond.Of, "and")
	case *asl.Any:
		return k.joined(cond.Of, "or")
	case *asl.Not:
		a := k.answer(cond.Of)
		return answer{call("not", a.holds), a.missing}
	case *asl.Comparison:
		return k.comparison(cond)
	}
	return answer{holds: "false"}
}

// joined evaluates operands until one decides: what is behind it may be missing. An operand behind IsPresent knows that it is there.
func (k *conditions) joined(of []asl.Condition, function string) answer {
	var holds []expr
	var missing expr
	var reached []expr // what lets the next operand count
	known := map[string]bool{}
	for _, o := range of {
		a := k.answer(o)
		if a.missing != "" && (function != "and" || !known[k.variable(o)]) {
			missing = either(missing, both(append(append([]expr{}, reached...), a.missing)...))
		}
		if cmp, ok := o.(*asl.Comparison); ok && cmp.Operator.Relation == asl.IsPresent && expected(cmp) {
			known[cmp.Variable.String()] = true
		}
		holds = append(holds, a.holds)
		if function == "and" {
			reached = append(reached, a.holds)
		} else {
			reached = append(reached, call("not", a.holds))
		}
		k.always = false
	}
	return answer{call(function, holds...), missing}
}

// variable is the one path that a comparison is about; empty for all else.
func (k *conditions) variable(c asl.Condition) string {
	if cmp, ok := c.(*asl.Comparison); ok {
		if _, path := cmp.With.(*asl.Path); !path {
			return cmp.Variable.String()
		}
	}
	return ""
}

func both(of ...expr) expr {
	if len(of) == 1 {
		return of[0]
	}
	return call("and", of...)
}

func either(a, b expr) expr {
	if a == "" {
		return b
	}
	return call("or", a, b)
}

func expected(cmp *asl.Comparison) bool {
	l, ok := cmp.With.(*asl.Literal)
	return ok && l.Value == true
}

// found is the value at a path, and whether it is missing. One that is looked up for certain is looked up as it is.
func (k *conditions) found(p *asl.Path) (value, missing expr) {
	if p.IsRoot() || p.Context || k.always || k.strict[p.String()] {
		k.strict[p.String()] = true
		return k.c.path(p, k.sc), ""
	}
	return k.safe(p), call("not", k.present(p))
}

// safe is the value at a path, or null.
func (k *conditions) safe(p *asl.Path) expr {
	at := k.sc.data
	for _, s := range p.Steps {
		switch {
		case s.Kind == asl.Member:
			at = call("if", isObject(at), at, emptyObject).maybe(s.Name)
		case s.Kind == asl.Index && s.Index >= 0:
			list := call("if", isList(at), at, emptyList)
			at = call("first", call("skip", list, expr(itoa(s.Index))))
		default:
			return k.c.walk(p, at, p.Steps) // refuses it
		}
	}
	return k.c.short(p.Pos, at)
}

// present asks for each step on the way whether it is there.
func (k *conditions) present(p *asl.Path) expr {
	at := k.sc.data
	var parts []expr
	for _, s := range p.Steps {
		switch {
		case s.Kind == asl.Member:
			object := call("if", isObject(at), at, emptyObject)
			parts = append(parts, call("contains", object, quoted(s.Name)))
			at = object.maybe(s.Name)
		case s.Kind == asl.Index && s.Index >= 0:
			list := call("if", isList(at), at, emptyList)
			parts = append(parts, call("greater", call("length", list), expr(itoa(s.Index))))
			at = call("first", call("skip", list, expr(itoa(s.Index))))
		default:
			return k.c.walk(p, at, p.Steps)
		}
	}
	if len(parts) == 0 {
		return "true"
	}
	return k.c.short(p.Pos, both(parts...))
}

// types ask for the types of operands.
var types = map[asl.Operand]func(expr) expr{asl.String: isText, asl.Numeric: isNumber, asl.Boolean: isBool}

// relations are the functions of the relations.
var relations = map[asl.Relation]string{
	asl.Equals: "equals", asl.LessThan: "less", asl.GreaterThan: "greater", asl.LessThanEquals: "lessOrEquals", asl.GreaterThanEquals: "greaterOrEquals",
}

func (k *conditions) comparison(cmp *asl.Comparison) answer {
	if cmp.Operator.Relation == asl.IsPresent {
		holds := k.present(cmp.Variable)
		if !expected(cmp) {
			holds = call("not", holds)
		}
		k.always = false
		return answer{holds: holds}
	}
	if cmp.Operator.Operand == asl.Timestamp {
		k.c.refuse(cmp.Pos, "timestamp", "%s", cmp.Operator)
		return answer{holds: "false"}
	}
	v, missing := k.found(cmp.Variable)
	if with, ok := cmp.With.(*asl.Path); ok {
		w, lacks := k.found(with)
		if lacks != "" {
			missing = either(missing, lacks)
		}
		is := types[cmp.Operator.Operand]
		return answer{call("and", is(v), is(w), k.related(cmp, v, w)), missing}
	}
	return answer{k.holds(cmp, v), missing}
}

func (k *conditions) holds(cmp *asl.Comparison, v expr) expr {
	var holds expr
	switch cmp.Operator.Relation {
	case asl.IsNull:
		holds = isNull(v)
	case asl.Is:
		holds = types[cmp.Operator.Operand](v)
	case asl.Matches:
		return k.matches(cmp, v)
	default:
		with := k.c.argument(cmp.With, k.sc)
		if cmp.Operator.Operand == asl.Boolean {
			return written(v, string(with)) // true equals 1 there
		}
		return call("and", types[cmp.Operator.Operand](v), k.related(cmp, v, with))
	}
	if !expected(cmp) {
		return call("not", holds)
	}
	return holds
}

// related compares two values of the operator's type. Numbers are compared as such whatever they are written like.
func (k *conditions) related(cmp *asl.Comparison, v, with expr) expr {
	switch cmp.Operator.Operand {
	case asl.Numeric:
		number := func(e expr) expr {
			if strings.Trim(string(e), "-.0123456789eE+") == "" {
				return call("float", quoted(string(e)))
			}
			return call("float", call("if", isNumber(e), call("string", e), "'0'"))
		}
		v, with = number(v), number(with)
	case asl.String:
		if cmp.Operator.Relation != asl.Equals {
			k.c.refuse(cmp.Pos, "order", "%s", cmp.Operator)
		}
	}
	return call(relations[cmp.Operator.Relation], v, with)
}

// matches compares with a pattern that has one * at its end, or none.
func (k *conditions) matches(cmp *asl.Comparison, v expr) expr {
	pattern, _ := cmp.With.(*asl.Literal).Value.(string)
	start := strings.TrimSuffix(pattern, "*")
	if strings.ContainsAny(start, `*\`) {
		k.c.refuse(cmp.Pos, "matches", "the pattern %s", diag.Quote(pattern))
		return "false"
	}
	if start == pattern {
		return call("and", isText(v), call("equals", v, quoted(pattern)))
	}
	text := call("if", isText(v), v, "''")
	n := len(utf16.Encode([]rune(start))) // a text's length there is that in UTF-16
	return call("and", isText(v), call("equals", call("take", text, expr(itoa(n))), quoted(start)))
}

// choose is the name of the state that a Choice leads to, ” where none does, and whether that needs a value that is not there.
func (c *compiler) choose(b *asl.Choice, sc scope) (next, missing expr) {
	k := &conditions{c: c, sc: sc, strict: map[string]bool{}, always: true}
	var answers []answer
	for _, r := range b.Rules {
		answers = append(answers, k.answer(r.Condition))
		k.always = false
	}
	next = quoted(b.Default.Value)
	for i := len(b.Rules) - 1; i >= 0; i-- {
		next = call("if", answers[i].holds, quoted(b.Rules[i].Next.Value), next)
	}
	var before []expr
	for _, a := range answers {
		if a.missing != "" {
			missing = either(missing, both(append(append([]expr{}, before...), a.missing)...))
		}
		before = append(before, call("not", a.holds))
	}
	return next, missing
}
