package bicepread

import (
	"errors"
	"strconv"
	"strings"
)

// quoted reads a text: 'shop-${stage}'. Three quotes around it have nothing in it mean anything but itself.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings
func (s *scanner) quoted() (*Value, error) {
	const long = "'''"
	v := &Value{Kind: Text}
	if strings.HasPrefix(s.rest(), long) {
		end := strings.Index(s.rest()[len(long):], long)
		if end < 0 {
			return nil, errors.New("a text has no end")
		}
		v.literal(strings.TrimPrefix(strings.TrimPrefix(s.rest()[len(long):len(long)+end], "\r"), "\n"))
		s.skip(end + 2*len(long))
		return v, nil
	}
	s.skip(1)
	var b strings.Builder
	for !s.done() {
		switch c := s.peek(); {
		case c == '\'':
			s.skip(1)
			v.literal(b.String())
			return v, nil
		case c == '\n':
			return nil, errors.New("a text has no end on its line")
		case c == '\\':
			text, n, err := escape(s.rest())
			if err != nil {
				return nil, err
			}
			b.WriteString(text)
			s.skip(n)
		case strings.HasPrefix(s.rest(), "${"):
			v.literal(b.String())
			b.Reset()
			s.skip(1)
			start := s.at
			if err := s.nested(); err != nil {
				return nil, err
			}
			v.Parts = append(v.Parts, Piece{strings.TrimSpace(s.text[start+1 : s.at-1]), true})
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	return nil, errors.New("a text has no end")
}

func (v *Value) literal(text string) {
	if text != "" || len(v.Parts) == 0 {
		v.Parts = append(v.Parts, Piece{Text: text})
	}
}

// escape reads what a backslash begins, and how long it is.
func escape(text string) (string, int, error) {
	const short = 2
	if len(text) < short {
		return "", 0, errors.New("a text has no end")
	}
	switch c := text[1]; c {
	case 'n':
		return "\n", short, nil
	case 'r':
		return "\r", short, nil
	case 't':
		return "\t", short, nil
	case '\\', '\'', '$':
		return string(c), short, nil
	case 'u':
		hex, _, ok := strings.Cut(strings.TrimPrefix(text[short:], "{"), "}")
		code, err := strconv.ParseInt(hex, 16, 32)
		if !ok || err != nil {
			return "", 0, errors.New("a text has an escape that is none")
		}
		return string(rune(code)), short + len("{}") + len(hex), nil
	}
	return "", 0, errors.New("a text has an escape that is none")
}

func isIdentifierByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
