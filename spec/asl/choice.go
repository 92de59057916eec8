package asl

import (
	"maps"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Condition is one of *All, *Any, *Not and *Comparison.
type Condition interface{ Position() diag.Position }

// All holds where all of its conditions do: the language's And.
type All struct {
	Pos diag.Position
	Of  []Condition
}

// Any holds where one of its conditions does: the language's Or.
type Any struct {
	Pos diag.Position
	Of  []Condition
}

// Not holds where its condition does not.
type Not struct {
	Pos diag.Position
	Of  Condition
}

// Comparison compares a value of the state's input. It does not hold where the value is of another type than the operator's.
type Comparison struct {
	Pos diag.Position
	// Variable is where the value is.
	Variable *Path
	Operator Operator
	// With is what it is compared with: a *Literal, or a *Path for the operators whose names end in Path.
	With Value
}

// Position implements Condition.
func (c *All) Position() diag.Position { return c.Pos }

// Position implements Condition.
func (c *Any) Position() diag.Position { return c.Pos }

// Position implements Condition.
func (c *Not) Position() diag.Position { return c.Pos }

// Position implements Condition.
func (c *Comparison) Position() diag.Position { return c.Pos }

// Operand is the type of values that an operator is about.
type Operand string

// The operands. Value stands for the tests that are about no type: IsPresent, IsNull.
const (
	AnyValue  Operand = "Value"
	String    Operand = "String"
	Numeric   Operand = "Numeric"
	Boolean   Operand = "Boolean"
	Timestamp Operand = "Timestamp"
)

// Relation is what an operator asks for.
type Relation string

// The relations. Is asks whether a value has the operand's type.
const (
	Equals            Relation = "Equals"
	LessThan          Relation = "LessThan"
	GreaterThan       Relation = "GreaterThan"
	LessThanEquals    Relation = "LessThanEquals"
	GreaterThanEquals Relation = "GreaterThanEquals"
	Matches           Relation = "Matches"
	Is                Relation = "Is"
	IsNull            Relation = "IsNull"
	IsPresent         Relation = "IsPresent"
)

// Operator is a comparison operator: StringLessThan is {String, LessThan}.
type Operator struct {
	Operand  Operand
	Relation Relation
}

// String is the operator's name in the language, without the ending Path.
func (o Operator) String() string {
	switch o.Relation {
	case Is:
		return string(Is) + string(o.Operand)
	case IsNull, IsPresent:
		return string(o.Relation)
	}
	return string(o.Operand) + string(o.Relation)
}

// pathSuffix ends the names of operators that compare with another value of the input.
const pathSuffix = "Path"

// operators are those of the language, by name.
var operators = func() map[string]Operator {
	all := map[string]Operator{}
	add := func(o Operator) { all[o.String()] = o }
	for _, operand := range []Operand{String, Numeric, Timestamp} {
		for _, relation := range []Relation{Equals, LessThan, GreaterThan, LessThanEquals, GreaterThanEquals} {
			add(Operator{operand, relation})
		}
	}
	add(Operator{Boolean, Equals})
	add(Operator{String, Matches})
	for _, operand := range []Operand{String, Numeric, Boolean, Timestamp} {
		add(Operator{operand, Is})
	}
	add(Operator{AnyValue, IsNull})
	add(Operator{AnyValue, IsPresent})
	return all
}()

// takesPath tells whether there is an operator of the name with the ending Path.
func (o Operator) takesPath() bool {
	return o.Relation != Is && o.Relation != IsNull && o.Relation != IsPresent && o.Relation != Matches
}

func operatorNames() []string {
	names := slices.Sorted(maps.Keys(operators))
	for _, n := range names {
		if operators[n].takesPath() {
			names = append(names, n+pathSuffix)
		}
	}
	return names
}

// operatorOf reads an operator's name.
func operatorOf(name string) (o Operator, path, ok bool) {
	if o, ok = operators[name]; ok {
		return o, false, true
	}
	base, path := strings.CutSuffix(name, pathSuffix)
	o, ok = operators[base]
	return o, path, ok && path && o.takesPath()
}
