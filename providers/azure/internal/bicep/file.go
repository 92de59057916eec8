package bicep

// File is a Bicep file: its statements in order, a blank line between them.
type File []Statement

// Statement is a Comment, TargetScope, Param, Var, Resource, Module or Output; in a file of parameters a Using or an Assignment.
type Statement interface {
	appendStatement(b []byte) []byte
}

// Comment is lines of comment.
type Comment []string

// TargetScope says where a file's resources are deployed: resourceGroup.
type TargetScope string

// Type is the type of a Param or an Output.
type Type string

// The types that templates use.
const (
	TypeString Type = "string"
	TypeInt    Type = "int"
	TypeObject Type = "object"
)

// Param is a parameter, set at deployment.
type Param struct {
	Name Symbol
	Type Type
	// Description is for who deploys.
	Description string
	// Rules limit the value: MinLength(1).
	Rules []Rule
	// Default makes the parameter optional.
	Default Expr
}

// Rule is a decorator that limits a Param.
type Rule struct {
	Name  Symbol
	Value Expr
}

// MinLength is the fewest characters of a text.
func MinLength(n int) Rule { return Rule{"minLength", Int(n)} }

// MaxLength is the most characters of a text.
func MaxLength(n int) Rule { return Rule{"maxLength", Int(n)} }

// MinValue is the smallest number.
func MinValue(n int) Rule { return Rule{"minValue", Int(n)} }

// MaxValue is the largest number.
func MaxValue(n int) Rule { return Rule{"maxValue", Int(n)} }

// Allowed lists the values that alone are allowed.
func Allowed(values ...Expr) Rule { return Rule{"allowed", Array(values)} }

func description(text string) Rule { return Rule{"description", String(text)} }

// Var is a variable.
type Var struct {
	// Comment, when not empty, stands above it.
	Comment string
	Name    Symbol
	Value   Expr
}

// Resource is a resource, to deploy or existing.
type Resource struct {
	// Comment, when not empty, stands above it.
	Comment string
	Symbol  Symbol
	// Type with its API version: Microsoft.Web/sites@2024-11-01.
	Type     string
	Existing bool
	// Once has a deployment make the resource where it is not there, and leave it alone where it is.
	Once bool
	Body Object
}

// Module is a file that is deployed as a part of this one.
type Module struct {
	// Comment, when not empty, stands above it.
	Comment string
	Symbol  Symbol
	// Path is relative to the file.
	Path string
	Body Object
}

// Output is what a deployment tells who ran it.
type Output struct {
	Name        Symbol
	Type        Type
	Description string
	Value       Expr
}

// Using names the template whose parameters a file of parameters sets.
type Using string

// Assignment sets a parameter.
type Assignment struct {
	Name  Symbol
	Value Expr
}

// Append adds the file's text to b.
func (f File) Append(b []byte) []byte {
	for i, s := range f {
		if i > 0 {
			b = append(b, newline)
		}
		b = s.appendStatement(b)
		b = append(b, newline)
	}
	return b
}

func (c Comment) appendStatement(b []byte) []byte {
	for i, line := range c {
		if i > 0 {
			b = append(b, newline)
		}
		b = appendComment(b, line)
	}
	return b
}

func (s TargetScope) appendStatement(b []byte) []byte {
	b = append(b, "targetScope = "...)
	return String(s).append(b, 0)
}

func (p Param) appendStatement(b []byte) []byte {
	b = appendDecorators(b, p.Description, p.Rules)
	b = appendDeclaration(b, "param", p.Name, p.Type)
	if p.Default != nil {
		b = append(b, " = "...)
		b = p.Default.append(b, 0)
	}
	return b
}

func (v Var) appendStatement(b []byte) []byte {
	b = appendCommentLine(b, v.Comment)
	b = append(b, "var "...)
	b = v.Name.append(b, 0)
	b = append(b, " = "...)
	return v.Value.append(b, 0)
}

func (r Resource) appendStatement(b []byte) []byte {
	b = appendCommentLine(b, r.Comment)
	if r.Once {
		b = append(b, "@onlyIfNotExists()\n"...)
	}
	b = append(b, "resource "...)
	b = r.Symbol.append(b, 0)
	b = append(b, ' ')
	b = String(r.Type).append(b, 0)
	if r.Existing {
		b = append(b, " existing"...)
	}
	b = append(b, " = "...)
	return r.Body.append(b, 0)
}

func (m Module) appendStatement(b []byte) []byte {
	b = appendCommentLine(b, m.Comment)
	b = append(b, "module "...)
	b = m.Symbol.append(b, 0)
	b = append(b, ' ')
	b = String(m.Path).append(b, 0)
	b = append(b, " = "...)
	return m.Body.append(b, 0)
}

func (u Using) appendStatement(b []byte) []byte {
	b = append(b, "using "...)
	return String(u).append(b, 0)
}

func (a Assignment) appendStatement(b []byte) []byte {
	b = append(b, "param "...)
	b = a.Name.append(b, 0)
	b = append(b, " = "...)
	return a.Value.append(b, 0)
}

func (o Output) appendStatement(b []byte) []byte {
	b = appendDecorators(b, o.Description, nil)
	b = appendDeclaration(b, "output", o.Name, o.Type)
	b = append(b, " = "...)
	return o.Value.append(b, 0)
}

// appendCommentLine adds a comment on a line of its own, unless it is empty.
func appendCommentLine(b []byte, text string) []byte {
	if text == "" {
		return b
	}
	return append(appendComment(b, text), newline)
}

func appendDecorators(b []byte, text string, rules []Rule) []byte {
	if text != "" {
		b = description(text).append(b)
	}
	for _, r := range rules {
		b = r.append(b)
	}
	return b
}

func (r Rule) append(b []byte) []byte {
	b = append(b, '@')
	b = Func(r.Name, r.Value).append(b, 0)
	return append(b, newline)
}

func appendDeclaration(b []byte, keyword string, name Symbol, t Type) []byte {
	b = append(b, keyword...)
	b = append(b, ' ')
	b = name.append(b, 0)
	b = append(b, ' ')
	return Symbol(t).append(b, 0)
}
