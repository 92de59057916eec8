// Package bicepread reads Bicep back: to compare what it deploys, no more.
package bicepread

import (
	"fmt"
	"strings"
)

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
