package jsonscan

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Text reads a string.
func (s *Scanner) Text(into *string) {
	if s.Null() {
		return
	}
	if content, isPlain := s.literal(); !s.odd {
		if isPlain {
			*into = s.part(s.at-1-len(content), s.at-1)
		} else {
			*into = s.unquote(content)
		}
	}
}

// OptionalText reads a string that may not be there.
func (s *Scanner) OptionalText(into **string) {
	if s.Null() {
		*into = nil
		return
	}
	text := new(string)
	s.Text(text)
	*into = text
}

// Texts reads an object whose values are strings.
func (s *Scanner) Texts(into *map[string]string) {
	if s.Null() {
		*into = nil
		return
	}
	if *into == nil {
		*into = map[string]string{}
	}
	for name := range s.Object {
		key, value := s.Name(name), ""
		s.Text(&value)
		(*into)[key] = value
	}
}

// TextList reads an array of strings.
func (s *Scanner) TextList(into *[]string) {
	list := s.newList(*into != nil)
	for range s.List {
		var value string
		s.Text(&value)
		list = append(list, value)
	}
	*into = list
}

// newList is what an array is read into: nil for a null. The array of a name that comes twice is odd, as what is left of the first is not
// for this package to say.
func (s *Scanner) newList(again bool) []string {
	if again {
		s.odd = true
	}
	if s.space(); s.at < len(s.data) && s.data[s.at] == '[' {
		return []string{}
	}
	return nil
}

// Int reads an integer.
func (s *Scanner) Int(into *int64) {
	if s.Null() {
		return
	}
	n, err := strconv.ParseInt(string(s.number()), 10, 64)
	if err != nil {
		s.odd = true
		return
	}
	*into = n
}

// Bool reads true or false.
func (s *Scanner) Bool(into *bool) {
	if s.Null() {
		return
	}
	value := s.at < len(s.data) && s.data[s.at] == 't'
	if value && s.word("true") || !value && s.word("false") {
		*into = value
	}
}

// Bytes reads bytes in base64.
func (s *Scanner) Bytes(into *[]byte) {
	if s.Null() {
		*into = nil
		return
	}
	content, isPlain := s.literal()
	if s.odd {
		return
	}
	if !isPlain {
		content = []byte(s.unquote(content))
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(content)))
	n, err := base64.StdEncoding.Decode(data, content)
	if err != nil {
		s.odd = true
		return
	}
	*into = data[:n]
}

// Time reads a moment in RFC 3339.
func (s *Scanner) Time(into *time.Time) {
	if s.Null() {
		return
	}
	if raw := s.Raw(); !s.odd && into.UnmarshalJSON(raw) != nil {
		s.odd = true
	}
}

// Value reads what knows how to read itself.
func (s *Scanner) Value(into json.Unmarshaler) {
	if raw := s.Raw(); !s.odd && into.UnmarshalJSON(raw) != nil {
		s.odd = true
	}
}

// literal reads a string, and returns what stands between its quotation marks. It is plain when that is the string itself.
func (s *Scanner) literal() (content []byte, isPlain bool) {
	if !s.take('"') {
		return nil, false
	}
	begin, isPlain, isASCII := s.at, true, true
	for s.at += plain(s.data[s.at:]); s.at < len(s.data); s.at += 1 + plain(s.data[s.at+1:]) {
		switch b := s.data[s.at]; {
		case b == '"':
			content = s.data[begin:s.at]
			s.at++
			return content, isPlain && (isASCII || utf8.Valid(content))
		case b == '\\':
			if isPlain = false; !s.escape() {
				return nil, false
			}
		case b < ' ':
			s.odd = true
			return nil, false
		default:
			isASCII = false
		}
	}
	s.odd = true
	return nil, false
}

// escape goes to the last byte of what a backslash begins.
func (s *Scanner) escape() bool {
	s.at++
	if s.at < len(s.data) && bytes.IndexByte([]byte(`"\/bfnrtu`), s.data[s.at]) >= 0 {
		if s.data[s.at] != 'u' {
			return true
		}
		if hex := s.data[s.at+1:]; len(hex) >= 4 && isHex(hex[0]) && isHex(hex[1]) && isHex(hex[2]) && isHex(hex[3]) {
			s.at += 4
			return true
		}
	}
	s.odd = true
	return false
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

// unescaped are the bytes that stand for themselves behind a backslash, and those that letters stand for.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unquote undoes what stands between a string's quotation marks.
func (s *Scanner) unquote(content []byte) string {
	if s.odd {
		return ""
	}
	var out strings.Builder
	out.Grow(len(content))
	for rest := content; ; {
		i := bytes.IndexByte(rest, '\\')
		if i < 0 {
			out.Write(rest)
			break
		}
		b := unescaped[rest[i+1]]
		if b == 0 {
			return s.unquoteAny(content)
		}
		out.Write(rest[:i])
		out.WriteByte(b)
		rest = rest[i+2:]
	}
	if !utf8.ValidString(out.String()) {
		return s.unquoteAny(content)
	}
	return out.String()
}

// unquoteAny has encoding/json read a string: one that names characters by their numbers, or is not UTF-8.
func (s *Scanner) unquoteAny(content []byte) (text string) {
	quoted := append(append(append(make([]byte, 0, len(content)+2), '"'), content...), '"')
	if json.Unmarshal(quoted, &text) != nil {
		s.odd = true
	}
	return text
}

// part is a string of the document's bytes from begin to end.
func (s *Scanner) part(begin, end int) string {
	if s.text != "" {
		return s.text[begin:end]
	}
	return string(s.data[begin:end])
}

// BytesList reads an array of bytes in base64.
func (s *Scanner) BytesList(into *[][]byte) {
	var list [][]byte
	if s.newList(*into != nil) != nil {
		list = [][]byte{}
	}
	for range s.List {
		var value []byte
		s.Bytes(&value)
		list = append(list, value)
	}
	*into = list
}
