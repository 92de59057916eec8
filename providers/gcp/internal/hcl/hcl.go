// Package hcl is a small typed tree of Terraform's language, and prints it as `terraform fmt` would.
//
// A text is data: Str escapes what HCL would evaluate, and there is no way to put a text from outside into an expression.
// Expressions are made by Ref and Call, which are for names that the program itself has chosen.
//
// hclwrite prints the same, but formats token by token, which takes some twenty times as long.
package hcl

// File is a file's content.
type File struct {
	// Comment stands at the top, a line for each line.
	Comment string
	Blocks  []Block
}

// Values is the content of a file of variables' values.
type Values struct {
	Comment string
	Attrs   []Attr
}

// Block is a block with its type, its labels and its body: resource "google_pubsub_topic" "orders" { … }.
type Block struct {
	// Comment stands above the block, a line for each line; it may be empty.
	Comment string
	Type    string
	Labels  []string
	Body    []Item
}

// Item is what stands in a body: an Attr, a Block, or nothing (nil), which is left out.
type Item interface{ item() }

// Attr is an attribute. One whose Value is nil is left out.
type Attr struct {
	Name  string
	Value Value
}

func (Attr) item()  {}
func (Block) item() {}

// Value is the value of an attribute.
type Value interface {
	append(b []byte, indent int) []byte
}

type (
	// Str is a text that means itself.
	Str string
	// Int is a whole number.
	Int int
	// Bool is true or false.
	Bool bool
	// Ref is a reference such as var.stage, made of names that this program has chosen.
	Ref string
	// Float is a number that is not whole.
	Float float64
	// Template is a text put together of Str and of expressions: Ref and Call.
	Template []Value
	// Call is a function's result.
	Call struct {
		Name string
		Args []Value
	}
	// List is a list; it stands on one line when it has at most one value.
	List []Value
	// Map is a mapping, in its order.
	Map []Attr
)
