package cfn

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is how a scalar is written.
type style int

const (
	plain  style = iota // as it is
	single              // '…', in which only ' is special
	double              // "…", with escapes
)

// appendScalar appends s so that every YAML reader, of 1.1 or 1.2, reads a string that is s.
func appendScalar(b []byte, s string) []byte {
	switch styleOf(s) {
	case plain:
		return append(b, s...)
	case single:
		b = append(b, '\'')
		for i := range len(s) {
			if s[i] == '\'' {
				b = append(b, '\'')
			}
			b = append(b, s[i])
		}
		return append(b, '\'')
	}
	b = append(b, '"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		b = appendEscaped(b, r, s[i:i+n])
		i += n
	}
	return append(b, '"')
}

func styleOf(s string) style {
	if isPlain(s) {
		return plain
	}
	quotes := false
	for i, r := range s {
		if !unicode.IsPrint(r) || r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)) {
			return double
		}
		quotes = quotes || r == '"' || r == '\\'
	}
	if quotes {
		return single
	}
	return double
}

const hex = "0123456789ABCDEF"

// appendEscaped appends a character of a double-quoted scalar.
func appendEscaped(b []byte, r rune, as string) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(b, '\\', byte(r))
	case r == '\n':
		return append(b, `\n`...)
	case r == '\t':
		return append(b, `\t`...)
	case r == '\r':
		return append(b, `\r`...)
	case r == utf8.RuneError:
		return utf8.AppendRune(b, r) // of a byte that is no UTF-8, or the character itself
	case unicode.IsPrint(r):
		return append(b, as...)
	case r > 0xFFFF:
		return append(b, '\\', 'U', '0', '0', hex[r>>20&15], hex[r>>16&15], hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	case r > 0xFF:
		return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	}
	return append(b, '\\', 'x', hex[r>>4&15], hex[r&15])
}

// isPlain tells whether s needs no quotes. It would rather quote too much: plain is what begins with a letter, a slash or a
// dollar sign, holds only characters that are special nowhere, and is not a word that stands for something else.
func isPlain(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '/' && s[0] != '$' || isWord(s) {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case inPlain[c]:
		case i == len(s)-1 || s[i+1] == ' ' || c != ':' && c != ' ':
			return false
		}
	}
	return true
}

// inPlain are the characters that mean nothing inside a plain scalar. A colon or a space does at its end or before a space.
var inPlain = func() (set [256]bool) {
	for c := range set {
		set[c] = c < utf8.RuneSelf && (isLetter(byte(c)) || strings.IndexByte("0123456789_-./+=@$*{}(),;<>~?", byte(c)) >= 0)
	}
	return set
}()

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// isWord tells whether YAML reads s, which is not empty, as a boolean or a null. Readers of CloudFormation templates use YAML 1.1's long list.
// https://yaml.org/type/bool.html
func isWord(s string) bool {
	const longest = len("false")
	if len(s) > longest || strings.IndexByte("yYnNoOtTfF", s[0]) < 0 {
		return false
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}
