package hcl

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bytes prints a file.
func (f File) Bytes() []byte {
	b := make([]byte, 0, 1024*(len(f.Blocks)+1))
	b = comment(b, f.Comment, 0)
	for i := range f.Blocks {
		b = append(b, '\n')
		b = f.Blocks[i].append(b, 0)
	}
	return b
}

// Bytes prints a file.
func (v Values) Bytes() []byte {
	items := make([]Item, len(v.Attrs))
	for i, a := range v.Attrs {
		items[i] = a
	}
	return body(append(comment(nil, v.Comment, 0), '\n'), items, 0)
}

func (k Block) append(b []byte, indent int) []byte {
	if k.Comment != "" {
		b = comment(b, k.Comment, indent)
	}
	b = append(spaces(b, indent), k.Type...)
	for _, l := range k.Labels {
		b = Str(l).append(append(b, ' '), 0)
	}
	b = append(b, " {\n"...)
	b = body(b, k.Body, indent+2)
	return append(spaces(b, indent), "}\n"...)
}

// comment prints each line of a text as a comment, so that none of it is ever read as code.
func comment(b []byte, text string, indent int) []byte {
	for line := range strings.SplitSeq(text, "\n") {
		b = append(spaces(b, indent), '#')
		if line != "" {
			b = append(append(b, ' '), line...)
		}
		b = append(b, '\n')
	}
	return b
}

// body prints items as terraform fmt wants them: the equals signs of neighbouring lines below each other, and an empty line
// around whatever takes more than one.
func body(b []byte, items []Item, indent int) []byte {
	var run []Attr // attributes of one line each that stand together
	first := true
	flush := func() {
		if len(run) > 0 {
			if !first {
				b = append(b, '\n')
			}
			first = false
			b = aligned(b, run, indent)
			run = run[:0]
		}
	}
	long := func(write func([]byte) []byte) {
		flush()
		if !first {
			b = append(b, '\n')
		}
		first = false
		b = write(b)
	}
	for _, item := range items {
		switch i := item.(type) {
		case Attr:
			switch {
			case i.Value == nil:
			case isLong(i.Value):
				long(func(b []byte) []byte { return aligned(b, []Attr{i}, indent) })
			default:
				run = append(run, i)
			}
		case Block:
			long(func(b []byte) []byte { return i.append(b, indent) })
		}
	}
	flush()
	return b
}

func aligned(b []byte, attrs []Attr, indent int) []byte {
	width := 0
	for _, a := range attrs {
		width = max(width, len(a.Name))
	}
	for _, a := range attrs {
		b = append(spaces(b, indent), a.Name...)
		b = append(spaces(b, width-len(a.Name)), " = "...)
		b = append(a.Value.append(b, indent), '\n')
	}
	return b
}

// isLong tells whether a value takes several lines.
func isLong(v Value) bool {
	switch v := v.(type) {
	case Map:
		return len(v) > 0
	case List:
		return len(v) > 1
	case Call:
		return len(v.Args) == 1 && isLong(v.Args[0])
	}
	return false
}

func spaces(b []byte, n int) []byte {
	const some = "                                                                "
	for n > len(some) {
		b, n = append(b, some...), n-len(some)
	}
	return append(b, some[:max(n, 0)]...)
}

func (s Str) append(b []byte, _ int) []byte { return append(literal(append(b, '"'), string(s)), '"') }
func (n Int) append(b []byte, _ int) []byte { return strconv.AppendInt(b, int64(n), 10) }
func (n Float) append(b []byte, _ int) []byte {
	return strconv.AppendFloat(b, float64(n), 'f', -1, 64)
}

func (t Bool) append(b []byte, _ int) []byte {
	return strconv.AppendBool(b, bool(t))
}
func (r Ref) append(b []byte, _ int) []byte { return append(b, r...) }

func (t Template) append(b []byte, _ int) []byte {
	b = append(b, '"')
	for i, part := range t {
		switch p := part.(type) {
		case Str:
			b = literal(b, string(p))
			// With what follows, this could begin an expression, or an escape of one.
			if last := len(b) - 1; i+1 < len(t) && (b[last] == '$' || b[last] == '%') {
				b = fmt.Appendf(b[:last], `\u%04x`, b[last])
			}
		default:
			b = append(p.append(append(b, "${"...), 0), '}')
		}
	}
	return append(b, '"')
}

func (c Call) append(b []byte, indent int) []byte {
	b = append(append(b, c.Name...), '(')
	for i, a := range c.Args {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = a.append(b, indent)
	}
	return append(b, ')')
}

func (l List) append(b []byte, indent int) []byte {
	if len(l) < 2 {
		b = append(b, '[')
		for _, v := range l {
			b = v.append(b, indent)
		}
		return append(b, ']')
	}
	b = append(b, "[\n"...)
	for _, v := range l {
		b = v.append(spaces(b, indent+2), indent+2)
		b = append(b, ",\n"...)
	}
	return append(spaces(b, indent), ']')
}

func (m Map) append(b []byte, indent int) []byte {
	if len(m) == 0 {
		return append(b, "{}"...)
	}
	keys := make([]Attr, len(m))
	for i, a := range m {
		name := a.Name
		if !isIdentifier(name) {
			name = string(Str(name).append(nil, 0))
		}
		keys[i] = Attr{name, a.Value}
	}
	b = aligned(append(b, "{\n"...), keys, indent+2)
	return append(spaces(b, indent), '}')
}

func isIdentifier(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '-') {
			return false
		}
	}
	// These would be read as values.
	return s != "" && s != "true" && s != "false" && s != "null" && s != "for"
}

// literal escapes a text for a quoted template.
// https://developer.hashicorp.com/terraform/language/expressions/strings#quoted-strings
func literal(b []byte, s string) []byte {
	if isPlain(s) {
		return append(b, s...)
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			b = append(b, s[i], s[i])
		case !unicode.IsPrint(r) && r > 0xffff:
			b = fmt.Appendf(b, `\U%08x`, r)
		case !unicode.IsPrint(r): // as a reader would not see it, or, of text directions, see something else
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return b
}

// isPlain tells whether a text is printable ASCII without anything that could mean more than itself.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '$' || c == '%' {
			return false
		}
	}
	return true
}
