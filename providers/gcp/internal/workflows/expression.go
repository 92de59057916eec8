package workflows

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// scope is what the paths of a template or a condition are about.
type scope struct {
	// data is the expression that $ is.
	data Expr
	// state is the name of the state.
	state string
	// item and index are the variables that $$.Map.Item is, in an ItemSelector.
	item, index Expr
	// top is true in the machine itself, which knows its input.
	top bool
}

// input is the scope of a state's paths: $ is what InputPath takes of data.
func (c *compiler) input(s *asl.State) scope {
	sc := c.scope
	sc.state = s.Name.Value
	if taken, ok := c.taken[s.Name.Value]; ok {
		sc.data = taken
	} else {
		sc.data = c.path(s.InputPath, sc)
	}
	return sc
}

// take sets a variable to what InputPath takes of data, unless that is all of it, or {}.
func (c *compiler) take(s *asl.State, name string) []Step {
	input := c.input(s)
	if s.InputPath.IsNull() || input.data == c.scope.data {
		return nil
	}
	variable := c.name(name + "_input")
	c.taken[s.Name.Value] = Expr(variable)
	return []Step{step(c.name(name+"_take"), assign(variable, input.data))}
}

// emptyMap gives {}: there are no maps in expressions.
const emptyMap Expr = `json.decode("{}")`

// path is the value at a path.
func (c *compiler) path(p *asl.Path, sc scope) Expr {
	switch {
	case p.IsRoot():
		return sc.data
	case p.IsNull():
		return emptyMap
	case p.Context:
		return c.context(p, sc)
	}
	return c.walk(p, sc.data, p.Steps)
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// operators are words that no name of a field may be in an expression without quotes.
var operators = map[string]bool{"and": true, "or": true, "not": true, "in": true, "true": true, "false": true, "null": true, "AND": true, "OR": true, "NOT": true, "IN": true}

// walk goes from a value to one within it.
func (c *compiler) walk(p *asl.Path, from Expr, steps []asl.Step) Expr {
	for _, s := range steps {
		switch {
		case s.Kind == asl.Member && identifier.MatchString(s.Name) && !operators[s.Name]:
			from += Expr("." + s.Name)
		case s.Kind == asl.Member:
			from += Expr("[" + textExpression(s.Name) + "]")
		case s.Kind == asl.Index && s.Index >= 0:
			from += Expr("[" + strconv.Itoa(s.Index) + "]")
		case s.Kind == asl.Index:
			from += Expr(fmt.Sprintf("[len(%s) - %d]", from, -s.Index))
		default:
			c.refuse(p.Pos, "several", "the path %s, which can lead to several values", p.Text)
			return "null"
		}
	}
	return c.short(p.Pos, from)
}

// short refuses an expression that is too long.
func (c *compiler) short(pos diag.Position, e Expr) Expr {
	if len(e) > maxExpression-len("${}") {
		c.refuse(pos, "expression", "what stands here, which takes %d characters", len(e))
		return "null"
	}
	return e
}

// context is a value of the context object.
func (c *compiler) context(p *asl.Path, sc scope) Expr {
	names := make([]string, 0, len(p.Steps))
	for _, s := range p.Steps {
		if s.Kind != asl.Member {
			break
		}
		names = append(names, s.Name)
	}
	known := func(of ...string) bool {
		return len(names) >= len(of) && strings.Join(names[:len(of)], ".") == strings.Join(of, ".")
	}
	switch {
	case known("Map", "Item", "Value") && sc.item != "":
		return c.walk(p, sc.item, p.Steps[3:])
	case known("Map", "Item", "Index") && sc.index != "":
		return sc.index
	case known("State", "Name"):
		return Expr(textExpression(sc.state))
	case known("Execution", "Id"), known("Execution", "Name"):
		return `sys.get_env("GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID")`
	case known("StateMachine", "Id"), known("StateMachine", "Name"):
		return `sys.get_env("GOOGLE_CLOUD_WORKFLOW_ID")`
	case known("Execution", "Input") && sc.top:
		return c.walk(p, "input", p.Steps[2:])
	case known("Execution", "Input"):
		c.refuse(p.Pos, "context-branch", "%s", p.Text)
	default:
		c.refuse(p.Pos, "context", "%s", p.Text)
	}
	return "null"
}

// expressionStart begins an expression wherever it stands in a text.
const expressionStart = "${"

// textExpression is a text as an expression has it. No ${ stands in it.
func textExpression(s string) string {
	if before, after, ok := strings.Cut(s, "${"); ok {
		return textExpression(before+"$") + " + " + textExpression("{"+after)
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case !unicode.IsPrint(r) && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// value is what a payload template makes: a tree of what is constant, with expressions in it. The template is not nil.
func (c *compiler) value(v asl.Value, sc scope) any {
	switch v := v.(type) {
	case *asl.Literal:
		switch l := v.Value.(type) {
		case json.Number:
			return c.number(v.Pos, l)
		case string:
			if strings.Contains(l, expressionStart) {
				return c.short(v.Pos, Expr(textExpression(l)))
			}
		}
		return v.Value
	case *asl.Array:
		list := make(List, len(v.Items))
		for i, item := range v.Items {
			list[i] = c.value(item, sc)
		}
		return list
	case *asl.Object:
		m := make(Map, len(v.Fields))
		for i, f := range v.Fields {
			if strings.Contains(f.Name.Value, expressionStart) { // https://cloud.google.com/workflows/docs/reference/syntax/maps#map-definition
				c.refuse(f.Name.Pos, "key", "the field %s", diag.Quote(f.Name.Value))
			}
			m[i] = Field{f.Name.Value, c.value(f.Value, sc)}
		}
		return m
	}
	return c.argument(v, sc)
}

// number is a number as the engine has it.
func (c *compiler) number(pos diag.Position, n json.Number) json.Number {
	f, err := n.Float64()
	_, whole := strconv.ParseInt(n.String(), 10, 64)
	if whole == nil {
		return n
	}
	if err != nil || f == math.Trunc(f) && math.Abs(f) >= 1<<53 || digits(n) > 15 {
		c.refuse(pos, "number", "the number %s", n)
		return "0"
	}
	return json.Number(strconv.FormatFloat(f, 'f', -1, 64))
}

// digits counts the digits that say how exact a number is.
func digits(n json.Number) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(n.String()), "e")
	count := 0
	for _, r := range strings.TrimLeft(mantissa, "-0.") {
		if r >= '0' && r <= '9' {
			count++
		}
	}
	return count
}

// argument is the value of a path, a call, or a literal, as one expression.
func (c *compiler) argument(v asl.Value, sc scope) Expr {
	switch v := v.(type) {
	case *asl.Path:
		return c.path(v, sc)
	case *asl.Call:
		return c.short(v.Pos, c.call(v, sc))
	case *asl.Literal:
		switch l := v.Value.(type) {
		case string:
			return Expr(textExpression(l))
		case json.Number:
			return Expr(c.number(v.Pos, l))
		case bool:
			return Expr(strconv.FormatBool(l))
		}
	}
	return "null"
}
