package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/spec/diag"
	"github.com/isobar-dev/isobar/spec/syntax"
)

// Limits on what is read, so that no input takes long: a file of a few hundred bytes can describe millions of values through
// aliases.
const (
	// MaxSize is the largest definition that Parse reads, in bytes; it is what the language's own service takes.
	MaxSize   = 1 << 20
	maxDepth  = 96
	maxValues = 200_000
	maxDiags  = 1_000
)

type kind int

const (
	null kind = iota
	boolean
	number
	text
	sequence
	mapping
)

// tree is a value of the file with its place. JSON and YAML come out the same.
type tree struct {
	pos    diag.Position
	kind   kind
	text   string // of a boolean, a number or a text
	items  []tree
	fields []pair
}

type pair struct {
	key   Text
	value tree
}

func (t tree) describe() string {
	switch t.kind {
	case null:
		return "nothing"
	case boolean, number:
		return t.text
	case text:
		return "the text " + diag.Quote(t.text)
	case sequence:
		if len(t.items) == 0 {
			return "an empty list"
		}
		return "a list"
	}
	if len(t.fields) == 0 {
		return "an empty mapping"
	}
	return "a mapping"
}

// reader makes a tree of bytes, and collects what is wrong with them.
type reader struct {
	file   string
	data   []byte
	lines  []int // offsets at which lines begin
	last   mark  // the place that was asked for last
	diags  diag.List
	budget int
	depth  int
	over   bool
}

// read gives the tree of a file; ok is false when there is none.
func read(file string, data []byte) (t tree, diags diag.List, ok bool) {
	r := &reader{file: file, data: data, budget: maxValues, lines: []int{0}}
	if len(data) > MaxSize {
		r.diags.Errorf(diag.TooLarge, diag.Position{File: file}, "the definition has more than the %d bytes that are read", MaxSize)
		return t, r.diags, false
	}
	for i, b := range data {
		if b == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	if unreadable := syntax.Text(file, "a definition", data); unreadable != nil {
		return t, append(r.diags, *unreadable), false
	}
	if json.Valid(data) || strings.HasSuffix(file, ".json") {
		t, ok = r.json()
	} else {
		t, ok = r.yaml()
	}
	return t, r.diags, ok && !r.over
}

// mark is an offset with its column, from which the columns behind it in the same line are counted: a line can be as long as the file.
type mark struct{ line, offset, column int }

// at is the place of an offset.
func (r *reader) at(offset int) diag.Position {
	offset = min(max(offset, 0), len(r.data))
	low, high := 0, len(r.lines) // the last line that begins at or before the offset
	for high-low > 1 {
		if middle := (low + high) / 2; r.lines[middle] <= offset {
			low = middle
		} else {
			high = middle
		}
	}
	from := mark{low, r.lines[low], 1}
	if r.last.line == low && r.last.offset <= offset && r.last.column > 0 {
		from = r.last
	}
	r.last = mark{low, offset, from.column + utf8.RuneCount(r.data[from.offset:offset])}
	return diag.Position{File: r.file, Line: low + 1, Column: r.last.column}
}

// enter counts a value, and tells whether it may be read.
func (r *reader) enter(pos diag.Position) bool {
	r.depth++
	r.budget--
	if !r.over && (r.depth > maxDepth || r.budget < 0) {
		r.over = true
		r.diags.Errorf(diag.TooDeep, pos, "the definition nests too deeply, or its aliases expand too far").Hint = fmt.Sprintf("stay below %d levels and %d values", maxDepth, maxValues)
	}
	return !r.over
}

// add appends a field unless its key is there already.
func (r *reader) add(t *tree, seen map[string]diag.Position, key Text, value tree) {
	if first, ok := seen[key.Value]; ok {
		if len(r.diags) < maxDiags {
			e := r.diags.Errorf(diag.DuplicateKey, key.Pos, "key %s stands twice", diag.Quote(key.Value))
			e.Related = []diag.Related{{Pos: first, Message: "first here"}}
		}
		return
	}
	seen[key.Value] = key.Pos
	t.fields = append(t.fields, pair{key, value})
}

// json reads what is JSON as JSON: YAML knows no surrogate pairs.
func (r *reader) json() (tree, bool) {
	dec := json.NewDecoder(bytes.NewReader(r.data))
	dec.UseNumber()
	t, err := r.jsonValue(dec)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the end of the definition")
		}
	}
	if err != nil {
		at := int(dec.InputOffset())
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = int(syntax.Offset) - 1
		}
		r.diags.Errorf(diag.Syntax, r.at(at), "not JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
		return t, false
	}
	return t, true
}

// start is the offset of the token that the decoder reads next.
func (r *reader) start(dec *json.Decoder) int {
	at := int(dec.InputOffset())
	for at < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[at]) >= 0 {
		at++
	}
	return at
}

func (r *reader) jsonValue(dec *json.Decoder) (tree, error) {
	t := tree{pos: r.at(r.start(dec))}
	if !r.enter(t.pos) {
		return t, nil
	}
	defer func() { r.depth-- }()
	token, err := dec.Token()
	if err != nil {
		return t, err
	}
	switch v := token.(type) {
	case bool:
		t.kind, t.text = boolean, fmt.Sprint(v)
	case json.Number:
		r.number(&t, v.String())
	case string:
		t.kind, t.text = text, v
	case json.Delim:
		if v == '[' {
			t.kind = sequence
			for dec.More() && !r.over {
				item, err := r.jsonValue(dec)
				if err != nil {
					return t, err
				}
				t.items = append(t.items, item)
			}
		} else {
			t.kind = mapping
			if err := r.jsonFields(dec, &t); err != nil {
				return t, err
			}
		}
		if r.over {
			return t, nil
		}
		_, err = dec.Token()
	}
	return t, err
}

