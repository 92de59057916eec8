// Package naming turns the spec's kebab-case names into the forms that languages and clouds take.
package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Pascal returns a name in PascalCase: get-user becomes GetUser. Names that stay distinct without their hyphens, which is what
// spec.Validate asks of each kind, stay so here.
func Pascal(name string) string {
	b := make([]byte, 0, len(name))
	upper := true
	for i := range len(name) {
		c := name[i]
		if c == '-' {
			upper = true
			continue
		}
		if upper && c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		upper = false
		b = append(b, c)
	}
	return string(b)
}

// digits is how much of its digest a shortened name ends in: enough that two names of one app never meet.
const digits = 8

// Shorten returns a name as it is when it has at most longest characters, and otherwise cut, with a part of its digest at the end.
// Longest is more than ten.
func Shorten(name string, longest int) string {
	if len(name) <= longest {
		return name
	}
	return strings.TrimRight(name[:longest-digits-1], "-") + "-" + Digest(name)[:digits]
}

// Digest is the SHA-256 of a name, in hexadecimal.
func Digest(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}
