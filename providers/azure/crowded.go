package azure

import (
	"github.com/isobar-dev/isobar/spec/diag"
)

// maxStarters is how many policies a workflow's trigger has, of which each is for one identity.
// https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration#authentication-limits
const maxStarters = 5

// crowded refuses what too many share.
func (l *lowering) crowded() diag.List {
	var diags diag.List
	refuse := func(pos diag.Position, hint, format string, args ...any) {
		e := diags.Errorf(diag.Refused, pos, format, args...)
		e.Targets, e.Hint = []string{"azure"}, hint+", or leave azure out of targets"
	}
	for _, w := range l.logicApps {
		if n := len(l.startersOf(w.Name)); n > maxStarters {
			refuse(w.Pos, "have a function start it for some of them", "the workflow %s, which %d others start, cannot be had on azure: it has %d at most", diag.Quote(w.Name), n, maxStarters)
		}
	}
	return diags
}
