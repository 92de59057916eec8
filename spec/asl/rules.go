package asl

import (
	"slices"

	"github.com/isobar-dev/isobar/spec/diag"
)

func (p *parser) choice(o *object) *Choice {
	c := &Choice{}
	_, hasDefault := o.get("Default")
	if hasDefault {
		c.Default = o.required("Default")
	}
	rules, ok := o.list("Choices")
	p.lost = p.lost || len(rules) == 0 || hasDefault && !c.Default.IsSet()
	if !ok {
		p.errorf(diag.MissingKey, o.t.pos, "Choices is missing in %s", o.what).Hint = examples["Choices"]
	} else if len(rules) == 0 {
		p.errorf(diag.InvalidValue, o.t.pos, "Choices of %s is empty", o.what).Hint = examples["Choices"]
	}
	for _, t := range rules {
		if t.kind != mapping {
			p.errorf(diag.WrongType, t.pos, "a rule of %s wants a mapping, found %s", o.what, t.describe())
			p.lost = true
			continue
		}
		rule := &object{p, t, "a rule of " + o.what}
		c.Rules = append(c.Rules, Rule{
			Pos: t.pos, Comment: rule.text("Comment").Value, Next: rule.required("Next"),
			Condition: p.condition(t, rule.what, "Next", "Comment"),
		})
		p.lost = p.lost || !c.Rules[len(c.Rules)-1].Next.IsSet()
	}
	return c
}

// combiners are the fields that make a condition of others.
var combiners = []string{"And", "Or", "Not"}

// condition reads a rule, or a condition in one; nil when it cannot be read. Extra are fields that it may have beside its own.
func (p *parser) condition(t tree, what string, extra ...string) Condition {
	if t.kind != mapping {
		p.errorf(diag.WrongType, t.pos, "%s wants a mapping, found %s", what, t.describe())
		return nil
	}
	var own []pair // the fields that say the condition
	var variable *tree
	for i, f := range t.fields {
		switch {
		case slices.Contains(extra, f.key.Value):
		case f.key.Value == "Variable":
			variable = &t.fields[i].value
		case f.key.Value == "Next":
			p.errorf(diag.UnknownKey, f.key.Pos, "a condition within another has no Next").Hint = "Next stands beside the outermost condition"
		default:
			own = append(own, f)
		}
	}
	if len(own) != 1 {
		p.wrongConditions(t, what, own)
		return nil
	}
	f := own[0]
	if slices.Contains(combiners, f.key.Value) {
		if variable != nil {
			p.errorf(diag.UnknownKey, variable.pos, "%s has no Variable: its conditions have", f.key.Value)
		}
		return p.combined(f, what)
	}
	return p.comparison(t, f, variable, what)
}

func (p *parser) wrongConditions(t tree, what string, own []pair) {
	if len(own) == 0 {
		p.errorf(diag.MissingKey, t.pos, "%s has no condition", what).Hint = "write Variable and an operator, or And, Or or Not"
		return
	}
	for _, f := range own {
		if _, _, ok := operatorOf(f.key.Value); !ok && !slices.Contains(combiners, f.key.Value) {
			p.unknownOperator(f.key, what)
			return
		}
	}
	p.errorf(diag.InvalidValue, own[1].key.Pos, "%s has %d conditions, it needs exactly one", what, len(own)).Hint = "put them into And or Or"
}

func (p *parser) unknownOperator(key Text, what string) {
	if e, ok := others[key.Value]; ok {
		p.unsupported(key.Pos, "the field "+key.Value, e.why, e.hint)
		return
	}
	names := append(operatorNames(), combiners...)
	e := p.errorf(diag.UnknownKey, key.Pos, "unknown operator %s in %s%s", diag.Quote(key.Value), what, diag.DidYouMean(key.Value, names))
	e.Hint = "the operators are And, Or, Not, IsPresent, IsNull, IsString, IsNumeric, IsBoolean, IsTimestamp, and those such as StringEquals and NumericLessThanPath"
}

func (p *parser) combined(f pair, what string) Condition {
	if f.key.Value == "Not" {
		if of := p.condition(f.value, "Not in "+what, "Comment"); of != nil {
			return &Not{f.key.Pos, of}
		}
		return nil
	}
	if f.value.kind != sequence || len(f.value.items) == 0 {
		p.errorf(diag.WrongType, f.value.pos, "%s wants a list of conditions, found %s", f.key.Value, f.value.describe())
		return nil
	}
	var of []Condition
	for _, item := range f.value.items {
		if c := p.condition(item, f.key.Value+" in "+what, "Comment"); c != nil {
			of = append(of, c)
		}
	}
	if len(of) != len(f.value.items) {
		return nil
	}
	if f.key.Value == "And" {
		return &All{f.key.Pos, of}
	}
	return &Any{f.key.Pos, of}
}

func (p *parser) comparison(t tree, f pair, variable *tree, what string) Condition {
	operator, path, ok := operatorOf(f.key.Value)
	switch {
	case !ok:
		p.unknownOperator(f.key, what)
		return nil
	case variable == nil:
		p.errorf(diag.MissingKey, t.pos, "Variable is missing in %s", what)
		return nil
	}
	c := &Comparison{Pos: f.key.Pos, Operator: operator, Variable: p.path(*variable, "Variable")}
	if c.Variable != nil && !c.Variable.IsDefinite() {
		p.errorf(diag.BadPath, c.Variable.Pos, "Variable is one value, %s can lead to several", c.Variable.Text)
		return nil
	}
	if path {
		if with := p.path(f.value, f.key.Value); with != nil {
			c.With = with
		}
	} else {
		c.With = p.operand(operator, f)
	}
	if c.Variable == nil || c.With == nil {
		return nil
	}
	return c
}

// operand reads what an operator compares with.
func (p *parser) operand(o Operator, f pair) Value {
	want, words := text, "text"
	switch {
	case o.Relation == Is || o.Relation == IsNull || o.Relation == IsPresent || o.Operand == Boolean:
		want, words = boolean, "true or false"
	case o.Operand == Numeric:
		want, words = number, "a number"
	case o.Operand == Timestamp:
		words = "a moment"
	}
	if f.value.kind != want {
		p.errorf(diag.WrongType, f.value.pos, "%s wants %s, found %s", f.key.Value, words, f.value.describe())
		return nil
	}
	if o.Operand == Timestamp && o.Relation != Is {
		if _, ok := ParseTimestamp(f.value.text); !ok {
			p.errorf(diag.InvalidValue, f.value.pos, "%s is not a moment", diag.Quote(f.value.text)).Hint = "write it as RFC 3339 says: 2026-11-23T12:00:00Z"
			return nil
		}
	}
	return literal(f.value)
}
