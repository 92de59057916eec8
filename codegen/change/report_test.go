package change_test

import (
	"testing"

	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
)

// What generated files were made of is not known, and so no difference between clouds is new.
func TestDifferencesBetweenCloudsNeedTwoSpecs(t *testing.T) {
	after := change.Side{App: &plan.App{Name: "shop"}, Findings: []portability.Finding{{Target: "x", Kind: portability.Degraded, Demand: &portability.Demand{Key: portability.Retention}, Row: &portability.Row{}}}}
	for name, c := range map[string]struct {
		before change.Side
		want   int
	}{
		"generated files":     {change.Side{}, 0},
		"a spec without it":   {change.Side{App: &plan.App{Name: "shop"}}, 1},
		"a spec with it, too": {after, 0},
	} {
		if got := change.Of(c.before, after, "").Findings; len(got) != c.want {
			t.Errorf("%s: %d differences are new, want %d", name, len(got), c.want)
		}
	}
}
