package bicep

import (
	"strconv"
)

// Expr is a value or an expression that gives one.
type Expr interface {
	// append adds the expression's text to b; lines behind its first are indented by depth levels.
	append(b []byte, depth int) []byte
}

// String is text.
type String string

// Int is a whole number.
type Int int

// Bool is true or false.
type Bool bool

// Symbol is the name of a parameter, a variable or a resource, as an expression. Characters that no identifier has are left out
// in print.
type Symbol string

// Interpolation is text put together from parts: a String stands for itself, and any other expression for its value.
type Interpolation []Expr

// Array is a list.
type Array []Expr

// Object is a mapping, in the order in which it is printed.
type Object []Property

// Property is a key with its value. A key may be any text.
type Property struct {
	Key   string
	Value Expr
	// Comment, when not empty, stands on a line of its own above the property.
	Comment string
}

// KeyFrom is an Object's only property when its key is computed.
type KeyFrom struct {
	Key   Interpolation
	Value Expr
}

// Call is a call of a function: resourceGroup().
type Call struct {
	Function Symbol
	Args     []Expr
}

// Member is a property of an expression: storage.id.
type Member struct {
	Of   Expr
	Name Symbol
}

// Conditional is one of two values: a ? b : c.
type Conditional struct{ If, Then, Else Expr }

// Null is the absence of a value.
type Null struct{}

// Func makes a Call.
func Func(function Symbol, args ...Expr) Call { return Call{function, args} }

// Path makes nested Members: Path(app, "properties", "defaultHostName").
func Path(of Expr, names ...Symbol) Expr {
	for _, n := range names {
		of = Member{of, n}
	}
	return of
}

const (
	indentation = "  "
	newline     = '\n'
)

func appendLine(b []byte, depth int) []byte {
	b = append(b, newline)
	for range depth {
		b = append(b, indentation...)
	}
	return b
}

func (s String) append(b []byte, _ int) []byte {
	b = append(b, '\'')
	b = appendText(b, string(s))
	return append(b, '\'')
}

func (i Int) append(b []byte, _ int) []byte  { return strconv.AppendInt(b, int64(i), 10) }
func (v Bool) append(b []byte, _ int) []byte { return strconv.AppendBool(b, bool(v)) }

func (s Symbol) append(b []byte, _ int) []byte {
	for i := range len(s) {
		if isIdentifierByte(s[i]) {
			b = append(b, s[i])
		}
	}
	return b
}

func (p Interpolation) append(b []byte, depth int) []byte {
	b = append(b, '\'')
	for _, part := range p {
		if s, ok := part.(String); ok {
			b = appendText(b, string(s))
			continue
		}
		b = append(b, "${"...)
		b = part.append(b, depth)
		b = append(b, '}')
	}
	return append(b, '\'')
}

func (a Array) append(b []byte, depth int) []byte {
	b = append(b, '[')
	for _, item := range a {
		b = appendLine(b, depth+1)
		b = item.append(b, depth+1)
	}
	if len(a) > 0 {
		b = appendLine(b, depth)
	}
	return append(b, ']')
}

func (o Object) append(b []byte, depth int) []byte {
	b = append(b, '{')
	for _, p := range o {
		if p.Comment != "" {
			b = appendLine(b, depth+1)
			b = appendComment(b, p.Comment)
		}
		b = appendLine(b, depth+1)
		b = appendKey(b, p.Key)
		b = append(b, ": "...)
		b = p.Value.append(b, depth+1)
	}
	if len(o) > 0 {
		b = appendLine(b, depth)
	}
	return append(b, '}')
}

func (k KeyFrom) append(b []byte, depth int) []byte {
	b = append(b, '{')
	b = appendLine(b, depth+1)
	b = k.Key.append(b, depth+1)
	b = append(b, ": "...)
	b = k.Value.append(b, depth+1)
	b = appendLine(b, depth)
	return append(b, '}')
}

func (c Call) append(b []byte, depth int) []byte {
	b = c.Function.append(b, depth)
	b = append(b, '(')
	for i, arg := range c.Args {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = arg.append(b, depth)
	}
	return append(b, ')')
}

func (m Member) append(b []byte, depth int) []byte {
	b = m.Of.append(b, depth)
	if isKeyword(string(m.Name)) {
		b = append(b, '[')
		b = String(m.Name).append(b, depth)
		return append(b, ']')
	}
	b = append(b, '.')
	return m.Name.append(b, depth)
}

func (c Conditional) append(b []byte, depth int) []byte {
	b = c.If.append(b, depth)
	b = append(b, " ? "...)
	b = c.Then.append(b, depth)
	b = append(b, " : "...)
	return c.Else.append(b, depth)
}

func (Null) append(b []byte, _ int) []byte { return append(b, "null"...) }

func appendKey(b []byte, key string) []byte {
	if isIdentifier(key) {
		return append(b, key...)
	}
	return String(key).append(b, 0)
}
