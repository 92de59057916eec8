// Package hclread reads modules of Terraform back: to compare what they deploy, no more.
package hclread

import (
	"errors"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Limits on what names may stand for: one that stands for itself would never end, and a few of them for millions of texts.
const (
	maxResolve = 16
	maxNesting = 64
	maxWithin  = 6 // texts within texts
	maxTexts   = 1 << 20
)

// Module is what files of a module say.
type Module struct {
	// Blocks are those of all files, in the order of the files.
	Blocks []Block
	names  map[string]hclsyntax.Expression
	// sources are the files, by their names.
	sources map[string][]byte
	// texts is how many texts have been put together.
	texts int
}

// Block is a block of the first level.
type Block struct {
	File, Type string
	Labels     []string
	body       *hclsyntax.Body
}

// Leaf is a value that is neither a mapping nor a list.
type Leaf struct {
	// Path is that of change.Property.
	Path string
	// Value is the text of a literal; what is not known before a deployment stands in ${}.
	Value string
	// Ref is the address of the resource that the value is of; empty when it is of none.
	Ref string
}

// Parse adds the blocks of a file.
func (m *Module) Parse(name string, data []byte) error {
	body, err := m.parse(name, data)
	if err != nil {
		return err
	}
	for _, b := range body.Blocks {
		m.Blocks = append(m.Blocks, Block{name, b.Type, b.Labels, b.Body})
		switch {
		case b.Type == "locals":
			for _, a := range b.Body.Attributes {
				m.name("local."+a.Name, a.Expr)
			}
		case b.Type == "variable" && len(b.Labels) == 1:
			if a := b.Body.Attributes["default"]; a != nil {
				m.name("var."+b.Labels[0], a.Expr)
			}
		}
	}
	return nil
}

// ParseValues reads a file of values of variables, and returns them. With use they take the place of the variables' defaults.
func (m *Module) ParseValues(name string, data []byte, use bool) ([]Leaf, error) {
	body, err := m.parse(name, data)
	if err != nil {
		return nil, err
	}
	if use {
		for _, a := range body.Attributes {
			m.name("var."+a.Name, a.Expr)
		}
	}
	return m.Leaves(Block{File: name, body: body}), nil
}

func (m *Module) parse(name string, data []byte) (*hclsyntax.Body, error) {
	file, diags := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, errors.New(diags[0].Error())
	}
	if m.sources == nil {
		m.sources = map[string][]byte{}
	}
	m.sources[name] = data
	body, _ := file.Body.(*hclsyntax.Body)
	return body, nil
}

// Forget has a variable stand for itself, though it has a default.
func (m *Module) Forget(name string) { delete(m.names, "var."+name) }

func (m *Module) name(name string, e hclsyntax.Expression) {
	if m.names == nil {
		m.names = map[string]hclsyntax.Expression{}
	}
	m.names[name] = e
}

// Leaves returns all leaves of a block, in no order. A list or a mapping that is empty is a leaf.
func (m *Module) Leaves(b Block) []Leaf {
	r := reader{module: m}
	r.body("", b.body)
	return r.leaves
}

type reader struct {
	module *Module
	depth  int
	leaves []Leaf
}

func (r *reader) add(path, value, ref string) { r.leaves = append(r.leaves, Leaf{path, value, ref}) }

func join(path, key string) string {
	if strings.ContainsAny(key, ".[]") {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func (r *reader) body(path string, b *hclsyntax.Body) {
	if len(b.Attributes)+len(b.Blocks) == 0 && path != "" {
		r.add(path, "{}", "")
	}
	for name, a := range b.Attributes {
		r.value(join(path, name), a.Expr)
	}
	count, seen := map[string]int{}, map[string]int{}
	for _, inner := range b.Blocks {
		count[inner.Type]++
	}
	for _, inner := range b.Blocks {
		at := join(path, inner.Type)
		if count[inner.Type] > 1 {
			at += "[" + keyOf(inner, seen[inner.Type]) + "]"
		}
		seen[inner.Type]++
		for _, label := range inner.Labels {
			at = join(at, label)
		}
		r.body(at, inner.Body)
	}
}

// keyOf is what tells one of several blocks of a type from the others: an attribute of that name, or where it stands.
func keyOf(b *hclsyntax.Block, index int) string {
	if a := b.Body.Attributes["attribute"]; a != nil {
		if value, diags := a.Expr.Value(nil); !diags.HasErrors() && value.Type() == cty.String {
			return "attribute=" + value.AsString()
		}
	}
	return strconv.Itoa(index)
}

func (r *reader) value(path string, e hclsyntax.Expression) {
	r.depth++
	defer func() { r.depth-- }()
	if r.module.texts++; r.depth > maxNesting || r.module.texts > maxTexts {
		return
	}
	e = r.module.resolve(e)
	switch e := e.(type) {
	case *hclsyntax.ObjectConsExpr:
		if len(e.Items) == 0 {
			r.add(path, "{}", "")
		}
		for _, item := range e.Items {
			key, _ := r.text(keyExpr(item.KeyExpr))
			r.value(join(path, key), item.ValueExpr)
		}
	case *hclsyntax.TupleConsExpr:
		r.list(path, e)
	case *hclsyntax.FunctionCallExpr:
		if (e.Name == "toset" || e.Name == "tolist") && len(e.Args) == 1 {
			r.value(path, e.Args[0])
			return
		}
		r.leaf(path, e)
	default:
		r.leaf(path, e)
	}
}

func (r *reader) leaf(path string, e hclsyntax.Expression) {
	text, ref := r.text(e)
	r.add(path, text, ref)
}

// keyExpr is a key as it is meant: a bare word is a text.
func keyExpr(e hclsyntax.Expression) hclsyntax.Expression {
	if key, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		if word := hcl.ExprAsKeyword(key.Wrapped); word != "" {
			return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(word)}
		}
		return key.Wrapped
	}
	return e
}

