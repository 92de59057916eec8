package trace_test

import (
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/trace"
)

func TestParse(t *testing.T) {
	const id, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	entry := strings.Repeat("k", 100) + "=" + strings.Repeat("v", 199) // of 300 bytes
	for name, c := range map[string]struct {
		parent, state string
		want          fn.TraceContext
	}{
		"a trace":                      {parent, "", fn.TraceContext{Parent: parent}},
		"a trace with its state":       {parent, "a=1, b=2", fn.TraceContext{Parent: parent, State: "a=1, b=2"}},
		"a later version":              {"cc-" + id + "-" + span + "-01-more", "a=1", fn.TraceContext{Parent: parent, State: "a=1"}},
		"a state that is too long":     {parent, entry + "," + entry + "," + entry + "," + entry, fn.TraceContext{Parent: parent, State: entry + "," + entry + "," + entry}},
		"a state of one long entry":    {parent, strings.Repeat("x", 2000), fn.TraceContext{Parent: parent}},
		"a state with a line break":    {parent, "a=1\nb: 2", fn.TraceContext{Parent: parent}},
		"a state that is no ASCII":     {parent, "a=\xff", fn.TraceContext{Parent: parent}},
		"nothing":                      {"", "", fn.TraceContext{}},
		"a state alone":                {"", "a=1", fn.TraceContext{}},
		"what is no trace":             {"junk", "a=1", fn.TraceContext{}},
		"no hexadecimal":               {"00-" + strings.Repeat("g", 32) + "-" + span + "-01", "", fn.TraceContext{}},
		"upper case":                   {strings.ToUpper(parent), "", fn.TraceContext{}},
		"a trace of zeros":             {"00-" + strings.Repeat("0", 32) + "-" + span + "-01", "", fn.TraceContext{}},
		"a span of zeros":              {"00-" + id + "-" + strings.Repeat("0", 16) + "-01", "", fn.TraceContext{}},
		"a version that there is not":  {"ff-" + id + "-" + span + "-01", "", fn.TraceContext{}},
		"more than the version has":    {parent + "-more", "", fn.TraceContext{}},
		"a later version with no dash": {"cc-" + id + "-" + span + "-01more", "", fn.TraceContext{}},
		"a line break":                 {parent[:54] + "\n", "", fn.TraceContext{}},
		"other dashes":                 {strings.ReplaceAll(parent, "-", "_"), "", fn.TraceContext{}},
	} {
		if got := trace.Parse(c.parent, c.state); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(parent, "a=1")
	f.Add("cc"+parent[2:]+"-x", strings.Repeat("a=1,", 500))
	f.Fuzz(func(t *testing.T, parent, state string) {
		got := trace.Parse(parent, state)
		if again := trace.Parse(got.Parent, got.State); again != got || len(got.State) > trace.MaxState || got.Parent == "" && got.State != "" {
			t.Errorf("%q and %q are %+v, and that is %+v", parent, state, got, again)
		}
	})
}
