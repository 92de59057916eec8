package azure

import (
	"path"
	"strings"

	"github.com/isobar-dev/isobar/codegen/change"
)

// Split cuts templates into their statements. All that is no resource and no output is fixed, and of a resource its symbol stays.
func (Wing) Split(name string, data []byte) []change.Piece {
	text := string(data)
	switch ext := path.Ext(name); {
	case ext == ".bicepparam", ext == ".bicep" && strings.Contains(text, "'''"): // which may have empty lines
		return []change.Piece{{Text: text, Fixed: true}}
	case ext != ".bicep":
		return []change.Piece{{Text: text}}
	}
	var pieces []change.Piece
	for _, statement := range change.Paragraphs(text) {
		p := change.Piece{Text: statement, Fixed: true}
		for line := range strings.SplitSeq(statement, "\n") {
			if strings.HasPrefix(line, "output ") {
				p.Fixed = false
			}
			if head, ok := strings.CutSuffix(line, " = {"); ok && strings.HasPrefix(line, "resource ") && !strings.HasSuffix(head, " existing") {
				p.Fixed, p.Stub = false, head+" existing = {}\n\n"
			}
		}
		pieces = append(pieces, p)
	}
	return pieces
}
