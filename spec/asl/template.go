package asl

import (
	"github.com/isobar-dev/isobar/spec/diag"
)

// Value is a payload template or a part of one: *Literal, *Array, *Object, *Path or *Call.
type Value interface{ Position() diag.Position }

// Literal is null, a boolean, a number or a text.
type Literal struct {
	Pos diag.Position
	// Value is nil, a bool, a json.Number or a string.
	Value any
}

// Array is a list.
type Array struct {
	Pos   diag.Position
	Items []Value
}

// Object is a mapping.
type Object struct {
	Pos    diag.Position
	Fields []Field
}

// Field is a field of an Object. Its name has no ending .$: that the value is a *Path or a *Call says as much.
type Field struct {
	Name  Text
	Value Value
}

// Call is a call of an intrinsic function.
type Call struct {
	Pos diag.Position
	// Text is the call as it was written. It is empty where that is not what the call is any more.
	Text string
	// Function is one of the language's, without its prefix: "Format" of States.Format.
	Function string
	// Arguments are *Literal, *Path and *Call.
	Arguments []Value
	// Template is that of Format, when it is written as a text: what stands before, between and after its places. Arguments are
	// what goes into them; there is one fewer. It is nil when the template is the first argument, whose value is not known yet.
	Template []string
}

// Position implements Value.
func (v *Literal) Position() diag.Position { return v.Pos }

// Position implements Value.
func (v *Array) Position() diag.Position { return v.Pos }

// Position implements Value.
func (v *Object) Position() diag.Position { return v.Pos }

// Position implements Value.
func (v *Call) Position() diag.Position { return v.Pos }

// Position implements Value.
func (p *Path) Position() diag.Position { return p.Pos }

// IsConstant tells whether a value is the same whatever the input is.
func IsConstant(v Value) bool {
	constant := true
	EachPath(v, func(*Path) { constant = false })
	eachCall(v, func(*Call) { constant = false })
	return constant
}

// EachPath calls visit for each path of a value, those in arguments included. The value may be nil.
func EachPath(v Value, visit func(*Path)) {
	each(v, func(part Value) {
		if p, ok := part.(*Path); ok {
			visit(p)
		}
	})
}

func eachCall(v Value, visit func(*Call)) {
	each(v, func(part Value) {
		if c, ok := part.(*Call); ok {
			visit(c)
		}
	})
}

func each(v Value, visit func(Value)) {
	if v == nil {
		return
	}
	visit(v)
	switch v := v.(type) {
	case *Array:
		for _, item := range v.Items {
			each(item, visit)
		}
	case *Object:
		for _, f := range v.Fields {
			each(f.Value, visit)
		}
	case *Call:
		for _, a := range v.Arguments {
			each(a, visit)
		}
	}
}
