package bicepread

import (
	"errors"
	"strings"
)

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
