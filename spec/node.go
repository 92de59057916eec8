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
	// New is true of a value with the tag !new: one that is added where there is none.
	New bool
}

// newTag marks a value that is added.
const newTag = "!new"

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
	tag := n.Tag
	if tag == newTag {
		into.New = true
		tag = untagged(n)
	}
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
	case tag == "!!null":
	case tag == "!!bool" && (n.Value == "true" || n.Value == "false"):
		into.Kind, into.Text = Boolean, n.Value
	case tag == "!!int" && decimal.MatchString(n.Value), tag == "!!float" && decimal.MatchString(n.Value):
		into.Kind, into.Text = Number, n.Value
	case tag == "!!str":
		into.Kind, into.Text = String, n.Value
	default:
		d.diags.Errorf(diag.WrongType, pos, "%s wants plain YAML, found %s with the tag %s", what, describe(n), diag.Quote(n.Tag)).Hint = "write text in quotes; functions such as !Ref in their long form"
	}
}

// untagged is the tag that a scalar would have without the one that was written.
func untagged(n *yaml.Node) string {
	plain := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	switch {
	case !plain:
		return "!!str"
	case n.Value == "" || n.Value == "~" || n.Value == "null":
		return "!!null"
	case n.Value == "true" || n.Value == "false":
		return "!!bool"
	case decimal.MatchString(n.Value):
		return "!!float"
	}
	return "!!str"
}

// decimal is the form of numbers that every reader takes for the same.
var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
