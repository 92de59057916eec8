package asl

import (
	"fmt"

	"github.com/isobar-dev/isobar/spec/diag"
)

// choice warns where no rule may hold, and there is no Default.
func (c *checker) choice(s *State, choice *Choice) {
	if s.broken || choice.Default.IsSet() || len(choice.Rules) == 0 || covers(choice.Rules) {
		return
	}
	e := c.warnf(diag.FallsThrough, s.Name.Pos, "state %s has no Default, and its rules do not cover every input", diag.Quote(s.Name.Value))
	e.Reason = "the execution fails with " + ErrNoChoice + " where none holds"
	e.Hint = "write Default: STATE"
}

// covers tells whether one of the rules surely holds, as far as that is plain to see: one of them asks for what another denies, or
// several together take every value of a type.
func covers(rules []Rule) bool {
	conditions := map[string]bool{}
	regions := map[string]*region{}
	for _, r := range rules {
		for _, c := range alternatives(r.Condition) {
			if conditions[negated(c)] {
				return true
			}
			conditions[describe(c)] = true
			if comparison, ok := c.(*Comparison); ok && regionOf(regions, comparison).add(comparison.Operator.Relation) {
				return true
			}
		}
	}
	return false
}

// alternatives are the conditions of which one is enough.
func alternatives(c Condition) []Condition {
	if one, ok := c.(*Any); ok {
		var all []Condition
		for _, o := range one.Of {
			all = append(all, alternatives(o)...)
		}
		return all
	}
	return []Condition{c}
}

// negated describes the condition that holds exactly where c does not.
func negated(c Condition) string {
	switch c := c.(type) {
	case *Not:
		return describe(c.Of)
	case *Comparison:
		// Tests, and booleans, have two values.
		if l, ok := c.With.(*Literal); ok {
			if b, ok := l.Value.(bool); ok {
				return describe(&Comparison{Variable: c.Variable, Operator: c.Operator, With: &Literal{Value: !b}})
			}
		}
	}
	return "not " + describe(c)
}

// describe gives a condition as text that is the same for the same condition.
func describe(c Condition) string {
	switch c := c.(type) {
	case *All:
		return "(" + join(c.Of, " and ") + ")"
	case *Any:
		return "(" + join(c.Of, " or ") + ")"
	case *Not:
		return "not " + describe(c.Of)
	case *Comparison:
		return fmt.Sprintf("%s %s %s", c.Variable, c.Operator, operandText(c.With))
	}
	return "?"
}

func join(conditions []Condition, by string) string {
	text := ""
	for i, c := range conditions {
		if i > 0 {
			text += by
		}
		text += describe(c)
	}
	return text
}

func operandText(v Value) string {
	switch v := v.(type) {
	case *Path:
		return v.String()
	case *Literal:
		return fmt.Sprintf("%#v", v.Value)
	}
	return "?"
}

// region is what of an ordered type some comparisons with one value take: less, equal, greater.
type region struct{ less, equal, greater bool }

func regionOf(regions map[string]*region, c *Comparison) *region {
	key := fmt.Sprint(c.Variable, c.Operator.Operand, operandText(c.With))
	if regions[key] == nil {
		regions[key] = &region{}
	}
	return regions[key]
}

// add adds what a relation takes, and tells whether nothing is left.
func (r *region) add(relation Relation) bool {
	switch relation {
	case Equals:
		r.equal = true
	case LessThan:
		r.less = true
	case GreaterThan:
		r.greater = true
	case LessThanEquals:
		r.less, r.equal = true, true
	case GreaterThanEquals:
		r.greater, r.equal = true, true
	}
	return r.less && r.equal && r.greater
}
