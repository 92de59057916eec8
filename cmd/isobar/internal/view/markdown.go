package view

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Markdown is the format of comments on a pull request.
const Markdown = "markdown"

// maxComment is how many characters a comment has at most, less some room.
// https://docs.github.com/rest/issues/comments
const maxComment = 65536 - 512

// maxNotes is how many of them diagnostics may take.
const maxNotes = maxComment / 2

// markdown writes comparisons as a comment, which a marker on its first line tells from others, so that it can be found and updated.
type markdown struct {
	Streams
	stage string
	b     strings.Builder
}

// NewMarkdown returns the view of Markdown. It shows comparisons, as a stage of that name deploys, and diagnostics when there are none.
func NewMarkdown(s Streams, stage string) View { return &markdown{Streams: s, stage: stage} }

// marker is the first line of a comment: it names the spec, of which a repository may have several, and the stage, if it is of one.
func (m *markdown) marker() string {
	of := strings.TrimSpace(m.Source + " " + m.stage)
	return "<!-- isobar diff " + strings.NewReplacer("--", "- -", "<", "", ">", "", "\n", " ", "\r", " ").Replace(of) + " -->\n"
}

// Diagnostics is a table; there are no lines of source in it.
func (m *markdown) Diagnostics(list diag.List, _ []byte) {
	if len(list) == 0 {
		return
	}
	if list.HasErrors() {
		m.b.WriteString(m.marker() + "### Isobar: no comparison\n\n")
	}
	for i, d := range list {
		if m.b.Len() > maxNotes {
			fmt.Fprintf(&m.b, "\n*%d more do not fit into a comment.*\n", len(list)-i)
			return
		}
		fmt.Fprintf(&m.b, "- %s %s **%s** %s", code(d.Pos.String()), d.Severity, d.Code, plain(short(d.Message)))
		if d.Hint != "" {
			fmt.Fprintf(&m.b, " *(%s)*", plain(short(d.Hint)))
		}
		m.b.WriteString("\n")
	}
}

// Compared writes the verdict, then what is dangerous, then the rest folded.
func (m *markdown) Compared(d Diff) {
	notes := m.b.String()
	m.b.Reset()
	m.b.WriteString(m.marker() + "### Isobar: " + plain(d.verdict()) + "\n\n")
	m.b.WriteString(notes)
	if d.IsEmpty() {
		return
	}
	m.alert(d)
	fmt.Fprintf(&m.b, "From %s to %s%s.\n", code(d.Before), code(d.After), plain(stageOf(d)))
	var danger, rest []section
	for _, b := range d.blocks() {
		if b.dangerous {
			danger = append(danger, sectionOf(b))
		} else {
			rest = append(rest, sectionOf(b))
		}
	}
	for _, c := range d.targetLines() {
		rest = append(rest, section{"**target " + plain(c.target) + "**", bullets(c.lines, "", "")})
	}
	if lines := d.findingLines(); len(lines) > 0 {
		rest = append(rest, section{"**differences between clouds**", signedItems(lines)})
	}
	left := m.sections(danger, maxComment-m.b.Len())
	if len(rest) > 0 {
		open := ""
		if len(danger) == 0 {
			open = " open"
		}
		fmt.Fprintf(&m.b, "\n<details%s><summary>%s</summary>\n", open, restTitle(len(danger), rest))
		left -= len("\n<details open><summary></summary>\n\n</details>\n") + 100
		m.sections(rest, left)
		m.b.WriteString("\n</details>\n")
	}
}

func restTitle(danger int, rest []section) string {
	if danger == 0 {
		return plural(len(rest), "change")
	}
	return plural(len(rest), "other change")
}

// alert is a box for what cannot be undone, or opens something.
func (m *markdown) alert(d Diff) {
	var warnings []string
	say := func(targets []string, text string) {
		if len(targets) > 0 {
			warnings = append(warnings, fmt.Sprintf(text, list(targets)))
		}
	}
	say(d.Losing(), "Data is lost on %s.")
	say(d.Hiding(), "Data is no longer found on %s.")
	say(d.Refusing(), "The deployment fails on %s.")
	say(d.Filled(), "The deployment fails on %s unless something is emptied first.")
	kind := "CAUTION"
	if len(warnings) == 0 {
		kind = "WARNING"
	}
	say(d.Opened(), "Something is opened to everybody on %s.")
	say(d.Exposed(), "Something is exposed to more on %s.")
	say(d.Widened(), "Somebody may do more on %s.")
	say(d.Unprotected(), "Data is protected less on %s.")
	if len(warnings) > 0 {
		fmt.Fprintf(&m.b, "> [!%s]\n> %s\n\n", kind, strings.Join(warnings, " "))
	}
}

