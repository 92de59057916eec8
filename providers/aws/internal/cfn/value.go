package cfn

// Value is a part of a template: String, Block, Int, Float, Bool, List, Map, Ref, GetAtt or Sub.
type Value interface{ value() }

// String is text, whatever it looks like.
type String string

// Block is text of several lines, whatever it looks like, which is printed as it is where it can be.
type Block string

// Int is a whole number.
type Int int

// Float is a number with a fraction.
type Float float64

// Bool is true or false.
type Bool bool

// List is a sequence of values.
type List []Value

// Map is a mapping in the order given. Its keys are distinct.
type Map []Field

// Field is an entry of a Map. One without a Value is left out. It is an alias so that the many trees of the wing may be written
// without the names of the fields.
type Field = struct {
	Key   string
	Value Value
}

// Ref is what the parameter, the resource or the pseudo parameter of that name refers to.
type Ref string

// GetAtt is an attribute of a resource. Its resource is a logical ID, which has no dot.
type GetAtt struct{ Resource, Attribute string }

// Sub is text with references in it, joined.
type Sub []Part

// Part is a piece of a Sub: a String, a Ref or a GetAtt.
type Part interface {
	Value
	part()
}

func (String) value() {}
func (Block) value()  {}
func (Int) value()    {}
func (Float) value()  {}
func (Bool) value()   {}
func (List) value()   {}
func (Map) value()    {}
func (Ref) value()    {}
func (GetAtt) value() {}
func (Sub) value()    {}

func (String) part() {}
func (Ref) part()    {}
func (GetAtt) part() {}

// Strings makes a List of strings.
func Strings(items ...string) List {
	list := make(List, len(items))
	for i, s := range items {
		list[i] = String(s)
	}
	return list
}

// If is one of two values, as a condition is true or false.
func If(condition string, yes, no Value) Value {
	return Map{{"Fn::If", List{String(condition), yes, no}}}
}

// Text is a reference or a text as it stands in a template, without its tag; it is empty for any other value.
func Text(v Value) string {
	switch v := v.(type) {
	case String:
		return string(v)
	case Ref:
		return string(v)
	case GetAtt:
		return v.Resource + "." + v.Attribute
	case Sub:
		return v.text()
	}
	return ""
}
