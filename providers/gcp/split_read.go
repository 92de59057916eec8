package gcp

import (
	"path"
	"strings"

	"github.com/isobar-dev/isobar/codegen/change"
)

// Split cuts modules into their blocks. Values that have names are fixed.
func (Wing) Split(name string, data []byte) []change.Piece {
	text := string(data)
	switch {
	case path.Ext(name) == ".tfvars", path.Ext(name) == ".tf" && strings.Contains(text, "<<"): // which may have lines that look like the end of a block
		return []change.Piece{{Text: text, Fixed: true}}
	case path.Ext(name) != ".tf":
		return []change.Piece{{Text: text}}
	}
	var pieces []change.Piece
	for _, block := range strings.SplitAfter(text, "\n}\n") {
		pieces = append(pieces, change.Piece{Text: block, Fixed: isNaming(block)})
	}
	return pieces
}

// isNaming tells whether a block gives values names.
func isNaming(block string) bool {
	return strings.Contains("\n"+block, "\nlocals {") || strings.Contains("\n"+block, "\nvariable ")
}
