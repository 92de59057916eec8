package asl

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Path is a place in a state's input or result, or in the context object.
type Path struct {
	Pos diag.Position
	// Text is the path as it was written: $.order.items[0].
	Text string
	// Null is true of a path that was written as null: the value that it takes is {}, and the result that goes there is dropped.
	Null bool
	// Context is true of a path that begins with $$: it is in the context object.
	Context bool
	Steps   []Step
}

// Step goes from a value to one within it, or to several.
type Step struct {
	Kind StepKind
	// Name of a Member, or Index of an Index: one below zero counts from the end.
	Name  string
	Index int
	// From and To are those of a Slice; nil where they are not written.
	From, To *int
	// Of are the indexes of a Union.
	Of []int
}

// StepKind is a kind of Step.
type StepKind int

// The kinds of steps. Those after Index can lead to several values, and the path's value is a list of them then.
const (
	Member   StepKind = iota // .name, ['name']
	Index                    // [0]
	Wildcard                 // .*, [*]
	Slice                    // [0:2]
	Union                    // [0,2]
	Descend                  // ..: all values within, to which the next step is applied
)

// IsRoot tells whether p is the whole of the input or the result: $, or a path that is not written.
func (p *Path) IsRoot() bool { return p == nil || !p.Null && !p.Context && len(p.Steps) == 0 }

// IsNull tells whether p was written as null.
func (p *Path) IsNull() bool { return p != nil && p.Null }

// IsReference tells whether p leads to one value and can be written to: a reference path of the language.
func (p *Path) IsReference() bool {
	if p == nil {
		return true
	}
	for _, s := range p.Steps {
		if s.Kind != Member && (s.Kind != Index || s.Index < 0) {
			return false
		}
	}
	return !p.Null && !p.Context
}

// IsDefinite tells whether p leads to one value at most.
func (p *Path) IsDefinite() bool {
	if p == nil {
		return true
	}
	for _, s := range p.Steps {
		if s.Kind > Index {
			return false
		}
	}
	return !p.Null
}

// Members returns the names of a path that has no other steps, and tells whether there are no others.
func (p *Path) Members() ([]string, bool) {
	if p == nil {
		return nil, true
	}
	var names []string
	for _, s := range p.Steps {
		if s.Kind != Member {
			return nil, false
		}
		names = append(names, s.Name)
	}
	return names, !p.Null
}

// String gives the path in its plainest form.
func (p *Path) String() string {
	switch {
	case p == nil:
		return "$"
	case p.Null:
		return "null"
	}
	var b strings.Builder
	b.WriteByte('$')
	if p.Context {
		b.WriteByte('$')
	}
	for i, s := range p.Steps {
		s.write(&b, i > 0 && p.Steps[i-1].Kind == Descend)
	}
	return b.String()
}

func (s Step) write(b *strings.Builder, afterDescend bool) {
	switch s.Kind {
	case Member:
		switch {
		case !isPlain(s.Name):
			fmt.Fprintf(b, "['%s']", strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s.Name))
		case afterDescend:
			b.WriteString(s.Name)
		default:
			b.WriteString("." + s.Name)
		}
	case Index:
		fmt.Fprintf(b, "[%d]", s.Index)
	case Wildcard:
		b.WriteString("[*]")
	case Descend:
		b.WriteString("..")
	case Slice:
		bound := func(i *int) string {
			if i == nil {
				return ""
			}
			return strconv.Itoa(*i)
		}
		b.WriteString("[" + bound(s.From) + ":" + bound(s.To) + "]")
	case Union:
		var parts []string
		for _, i := range s.Of {
			parts = append(parts, strconv.Itoa(i))
		}
		b.WriteString("[" + strings.Join(parts, ",") + "]")
	}
}

func isPlain(name string) bool {
	for _, r := range name {
		if !inName(r) {
			return false
		}
	}
	return name != ""
}

