package asl

import (
	"encoding/json"
	"maps"
	"slices"
)

// shape is what is known of a value before anything runs: which types it can have, and which fields. A shape never changes.
type shape struct {
	types typeSet
	// fields of an object that are known; open means that there may be others.
	fields map[string]*shape
	open   bool
	// item is the shape of a list's items; nil of a list that is known to be empty, and where there is no list.
	item *shape
	// size counts the shapes within, so that none grows beyond what is worth knowing.
	size int
}

type typeSet uint8

const (
	isNull typeSet = 1 << iota
	isBoolean
	isNumber
	isText
	isList
	isObject
	isAny = isNull | isBoolean | isNumber | isText | isList | isObject
)

// maxShape is the size from which on a shape is anything.
const maxShape = 500

// anything is the shape of a value of which nothing is known.
var anything = &shape{types: isAny, open: true, size: 1}

func scalar(t typeSet) *shape { return &shape{types: t, size: 1} }

func objectOf(fields map[string]*shape) *shape {
	return bounded(&shape{types: isObject, fields: fields})
}

func listOf(item *shape) *shape { return bounded(&shape{types: isList, item: item}) }

// bounded completes a shape, and forgets it when it is too large.
func bounded(s *shape) *shape {
	s.size = 1
	for _, f := range s.fields {
		s.size += f.size
	}
	if s.item != nil {
		s.size += s.item.size
	}
	if s.size > maxShape {
		return anything
	}
	return s
}

// member is the shape of a field, or nil when there can be none.
func (s *shape) member(name string) *shape {
	if s.types&isObject == 0 {
		return nil
	}
	if f, ok := s.fields[name]; ok {
		return f
	}
	if s.open {
		return anything
	}
	return nil
}

// element is the shape of an item, or nil when there can be none.
func (s *shape) element() *shape {
	switch {
	case s.types&isList == 0:
		return nil
	case s.types == isAny && s.item == nil:
		return anything
	}
	return s.item
}

// at follows steps, and returns how many could be followed; the shape is nil when not all could.
func (s *shape) at(steps []Step) (*shape, int) {
	for i, step := range steps {
		var next *shape
		switch step.Kind {
		case Member:
			next = s.member(step.Name)
		case Index:
			next = s.element()
		default:
			return anything, len(steps)
		}
		if next == nil {
			return nil, i
		}
		s = next
	}
	return s, len(steps)
}

// with puts a value where the steps of a reference path say. It returns nil when it can never be put there.
func (s *shape) with(steps []Step, value *shape) *shape {
	if len(steps) == 0 {
		return value
	}
	if steps[0].Kind != Member {
		if s.types&isList == 0 {
			return nil
		}
		return anything
	}
	if s.types&isObject == 0 {
		return nil
	}
	inner := s.member(steps[0].Name)
	if inner == nil {
		inner = objectOf(nil)
	}
	changed := inner.with(steps[1:], value)
	if changed == nil {
		return nil
	}
	fields := maps.Clone(s.fields)
	if fields == nil {
		fields = map[string]*shape{}
	}
	fields[steps[0].Name] = changed
	return bounded(&shape{types: isObject, fields: fields, open: s.open})
}

// join2 is the shape of a value that is one of two.
func join2(a, b *shape) *shape {
	switch {
	case a == nil:
		return b
	case b == nil || a == b:
		return a
	case a == anything || b == anything:
		return anything
	}
	j := &shape{types: a.types | b.types, open: a.open || b.open}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(a.fields)), slices.Collect(maps.Keys(b.fields))) {
		if _, done := j.fields[name]; done {
			continue
		}
		if j.fields == nil {
			j.fields = map[string]*shape{}
		}
		j.fields[name] = join2(a.member(name), b.member(name))
	}
	j.item = join2(a.element(), b.element())
	return bounded(j)
}

func equal(a, b *shape) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.types != b.types || a.open != b.open || a.size != b.size || len(a.fields) != len(b.fields) || !equal(a.item, b.item) {
		return false
	}
	for name, f := range a.fields {
		if other, ok := b.fields[name]; !ok || !equal(f, other) {
			return false
		}
	}
	return true
}

// shapeOf is the shape of a value in which paths have the shapes that resolve gives.
func shapeOf(v Value, resolve func(*Path) *shape) *shape {
	switch v := v.(type) {
	case *Path:
		return resolve(v)
	case *Call:
		for _, a := range v.Arguments {
			shapeOf(a, resolve)
		}
		return shapeOfResult(v)
	case *Array:
		var item *shape
		for _, i := range v.Items {
			item = join2(item, shapeOf(i, resolve))
		}
		return listOf(item)
	case *Object:
		fields := make(map[string]*shape, len(v.Fields))
		for _, f := range v.Fields {
			fields[f.Name.Value] = shapeOf(f.Value, resolve)
		}
		return objectOf(fields)
	case *Literal:
		switch v.Value.(type) {
		case nil:
			return scalar(isNull)
		case bool:
			return scalar(isBoolean)
		case json.Number:
			return scalar(isNumber)
		case string:
			return scalar(isText)
		}
	}
	return anything
}

func shapeOfResult(c *Call) *shape {
	switch intrinsics[c.Function].gives {
	case textValue:
		return scalar(isText)
	case intValue:
		return scalar(isNumber)
	case boolValue:
		return scalar(isBoolean)
	case arrayValue:
		return listOf(anything)
	}
	return anything
}
