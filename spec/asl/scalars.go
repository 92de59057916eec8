package asl

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// whole reads a whole number within bounds.
func (o *object) whole(name string, least, most int) Setting[int] {
	t, ok := o.get(name)
	if !ok {
		return Setting[int]{}
	}
	if t.kind != number {
		o.p.errorf(diag.WrongType, t.pos, "%s wants a number, found %s", name, t.describe())
		return Setting[int]{}
	}
	n, err := strconv.Atoi(strings.TrimSuffix(t.text, ".0"))
	if err != nil || n < least || n > most {
		o.p.errorf(diag.InvalidValue, t.pos, "%s is a whole number from %d to %d, found %s", name, least, most, t.text)
		return Setting[int]{}
	}
	return Setting[int]{n, t.pos, true}
}

// seconds reads a time span, and its form as a path.
func (o *object) seconds(name string, least int) Seconds {
	n := o.whole(name, least, maxSeconds)
	s := Seconds{Value: time.Duration(n.Value) * time.Second, Pos: n.Pos}
	if path := o.path(name + pathSuffix); path != nil {
		if _, both := o.get(name); both {
			o.p.errorf(diag.InvalidValue, path.Pos, "%s and %s%s exclude each other", name, name, pathSuffix)
		}
		s.Path, s.Pos = path, path.Pos
	}
	return s
}

// path reads a path that may be missing; null is not allowed.
func (o *object) path(name string) *Path {
	t, ok := o.get(name)
	if !ok {
		return nil
	}
	return o.p.path(t, name)
}

// pathOrNull reads a path for which null means nothing.
func (o *object) pathOrNull(name string) *Path {
	if t, ok := o.get(name); ok && t.kind == null {
		return &Path{Pos: t.pos, Text: "null", Null: true}
	}
	return o.path(name)
}

// reference reads a path that can be written to, or null.
func (o *object) reference(name string) *Path {
	p := o.pathOrNull(name)
	if p == nil || p.Null || p.IsReference() {
		return p
	}
	if p.Context {
		o.p.errorf(diag.BadPath, p.Pos, "%s is a place in the state's input, %s is in the context object, which nothing writes to", name, p.Text)
	} else {
		o.p.errorf(diag.BadPath, p.Pos, "%s is one place, %s can lead to several", name, p.Text).Hint = "name it by fields and indexes: $.order.items[0]"
	}
	return nil
}

func (p *parser) path(t tree, what string) *Path {
	if t.kind != text {
		p.errorf(diag.WrongType, t.pos, "%s wants a path, found %s", what, t.describe()).Hint = "a path is a text that begins with $: $.order.id"
		return nil
	}
	v := p.expression(Text{t.text, t.pos}, what)
	if v == nil {
		return nil
	}
	path, ok := v.(*Path)
	if !ok {
		p.errorf(diag.BadPath, t.pos, "%s wants a path, found a call", what)
	}
	return path
}

// expression reads a path or a call of an intrinsic function; nil when it is neither.
func (p *parser) expression(t Text, what string) Value {
	var v Value
	var rest string
	var err error
	switch {
	case strings.HasPrefix(t.Value, "$"):
		v, rest, err = parsePath(t.Value)
	case strings.HasPrefix(t.Value, intrinsicPrefix):
		v, rest, err = parseCall(t.Value, 1)
	default:
		p.errorf(diag.BadPath, t.Pos, "%s wants a path or a call of an intrinsic function, found %s", what, diag.Quote(t.Value)).Hint = "write $.field, $$.Execution.Id or States.Format('…', $.field)"
		return nil
	}
	switch {
	case errors.Is(err, errFilter):
		p.unsupported(t.Pos, "the filter in "+diag.Quote(t.Value), "only one target has filters", "choose in a function, or with a Map and a Choice")
		return nil
	case err != nil:
		p.errorf(diag.BadPath, t.Pos, "%s cannot be read: %s", diag.Quote(t.Value), err)
		return nil
	case rest != "":
		e := p.errorf(diag.BadPath, t.Pos, "%s cannot be read: nothing can stand before %s", diag.Quote(t.Value), diag.Quote(rest))
		if strings.HasPrefix(t.Value, "$") && !strings.HasPrefix(t.Value, "$.") && !strings.HasPrefix(t.Value, "$$.") {
			e.Hint = "variables are not read; a path begins with $. or $$."
		}
		return nil
	}
	place(v, t.Pos)
	return v
}

