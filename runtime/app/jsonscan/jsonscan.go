// Package jsonscan reads JSON whose shape is known, in one pass and without reflection: the payloads that clouds hand over, and that a
// cold process reads before it can do anything else.
//
// It reads what encoding/json reads, or nothing. A document that is not as plain as clouds write them (with a value of another type, a
// name in another case, text that is no UTF-8 or no JSON at all) is odd: the scanner gives up on it, and Read has encoding/json read the
// whole again, which knows what to make of it and what to say. So there is one definition of what a payload means, and it is the
// library's.
package jsonscan

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// maxDepth is how deeply what is skipped may be nested, before the document is odd.
const maxDepth = 64

// Scanner is at a place in a document. Each method reads one value and goes behind it; once the document is odd they do nothing.
type Scanner struct {
	data []byte
	// text is the same as data. Strings are parts of it, if it is there, and copied out of data otherwise.
	text string
	at   int
	odd  bool
	// name is where the text of the last name ends that Object yielded, or 0 where that is not its text.
	name int
}

// Read reads a document into a value as json.Unmarshal does: with read, if it can. Strings are copies.
func Read[T any](data []byte, into *T, read func(*Scanner, *T)) error {
	return readOr(&Scanner{data: data}, into, read)
}

// ReadShared reads as Read does, but strings share the memory of one copy of the document, which is kept as long as one of them is:
// for documents of many strings that go together.
func ReadShared[T any](data []byte, into *T, read func(*Scanner, *T)) error {
	return readOr(&Scanner{data: data, text: string(data)}, into, read)
}

func readOr[T any](s *Scanner, into *T, read func(*Scanner, *T)) error {
	if read(s, into); s.end() {
		return nil
	}
	*into = *new(T)
	return json.Unmarshal(s.data, into)
}

// IsPlain tells whether a document is read without the help of encoding/json.
func IsPlain[T any](data []byte, read func(*Scanner, *T)) bool {
	s := &Scanner{data: data}
	read(s, new(T))
	return s.end()
}

// end tells whether the document has been read, all of it.
func (s *Scanner) end() bool {
	s.space()
	return !s.odd && s.at == len(s.data)
}

// GiveUp declares the document odd.
func (s *Scanner) GiveUp() { s.odd = true }

// Object reads an object, and yields the names in it; the loop's body reads the value of each:
//
//	for name := range s.Object {
//		switch string(name) { … }
//	}
//
// A null has no names.
func (s *Scanner) Object(yield func(name []byte) bool) {
	if s.Null() || !s.take('{') || s.is('}') {
		return
	}
	for {
		name, isPlain := s.literal()
		s.name = s.at - 1
		if !isPlain {
			name, s.name = []byte(s.unquote(name)), 0
		}
		if !s.take(':') {
			return
		}
		if !yield(name) {
			s.odd = true
		}
		if s.odd || s.is('}') || !s.take(',') {
			return
		}
	}
}

// Name returns the name that Object yielded, as long as its value has not been read.
func (s *Scanner) Name(name []byte) string {
	if s.name == 0 {
		return string(name)
	}
	return s.part(s.name-len(name), s.name)
}

// List reads an array, and yields the number of each of its elements, which the loop's body reads. A null has none.
func (s *Scanner) List(yield func(i int) bool) {
	if s.Null() || !s.take('[') || s.is(']') {
		return
	}
	for i := 0; ; i++ {
		if !yield(i) {
			s.odd = true
		}
		if s.odd || s.is(']') || !s.take(',') {
			return
		}
	}
}

// Skip reads a value of a name that nobody asks for. One that differs from those of the known by its case alone is odd: encoding/json
// would take it for that; so is one that is known.
func (s *Scanner) Skip(name []byte, known []string) {
	if slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, string(name)) }) {
		s.odd = true
	}
	s.skip(0)
}

// Raw reads any value, and returns it as it stands in the document, of which it is a part.
func (s *Scanner) Raw() []byte {
	s.space()
	begin := s.at
	s.skip(0)
	if s.odd {
		return nil
	}
	return s.data[begin:s.at]
}

// Null reads a null, if there is one.
func (s *Scanner) Null() bool {
	s.space()
	if s.odd || s.at >= len(s.data) || s.data[s.at] != 'n' {
		return false
	}
	return s.word("null")
}

// space goes behind white space.
func (s *Scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\n', '\t', '\r':
			s.at++
		default:
			return
		}
	}
}

// is goes behind a byte, if it comes next.
func (s *Scanner) is(b byte) bool {
	s.space()
	if s.odd || s.at >= len(s.data) || s.data[s.at] != b {
		return false
	}
	s.at++
	return true
}

// take goes behind a byte, which has to come next.
func (s *Scanner) take(b byte) bool {
	if !s.is(b) {
		s.odd = true
	}
	return !s.odd
}

// word goes behind a word, which has to come next.
func (s *Scanner) word(w string) bool {
	if s.odd || !bytes.HasPrefix(s.data[s.at:], []byte(w)) {
		s.odd = true
		return false
	}
	s.at += len(w)
	return true
}

// skip reads any value.
func (s *Scanner) skip(depth int) {
	s.space()
	if s.odd || s.at == len(s.data) || depth > maxDepth {
		s.odd = true
		return
	}
	switch s.data[s.at] {
	case '{':
		for range s.Object {
			s.skip(depth + 1)
		}
	case '[':
		for range s.List {
			s.skip(depth + 1)
		}
	case '"':
		s.literal()
	case 't':
		s.word("true")
	case 'f':
		s.word("false")
	case 'n':
		s.word("null")
	default:
		s.number()
	}
}

// number reads a number, as it stands there. https://www.rfc-editor.org/rfc/rfc8259#section-6
func (s *Scanner) number() []byte {
	s.space()
	begin := s.at
	s.sign("-")
	if digits := s.at; s.digits() && s.data[digits] == '0' && s.at > digits+1 {
		s.odd = true
	}
	if s.at < len(s.data) && s.data[s.at] == '.' {
		s.at++
		s.digits()
	}
	if s.at < len(s.data) && (s.data[s.at] == 'e' || s.data[s.at] == 'E') {
		s.at++
		s.sign("+-")
		s.digits()
	}
	return s.data[begin:s.at]
}

func (s *Scanner) sign(signs string) {
	if s.at < len(s.data) && strings.IndexByte(signs, s.data[s.at]) >= 0 {
		s.at++
	}
}

// digits goes behind digits, of which there has to be one.
func (s *Scanner) digits() bool {
	begin := s.at
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' {
		s.at++
	}
	if s.at == begin {
		s.odd = true
	}
	return !s.odd
}
