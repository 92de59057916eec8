package rest

import (
	"fmt"
	"strings"
)

// EscapePath escapes a path: what is not a letter, a digit or one of -._~ and not in keep becomes its bytes in hexadecimal behind a %.
func EscapePath(s, keep string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// EscapeHeader escapes a text as [EscapePath] does, to be the value of a header. Spaces stay, but not those that a server would take away:
// at either end, and behind another one.
func EscapeHeader(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] == ' ' && i > 0 && i < len(s)-1 && s[i-1] != ' ' {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(EscapePath(s[i:i+1], ""))
	}
	return b.String()
}
