package view

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/isobar-dev/isobar/spec/diag"
)

// human writes for a person at a terminal or in a log.
type human struct {
	Streams
	progress progress
}

const (
	red, yellow, bold, dim, reset = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
)

func (h *human) paint(color, text string) string {
	if !h.Color {
		return text
	}
	return color + text + reset
}

func (h *human) Diagnostics(list diag.List, source []byte) {
	h.clear()
	lines := bytes.Split(source, []byte("\n"))
	for i, d := range list {
		if i > 0 && d.Pos.Line > 0 {
			fmt.Fprintln(h.Err)
		}
		h.diagnostic(d, lines)
	}
	if errors, warnings := list.Count(); errors+warnings > 1 {
		fmt.Fprintf(h.Err, "\n%s\n", tally(errors, warnings))
	}
}

func (h *human) diagnostic(d diag.Diagnostic, lines [][]byte) {
	color := red
	if d.Severity == diag.Warning {
		color = yellow
	}
	fmt.Fprintf(h.Err, "%s: %s %s\n", h.paint(bold, printable(d.Pos.String())), h.paint(color, fmt.Sprintf("%s %s:", d.Severity, d.Code)), printable(d.Message))
	switch {
	case d.Private: // its place is enough
	case d.Excerpt != "":
		h.excerpt(d.Pos.Line, d.Pos.Column, d.Excerpt)
	case d.Pos.File == h.Source && d.Pos.Line >= 1 && d.Pos.Line <= len(lines):
		h.excerpt(d.Pos.Line, d.Pos.Column, string(lines[d.Pos.Line-1]))
	}
	if d.Reason != "" {
		fmt.Fprintf(h.Err, "    %s\n", h.paint(dim, printable(d.Reason)))
	}
	if d.Hint != "" {
		fmt.Fprintf(h.Err, "    hint: %s\n", printable(d.Hint))
	}
	for _, r := range d.Related {
		fmt.Fprintf(h.Err, "    %s: %s\n", printable(r.Pos.String()), printable(r.Message))
	}
}

// excerpt writes the line that is meant, and a caret under the place.
func (h *human) excerpt(number, column int, text string) {
	const most = 160
	line := []rune(strings.TrimRight(text, "\r"))
	if column < 1 || column > len(line)+1 || column > most {
		return
	}
	shown := clean(line[:min(len(line), most)])
	margin := fmt.Sprintf("%5d | ", number)
	fmt.Fprintf(h.Err, "%s%s\n%*s| %s%s\n", h.paint(dim, margin), shown, len(margin)-2, "",
		strings.Repeat(" ", column-1), h.paint(bold, "^"))
}

// clean makes a line safe to print: every character that could move the cursor is a space.
func clean(line []rune) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, string(line))
}

func tally(errors, warnings int) string {
	var parts []string
	if errors > 0 {
		parts = append(parts, plural(errors, "error"))
	}
	if warnings > 0 {
		parts = append(parts, plural(warnings, "warning"))
	}
	return strings.Join(parts, ", ")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func (h *human) Generated(trees []Tree, check bool) {
	w := tabwriter.NewWriter(h.Out, 0, 0, 2, ' ', 0)
	for _, t := range trees {
		fmt.Fprintf(w, "%s\t%s\t%s\n", t.Target, t.Dir, summary(t, check))
	}
	w.Flush()
}

// summary says what happened to a tree in a few words: "8 files, 2 written, 1 removed".
func summary(t Tree, check bool) string {
	files := plural(t.Files, "file")
	if len(t.Changes) == 0 {
		return files + ", all up to date"
	}
	if check {
		return fmt.Sprintf("%s, %d not up to date", files, len(t.Changes))
	}
	removed := 0
	for _, c := range t.Changes {
		if c.State == "stale" {
			removed++
		}
	}
	var parts []string
	if written := len(t.Changes) - removed; written > 0 {
		parts = append(parts, fmt.Sprintf("%d written", written))
	}
	if removed > 0 {
		parts = append(parts, fmt.Sprintf("%d removed", removed))
	}
	return files + ", " + strings.Join(parts, ", ")
}

func (h *human) Version(v Version) {
	fmt.Fprintf(h.Out, "isobar %s (%s, %s)\n", v.Isobar, cmp.Or(v.Go, "unknown Go"), v.Platform)
}

func (h *human) Close() error { return nil }
