package view

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Compared writes the verdict, then what is dangerous, then the rest.
func (h *human) Compared(d Diff) {
	fmt.Fprintf(h.Out, "%s\n", h.ink(bold, printable(d.verdict())))
	if d.IsEmpty() {
		return
	}
	fmt.Fprintf(h.Out, "%s\n", h.ink(dim, printable("from "+d.Before+" to "+d.After+stageOf(d))))
	for _, b := range d.blocks() {
		h.block(b)
	}
	for _, c := range d.targetLines() {
		fmt.Fprintf(h.Out, "\n* target %s\n", c.target)
		h.lines("    ", c.lines)
	}
	if lines := d.findingLines(); len(lines) > 0 {
		fmt.Fprintf(h.Out, "\n* differences between clouds\n")
		h.signed(lines)
	}
	if len(d.Failed) > 0 {
		fmt.Fprintf(h.Err, "isobar: there are changes to fail on: %s\n", strings.Join(d.Failed, ", "))
	}
}

func stageOf(d Diff) string {
	if d.Stage == "" {
		return ""
	}
	return ", as stage " + d.Stage
}

func (h *human) block(b block) {
	mark := b.mark
	if b.dangerous {
		mark = "!"
	}
	fmt.Fprintf(h.Out, "\n%s %s", h.ink(markColors[mark], mark), h.ink(bold, printable(b.title)))
	if b.place != "" {
		fmt.Fprintf(h.Out, "  %s", h.ink(dim, "("+printable(b.place)+")"))
	}
	fmt.Fprintln(h.Out)
	w := tabwriter.NewWriter(h.Out, 0, 0, 2, ' ', 0)
	for _, l := range b.asked {
		fmt.Fprintf(w, "    %s\t%s\n", printable(arrow(l.below[0])), h.ink(dim, printable(l.place)))
	}
	w.Flush()
	width := 0
	for _, c := range b.clouds {
		width = max(width, len(c.target))
	}
	for _, c := range b.clouds {
		for i, l := range c.lines {
			label := c.target
			if i > 0 {
				label = ""
			}
			h.line(fmt.Sprintf("  %-*s  ", width, label), strings.Repeat(" ", width+6), l)
		}
	}
	h.signed(b.grants)
}

func (h *human) lines(indent string, lines []line) {
	for _, l := range lines {
		h.line(indent, indent+"  ", l)
	}
}

func (h *human) line(first, below string, l line) {
	fmt.Fprintf(h.Out, "%s%s\n", first, h.lead(l.tone, printable(l.text)))
	for _, d := range l.below {
		fmt.Fprintf(h.Out, "%s%s\n", below, h.ink(d.color(), printable(arrow(d))))
	}
	if l.source != "" {
		fmt.Fprintf(h.Out, "%s%s\n", below, h.ink(dim, "see "+l.source))
	}
}

// signed writes what is more with a plus, and what is less with a minus.
func (h *human) signed(lines []line) {
	w := tabwriter.NewWriter(h.Out, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		sign := "-"
		if l.added {
			sign = "+"
		}
		text := sign + " " + l.text
		if l.on != "" {
			text += " on " + l.on + l.stays
		}
		fmt.Fprintf(w, "  %s\t%s\n", h.ink(markColors[sign], printable(text)), h.ink(dim, printable(l.place)))
	}
	w.Flush()
}

// arrow is a value that differs: path: before -> after.
func arrow(d leaf) string {
	var text string
	switch {
	case d.path == "":
		return d.note
	case d.before == "":
		text = fmt.Sprintf("%s: %s (new)", d.path, d.after)
	case d.after == "":
		text = fmt.Sprintf("%s: %s (gone)", d.path, d.before)
	default:
		text = fmt.Sprintf("%s: %s -> %s", d.path, d.before, d.after)
	}
	if d.note != "" {
		text += " [" + d.note + "]"
	}
	return text
}

// printable keeps a text on its line: what could move the cursor is a space.
func printable(text string) string { return clean([]rune(text)) }