// section is one part of a comment: its title, and what may be left out when there is no room.
type section struct{ title, text string }

// sections writes sections into so many characters: without details when they do not fit, and in the end by their number.
func (m *markdown) sections(all []section, left int) int {
	const reserve = 120
	for i, s := range all {
		full := "\n" + s.title + "\n\n" + s.text
		short := "\n" + s.title + "\n"
		switch {
		case len(full) <= left-reserve:
			m.b.WriteString(full)
			left -= len(full)
		case len(short) <= left-reserve:
			m.b.WriteString(short)
			left -= len(short)
		default:
			last := fmt.Sprintf("\n*%d more do not fit into a comment: run isobar diff.*\n", len(all)-i)
			m.b.WriteString(last)
			return left - len(last)
		}
	}
	return left
}

func sectionOf(b block) section {
	s := section{title: "**" + plain(b.title) + "**"}
	if b.place != "" {
		s.title += " · " + code(b.place)
	}
	var t strings.Builder
	for _, l := range b.asked {
		fmt.Fprintf(&t, "- %s · %s\n", difference(l.below[0]), code(l.place))
	}
	for _, c := range b.clouds {
		t.WriteString(bullets(c.lines, "**"+plain(c.target)+"** ", ""))
	}
	t.WriteString(signedItems(b.grants))
	s.text = t.String()
	return s
}

// bullets is a list of lines, the target before each.
func bullets(lines []line, before, indent string) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%s- %s%s", indent, before, plain(l.text))
		if l.source != "" {
			fmt.Fprintf(&b, " ([why](%s))", l.source)
		}
		b.WriteString("\n")
		for _, d := range l.below {
			fmt.Fprintf(&b, "%s  - %s\n", indent, difference(d))
		}
	}
	return b.String()
}

func signedItems(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		sign := "➖"
		if l.added {
			sign = "➕"
		}
		fmt.Fprintf(&b, "- %s %s", sign, plain(l.text))
		if l.on != "" {
			fmt.Fprintf(&b, " on %s%s", code(l.on), l.stays)
		}
		if l.place != "" {
			fmt.Fprintf(&b, " · %s", code(l.place))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// difference is a value that differs.
func difference(d leaf) string {
	if d.path == "" {
		return plain(d.note)
	}
	var text string
	switch {
	case d.before == "":
		text = fmt.Sprintf("%s is new: %s", code(d.path), code(d.after))
	case d.after == "":
		text = fmt.Sprintf("%s is gone: %s", code(d.path), code(d.before))
	default:
		text = fmt.Sprintf("%s %s → %s", code(d.path), code(d.before), code(d.after))
	}
	if d.note != "" {
		text += " *" + d.note + "*"
	}
	return text
}

// special are the characters with a meaning in Markdown, of which HTML and mentions are the dangerous ones.
var special = regexp.MustCompile("[\\\\`*_\\[\\]<>|~&]")

// mentions are what GitHub takes for a person, an issue or a link, escaped or not, unless something stands behind it.
var mentions = regexp.MustCompile(`[@#]|://|(?i:www\.)`)

// plain is a text that means nothing but itself.
func plain(text string) string {
	return mentions.ReplaceAllString(special.ReplaceAllString(printable(text), `\$0`), `$0<!-- -->`)
}

// short is the beginning of a long text.
func short(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

var ticks = regexp.MustCompile("`+")

// code is a text in a fixed font, on one line.
func code(text string) string {
	text = printable(short(text))
	fence := "`"
	for _, run := range ticks.FindAllString(text, -1) {
		if len(run) >= len(fence) {
			fence = strings.Repeat("`", len(run)+1)
		}
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

func (m *markdown) Generated([]Tree, bool)            {}
func (m *markdown) Portability([]portability.Finding) {}
func (m *markdown) Granted([]Grants)                  {}
func (m *markdown) Progress(string, string)           {}
func (m *markdown) Built([]Artifact)                  {}
func (m *markdown) Ran(Execution)                     {}
func (m *markdown) Drawn(string)                      {}
func (m *markdown) Version(Version)                   {}

// Close writes the comment.
func (m *markdown) Close() error {
	_, err := io.WriteString(m.Out, m.b.String())
	return err
}
