package view

import (
	"fmt"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// github writes diagnostics as workflow commands, which GitHub shows at the lines of a pull request
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions). The rest is as for a person.
type github struct{ human }

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
		fmt.Fprintf(g.Out, "::%s %s,title=%s::%s\n", d.Severity, place, d.Code, data.Replace(message))
	}
}

// What has a meaning in a workflow command is escaped, so that no text of a spec can begin a command of its own.
var (
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