// place gives the parts of an expression its place.
func place(v Value, pos diag.Position) {
	each(v, func(part Value) {
		switch part := part.(type) {
		case *Path:
			part.Pos = pos
		case *Call:
			part.Pos = pos
		case *Literal:
			part.Pos = pos
		}
	})
}

// template reads a payload template that may be missing: fields whose names end in .$ are expressions.
func (o *object) template(name string) Value {
	t, ok := o.get(name)
	if !ok {
		return nil
	}
	if t.kind != mapping {
		o.p.errorf(diag.WrongType, t.pos, "%s wants a mapping, found %s", name, t.describe())
		return nil
	}
	return o.p.template(t, name)
}

func (p *parser) template(t tree, what string) Value {
	switch t.kind {
	case sequence:
		a := &Array{Pos: t.pos}
		for _, item := range t.items {
			a.Items = append(a.Items, p.template(item, what))
		}
		return a
	case mapping:
		o := &Object{Pos: t.pos}
		seen := make(map[string]diag.Position, len(t.fields))
		for _, f := range t.fields {
			p.field(o, f, what, seen)
		}
		return o
	}
	return literal(t)
}

// expressionSuffix ends the names of fields whose values are expressions.
const expressionSuffix = ".$"

func (p *parser) field(o *Object, f pair, what string, seen map[string]diag.Position) {
	name, dynamic := strings.CutSuffix(f.key.Value, expressionSuffix)
	field := Field{Name: Text{name, f.key.Pos}}
	if first, ok := seen[name]; ok {
		e := p.errorf(diag.DuplicateKey, f.key.Pos, "the field %s of %s stands twice, with and without %s", diag.Quote(name), what, expressionSuffix)
		e.Related = []diag.Related{{Pos: first, Message: "first here"}}
		return
	}
	seen[name] = f.key.Pos
	switch {
	case !dynamic:
		field.Value = p.template(f.value, what)
		p.forgotten(f)
	case f.value.kind != text:
		p.errorf(diag.WrongType, f.value.pos, "%s wants a path or a call of an intrinsic function, found %s", f.key.Value, f.value.describe())
	default:
		field.Value = p.expression(Text{f.value.text, f.value.pos}, f.key.Value)
	}
	if field.Value != nil {
		o.Fields = append(o.Fields, field)
	}
}

// forgotten warns of a text that looks like an expression in a field whose name does not end so.
func (p *parser) forgotten(f pair) {
	if f.value.kind != text || !strings.HasPrefix(f.value.text, "$.") && !strings.HasPrefix(f.value.text, "$$.") {
		return
	}
	e := p.errorf(diag.BadPath, f.value.pos, "%s is plain text: the name of the field does not end in %s", diag.Quote(f.value.text), expressionSuffix)
	e.Severity = diag.Warning
	e.Hint = "write " + f.key.Value + expressionSuffix
}

// literal reads a value in which nothing is an expression.
func literal(t tree) Value {
	switch t.kind {
	case boolean:
		return &Literal{t.pos, t.text == "true"}
	case number:
		return &Literal{t.pos, json.Number(t.text)}
	case text:
		return &Literal{t.pos, t.text}
	case sequence:
		a := &Array{Pos: t.pos}
		for _, item := range t.items {
			a.Items = append(a.Items, literal(item))
		}
		return a
	case mapping:
		o := &Object{Pos: t.pos}
		for _, f := range t.fields {
			o.Fields = append(o.Fields, Field{f.key, literal(f.value)})
		}
		return o
	}
	return &Literal{Pos: t.pos}
}
