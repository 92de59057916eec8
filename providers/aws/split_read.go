package aws

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/change"
)

// Split cuts templates into their resources and outputs. The other sections are fixed.
func (Wing) Split(name string, data []byte) []change.Piece {
	text := string(data)
	if _, parameters := parametersOf(name); parameters {
		return []change.Piece{{Text: text, Fixed: true}}
	}
	if !strings.HasSuffix(name, ".yaml") {
		return []change.Piece{{Text: text}}
	}
	var pieces []change.Piece
	fixed := true
	for _, entry := range change.Paragraphs(text) {
		if first, rest, ok := strings.Cut(entry, "\n"); ok && strings.HasSuffix(first, ":") && !strings.HasPrefix(first, " ") {
			fixed = first != "Resources:" && first != "Outputs:"
			pieces = append(pieces, change.Piece{Text: first + "\n", Fixed: true})
			entry = rest
		}
		pieces = append(pieces, change.Piece{Text: entry, Fixed: fixed})
	}
	return pieces
}
