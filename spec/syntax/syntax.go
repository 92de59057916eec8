// Package syntax says where a file is not text, or not YAML, and how to mend it.
package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Text reports the first byte of a file that is not UTF-8 or is a control character: YAML forbids them, and its parsers disagree about
// where they stand. What is how messages call the file. It is nil when there is none.
func Text(file, what string, data []byte) *diag.Diagnostic {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			d := &diag.Diagnostic{
				Code: diag.Syntax, Pos: position(file, data, i), Hint: "save the file as UTF-8",
				Message: fmt.Sprintf("%s is text in UTF-8, found the byte 0x%02x", what, data[i]),
			}
			if data[i] < utf8.RuneSelf {
				d.Hint = "remove the control character; a text in double quotes can have it as an escape"
			}
			return d
		}
		i += size
	}
	return nil
}

func position(file string, data []byte, offset int) diag.Position {
	line := bytes.Count(data[:offset], []byte("\n"))
	start := bytes.LastIndexByte(data[:offset], '\n') + 1
	return diag.Position{File: file, Line: line + 1, Column: utf8.RuneCount(data[start:offset]) + 1}
}

// Error carries over what the YAML library says of a file, with its place.
func Error(file string, data []byte, err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.Syntax, Pos: diag.Position{File: file, Line: 1, Column: 1}, Message: "not YAML: " + err.Error()}
	var at *yaml.LoadError
	if !errors.As(err, &at) {
		return d
	}
	lines := bytes.Split(data, []byte("\n"))
	d.Pos = placed(file, at.Mark, len(lines))
	d.Message = strings.TrimSpace("not YAML: " + at.Message + " " + at.ContextMsg)
	d.Hint = hint(at.Message, lines[d.Pos.Line-1], d.Pos.Column)
	begun := placed(file, at.ContextMark, len(lines))
	switch {
	case at.ContextMark.Line < 1 || begun == d.Pos:
	case strings.Contains(at.ContextMsg, "quoted scalar"):
		d.Pos = begun
	case strings.Contains(at.ContextMsg, "flow"):
		d.Related = []diag.Related{{Pos: begun, Message: "the bracket is opened here"}}
	}
	return d
}

func placed(file string, m yaml.Mark, lines int) diag.Position {
	return diag.Position{File: file, Line: max(1, min(m.Line, lines)), Column: max(1, m.Column)}
}

// bareBraces finds a path with a wildcard, without quotes, in a flow mapping.
var bareBraces = regexp.MustCompile(`\{.*: *[A-Z]+ /[^"',]*\{`)

// hint says how to mend what the YAML library cannot read in a line, where that is known.
func hint(message string, line []byte, column int) string {
	at := ""
	if r := bytes.Runes(line); column <= len(r) {
		at = string(r[column-1])
	}
	switch {
	case bareBraces.Match(line):
		return "inside { } a path with braces needs quotes: http: \"GET /users/{id}\""
	case bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("\t")):
		return "indent with spaces: YAML takes no tabs for it"
	case strings.Contains(message, "cannot start any token"):
		return fmt.Sprintf("a text that begins with %s needs quotes", at)
	case strings.Contains(message, "mapping values are not allowed"):
		return "a text with a colon and a space in it needs quotes; otherwise look at how far the lines are indented"
	case strings.Contains(message, "unexpected end of stream"):
		return "close the quote"
	case strings.Contains(message, "did not find expected key"):
		return "indent the line by as many spaces as those beside it"
	case strings.Contains(message, "did not find expected ',' or"):
		return "close the bracket, or put a comma between the values"
	case strings.Contains(message, "unknown anchor"):
		return "define it before with &, or write the value itself; a text that begins with * needs quotes"
	}
	return ""
}
