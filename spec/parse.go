package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/spec/diag"
	"github.com/isobar-dev/isobar/spec/syntax"
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
		diags.Errorf(diag.TooLarge, whole, "the spec has more than the %d bytes that are read", MaxSize).Hint = "split the app into several, each with a spec"
		return nil, diags
	}
	if unreadable := syntax.Text(file, "the spec", data); unreadable != nil {
		return nil, append(diags, *unreadable)
	}
	root, err := load(data)
	var more *manyDocuments
	switch {
	case errors.As(err, &more):
		diags.Errorf(diag.ManyDocuments, diag.Position{File: file, Line: more.line, Column: 1}, "a spec is one YAML document, a second one begins here")
		return nil, diags
	case err != nil:
		diags = append(diags, syntax.Error(file, data, err))
		return nil, diags
	}
	d := decoder{file: file, budget: maxValues}
	doc := &Document{}
	if root == nil || isNull(root) {
		diags.Errorf(diag.MissingKey, diag.Position{File: file, Line: 1, Column: 1}, "the spec is empty").Hint = "it begins with isobar: v1, and has a name, functions and targets"
		return doc, diags
	}
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