func (r *reader) list(path string, e *hclsyntax.TupleConsExpr) {
	if len(e.Exprs) == 0 {
		r.add(path, "[]", "")
		return
	}
	plain := true
	for _, item := range e.Exprs {
		switch r.module.resolve(item).(type) {
		case *hclsyntax.ObjectConsExpr, *hclsyntax.TupleConsExpr:
			plain = false
		}
	}
	for i, item := range e.Exprs {
		at := path + "[]"
		if !plain {
			at = path + "[" + strconv.Itoa(i) + "]"
		}
		r.value(at, item)
	}
}

// resolve follows names of the module to what they stand for.
func (m *Module) resolve(e hclsyntax.Expression) hclsyntax.Expression {
	for range maxResolve {
		switch at := e.(type) {
		case *hclsyntax.ParenthesesExpr:
			e = at.Expression
			continue
		case *hclsyntax.TemplateWrapExpr:
			e = at.Wrapped
			continue
		case *hclsyntax.ScopeTraversalExpr:
			if known, ok := m.names[address(at.Traversal, 2)]; ok && len(at.Traversal) == 2 {
				e = known
				continue
			}
		}
		return e
	}
	return e
}

// address is the first n steps of a traversal.
func address(t hcl.Traversal, n int) string {
	var parts []string
	for i := 0; i < n && i < len(t); i++ {
		switch step := t[i].(type) {
		case hcl.TraverseRoot:
			parts = append(parts, step.Name)
		case hcl.TraverseAttr:
			parts = append(parts, step.Name)
		}
	}
	return strings.Join(parts, ".")
}

// text is the text of a value, and the address of the resource that it is of.
func (r *reader) text(e hclsyntax.Expression) (text, ref string) { return r.nested(e, 0) }

func (r *reader) nested(e hclsyntax.Expression, depth int) (text, ref string) {
	e = r.module.resolve(e)
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return literalText(e.Val), ""
	case *hclsyntax.TemplateExpr:
		if r.module.texts++; depth > maxWithin || r.module.texts > maxTexts {
			break
		}
		var b strings.Builder
		for _, part := range e.Parts {
			inner, of := r.nested(part, depth+1)
			b.WriteString(inner)
			if ref == "" {
				ref = of
			}
		}
		return b.String(), ref
	case *hclsyntax.ScopeTraversalExpr:
		ref = reference(e.Traversal)
	}
	return "${" + r.sourceOf(e) + "}", ref
}

// reference is the address of what a traversal leads into; empty for a variable, a local value and what only repeats.
func reference(t hcl.Traversal) string {
	switch root := t.RootName(); root {
	case "var", "local", "each", "count", "path", "terraform", "self":
		return ""
	case "data":
		return address(t, 3)
	default:
		return address(t, 2)
	}
}

func (r *reader) sourceOf(e hclsyntax.Expression) string {
	rng := e.Range()
	return string(rng.SliceBytes(r.module.sources[rng.Filename]))
}

func literalText(v cty.Value) string {
	switch {
	case v.IsNull():
		return "null"
	case v.Type() == cty.String:
		return strings.ReplaceAll(strings.ReplaceAll(v.AsString(), "${", "$${"), "%{", "%%{")
	case v.Type() == cty.Bool:
		return strconv.FormatBool(v.True())
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('f', -1)
	}
	return ""
}
