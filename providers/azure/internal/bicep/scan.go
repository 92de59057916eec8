package bicep

import (
	"fmt"
	"regexp"
	"strings"
)

// Declaration is a statement that a person has written: param, module or targetScope.
type Declaration struct {
	// Keyword begins the statement, and Name is what it declares; a targetScope has none.
	Keyword, Name string
	// Text is the path of a module, or the value of a targetScope.
	Text string
	// Default is true of a param that has one.
	Default bool
	// Line and Column are where it begins, from 1.
	Line, Column int
}

// SyntaxError is a place where a file cannot be Bicep.
type SyntaxError struct {
	Line, Column int
	Message      string
}

// Error says what is wrong, and where.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message) }

// Scan finds the declarations of a file that a person has written. It reads strings, comments and brackets, and what stands outside of
// them at the beginning of a line; the rest is left to Bicep. An error is a *SyntaxError.
func Scan(source []byte) ([]Declaration, error) {
	s := scanner{text: string(source), line: 1, column: 1}
	for s.text != "" {
		if err := s.step(); err != nil {
			return nil, err
		}
	}
	if len(s.open) > 0 {
		last := s.open[len(s.open)-1]
		return nil, &SyntaxError{last.line, last.column, fmt.Sprintf("%q is not closed", last.bracket)}
	}
	return s.found, nil
}

type scanner struct {
	text         string
	line, column int
	open         []bracket
	begun        bool // something stands on the line already
	found        []Declaration
}

type bracket struct {
	bracket      byte
	line, column int
	text         bool // an expression within a text, which goes on behind its brace
}

var closing = map[byte]byte{')': '(', ']': '[', '}': '{'}

// The statements that matter.
var (
	paramStatement  = regexp.MustCompile(`^(param)[ \t]+([A-Za-z_]\w*)[ \t]+[^\n=]*(=)?`)
	moduleStatement = regexp.MustCompile(`^(module)[ \t]+([A-Za-z_]\w*)[ \t]+'((?:[^'\\\n$]|\\.)*)'`)
	scopeStatement  = regexp.MustCompile(`^(targetScope)[ \t]*=[ \t]*'((?:[^'\\\n$]|\\.)*)'`)
)

func (s *scanner) step() error {
	c := s.text[0]
	switch {
	case c == '\n':
		s.next(1)
		s.begun = false
		return nil
	case c == ' ' || c == '\t' || c == '\r':
		s.next(1)
		return nil
	case strings.HasPrefix(s.text, "//"):
		line, _, _ := strings.Cut(s.text, "\n")
		s.next(len(line))
		return nil
	case strings.HasPrefix(s.text, "/*"):
		return s.until("*/", 2, "a comment")
	}
	if !s.begun && len(s.open) == 0 {
		s.declaration()
	}
	s.begun = true
	switch {
	case strings.HasPrefix(s.text, "'''"):
		return s.until("'''", 3, "a text")
	case c == '\'':
		s.next(1)
		return s.string()
	case c == '(' || c == '[' || c == '{':
		s.open = append(s.open, bracket{c, s.line, s.column, false})
	case closing[c] != 0:
		return s.close(c)
	}
	s.next(1)
	return nil
}

func (s *scanner) declaration() {
	at := Declaration{Line: s.line, Column: s.column}
	if m := paramStatement.FindStringSubmatch(s.text); m != nil {
		at.Keyword, at.Name, at.Default = m[1], m[2], m[3] != ""
	} else if m := moduleStatement.FindStringSubmatch(s.text); m != nil {
		at.Keyword, at.Name, at.Text = m[1], m[2], m[3]
	} else if m := scopeStatement.FindStringSubmatch(s.text); m != nil {
		at.Keyword, at.Text = m[1], m[2]
	} else {
		return
	}
	s.found = append(s.found, at)
}

// close closes the last bracket. That of an expression within a text goes on with the text.
func (s *scanner) close(c byte) error {
	if len(s.open) == 0 || s.open[len(s.open)-1].bracket != closing[c] {
		return &SyntaxError{s.line, s.column, fmt.Sprintf("%q closes nothing", c)}
	}
	last := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	s.next(1)
	if last.text {
		return s.string()
	}
	return nil
}

// string reads a text up to its end, or to an expression within it.
func (s *scanner) string() error {
	line, column := s.line, s.column
	for s.text != "" && s.text[0] != '\n' {
		switch {
		case s.text[0] == '\'':
			s.next(1)
			return nil
		case strings.HasPrefix(s.text, "${"):
			s.next(1)
			s.open = append(s.open, bracket{'{', s.line, s.column, true})
			s.next(1)
			return nil
		case s.text[0] == '\\' && len(s.text) > 1:
			s.next(2)
		default:
			s.next(1)
		}
	}
	return &SyntaxError{line, column, "a text does not end on its line"}
}

func (s *scanner) until(end string, begin int, what string) error {
	i := strings.Index(s.text[begin:], end)
	if i < 0 {
		return &SyntaxError{s.line, s.column, what + " does not end"}
	}
	s.next(begin + i + len(end))
	return nil
}

// next passes over n bytes.
func (s *scanner) next(n int) {
	for _, c := range []byte(s.text[:n]) {
		s.column++
		if c == '\n' {
			s.line++
			s.column = 1
		}
	}
	s.text = s.text[n:]
}
