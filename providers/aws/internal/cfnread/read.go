// Package cfnread reads CloudFormation templates back: to compare what they deploy, no more.
package cfnread

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Limits on what is read, so that no file takes long.
const (
	maxDepth  = 64
	maxLeaves = 1 << 20
)

// Leaf is a value that is neither a mapping nor a list.
type Leaf struct {
	// Path is that of change.Property.
	Path string
	// Value is the text of a literal. What is not known before a deployment stands in ${}, as in Sub: a ${ that is meant is ${!.
	Value string
	// Ref is the logical ID of the resource that the value is of; empty when it is of none.
	Ref string
}

// Section is what a template has under one key of the first level.
type Section struct {
	Name    string
	Entries []Entry
}

// Entry is a part of a section with its leaves: a resource with its Type, and the leaves of its properties without their prefix.
type Entry struct {
	ID, Type string
	Leaves   []Leaf
}

// Read reads a template. Parameters whose values are given have them; others have their defaults, and those that have none, or are
// unknown, stand in ${}.
func Read(data []byte, values map[string]string) ([]Section, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("the template is no mapping")
	}
	r := reader{values: map[string]string{}}
	root := doc.Content[0]
	r.parameters(child(root, "Parameters"), values)
	var sections []Section
	for i := 0; i+1 < len(root.Content); i += 2 {
		sections = append(sections, r.section(root.Content[i].Value, root.Content[i+1]))
	}
	return sections, r.err
}

type reader struct {
	values map[string]string
	leaves []Leaf
	count  int
	err    error
}

func child(n *yaml.Node, key string) *yaml.Node {
	if n != nil && n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

func (r *reader) parameters(n *yaml.Node, values map[string]string) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if fallback := child(n.Content[i+1], "Default"); fallback != nil && fallback.Kind == yaml.ScalarNode {
			r.values[name] = literalText(fallback.Value)
		}
		if given, ok := values[name]; ok {
			if r.values[name] = literalText(given); given == Unknown {
				delete(r.values, name)
			}
		}
	}
}

// Unknown is the value of a parameter that has none, whatever its default.
const Unknown = "\x00"

func (r *reader) section(name string, n *yaml.Node) Section {
	s := Section{Name: name}
	if n.Kind != yaml.MappingNode {
		r.leaves = nil
		r.value("", n, 0)
		s.Entries = []Entry{{Leaves: r.leaves}}
		return s
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := Entry{ID: n.Content[i].Value}
		body := n.Content[i+1]
		r.leaves = nil
		if kind := child(body, "Type"); kind != nil && name == "Resources" {
			e.Type = kind.Value
			r.resource(body)
		} else {
			r.value("", body, 0)
		}
		e.Leaves = r.leaves
		s.Entries = append(s.Entries, e)
	}
	return s
}

func (r *reader) resource(n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch key := n.Content[i].Value; key {
		case "Type":
		case "Properties":
			r.value("", n.Content[i+1], 0)
		default:
			r.value(key, n.Content[i+1], 0)
		}
	}
}

func join(path, key string) string {
	if strings.ContainsAny(key, ".[]") {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func (r *reader) add(path, value, ref string) {
	if r.count++; r.count > maxLeaves {
		r.err = fmt.Errorf("the template has more than %d values", maxLeaves)
		return
	}
	r.leaves = append(r.leaves, Leaf{path, value, ref})
}

func (r *reader) value(path string, n *yaml.Node, depth int) {
	if depth > maxDepth {
		r.err = errors.New("the template is nested too deeply")
	}
	if r.err != nil {
		return
	}
	if text, ref, ok := r.text(n); ok {
		r.add(path, text, ref)
		return
	}
	if function, ok := strings.CutPrefix(n.Tag, "!"); ok && !strings.HasPrefix(function, "!") {
		path = join(path, "Fn::"+function)
	}
	switch n.Kind {
	case yaml.MappingNode:
		if len(n.Content) == 0 {
			r.add(path, "{}", "")
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			r.value(join(path, n.Content[i].Value), n.Content[i+1], depth+1)
		}
	case yaml.SequenceNode:
		r.list(path, n, depth)
	default:
		r.err = errors.New("the template has an alias, which CloudFormation does not take")
	}
}

func (r *reader) list(path string, n *yaml.Node, depth int) {
	if len(n.Content) == 0 {
		r.add(path, "[]", "")
		return
	}
	plain := !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { _, _, ok := r.text(item); return !ok })
	key := keyOf(n.Content)
	for i, item := range n.Content {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case plain && !strings.Contains(path, "Fn::"): // of a function, the order means something
			at = path + "[]"
		case key != "":
			at = path + "[" + child(item, key).Value + "]"
		}
		r.value(at, item, depth+1)
	}
}

// keys are the keys by which items of lists are told apart, the first one that all items have, each with a value of its own.
var keys = []string{"Sid", "Key", "IndexName", "PolicyName", "Id", "KeyType", "Name", "AttributeName", "ParameterKey"}

func keyOf(items []*yaml.Node) string {
	for _, key := range keys {
		seen := map[string]bool{}
		for _, item := range items {
			if v := child(item, key); v != nil && v.Kind == yaml.ScalarNode && !strings.ContainsAny(v.Value, "[].") {
				seen[v.Value] = true
			}
		}
		if len(seen) == len(items) {
			return key
		}
	}
	return ""
}

// text is the text of a scalar, or of a function that stands for one.
func (r *reader) text(n *yaml.Node) (text, ref string, ok bool) {
	function, arg := n.Tag, n
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 {
		function, arg = strings.Replace("!"+n.Content[0].Value, "!Fn::", "!", 1), n.Content[1]
	}
	switch {
	case function == "!Ref" && arg.Kind == yaml.ScalarNode:
		return r.named(arg.Value, false)
	case function == "!GetAtt" && arg.Kind == yaml.ScalarNode:
		return r.named(arg.Value, true)
	case function == "!GetAtt" && arg.Kind == yaml.SequenceNode && len(arg.Content) == 2:
		return r.named(arg.Content[0].Value+"."+arg.Content[1].Value, true)
	case function == "!Sub" && arg.Kind == yaml.ScalarNode:
		text, ref = r.sub(arg.Value)
		return text, ref, true
	case n.Kind == yaml.ScalarNode:
		return literalText(n.Value), "", true
	}
	return "", "", false
}

func (r *reader) named(name string, attribute bool) (text, ref string, ok bool) {
	if value, known := r.values[name]; known && !attribute {
		return value, "", true
	}
	return "${" + name + "}", resourceOf(name), true
}

// resourceOf is the logical ID in a name, unless it is a name of CloudFormation's own.
func resourceOf(name string) string {
	if strings.Contains(name, "::") {
		return ""
	}
	id, _, _ := strings.Cut(name, ".")
	return id
}

// sub puts values into the text of a Sub.
func (r *reader) sub(s string) (text, ref string) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "${")
		b.WriteString(before)
		if !found {
			return b.String(), ref
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || strings.HasPrefix(name, "!") {
			b.WriteString("${")
			s = rest
			continue
		}
		inner, of, _ := r.named(name, strings.Contains(name, "."))
		b.WriteString(inner)
		if ref == "" {
			ref = of
		}
		s = after
	}
}

func literalText(s string) string { return strings.ReplaceAll(s, "${", "${!") }
