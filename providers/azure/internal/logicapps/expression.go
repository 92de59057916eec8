package logicapps

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// expr is an expression of the language, without the @ before it.
type expr string

// quoted is a text as an expression has it.
func quoted(s string) expr { return expr("'" + strings.ReplaceAll(s, "'", "''") + "'") }

// call is a call of a function of the language.
func call(function string, args ...expr) expr {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = string(a)
	}
	return expr(function + "(" + strings.Join(texts, ", ") + ")")
}

func outputs(action string) expr    { return call("outputs", quoted(action)) }
func body(action string) expr       { return call("body", quoted(action)) }
func variable(name string) expr     { return call("variables", quoted(name)) }
func status(action string) expr     { return call("actions", quoted(action)) + "['status']" }
func worked(action string) expr     { return call("equals", status(action), "'Succeeded'") }
func (e expr) member(n string) expr { return e + "[" + quoted(n) + "]" }
func (e expr) maybe(n string) expr  { return e + "?[" + quoted(n) + "]" }

// emptyObject gives {}.
const emptyObject expr = "json('{}')"

// emptyList gives []. There is no list without items otherwise: createArray wants one at least.
// https://learn.microsoft.com/azure/logic-apps/expression-functions-reference#createArray
const emptyList expr = "json('[]')"

// kind is the first character of a value as JSON, which tells its type: there is no function that does.
func kind(e expr) expr { return call("substring", call("string", call("createArray", e)), "1", "1") }

// written tells whether a value is one as JSON: null, true or false.
func written(e expr, as string) expr {
	return call("equals", call("string", call("createArray", e)), quoted("["+as+"]"))
}

func isText(e expr) expr   { return call("equals", kind(e), `'"'`) }
func isObject(e expr) expr { return call("equals", kind(e), "'{'") }
func isList(e expr) expr   { return call("equals", kind(e), "'['") }
func isNull(e expr) expr   { return written(e, "null") }
func isBool(e expr) expr   { return call("contains", "'tf'", kind(e)) }
func isNumber(e expr) expr { return call("contains", "'-0123456789'", kind(e)) }

// isWhole asks for a number that is written without a fraction or an exponent.
func isWhole(e expr) expr {
	text := call("toLower", call("string", e))
	return call("and", isNumber(e), call("not", call("contains", text, "'.'")), call("not", call("contains", text, "'e'")))
}

// asJSON is the text of any value as JSON.
func asJSON(e expr) expr {
	list := call("string", call("createArray", e))
	return call("substring", list, "1", call("sub", call("length", list), "2"))
}

// value is an expression as a value of the definition.
func (e expr) value() string { return "@" + string(e) }

// scope is what the paths of a template or a condition are about.
type scope struct {
	data  expr
	state string
	// item and index are $$.Map.Item, in an ItemSelector.
	item, index expr
}

// path is the value at a path. What is not there ends the run.
func (c *compiler) path(p *asl.Path, sc scope) expr {
	switch {
	case p.IsRoot():
		return sc.data
	case p.IsNull():
		return emptyObject
	case p.Context:
		return c.context(p, sc)
	}
	return c.walk(p, sc.data, p.Steps)
}

func (c *compiler) walk(p *asl.Path, from expr, steps []asl.Step) expr {
	for _, s := range steps {
		switch {
		case s.Kind == asl.Member:
			from = from.member(s.Name)
		case s.Kind == asl.Index && s.Index >= 0:
			from += expr("[" + strconv.Itoa(s.Index) + "]")
		case s.Kind == asl.Index:
			c.refuse(p.Pos, "negative", "the path %s", p.Text)
			return "null"
		default:
			c.refuse(p.Pos, "several", "the path %s, which can lead to several values", p.Text)
			return "null"
		}
	}
	return c.short(p.Pos, from)
}

// short refuses an expression that is too long.
func (c *compiler) short(pos diag.Position, e expr) expr {
	if len(e) > maxExpression {
		c.refuse(pos, "expression", "what stands here, which takes %d characters", len(e))
		return "null"
	}
	return e
}

// context is a value of the context object.
func (c *compiler) context(p *asl.Path, sc scope) expr {
	names := make([]string, 0, len(p.Steps))
	for _, s := range p.Steps {
		if s.Kind != asl.Member {
			break
		}
		names = append(names, s.Name)
	}
	known := strings.Join(names[:min(len(names), 3)], ".")
	switch {
	case known == "Map.Item.Value" && sc.item != "":
		return c.walk(p, sc.item, p.Steps[3:])
	case known == "Map.Item.Index" && sc.index != "":
		return sc.index
	case known == "State.Name":
		return quoted(sc.state)
	case known == "Execution.Id" || known == "Execution.Name":
		return "workflow()['run']['name']"
	case known == "StateMachine.Id" || known == "StateMachine.Name":
		return "workflow()['name']"
	case strings.HasPrefix(known, "Execution.Input"):
		return c.walk(p, "triggerBody()", p.Steps[2:])
	}
	c.refuse(p.Pos, "context", "%s", p.Text)
	return "null"
}

// template is what a payload template makes: a tree of what is constant, with expressions in it.
func (c *compiler) template(v asl.Value, sc scope) any {
	switch v := v.(type) {
	case *asl.Literal:
		switch l := v.Value.(type) {
		case string:
			return literal(l)
		case json.Number:
			return c.number(v.Pos, l)
		case nil:
			return expr("null").value() // a property that is null in a template counts as one that is not there
		}
		return v.Value
	case *asl.Array:
		list := Array{}
		for _, item := range v.Items {
			list = append(list, c.template(item, sc))
		}
		return list
	case *asl.Object:
		o := Object{}
		for _, f := range v.Fields {
			if literal(f.Name.Value) != f.Name.Value {
				c.refuse(f.Name.Pos, "key", "the field %s", diag.Quote(f.Name.Value))
			}
			o = append(o, Field{f.Name.Value, c.template(f.Value, sc)})
		}
		return o
	}
	return c.argument(v, sc).value()
}

// literal is a text that means itself. One in which an expression could begin is an expression that gives it.
func literal(s string) string {
	if strings.HasPrefix(s, "@") || strings.Contains(s, "@{") {
		return quoted(s).value()
	}
	return s
}

// number is a number as the engine has it.
func (c *compiler) number(pos diag.Position, n json.Number) any {
	if i, err := strconv.ParseInt(n.String(), 10, 32); err == nil {
		return int(i)
	}
	f, err := n.Float64()
	if _, whole := strconv.ParseInt(n.String(), 10, 64); whole != nil && (err != nil || f == math.Trunc(f) && math.Abs(f) >= 1<<53 || len(strings.Trim(n.String(), "-0.")) > 16) {
		c.refuse(pos, "number", "the number %s", n)
	}
	return n
}

// argument is the value of a path, a call, or a literal, as one expression.
func (c *compiler) argument(v asl.Value, sc scope) expr {
	switch v := v.(type) {
	case *asl.Path:
		return c.path(v, sc)
	case *asl.Call:
		return c.short(v.Pos, c.intrinsic(v, sc))
	case *asl.Literal:
		switch l := v.Value.(type) {
		case string:
			return quoted(l)
		case json.Number:
			return expr(fmt.Sprint(c.number(v.Pos, l)))
		case bool:
			return expr(strconv.FormatBool(l))
		}
	}
	return "null"
}
