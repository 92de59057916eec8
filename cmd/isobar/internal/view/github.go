package view

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// github writes diagnostics as workflow commands, which GitHub shows at the lines of a pull request
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions). The rest is as for a person.
type github struct {
	human
	commands io.Writer
}

func newGithub(s Streams) *github {
	g := &github{human{Streams: s}, s.Out}
	g.Out, g.Err = &muted{w: s.Out}, &muted{w: s.Err}
	return g
}

// muted writes text in which the runner finds no command of its own: those begin a line with two colons, or stand anywhere in it behind
// ##[, as they did once (https://github.com/actions/runner, ActionCommand.cs).
type muted struct {
	w io.Writer
	// inLine is true when there is more than space on the line already.
	inLine bool
}

func (m *muted) Write(p []byte) (int, error) {
	var b bytes.Buffer
	for line := range bytes.Lines(p) {
		if text := bytes.TrimLeft(line, " \t"); !m.inLine && bytes.HasPrefix(text, []byte("::")) {
			b.WriteString(": ")
		}
		b.Write(bytes.ReplaceAll(line, []byte("##["), []byte("# #[")))
		m.inLine = !bytes.HasSuffix(line, []byte("\n")) && (m.inLine || len(bytes.TrimSpace(line)) > 0)
	}
	if _, err := m.w.Write(b.Bytes()); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (g *github) Diagnostics(list diag.List, _ []byte) {
	for _, d := range list {
		message := d.Message
		for _, more := range []string{d.Reason, d.Hint} {
			if more != "" {
				message += "\n" + more
			}
		}
		place := "file=" + property.Replace(d.Pos.File)
		if d.Pos.Line > 0 {
			place += fmt.Sprintf(",line=%d,col=%d", d.Pos.Line, d.Pos.Column)
		}
		fmt.Fprintf(g.commands, "::%s %s,title=%s::%s\n", d.Severity, place, d.Code, data.Replace(message))
	}
}

// Compared annotates the lines of the spec that changes come from, and writes the rest as for a person. What is dangerous warns.
func (g *github) Compared(d Diff) {
	for _, b := range d.blocks() {
		level := "notice"
		if b.dangerous {
			level = "warning"
		}
		var said []string
		for _, c := range b.clouds {
			for _, l := range c.lines {
				said = append(said, c.target+": "+l.text)
			}
		}
		for _, l := range b.grants {
			said = append(said, l.text+" on "+l.on+l.stays)
		}
		fmt.Fprintf(g.commands, "::%s %s::%s\n", level, g.annotated(b), data.Replace(strings.Join(said, "\n")))
	}
	g.human.Compared(d)
}

// annotated is the place and the title of an annotation. Of what is gone, the place is no place of a file that is there.
func (g *github) annotated(b block) string {
	place := "file=" + property.Replace(g.Source)
	if b.pos.File == g.Source && b.pos.Line > 0 {
		place += fmt.Sprintf(",line=%d,col=%d", b.pos.Line, b.pos.Column)
	}
	return place + ",title=" + property.Replace(b.title)
}

// What has a meaning in a workflow command is escaped, so that no text of a spec can begin a command of its own.
var (
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
