package workflows

import (
	"encoding/json"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// condition is an expression that tells whether a condition holds. What is not there ends the execution, as it does in the States
// Language, unless that is the question; a value of another type makes the condition not hold.
func (c *compiler) condition(cond asl.Condition, sc scope) Expr {
	switch cond := cond.(type) {
	case *asl.All:
		return c.joined(cond.Of, " and ", sc)
	case *asl.Any:
		return c.joined(cond.Of, " or ", sc)
	case *asl.Not:
		return "not(" + c.condition(cond.Of, sc) + ")"
	case *asl.Comparison:
		return c.comparison(cond, sc)
	}
	return "false"
}

func (c *compiler) joined(of []asl.Condition, operator string, sc scope) Expr {
	parts := make([]string, len(of))
	for i, o := range of {
		parts[i] = string(c.condition(o, sc))
		if _, plain := o.(*asl.Not); !plain && strings.Contains(parts[i], " ") {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return Expr(strings.Join(parts, operator))
}

// relations are the signs of the relations.
var relations = map[asl.Relation]string{
	asl.Equals: "==", asl.LessThan: "<", asl.GreaterThan: ">", asl.LessThanEquals: "<=", asl.GreaterThanEquals: ">=",
}

// types are how the engine calls the types of operands.
var types = map[asl.Operand]string{
	asl.String: ` == "string"`, asl.Boolean: ` == "boolean"`, asl.Numeric: ` in ["integer", "double"]`,
}

// pairs are the types of two values that are compared.
var pairs = map[asl.Operand]string{
	asl.String: ` == "string,string"`, asl.Boolean: ` == "boolean,boolean"`,
	asl.Numeric: ` in ["integer,integer", "integer,double", "double,integer", "double,double"]`,
}

func (c *compiler) comparison(cmp *asl.Comparison, sc scope) Expr {
	literal, _ := cmp.With.(*asl.Literal)
	expected := literal != nil && literal.Value == true
	if cmp.Operator.Relation == asl.IsPresent {
		return negated(c.present(cmp.Variable, sc), !expected)
	}
	v := c.path(cmp.Variable, sc)
	switch cmp.Operator.Relation {
	case asl.IsNull:
		if expected {
			return v + " == null"
		}
		return v + " != null"
	case asl.Is:
		if cmp.Operator.Operand == asl.Timestamp {
			c.refuse(cmp.Pos, "timestamp", "IsTimestamp")
			return "false"
		}
		return negated("get_type("+v+")"+Expr(types[cmp.Operator.Operand]), !expected)
	case asl.Matches:
		return c.matches(cmp, v)
	}
	if cmp.Operator.Operand == asl.Timestamp {
		return c.moments(cmp, v)
	}
	with := c.argument(cmp.With, sc)
	compared := v + Expr(" "+relations[cmp.Operator.Relation]+" ") + with
	guard := "get_type(" + v + ")" + Expr(types[cmp.Operator.Operand])
	if literal == nil {
		// Both have to be there, and to be of the type.
		return "get_type(" + v + `) + "," + get_type(` + with + ")" + Expr(pairs[cmp.Operator.Operand]) + " and " + compared
	}
	// Values of two types are not compared: that is a TypeError.
	// https://cloud.google.com/workflows/docs/reference/syntax/datatypes#implicit-conversions
	if cmp.Operator.Operand == asl.Boolean {
		if expected {
			return guard + " and " + v
		}
		return guard + " and not(" + v + ")"
	}
	return guard + " and " + compared
}

func negated(e Expr, not bool) Expr {
	if not {
		return "not(" + e + ")"
	}
	return e
}

// present asks for each field on the way whether it is there.
func (c *compiler) present(p *asl.Path, sc scope) Expr {
	if p.Context || !p.IsReference() {
		c.refuse(p.Pos, "several", "whether %s is there", p.Text)
		return "false"
	}
	if len(p.Steps) == 0 {
		return "true"
	}
	var parts []string
	at := sc.data
	for _, s := range p.Steps {
		next := c.walk(p, at, []asl.Step{s})
		if s.Kind == asl.Index {
			parts = append(parts, `get_type(`+string(at)+`) == "list"`, "len("+string(at)+") > "+string(c.argument(&asl.Literal{Value: number(s.Index)}, sc)))
		} else {
			parts = append(parts, `get_type(`+string(at)+`) == "map"`, textExpression(s.Name)+" in "+string(at))
		}
		at = next
	}
	return Expr(strings.Join(parts, " and "))
}

// matches compares with a pattern, in which * is any text and \ stands before a character that means itself.
func (c *compiler) matches(cmp *asl.Comparison, v Expr) Expr {
	pattern, _ := cmp.With.(*asl.Literal).Value.(string)
	if !strings.ContainsAny(pattern, `*\`) {
		return "get_type(" + v + `) == "string" and ` + v + " == " + Expr(textExpression(pattern))
	}
	var regex, part strings.Builder
	regex.WriteString("(?s)^")
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
		case pattern[i] == '*':
			regex.WriteString(regexQuote(part.String()) + ".*")
			part.Reset()
			continue
		}
		part.WriteByte(pattern[i])
	}
	regex.WriteString(regexQuote(part.String()) + "$")
	return "get_type(" + v + `) == "string" and text.match_regex(` + v + ", " + Expr(textExpression(regex.String())) + ")"
}

// regexQuote has a text mean itself in a regular expression of RE2.
func regexQuote(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`\.+*?()|[]{}^$`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// moments are refused: the engine has them as seconds with a fraction, and what is not a moment ends the execution.
func (c *compiler) moments(cmp *asl.Comparison, _ Expr) Expr {
	c.refuse(cmp.Pos, "timestamp", "%s", cmp.Operator)
	return "false"
}

func number(i int) json.Number {
	b, _ := json.Marshal(i)
	return json.Number(b)
}
