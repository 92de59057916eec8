package bicep

import (
	"strconv"
	"unicode/utf8"
)

// appendText adds what stands between the quotes of a string. Bicep's escapes are \\ \' \n \r \t \$ and \u{…}; a $ needs one
// only before a brace, and at the end of the text, where one may follow. What a reviewer could not see is escaped too.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings
func appendText(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			b = appendRune(b, r)
			i += size
			continue
		}
		i++
		switch {
		case c == '\\' || c == '\'' || c == '$' && (i == len(s) || s[i] == '{'):
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c < ' ' || c == 0x7f:
			b = appendCodePoint(b, rune(c))
		default:
			b = append(b, c)
		}
	}
	return b
}

// appendRune adds a character beyond ASCII; bytes that are not UTF-8 have become U+FFFD.
func appendRune(b []byte, r rune) []byte {
	if strconv.IsPrint(r) {
		return utf8.AppendRune(b, r)
	}
	return appendCodePoint(b, r)
}

func appendCodePoint(b []byte, r rune) []byte {
	b = append(b, `\u{`...)
	b = strconv.AppendInt(b, int64(r), 16)
	return append(b, '}')
}

// appendComment adds a comment that is one line, whatever is in its text.
func appendComment(b []byte, text string) []byte {
	b = append(b, "// "...)
	for _, r := range text {
		if !strconv.IsPrint(r) {
			r = ' '
		}
		b = utf8.AppendRune(b, r)
	}
	return b
}

func isIdentifierByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func isIdentifier(s string) bool {
	for i := range len(s) {
		if !isIdentifierByte(s[i]) {
			return false
		}
	}
	return s != "" && (s[0] < '0' || s[0] > '9') && !isKeyword(s)
}

// isKeyword tells whether a text means a value wherever it stands.
func isKeyword(s string) bool { return s == "true" || s == "false" || s == "null" }
