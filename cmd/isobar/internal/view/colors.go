package view

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/change"
)

// The colours of terminals.
const (
	red, green, yellow, cyan, bold, dim, reset = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
)

// paint colours a text for Err, and ink one for Out.
func (h *human) paint(color, text string) string { return colored(h.Color, color, text) }

func (h *human) ink(color, text string) string { return colored(h.ColorOut, color, text) }

func colored(wanted bool, color, text string) string {
	if !wanted || color == "" || text == "" {
		return text
	}
	return color + text + reset
}

// markColors are the colours of the marks before parts of an app, as plans of other tools have them.
var markColors = map[string]string{"!": red, "+": green, "-": red, "~": yellow, ">": cyan}

// tone is the colour of what happens to a resource.
func tone(c *change.Change) string {
	switch {
	case c.LosesData(), c.Hides != "", c.Effect == change.Refused:
		return red
	case c.Opens, c.Effect == change.Replaced, c.Effect == change.Interrupted, c.Effect == change.LeftBehind && c.Holds != "":
		return yellow
	}
	return ""
}

// color is that of a value that is new, gone or another one.
func (d leaf) color() string {
	switch {
	case d.path == "":
		return dim
	case d.before == "":
		return green
	case d.after == "":
		return red
	}
	return yellow
}

// lead colours what stands before the first colon of a line.
func (h *human) lead(color, text string) string {
	first, rest, ok := strings.Cut(text, ":")
	if !ok {
		return h.ink(color, text)
	}
	return h.ink(color, first) + ":" + rest
}
