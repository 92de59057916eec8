package bicepread

import (
	"errors"
	"strings"
)

// maxNesting is how deep values may nest, so that no file takes long.
const maxNesting = 64

// Value is a value as it stands in a file.
type Value struct {
	Kind ValueKind
	// Parts are those of a Text: pieces that mean themselves, and expressions.
	Parts []Piece
	// Raw is the source of an Expression, or the text of what is Known.
	Raw string
	// Ref is the symbol of the resource that what is Known is of.
	Ref string
	// Items are those of a List.
	Items []*Value
	// Fields are those of a Mapping, in the order of the file.
	Fields []Field
}

// Field is a key with its value. A key that is computed has ${} in it.
type Field struct {
	Key   string
	Value *Value
}

// Piece is a part of a text: what it says or, of an expression, its source.
type Piece struct {
	Text       string
	Expression bool
}

// ValueKind is a kind of Value.
type ValueKind int

// The kinds of values.
const (
	Expression ValueKind = iota
	Text
	List
	Mapping
	// Known is a text that was put together in another file.
	Known
)

func (s *scanner) value() (*Value, error) {
	if s.depth++; s.depth > maxNesting {
		return nil, errors.New("values nest too deeply")
	}
	defer func() { s.depth-- }()
	start, line := s.at, s.line
	var v *Value
	var err error
	switch c := s.peek(); {
	case c == '{':
		v, err = s.mapping()
	case c == '[' && !s.isLoop():
		v, err = s.list()
	case c == '\'':
		v, err = s.quoted()
	}
	if err != nil {
		return nil, err
	}
	if v != nil && s.ends() {
		return v, nil
	}
	s.at, s.line = start, line
	raw, err := s.raw()
	if err == nil && raw == "" {
		err = errors.New("a value is missing")
	}
	return &Value{Raw: raw}, err
}

func (s *scanner) mapping() (*Value, error) {
	v := &Value{Kind: Mapping}
	s.skip(1)
	for {
		s.blank(true)
		if s.peek() == ',' {
			s.skip(1)
			continue
		}
		if s.peek() == '}' {
			s.skip(1)
			return v, nil
		}
		key := s.word()
		if s.peek() == '\'' {
			text, err := s.quoted()
			if err != nil {
				return nil, err
			}
			key = text.source()
		}
		s.blank(false)
		if key == "" || s.peek() != ':' {
			return nil, errors.New("a key with a colon is missing")
		}
		s.skip(1)
		s.blank(true)
		inner, err := s.value()
		if err != nil {
			return nil, err
		}
		v.Fields = append(v.Fields, Field{key, inner})
	}
}

func (s *scanner) list() (*Value, error) {
	v := &Value{Kind: List}
	s.skip(1)
	for {
		s.blank(true)
		switch s.peek() {
		case ',':
			s.skip(1)
			continue
		case ']':
			s.skip(1)
			return v, nil
		case 0:
			return nil, errors.New("a list has no end")
		}
		item, err := s.value()
		if err != nil {
			return nil, err
		}
		v.Items = append(v.Items, item)
	}
}

// source is a text as keys have it: with expressions in ${}.
func (v *Value) source() string {
	var b strings.Builder
	for _, p := range v.Parts {
		if p.Expression {
			b.WriteString("${" + p.Text + "}")
			continue
		}
		b.WriteString(p.Text)
	}
	return b.String()
}
