// Package bicepread reads Bicep back: to compare what it deploys, no more.
package bicepread

import (
	"errors"
	"fmt"
	"strings"
)

// maxNesting is how deep values may nest, so that no file takes long.
const maxNesting = 64

// Declaration is a statement of a file that was read.
type Declaration struct {
	// Keyword is param, var, resource, module, output, using, or another one.
	Keyword string
	// Name is the symbol that it declares, and Type what stands behind it: the type of a parameter, of a resource with its version.
	Name, Type string
	// Existing is true of a resource that is not deployed.
	Existing bool
	// Condition is the text of what a resource depends on; empty for none.
	Condition string
	// Value is nil when there is none.
	Value *Value
	// Decorators are the sources of what stands above it, without the @.
	Decorators []string
}

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

// Read reads the part of Bicep that generated files and files of parameters are written in. What it does not know, such as a loop, is
// an Expression.
func Read(data []byte) ([]Declaration, error) {
	s := scanner{text: string(data), line: 1}
	var found []Declaration
	var decorators []string
	for {
		s.blank(true)
		if s.done() {
			return found, nil
		}
		if s.peek() == '@' {
			s.skip(1)
			text, err := s.raw()
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", s.line, err)
			}
			decorators = append(decorators, text)
			continue
		}
		d, err := s.declaration()
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", s.line, err)
		}
		d.Decorators, decorators = decorators, nil
		found = append(found, d)
	}
}

type scanner struct {
	text  string
	at    int
	line  int
	depth int
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

func (s *scanner) peek() byte {
	if s.done() {
		return 0
	}
	return s.text[s.at]
}

func (s *scanner) rest() string { return s.text[s.at:] }

func (s *scanner) skip(n int) {
	s.line += strings.Count(s.text[s.at:s.at+n], "\n")
	s.at += n
}

// blank skips spaces and comments, with lines also the ends of lines.
func (s *scanner) blank(lines bool) {
	for !s.done() {
		switch c := s.peek(); {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' && lines:
			s.skip(1)
		case strings.HasPrefix(s.rest(), "//"):
			s.skip(until(s.rest(), "\n"))
		case strings.HasPrefix(s.rest(), "/*"):
			s.skip(min(until(s.rest(), "*/")+len("*/"), len(s.rest())))
		default:
			return
		}
	}
}

func until(text, end string) int {
	if i := strings.Index(text, end); i >= 0 {
		return i
	}
	return len(text)
}

func (s *scanner) word() string {
	start := s.at
	for !s.done() && isIdentifierByte(s.peek()) {
		s.at++
	}
	return s.text[start:s.at]
}

func (s *scanner) declaration() (Declaration, error) {
	d := Declaration{Keyword: s.word()}
	if d.Keyword == "" {
		return d, fmt.Errorf("found %q where a statement begins", s.peek())
	}
	s.blank(false)
	if d.Keyword != "targetScope" && d.Keyword != "using" {
		d.Name = s.word()
		s.blank(false)
	}
	var err error
	if d.Type, err = s.typeOf(); err != nil {
		return d, err
	}
	if existing, ok := strings.CutSuffix(d.Type, " existing"); ok {
		d.Type, d.Existing = existing, true
	}
	if s.peek() != '=' {
		return d, nil
	}
	s.skip(1)
	s.blank(true)
	if strings.HasPrefix(s.rest(), "if ") || strings.HasPrefix(s.rest(), "if(") {
		s.skip(len("if"))
		s.blank(false)
		if d.Condition, err = s.bracketed(); err != nil {
			return d, err
		}
		s.blank(true)
	}
	d.Value, err = s.value()
	return d, err
}

// typeOf is what stands between a name and its value, quotes taken off.
func (s *scanner) typeOf() (string, error) {
	start := s.at
	for !s.done() && s.peek() != '=' && s.peek() != '\n' {
		if s.peek() == '\'' {
			if _, err := s.quoted(); err != nil {
				return "", err
			}
			continue
		}
		s.skip(1)
	}
	return strings.Trim(strings.ReplaceAll(strings.TrimSpace(s.text[start:s.at]), "'", ""), " "), nil
}

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

// isLoop tells whether a bracket begins a loop.
func (s *scanner) isLoop() bool {
	return strings.HasPrefix(strings.TrimLeft(s.rest()[1:], " \t\r\n"), "for ")
}

// ends tells whether nothing more belongs to an expression.
func (s *scanner) ends() bool {
	s.blank(false)
	if !s.done() && strings.IndexByte("\n,]})", s.peek()) < 0 {
		return false
	}
	return !continues(s.rest())
}

// continues tells whether what stands on the next line belongs to this one.
func continues(rest string) bool {
	next := strings.TrimLeft(rest, " \t\r\n")
	for _, operator := range []string{"?", ":", "&&", "||", "==", "!=", "+", "."} {
		if strings.HasPrefix(next, operator) && strings.HasPrefix(strings.TrimLeft(rest, " \t\r"), "\n") {
			return true
		}
	}
	return false
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

// bracketed is what stands in round brackets.
func (s *scanner) bracketed() (string, error) {
	if s.peek() != '(' {
		return "", errors.New("a bracket is missing")
	}
	start := s.at
	if err := s.nested(); err != nil {
		return "", err
	}
	return s.text[start+1 : s.at-1], nil
}

// nested skips from a bracket to the one that closes it.
func (s *scanner) nested() error {
	depth := 0
	for !s.done() {
		switch c := s.peek(); c {
		case '(', '[', '{':
			depth++
			s.skip(1)
		case ')', ']', '}':
			depth--
			s.skip(1)
			if depth == 0 {
				return nil
			}
		case '\'':
			if _, err := s.quoted(); err != nil {
				return err
			}
		case '/':
			before := s.at
			if s.blank(true); s.at == before {
				s.skip(1)
			}
		default:
			s.skip(1)
		}
	}
	return errors.New("a bracket is not closed")
}

// raw is the source of an expression, which ends with its line unless a bracket is open, or the next line goes on with it.
func (s *scanner) raw() (string, error) {
	var b strings.Builder
	for !s.done() {
		start := s.at
		switch c := s.peek(); {
		case c == '(' || c == '[' || c == '{':
			if err := s.nested(); err != nil {
				return "", err
			}
		case c == '\'':
			if _, err := s.quoted(); err != nil {
				return "", err
			}
		case strings.HasPrefix(s.rest(), "//"):
			s.blank(false)
			continue
		case strings.IndexByte(",)]}", c) >= 0:
			return spaced(b.String()), nil
		case c == '\n':
			if !continues(s.rest()) {
				return spaced(b.String()), nil
			}
			s.skip(1)
			b.WriteByte(' ')
			continue
		default:
			s.skip(1)
		}
		b.WriteString(s.text[start:s.at])
	}
	return spaced(b.String()), nil
}

func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }
