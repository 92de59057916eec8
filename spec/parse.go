package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/spec/diag"
)

// MaxSize is the largest spec that Parse reads, in bytes.
const MaxSize = 1 << 20

// Load parses and validates: the document, and all that is wrong with it, sorted. The document is usable when the list has
// no errors.
func Load(file string, data []byte) (*Document, diag.List) {
	doc, diags := Parse(file, data)
	if doc != nil {
		diags = append(diags, Validate(doc)...)
	}
	diags = diags.Sort()
	if more := len(diags) - maxDiags; more > 0 {
		last := diags[maxDiags-1]
		diags = append(diags[:maxDiags-1], diag.Diagnostic{Code: last.Code, Pos: last.Pos, Message: fmt.Sprintf("%s; and %d more mistakes from here on", last.Message, more)})
	}
	return doc, diags
}

// Parse decodes a spec. File is the name that positions carry; nothing is read from disk. The document is nil when the bytes
// are not YAML at all; otherwise it holds what could be decoded, and the list what could not.
func Parse(file string, data []byte) (*Document, diag.List) {
	var diags diag.List
	whole := diag.Position{File: file}
	if len(data) > MaxSize {
		diags.Errorf(diag.TooLarge, whole, "the spec has more than the %d bytes that are read", MaxSize)
		return nil, diags
	}
	if i := firstUnreadable(data); i >= 0 {
		diags.Errorf(diag.Syntax, positionOf(file, data, i), "the spec is text in UTF-8, found the byte 0x%02x", data[i])
		return nil, diags
	}
	root, err := load(data)
	var more *manyDocuments
	switch {
	case errors.As(err, &more):
		diags.Errorf(diag.ManyDocuments, diag.Position{File: file, Line: more.line, Column: 1}, "a spec is one YAML document, a second one begins here")
		return nil, diags
	case err != nil:
		diags = append(diags, syntaxError(file, data, err))
		return nil, diags
	}
	d := decoder{file: file, budget: maxValues}
	doc := &Document{}
	d.decode(root, diag.Position{File: file, Line: 1, Column: 1}, doc, "")
	return doc, d.diags
}

type manyDocuments struct{ line int }

func (*manyDocuments) Error() string { return "more than one document" }

// load reads the one document of a stream; nil for an empty one.
func load(data []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := dec.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := dec.Decode(&second); err == nil {
		return nil, &manyDocuments{second.Line}
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(first.Content) == 0 {
		return nil, nil
	}
	return first.Content[0], nil
}

// firstUnreadable returns the offset of the first byte that is not UTF-8 or is a control character, or -1. YAML forbids them,
// and its parsers disagree about where they stand.
func firstUnreadable(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return i
		}
		i += size
	}
	return -1
}

func positionOf(file string, data []byte, offset int) diag.Position {
	line := bytes.Count(data[:offset], []byte("\n"))
	start := bytes.LastIndexByte(data[:offset], '\n') + 1
	return diag.Position{File: file, Line: line + 1, Column: utf8.RuneCount(data[start:offset]) + 1}
}

// bareBraces finds a path with a wildcard, without quotes, in a flow mapping.
var bareBraces = regexp.MustCompile(`\{.*: *[A-Z]+ /[^"',]*\{`)

// syntaxError carries over what the YAML library says, with its place.
func syntaxError(file string, data []byte, err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.Syntax, Pos: diag.Position{File: file, Line: 1, Column: 1}, Message: "not YAML: " + err.Error()}
	var at *yaml.LoadError
	if errors.As(err, &at) {
		lines := bytes.Count(data, []byte("\n")) + 1
		d.Pos.Line = max(1, min(at.Mark.Line, lines))
		d.Pos.Column = max(1, at.Mark.Column)
		d.Message = "not YAML: " + at.Message
		if at.ContextMsg != "" {
			d.Message += " " + at.ContextMsg
		}
		if line := bytes.Split(data, []byte("\n"))[d.Pos.Line-1]; bareBraces.Match(line) {
			d.Hint = "inside { } a path with braces needs quotes: http: \"GET /users/{id}\""
		}
	}
	return d
}