func (r *reader) jsonFields(dec *json.Decoder, t *tree) error {
	seen := map[string]diag.Position{}
	for dec.More() && !r.over {
		pos := r.at(r.start(dec))
		key, err := dec.Token()
		if err != nil {
			return err
		}
		value, err := r.jsonValue(dec)
		if err != nil {
			return err
		}
		name, _ := key.(string)
		r.add(t, seen, Text{name, pos}, value)
	}
	return nil
}

func (r *reader) yaml() (tree, bool) {
	dec := yaml.NewDecoder(bytes.NewReader(r.data))
	var first, second yaml.Node
	if err := dec.Decode(&first); errors.Is(err, io.EOF) {
		return tree{pos: diag.Position{File: r.file, Line: 1, Column: 1}}, true
	} else if err != nil {
		r.yamlError(err)
		return tree{}, false
	}
	if err := dec.Decode(&second); err == nil {
		r.diags.Errorf(diag.ManyDocuments, diag.Position{File: r.file, Line: max(1, second.Line), Column: 1}, "a definition is one YAML document, a second one begins here")
		return tree{}, false
	} else if !errors.Is(err, io.EOF) {
		r.yamlError(err)
		return tree{}, false
	}
	if len(first.Content) == 0 {
		return tree{pos: diag.Position{File: r.file, Line: 1, Column: 1}}, true
	}
	return r.yamlValue(first.Content[0]), true
}

func (r *reader) yamlError(err error) {
	r.diags = append(r.diags, syntax.Error(r.file, r.data, err))
}

// decimal is the form of JSON's numbers, which every reader takes for the same.
var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func (r *reader) yamlValue(n *yaml.Node) tree {
	t := tree{pos: diag.Position{File: r.file, Line: max(1, n.Line), Column: max(1, n.Column)}}
	if !r.enter(t.pos) {
		return t
	}
	defer func() { r.depth-- }()
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	switch {
	case n.Kind == yaml.MappingNode && n.Tag != "!!map", n.Kind == yaml.SequenceNode && n.Tag != "!!seq":
		if len(r.diags) < maxDiags {
			r.diags.Errorf(diag.WrongType, t.pos, "a definition has no tags, found %s", diag.Quote(n.Tag)).Hint = "write the value itself"
		}
	case n.Kind == yaml.MappingNode:
		t.kind = mapping
		r.yamlFields(n, &t)
	case n.Kind == yaml.SequenceNode:
		t.kind = sequence
		for _, item := range n.Content {
			if r.over {
				break
			}
			t.items = append(t.items, r.yamlValue(item))
		}
	case n.Tag == "!!null":
	case n.Tag == "!!bool" && (n.Value == "true" || n.Value == "false"):
		t.kind, t.text = boolean, n.Value
	case (n.Tag == "!!int" || n.Tag == "!!float") && decimal.MatchString(n.Value):
		r.number(&t, n.Value)
	case n.Tag == "!!str" || n.Tag == "!!timestamp": // a timestamp is text here, as in JSON
		t.kind, t.text = text, n.Value
	case len(r.diags) < maxDiags:
		r.diags.Errorf(diag.WrongType, t.pos, "%s with the tag %s is not a value of JSON", diag.Quote(n.Value), diag.Quote(n.Tag)).Hint = "write text in quotes, and numbers in decimal"
	}
	return t
}

// number reads a number. One that no floating-point number is near, or with more digits than anybody needs, would take a long
// time to compare.
func (r *reader) number(t *tree, s string) {
	t.kind, t.text = number, s
	if !ValidNumber(s) && len(r.diags) < maxDiags {
		r.diags.Errorf(diag.InvalidValue, t.pos, "the number %s is too large, or too exact", diag.Quote(s))
		t.text = "0"
	}
}

// ValidNumber tells whether a number, in JSON's form, is one that workflows work with: of at most 400 characters, and no larger than
// floating-point numbers are.
func ValidNumber(s string) bool {
	const most = 400
	f, err := strconv.ParseFloat(s, 64)
	return err == nil && !math.IsInf(f, 0) && len(s) <= most && !tiny.MatchString(s)
}

// tiny is the form of numbers with an exponent that no floating-point number has.
var tiny = regexp.MustCompile(`[eE]-0*[0-9]{4,}$|[eE]-0*[4-9][0-9]{2}$`)

func (r *reader) yamlFields(n *yaml.Node, t *tree) {
	seen := make(map[string]diag.Position, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content) && !r.over; i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		pos := diag.Position{File: r.file, Line: max(1, k.Line), Column: max(1, k.Column)}
		if k.Kind != yaml.ScalarNode || k.Tag == "!!null" || k.Tag == "!!merge" {
			if len(r.diags) < maxDiags {
				r.diags.Errorf(diag.WrongType, pos, "a mapping wants text as keys").Hint = "merge keys (<<) and complex keys are not read"
			}
			continue
		}
		value := r.yamlValue(v)
		if value.kind == null && v.Value == "" {
			value.pos = pos // an empty value has no place of its own
		}
		r.add(t, seen, Text{k.Value, pos}, value)
	}
}
