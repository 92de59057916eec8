package providertest

import (
	stdcmp "cmp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/codegen/access"
)

// permissionTable checks that every verb has a row, and that nothing else has.
func (h Harness) permissionTable(t *testing.T) {
	table := h.Wing.Permissions()
	for _, key := range access.Keys() {
		row, ok := table[key]
		switch {
		case !ok:
			t.Errorf("%s %s has no row", key.Kind, key.Verb)
		case !strings.HasPrefix(row.Source, "https://"):
			t.Errorf("%s %s names no page of the vendor", key.Kind, key.Verb)
		case len(row.Actions) > 0 && row.On == "":
			t.Errorf("%s %s does not say on what", key.Kind, key.Verb)
		}
		for _, action := range row.Actions {
			if strings.Contains(action, "*") {
				t.Errorf("%s %s has the wildcard %s", key.Kind, key.Verb, action)
			}
		}
	}
	for key := range table {
		if !slices.Contains(access.Keys(), key) {
			t.Errorf("%s %s is no verb", key.Kind, key.Verb)
		}
	}
}

// listedGrants compares what the wing says that its files permit with what they do.
func (h Harness) listedGrants(t *testing.T) {
	source := h.source(everything)
	app := App(t, source)
	var listed, found []Grant
	for _, g := range h.Wing.Grants(app, app.Targets[0]) {
		if g.Principal == "" || g.Pos.Line == 0 {
			t.Errorf("%+v has no principal, or no line of the spec", g)
		}
		listed = append(listed, Grant{g.Action, g.Resource})
	}
	found = append(found, h.Grants(t, h.Lower(t, source))...)
	if diff := cmp.Diff(distinct(found), distinct(listed)); diff != "" {
		t.Errorf("the files permit something else than Grants lists (-files +listed):\n%s", diff)
	}
}

func distinct(grants []Grant) []Grant {
	slices.SortFunc(grants, func(x, y Grant) int {
		return stdcmp.Or(stdcmp.Compare(x.Resource, y.Resource), stdcmp.Compare(x.Action, y.Action))
	})
	return slices.Compact(grants)
}

func (h Harness) permissions(t *testing.T) {
	grants := h.Grants(t, h.Lower(t, h.source(everything)))
	if len(grants) == 0 {
		t.Fatal("no grants were found")
	}
	for _, g := range grants {
		if strings.Contains(g.Action, "*") || g.Resource == "" || g.Resource == "*" {
			t.Errorf("%s on %q is a wildcard", g.Action, g.Resource)
		}
	}
}
