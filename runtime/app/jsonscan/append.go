package jsonscan

import "unicode/utf8"

const hex = "0123456789abcdef"

// AppendText appends a string of JSON. It reads as what encoding/json writes does: bytes that are no UTF-8 as U+FFFD.
func AppendText(out []byte, s string) []byte {
	out = append(out, '"')
	begin := 0 // of what is not appended yet, and stands for itself
	for i := 0; i < len(s); {
		b := s[i]
		if b >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				out = append(append(out, s[begin:i]...), "\ufffd"...)
				begin = i + 1
			}
			i += size
			continue
		}
		if b < ' ' || b == '"' || b == '\\' {
			out = append(out, s[begin:i]...)
			switch b {
			case '"', '\\':
				out = append(out, '\\', b)
			case '\n':
				out = append(out, '\\', 'n')
			default:
				out = append(out, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
			}
			begin = i + 1
		}
		i++
	}
	return append(append(out, s[begin:]...), '"')
}