// inName tells whether a character can stand in a name behind a dot.
func inName(r rune) bool {
	return r == '_' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// errFilter is a path with a filter.
var errFilter = errors.New("filters are not read")

// maxSteps bounds how long a path can be.
const maxSteps = 64

// parsePath reads a path. Rest is what stands behind it: empty unless the path is an argument.
func parsePath(s string) (p *Path, rest string, err error) {
	p = &Path{}
	at, ok := strings.CutPrefix(s, "$")
	if !ok {
		return nil, s, errors.New("a path begins with $")
	}
	if after, ok := strings.CutPrefix(at, "$"); ok {
		p.Context, at = true, after
	}
	for at != "" && (at[0] == '.' || at[0] == '[') {
		if len(p.Steps) >= maxSteps {
			return nil, at, fmt.Errorf("a path has at most %d steps", maxSteps)
		}
		if after, ok := strings.CutPrefix(at, ".."); ok {
			p.Steps = append(p.Steps, Step{Kind: Descend})
			at = after
			if !strings.HasPrefix(at, "[") {
				at = "." + at
			}
		}
		var step Step
		if at[0] == '.' {
			step, at, err = dotStep(at[1:])
		} else {
			step, at, err = bracketStep(at[1:])
		}
		if err != nil {
			return nil, at, err
		}
		p.Steps = append(p.Steps, step)
	}
	p.Text = s[:len(s)-len(at)]
	return p, at, nil
}

func dotStep(s string) (Step, string, error) {
	if after, ok := strings.CutPrefix(s, "*"); ok {
		return Step{Kind: Wildcard}, after, nil
	}
	end := 0
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !inName(r) {
			break
		}
		end += size
	}
	if end == 0 {
		return Step{}, s, fmt.Errorf("a name is missing before %s", found(s))
	}
	return Step{Kind: Member, Name: s[:end]}, s[end:], nil
}

func bracketStep(s string) (Step, string, error) {
	s = strings.TrimLeft(s, " ")
	switch {
	case strings.HasPrefix(s, "?"):
		return Step{}, s, errFilter
	case strings.HasPrefix(s, "*"):
		rest, err := closing(s[1:])
		return Step{Kind: Wildcard}, rest, err
	case strings.HasPrefix(s, "'") || strings.HasPrefix(s, `"`):
		name, rest, err := quoted(s)
		if err != nil {
			return Step{}, rest, err
		}
		rest, err = closing(rest)
		return Step{Kind: Member, Name: name}, rest, err
	}
	return indexes(s)
}

func closing(s string) (string, error) {
	after, ok := strings.CutPrefix(strings.TrimLeft(s, " "), "]")
	if !ok {
		return s, fmt.Errorf("a ] is missing before %s", found(s))
	}
	return after, nil
}

// quoted reads a text in single or double quotes, with \ before what is meant as it is.
func quoted(s string) (string, string, error) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return "", s, fmt.Errorf("a name in quotes is missing before %s", found(s))
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", errors.New("a closing quote is missing")
}

// indexes reads numbers: [1], [-1], [0,2], [0:2], [-2:].
func indexes(s string) (Step, string, error) {
	first, rest, err := integer(s)
	if err != nil {
		return Step{}, s, err
	}
	if after, ok := strings.CutPrefix(rest, ":"); ok {
		to, rest, err := integer(after)
		if err != nil {
			return Step{}, after, err
		}
		rest, err = closing(rest)
		return Step{Kind: Slice, From: first, To: to}, rest, err
	}
	of := []int{}
	for n := first; ; {
		if n == nil {
			return Step{}, s, fmt.Errorf("a number or a name in quotes is missing before %s", found(s))
		}
		of = append(of, *n)
		after, more := strings.CutPrefix(rest, ",")
		if !more {
			break
		}
		if n, rest, err = integer(after); err != nil {
			return Step{}, after, err
		}
		s = after
	}
	rest, err = closing(rest)
	if len(of) == 1 {
		return Step{Kind: Index, Index: of[0]}, rest, err
	}
	return Step{Kind: Union, Of: of}, rest, err
}

// integer reads a number that may be missing, and the spaces around it.
func integer(s string) (*int, string, error) {
	s = strings.TrimLeft(s, " ")
	end := 0
	if strings.HasPrefix(s, "-") {
		end = 1
	}
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == 0 {
		return nil, s, nil
	}
	n, err := strconv.ParseInt(s[:end], 10, 32)
	if err != nil {
		return nil, s, fmt.Errorf("%s is not an index", diag.Quote(s[:end]))
	}
	i := int(n)
	return &i, strings.TrimLeft(s[end:], " "), nil
}

func found(s string) string {
	if s == "" {
		return "the end"
	}
	return diag.Quote(s)
}
