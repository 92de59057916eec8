package workflows

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Source prints a program.
func (p *Program) Source() []byte {
	w := writer{b: make([]byte, 0, 4096)}
	w.comment(0, p.Comment)
	for i, b := range p.Blocks {
		if i > 0 || p.Comment != "" {
			w.b = append(w.b, '\n')
		}
		w.comment(0, b.Comment)
		w.line(0, key(b.Name)+":")
		if len(b.Params) > 0 {
			w.line(1, "params: "+names(b.Params))
		}
		w.line(1, "steps:")
		w.steps(2, b.Steps)
	}
	return w.b
}

type writer struct{ b []byte }

const indent = "  "

func (w *writer) line(depth int, text string) {
	for range depth {
		w.b = append(w.b, indent...)
	}
	w.b = append(append(w.b, text...), '\n')
}

// comment prints each line of a text as a comment, so that none of it is ever read as code.
func (w *writer) comment(depth int, text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return ' '
			}
			return r
		}, line)
		w.line(depth, strings.TrimRight("# "+line, " "))
	}
}

func (w *writer) steps(depth int, steps []Step) {
	for _, s := range steps {
		w.comment(depth, s.Comment)
		w.line(depth, "- "+key(s.Name)+":")
		w.fields(depth+2, s.Fields)
	}
}

func (w *writer) fields(depth int, m Map) {
	for _, f := range m {
		w.field(depth, key(f.Key)+":", f.Value)
	}
}

// field prints a value behind what introduces it, on the same line where it takes one alone.
func (w *writer) field(depth int, head string, value any) {
	switch v := value.(type) {
	case Map:
		if len(v) > 0 {
			w.line(depth, head)
			w.fields(depth+1, v)
			return
		}
	case List:
		if len(v) > 0 {
			w.line(depth, head)
			w.items(depth+1, v)
			return
		}
	case []Step:
		w.line(depth, head)
		w.steps(depth+1, v)
		return
	}
	w.line(depth, head+" "+scalar(value))
}

func (w *writer) items(depth int, items List) {
	for _, item := range items {
		switch v := item.(type) {
		case Map:
			if len(v) > 0 {
				w.entries(depth, v)
				continue
			}
		case List:
			if len(v) > 0 {
				w.line(depth, "-")
				w.items(depth+1, v)
				continue
			}
		}
		w.line(depth, "- "+scalar(item))
	}
}

// entries prints a mapping that is an item: its first key stands behind the dash.
func (w *writer) entries(depth int, m Map) {
	for i, f := range m {
		at := len(w.b) + depth*len(indent)
		w.field(depth+1, key(f.Key)+":", f.Value)
		if i == 0 {
			w.b[at] = '-'
		}
	}
}

func names(list []string) string { return "[" + strings.Join(list, ", ") + "]" }

// scalar prints what stands on one line.
func scalar(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		return v.String()
	case Expr:
		return expression(v)
	case string:
		return literal(v)
	case Names:
		return names(v)
	case Map:
		return "{}"
	}
	return "[]"
}

// plainExpression is the form of expressions that YAML takes as they are.
var plainExpression = regexp.MustCompile(`^[A-Za-z0-9_.()\[\]+*/<>=! -]*$`)

func expression(e Expr) string {
	text := "${" + string(e) + "}"
	if plainExpression.MatchString(string(e)) {
		return text
	}
	return quoted(text)
}

// literal prints text that means itself. One in which an expression could begin is an expression that gives it.
func literal(s string) string {
	if strings.Contains(s, "${") {
		return expression(Expr(textExpression(s)))
	}
	return text(s)
}

// plainText is the form of text that YAML takes as text without quotes.
var plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$`)

// words are read as other than text.
var words = map[string]bool{"null": true, "true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true}

func text(s string) string {
	if plainText.MatchString(s) && !words[strings.ToLower(s)] {
		return s
	}
	return quoted(s)
}

// quoted prints text in quotes: single ones where nothing needs an escape.
func quoted(s string) string {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return doubleQuoted(s)
		}
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// key prints the key of a mapping.
func key(s string) string { return text(s) }
