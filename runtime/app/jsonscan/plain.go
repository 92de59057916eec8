package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// ones has a 1 in each of its bytes, and tops the highest bit.
const (
	ones = 0x0101010101010101
	tops = 0x80 * ones
)

// plain is how many bytes at the beginning stand for themselves within a string of JSON, and are ASCII. It looks at eight at a time: what
// is subtracted borrows from the highest bit of the bytes that are too small, and of none before the first of them.
// https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord
func plain[T string | []byte](text T) int {
	n := 0
	for ; len(text)-n >= 8; n += 8 {
		word := binary.LittleEndian.Uint64([]byte(text[n : n+8]))
		quotes, backslashes := word^'"'*ones, word^'\\'*ones
		special := (word-' '*ones)&^word | (quotes-ones)&^quotes | (backslashes-ones)&^backslashes | word
		if special &= tops; special != 0 {
			return n + bits.TrailingZeros64(special)/8
		}
	}
	for ; n < len(text); n++ {
		if b := text[n]; b < ' ' || b == '"' || b == '\\' || b >= utf8.RuneSelf {
			break
		}
	}
	return n
}
