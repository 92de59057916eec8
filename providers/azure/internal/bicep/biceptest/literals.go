// Package biceptest reads Bicep for tests, from the language's own rules and without the printer that they test.
package biceptest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Literals returns every text that a Bicep file means literally, escapes undone: a string is one, and a string with
// interpolations is one for each of its parts, those in its expressions included.
//
// The rules are those of https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings: escapes are \\ \' \n
// \r \t \$ and \u{…}, ${ begins an expression, and a line break ends the string too early.
func Literals(source []byte) ([]string, error) {
	r := reader{rest: string(source)}
	if err := r.code(""); err != nil {
		return nil, fmt.Errorf("byte %d: %w", len(source)-len(r.rest), err)
	}
	return r.found, nil
}

type reader struct {
	rest  string
	found []string
}

// code reads up to the closing brace of an interpolation, or to the end of the file when end is empty.
func (r *reader) code(end string) error {
	depth := 0
	for r.rest != "" {
		switch {
		case strings.HasPrefix(r.rest, "'''"):
			return fmt.Errorf("a raw string, in which nothing is escaped")
		case r.rest[0] == '\'':
			r.rest = r.rest[1:]
			if err := r.text(); err != nil {
				return err
			}
			continue
		case strings.HasPrefix(r.rest, "//"):
			line, _, _ := strings.Cut(r.rest, "\n")
			r.rest = r.rest[len(line):]
			continue
		case r.rest[0] == '{':
			depth++
		case r.rest[0] == '}' && depth == 0 && end != "":
			r.rest = r.rest[1:]
			return nil
		case r.rest[0] == '}':
			depth--
		}
		r.rest = r.rest[1:]
	}
	if end != "" {
		return fmt.Errorf("an interpolation does not end")
	}
	return nil
}

// text reads a string behind its opening quote.
func (r *reader) text() error {
	var b strings.Builder
	for r.rest != "" {
		c := r.rest[0]
		switch {
		case c == '\'':
			r.rest = r.rest[1:]
			r.found = append(r.found, b.String())
			return nil
		case c == '\n' || c == '\r':
			return fmt.Errorf("a line break in a string")
		case strings.HasPrefix(r.rest, "${"):
			r.found = append(r.found, b.String())
			b.Reset()
			r.rest = r.rest[2:]
			if err := r.code("}"); err != nil {
				return err
			}
		case c == '\\':
			if err := r.escape(&b); err != nil {
				return err
			}
		default:
			_, size := utf8.DecodeRuneInString(r.rest)
			b.WriteString(r.rest[:size])
			r.rest = r.rest[size:]
		}
	}
	return fmt.Errorf("a string does not end")
}

func (r *reader) escape(b *strings.Builder) error {
	plain := map[string]string{`\\`: `\`, `\'`: "'", `\n`: "\n", `\r`: "\r", `\t`: "\t", `\$`: "$"}
	if len(r.rest) >= 2 {
		if s, ok := plain[r.rest[:2]]; ok {
			b.WriteString(s)
			r.rest = r.rest[2:]
			return nil
		}
	}
	digits, after, ok := strings.Cut(strings.TrimPrefix(r.rest, `\u{`), "}")
	n, err := strconv.ParseUint(digits, 16, 32)
	if !strings.HasPrefix(r.rest, `\u{`) || !ok || err != nil || n > utf8.MaxRune {
		return fmt.Errorf("an unknown escape")
	}
	b.WriteRune(rune(n))
	r.rest = after
	return nil
}
