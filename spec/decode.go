package spec

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Limits on what is read, so that no input takes long: a file of a few hundred bytes can describe millions of values
// through aliases.
const (
	maxDepth  = 64
	maxValues = 200_000
	maxDiags  = 1_000
)

// decoder reads YAML nodes into the model. It collects every mistake and goes on.
type decoder struct {
	file   string
	diags  diag.List
	budget int // values that may still be read
	depth  int
	over   bool                     // a limit was passed: said once, the rest is left unread
	beside []string                 // keys of the outermost mapping that are read elsewhere
	types  map[reflect.Type][]field // what was read of the model's tags
}

// scalar is a value that stands on one line.
type scalar interface {
	// decodeScalar reads the node; want, when not empty, says what was expected.
	decodeScalar(n *yaml.Node, pos diag.Position) (want string)
}

// short is a mapping with a short form.
type short interface {
	// decodeShort reads the short form, a text.
	decodeShort(t Text)
}

// collection is a mapping from names to values.
type collection interface {
	// add appends an entry and returns a pointer to its value.
	add(name string, pos diag.Position) any
}

// list is a sequence of values.
type list interface {
	// grow appends a value and returns a pointer to it.
	grow() any
}

func (l *List[T]) grow() any {
	var zero T
	*l = append(*l, zero)
	return &(*l)[len(*l)-1]
}

func (m *Map[T]) add(name string, pos diag.Position) any {
	*m = append(*m, Entry[T]{Name: name, Pos: pos})
	return &(*m)[len(*m)-1].Value
}

func (d *decoder) pos(n *yaml.Node) diag.Position {
	return diag.Position{File: d.file, Line: n.Line, Column: n.Column}
}

// decode reads n, which may be nil for an absent part, into what into points to. What names the place for messages.
func (d *decoder) decode(n *yaml.Node, pos diag.Position, into any, what string) {
	if d.over || len(d.diags) >= maxDiags {
		return
	}
	d.depth++
	defer func() { d.depth-- }()
	d.budget--
	if d.depth > maxDepth || d.budget < 0 {
		d.over = true
		d.diags.Errorf(diag.TooDeep, pos, "the spec nests too deeply, or its aliases expand too far").Hint = fmt.Sprintf("stay below %d levels and %d values", maxDepth, maxValues)
		return
	}
	if n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n != nil && !d.untagged(n, pos, into, what) {
		return
	}
	switch v := into.(type) {
	case scalar:
		d.scalar(n, pos, v, what)
	case *Raw:
		d.raw(n, pos, v, what)
	case *Node:
		d.node(n, pos, v, what)
	case list:
		d.list(n, pos, v, what)
	case collection:
		d.collection(n, pos, v, what)
	case *diag.Position:
	default:
		d.structure(n, pos, into, what)
	}
}

// plainTags are the tags of YAML's own types, which a value has without being given one.
var plainTags = []string{"", "!!map", "!!seq", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp"}

// untagged refuses a value with a tag of another language, such as !Ref: read without it, the value would be another one.
func (d *decoder) untagged(n *yaml.Node, pos diag.Position, into any, what string) bool {
	switch into.(type) {
	case *Node, *Raw: // what they hold is decoded later
		return true
	}
	if slices.Contains(plainTags, n.Tag) {
		return true
	}
	if l, ok := into.(list); ok {
		l.grow() // so that nobody takes it for empty
	}
	e := d.diags.Errorf(diag.WrongType, pos, "%s has the tag %s, and the spec has no tags", cmp.Or(what, "the spec"), clip(n.Tag))
	e.Hint = "write the value itself; what is one cloud's own belongs under overlay of a target"
	return false
}

func (d *decoder) scalar(n *yaml.Node, pos diag.Position, into scalar, what string) {
	if want := into.decodeScalar(n, pos); want != "" {
		d.diags.Errorf(diag.WrongType, pos, "%s wants %s, found %s", what, want, describe(n)).Hint = meant(n, want, what)
	}
}

func (d *decoder) raw(n *yaml.Node, pos diag.Position, into *Raw, what string) {
	*into = Raw{Pos: pos, node: n}
	if n.Kind != yaml.MappingNode && !isNull(n) {
		d.diags.Errorf(diag.WrongType, pos, "%s wants a mapping, found %s", what, describe(n))
		into.node = nil
	}
}

func (d *decoder) collection(n *yaml.Node, pos diag.Position, into collection, what string) {
	if n == nil { // an empty Raw
		return
	}
	if n.Kind != yaml.MappingNode {
		d.diags.Errorf(diag.WrongType, pos, "%s wants a mapping from names, found %s", what, describe(n)).Hint = cmp.Or(examples[what], "write names with their values: { NAME: VALUE }")
		return
	}
	d.pairs(n, what, func(key string, keyPos diag.Position, value *yaml.Node) {
		d.decode(value, d.pos(value), into.add(key, keyPos), joinPath(what, key))
	})
}

func (d *decoder) list(n *yaml.Node, pos diag.Position, into list, what string) {
	switch {
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			d.decode(item, d.pos(item), into.grow(), what)
		}
	case n.Kind == yaml.ScalarNode && !isNull(n):
		d.decode(n, pos, into.grow(), what)
	default:
		d.diags.Errorf(diag.WrongType, pos, "%s wants a list, found %s", what, describe(n))
	}
}

