package spec

import (
	"regexp"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Node is a value whose shape a cloud defines, as it was written.
type Node struct {
	Pos  diag.Position
	Kind NodeKind
	// Text is the value of a Bool, a Number or a String: "true", "1.5", any text.
	Text string
	// Items are those of a Sequence.
	Items []Node
	// Fields are those of a Mapping, in the order of the file.
	Fields Map[Node]
}

// NodeKind is a kind of Node.
type NodeKind int

// The kinds of nodes. Null is the zero value.
const (
	Null NodeKind = iota
	Boolean
	Number
	String
	Sequence
	Mapping
)

// node reads a value of any shape, within the limits of all values.
func (d *decoder) node(n *yaml.Node, pos diag.Position, into *Node, what string) {
	into.Pos = pos
	switch {
	case n.Kind == yaml.MappingNode:
		into.Kind = Mapping
		d.pairs(n, what, func(key string, keyPos diag.Position, value *yaml.Node) {
			d.decode(value, d.pos(value), into.Fields.add(key, keyPos), joinPath(what, key))
		})
	case n.Kind == yaml.SequenceNode:
		into.Kind = Sequence
		for _, item := range n.Content {
			into.Items = append(into.Items, Node{})
			d.decode(item, d.pos(item), &into.Items[len(into.Items)-1], what)
		}
	case isNull(n):
	case n.Tag == "!!bool" && (n.Value == "true" || n.Value == "false"):
		into.Kind, into.Text = Boolean, n.Value
	case n.Tag == "!!int" && decimal.MatchString(n.Value), n.Tag == "!!float" && decimal.MatchString(n.Value):
		into.Kind, into.Text = Number, n.Value
	case n.Tag == "!!str":
		into.Kind, into.Text = String, n.Value
	default:
		d.diags.Errorf(diag.WrongType, pos, "%s wants plain YAML, found %s with the tag %s", what, describe(n), diag.Quote(n.Tag)).Hint = "write text in quotes; functions such as !Ref in their long form"
	}
}

// decimal is the form of numbers that every reader takes for the same.
var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
