package workflow

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// holds tells whether a condition does. A value that is not there is a fault, unless that is the question.
func holds(c asl.Condition, d data) (bool, *Fault) {
	switch c := c.(type) {
	case *asl.All:
		for _, o := range c.Of {
			if ok, fault := holds(o, d); fault != nil || !ok {
				return false, fault
			}
		}
		return true, nil
	case *asl.Any:
		for _, o := range c.Of {
			if ok, fault := holds(o, d); fault != nil || ok {
				return ok, fault
			}
		}
		return false, nil
	case *asl.Not:
		ok, fault := holds(c.Of, d)
		return !ok, fault
	case *asl.Comparison:
		return compare(c, d)
	}
	return false, faultf(asl.ErrRuntime, "there is no condition")
}

func compare(c *asl.Comparison, d data) (bool, *Fault) {
	v, there := d.find(c.Variable)
	if c.Operator.Relation == asl.IsPresent {
		return there == expected(c), nil
	}
	if !there {
		return false, faultf(asl.ErrRuntime, "there is nothing at %s", c.Variable.Text)
	}
	switch c.Operator.Relation {
	case asl.IsNull:
		return (v == nil) == expected(c), nil
	case asl.Is:
		return hasType(v, c.Operator.Operand) == expected(c), nil
	}
	var with any
	switch w := c.With.(type) {
	case *asl.Literal:
		with = w.Value
	case *asl.Path:
		var fault *Fault
		if with, fault = d.path(w); fault != nil {
			return false, fault
		}
	}
	if !hasType(v, c.Operator.Operand) || !hasType(with, c.Operator.Operand) {
		return false, nil
	}
	return related(c.Operator, v, with), nil
}

// expected is the answer that a test asks for.
func expected(c *asl.Comparison) bool {
	l, _ := c.With.(*asl.Literal)
	return l != nil && l.Value == true
}

func hasType(v any, o asl.Operand) bool {
	switch o {
	case asl.String:
		_, ok := v.(string)
		return ok
	case asl.Numeric:
		_, ok := v.(json.Number)
		return ok
	case asl.Boolean:
		_, ok := v.(bool)
		return ok
	case asl.Timestamp:
		s, ok := v.(string)
		if ok {
			_, ok = asl.ParseTimestamp(s)
		}
		return ok
	}
	return true
}

// related compares two values of the operator's type.
func related(o asl.Operator, a, b any) bool {
	if o.Relation == asl.Matches {
		return matches(a.(string), b.(string))
	}
	var order int
	switch o.Operand {
	case asl.Numeric:
		order = rat(a.(json.Number)).Cmp(rat(b.(json.Number)))
	case asl.Timestamp:
		x, _ := asl.ParseTimestamp(a.(string))
		y, _ := asl.ParseTimestamp(b.(string))
		order = x.Compare(y)
	case asl.Boolean:
		return a == b
	default:
		order = cmp.Compare(a.(string), b.(string))
	}
	switch o.Relation {
	case asl.LessThan:
		return order < 0
	case asl.LessThanEquals:
		return order <= 0
	case asl.GreaterThan:
		return order > 0
	case asl.GreaterThanEquals:
		return order >= 0
	}
	return order == 0
}

// matches compares a text with a pattern, in which * is any text and \ stands before a character that means itself.
func matches(s, pattern string) bool {
	var literals []string
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
		case pattern[i] == '*':
			literals = append(literals, b.String())
			b.Reset()
			continue
		}
		b.WriteByte(pattern[i])
	}
	last := b.String()
	if literals == nil {
		return s == last
	}
	s, ok := strings.CutPrefix(s, literals[0])
	if !ok {
		return false
	}
	for _, l := range literals[1:] {
		i := strings.Index(s, l)
		if i < 0 {
			return false
		}
		s = s[i+len(l):]
	}
	return strings.HasSuffix(s, last)
}
