package change

import (
	"bytes"
	"strings"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

// Piece is a part of a file that can be read without the others, in the order of the file.
type Piece struct {
	Text string
	// Fixed is true of what others need to be understood: it is never left out.
	Fixed bool
	// Stub stands in the place of what is left out; often empty.
	Stub string
}

// Split cuts a file into pieces, which are the file when they are put together again.
type Split func(name string, data []byte) []Piece

// Prune leaves out of two trees what both have, so that what is the same need not be read; but not what mentions one of the names. It
// returns false when what is fixed differs: then everything means something else, and nothing can be left out.
func Prune(before, after *artifact.Set, split Split, names []string) (x, y *artifact.Set, ok bool) {
	x, y = &artifact.Set{}, &artifact.Set{}
	for name, data := range before.All() {
		other, both := after.Get(name)
		if !both {
			x.Add(name, data)
			continue
		}
		p := split(name, data)
		if bytes.Equal(data, other) {
			text := left(p, p, names)
			add(x, name, text)
			add(y, name, text)
			continue
		}
		q := split(name, other)
		if !sameFixed(p, q) {
			return nil, nil, false
		}
		add(x, name, left(p, q, names))
		add(y, name, left(q, p, names))
	}
	for name, data := range after.All() {
		if _, both := before.Get(name); !both {
			y.Add(name, data)
		}
	}
	return x, y, true
}

func add(set *artifact.Set, name, text string) {
	if text != "" {
		set.Add(name, []byte(text))
	}
}

func sameFixed(p, q []Piece) bool {
	fixed := func(pieces []Piece) string {
		var b strings.Builder
		for _, piece := range pieces {
			if piece.Fixed {
				b.WriteString(piece.Text)
			}
		}
		return b.String()
	}
	return fixed(p) == fixed(q)
}

// left is what is left of pieces without those that others have as well.
func left(pieces, others []Piece, names []string) string {
	count := make(map[string]int, len(others))
	for _, o := range others {
		count[o.Text]++
	}
	var b strings.Builder
	for _, p := range pieces {
		count[p.Text]--
		if p.Fixed || count[p.Text] < 0 || mentions(p.Text, names) {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString(p.Stub)
	}
	return b.String()
}

func mentions(text string, names []string) bool {
	for _, n := range names {
		if strings.Contains(text, n) {
			return true
		}
	}
	return false
}

// Paragraphs cuts a text behind each empty line.
func Paragraphs(text string) []string {
	return strings.SplitAfter(text, "\n\n")
}