// pairs calls each for every key of a mapping that is text and has not been there before, and tells whether all keys are text.
func (d *decoder) pairs(n *yaml.Node, what string, each func(key string, pos diag.Position, value *yaml.Node)) (whole bool) {
	whole = true
	seen := make(map[string]diag.Position, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content) && !d.over && len(d.diags) < maxDiags; i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		pos := d.pos(k)
		if k.Kind != yaml.ScalarNode || k.Tag == "!!null" || k.Tag == "!!merge" {
			whole = false
			if k.Tag == "!!merge" {
				d.diags.Errorf(diag.WrongType, pos, "%s has YAML's merge key <<, which is not read", cmp.Or(what, "the spec")).Hint = "write the keys themselves; what many functions have belongs under defaults"
				continue
			}
			d.diags.Errorf(diag.WrongType, pos, "%s wants text as keys, found %s", cmp.Or(what, "the spec"), describe(k))
			continue
		}
		if first, ok := seen[k.Value]; ok {
			e := d.diags.Errorf(diag.DuplicateKey, pos, "key %s stands twice", diag.Quote(k.Value))
			e.Related = []diag.Related{{Pos: first, Message: "first here"}}
			continue
		}
		seen[k.Value] = pos
		each(k.Value, pos, v)
	}
	return whole
}

func (d *decoder) structure(n *yaml.Node, pos diag.Position, into any, what string) {
	v := reflect.ValueOf(into).Elem()
	s, hasShort := into.(short)
	switch {
	case n == nil || isNull(n):
		n = &yaml.Node{Kind: yaml.MappingNode}
	case n.Kind == yaml.ScalarNode && hasShort:
		var t Text
		if want := t.decodeScalar(n, pos); want != "" {
			d.diags.Errorf(diag.WrongType, pos, "%s wants text or a mapping, found %s", what, describe(n))
			return
		}
		setPos(v, pos)
		s.decodeShort(t)
		for _, f := range d.fieldsOf(v.Type()) {
			if text, ok := v.Field(f.index).Addr().Interface().(*Text); ok && text.IsSet() {
				d.constrainText(f, *text)
			}
		}
		return
	case n.Kind != yaml.MappingNode:
		want := "a mapping"
		if hasShort {
			want = "text or a mapping"
		}
		if _, ok := into.(*Secret); ok {
			d.valueOfSecret(pos, what)
			return
		}
		d.diags.Errorf(diag.WrongType, pos, "%s wants %s, found %s", cmp.Or(what, "the spec"), want, describe(n))
		return
	}
	setPos(v, pos)
	d.fields(n, pos, v, what)
}

// valueOfSecret reports a value where a secret is declared, without showing it.
func (d *decoder) valueOfSecret(pos diag.Position, what string) {
	e := d.diags.Errorf(diag.WrongType, pos, "%s has a value, and no secret stands in the spec", what)
	e.Reason = "the spec is committed, and read by everybody who reviews it"
	e.Hint = "leave it empty, and put the value in after deploying; change it if this was committed"
	e.Private = true
}

// setPos notes where a struct of the model begins: one that could not be decoded has no position.
func setPos(v reflect.Value, pos diag.Position) {
	if p := v.FieldByName("Pos"); p.IsValid() {
		p.Set(reflect.ValueOf(pos))
	}
}

