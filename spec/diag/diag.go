// Package diag holds what Isobar has to say about its input: diagnostics with a position, a stable code, and a way to mend
// them. It holds data; how a diagnostic looks on a terminal or in a pull request is the view's matter.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Position is a place in a file that a person wrote.
type Position struct {
	// File is the path as the person gave it.
	File string `json:"file"`
	// Line and Column count from 1; a column is a character, not a byte. Both are 0 when the file as a whole is meant.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
}

// IsZero tells whether p names no place at all.
func (p Position) IsZero() bool { return p == Position{} }

// String gives "file:line:column", the form that editors and terminals open.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Compare orders positions as a reader meets them.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Severity says whether a diagnostic stops generation.
type Severity int

const (
	// Error stops generation: nothing is written.
	Error Severity = iota
	// Warning names a difference that a person should know of; generation goes on.
	Warning
)

// String gives "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText writes the severity as it prints.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Diagnostic is one thing that a person must act on.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Code     Code     `json:"code"`
	Pos      Position `json:"position"`
	// Message says what is wrong, in one sentence without a full stop.
	Message string `json:"message"`
	// Reason says why it is wrong, with the source of a fact about a cloud; it may be empty.
	Reason string `json:"reason,omitempty"`
	// Hint says how to mend it; it may be empty.
	Hint string `json:"hint,omitempty"`
	// Targets are the clouds that it concerns, sorted; none means all of them.
	Targets []string `json:"targets,omitempty"`
	// Related are other places that explain it.
	Related []Related `json:"related,omitempty"`
	// Excerpt is the line that Pos is in, of a file that whoever shows the diagnostic does not have.
	Excerpt string `json:"-"`
	// Private is true where the line that Pos is in is not to be shown.
	Private bool `json:"-"`
}

// Related is another place that a diagnostic speaks of.
type Related struct {
	Pos     Position `json:"position"`
	Message string   `json:"message"`
}

// String gives the diagnostic on one line, without its reason, hint and related places.
func (d Diagnostic) String() string {
	return fmt.Sprintf("%s: %s %s: %s", d.Pos, d.Severity, d.Code, d.Message)
}

// List is a set of diagnostics.
type List []Diagnostic

// Errorf adds an error and returns it, so that a caller can add a hint.
func (l *List) Errorf(code Code, pos Position, format string, args ...any) *Diagnostic {
	*l = append(*l, Diagnostic{Code: code, Pos: pos, Message: fmt.Sprintf(format, args...)})
	return &(*l)[len(*l)-1]
}

// HasErrors tells whether any diagnostic stops generation.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Count returns how many errors and how many warnings the list holds.
func (l List) Count() (errors, warnings int) {
	for _, d := range l {
		if d.Severity == Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// Sort orders the list by position, then code, then message, and drops exact repeats.
func (l List) Sort() List {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(l, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Message == b.Message && a.Severity == b.Severity
	})
}

// String gives one line for each diagnostic.
func (l List) String() string {
	var b strings.Builder
	for _, d := range l {
		b.WriteString(d.String())
		b.WriteByte('\n')
	}
	return b.String()
}
