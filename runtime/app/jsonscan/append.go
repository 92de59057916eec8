package jsonscan

import "unicode/utf8"

const hex = "0123456789abcdef"

// AppendText appends a string of JSON. It reads as what encoding/json writes does: bytes that are no UTF-8 as U+FFFD.
func AppendText[T string | []byte](out []byte, text T) []byte {
	out = append(out, '"')
	for {
		n := plain(text)
		out = append(out, text[:n]...)
		if text = text[n:]; len(text) == 0 {
			return append(out, '"')
		}
		b, size := text[0], 1
		switch {
		case b >= utf8.RuneSelf:
			var r rune
			r, size = utf8.DecodeRune([]byte(text[:min(len(text), utf8.UTFMax)]))
			out = utf8.AppendRune(out, r)
		case b == '"' || b == '\\':
			out = append(out, '\\', b)
		case b == '\n':
			out = append(out, '\\', 'n')
		default:
			out = append(out, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		}
		text = text[size:]
	}
}