func (d *decoder) fields(n *yaml.Node, pos diag.Position, v reflect.Value, what string) {
	fields := d.fieldsOf(v.Type())
	found := make([]bool, len(fields))
	rest := inlined(v)
	if rest != nil {
		*rest = Raw{Pos: pos, beside: keysOf(fields)}
	}
	whole := d.pairs(n, what, func(key string, keyPos diag.Position, value *yaml.Node) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		if i < 0 && rest != nil {
			rest.take(key, keyPos, value)
			return
		}
		if i < 0 {
			if i = d.unknownKey(n, fields, key, keyPos, what); i < 0 || found[i] {
				return
			}
			key = fields[i].key
		}
		found[i] = true
		at := d.pos(value)
		if isNull(value) && value.Value == "" {
			at = keyPos // an empty value has no place of its own
		}
		before := len(d.diags)
		target := v.Field(fields[i].index)
		d.decode(value, at, target.Addr().Interface(), joinPath(what, key))
		if len(d.diags) == before {
			d.constrain(fields[i], target, at)
		}
	})
	for i, f := range fields {
		if f.required && !found[i] && whole && !d.over {
			d.diags.Errorf(diag.MissingKey, pos, "%s is missing%s", f.key, in(what)).Hint = example(what, f.key)
		}
	}
}

// unknownKey reports a key that there is not, and returns the one that it most likely is and that is not there, or -1: what stands under
// a misspelt key is read all the same.
func (d *decoder) unknownKey(n *yaml.Node, fields []field, key string, pos diag.Position, what string) int {
	keys := keysOf(fields)
	if what == "" {
		keys = append(keys, d.beside...)
	}
	e := d.diags.Errorf(diag.UnknownKey, pos, "unknown key %s%s%s", diag.Quote(key), in(what), diag.DidYouMean(key, keys))
	if e.Hint = "the keys are " + strings.Join(keys, ", "); len(keys) == 0 {
		e.Hint = "it has no keys; leave it empty"
	}
	i := slices.Index(keys, diag.Closest(key, keys))
	if i < 0 || i >= len(fields) {
		return -1
	}
	for k := 0; k < len(n.Content); k += 2 {
		if n.Content[k].Value == keys[i] {
			return -1
		}
	}
	return i
}

// example is what to write where a key is missing.
func example(what, key string) string {
	if what == "" && key == "name" {
		return "write for example name: shop"
	}
	return examples[key]
}

// examples are those of keys that mean the same wherever they stand.
var examples = map[string]string{
	"isobar":     "begin the spec with isobar: v1",
	"functions":  "write for example functions: { hello: { handler: ./greet.Hello, http: GET /hello } }",
	"targets":    "name the clouds to generate for, each with its settings or with nothing",
	"handler":    "write for example handler: ./users.Get",
	"key":        "write for example key: { id: string }",
	"definition": "write for example definition: order.asl.yaml",
}

// inlined returns the field that takes the keys for which there is no other, or nil.
func inlined(v reflect.Value) *Raw {
	for i := range v.NumField() {
		if raw, ok := v.Field(i).Addr().Interface().(*Raw); ok && v.Type().Field(i).Tag.Get("yaml") == inline {
			return raw
		}
	}
	return nil
}

// take adds a key with its value.
func (r *Raw) take(key string, pos diag.Position, value *yaml.Node) {
	if r.node == nil {
		r.node = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: r.Pos.Line, Column: r.Pos.Column}
	}
	name := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key, Line: pos.Line, Column: pos.Column}
	r.node.Content = append(r.node.Content, name, value)
}

func keysOf(fields []field) []string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return keys
}

func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return "one of " + strings.Join(words, ", ")
}

func in(what string) string {
	if what == "" {
		return ""
	}
	return " in " + what
}

func joinPath(what, key string) string {
	if key = clip(key); !plainKey.MatchString(key) {
		key = strconv.Quote(key)
	}
	if what == "" {
		return key
	}
	return what + "." + key
}

// plainKey is a key that a message can have as it is.
var plainKey = regexp.MustCompile(`^[A-Za-z0-9_.…-]+$`)

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// describe says what a node is, in words.
func describe(n *yaml.Node) string {
	switch {
	case n == nil || isNull(n):
		return "nothing"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	}
	kinds := map[string]string{"!!int": "the number ", "!!float": "the number ", "!!bool": "the boolean ", "!!timestamp": "the date "}
	if kind, ok := kinds[n.Tag]; ok {
		return kind + clip(n.Value)
	}
	return "the text " + strconv.Quote(clip(n.Value))
}

// clip shortens a text for a message.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
