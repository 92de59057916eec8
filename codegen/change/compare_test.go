package change_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/codegen/change"
)

// table is a cloud with a bit of everything.
var table = change.Table{Gone: change.Removed, GoneSource: "gone", Types: map[string]change.Type{
	"queue": {
		Holds: change.Messages, Fixed: "fixed", Source: "queue",
		Kept: []change.Condition{{Path: "keep", Value: "yes"}}, KeptReplaced: []change.Condition{{Path: "keep", Value: "yes"}},
		Protected: []change.Condition{{Path: "protect", Value: "yes"}}, Filled: []change.Condition{{Path: "filled", Value: "yes"}},
		Open: []change.Condition{{Path: "who", Value: "all"}, {Path: "auth", Absent: true}},
		Rules: map[string]change.Rule{
			"name": {Effect: change.Replaced, Source: "name"}, "of": {Effect: change.Replaced, Source: "of"}, "never": {Effect: change.Refused, Source: "never"},
			"slow": {Effect: change.Interrupted, Source: "slow"}, "slow.fast": {Class: change.Cost}, "edit": {Effect: change.Replaced, Edited: true, Source: "edit"},
		},
	},
}}

// resource is made of "path=value" and "path=value>ref".
func resource(key string, leaves ...string) change.Resource {
	r := change.Resource{Type: "queue", Key: key, Address: key}
	for _, l := range append(leaves, "auth=yes") {
		path, value, _ := strings.Cut(l, "=")
		value, ref, _ := strings.Cut(value, ">")
		r.Set(path, value, ref)
	}
	return r
}

// TestCompare says what becomes of resources, one line each.
func TestCompare(t *testing.T) {
	for _, tc := range []struct {
		name          string
		before, after []change.Resource
		want          []string
	}{
		{"nothing", []change.Resource{resource("a", "x=1")}, []change.Resource{resource("a", "x=1")}, nil},
		{"the order of plain lists", []change.Resource{resource("a", "x[]=1", "x[]=2")}, []change.Resource{resource("a", "x[]=2", "x[]=1")}, nil},
		{"in place", []change.Resource{resource("a", "x=1")}, []change.Resource{resource("a", "x=2")}, []string{"a in-place x: 1 -> 2"}},
		{"an item of a list", []change.Resource{resource("a", "x[]=1", "x[]=1")}, []change.Resource{resource("a", "x[]=1", "x[]=3")}, []string{"a in-place x[]: 1 -> 3"}},
		{"a new one", nil, []change.Resource{resource("a", "x=1")}, []string{"a added auth: nothing -> yes, x: nothing -> 1"}},
		{"one that is gone", []change.Resource{resource("a", "x=1")}, nil, []string{"a removed, messages lost auth: yes -> nothing, x: 1 -> nothing"}},
		{"one that is kept", []change.Resource{resource("a", "keep=yes")}, nil, []string{"a left-behind auth: yes -> nothing, keep: yes -> nothing"}},
		{"one that is protected", []change.Resource{resource("a", "protect=yes")}, nil, []string{"a refused as protected auth: yes -> nothing, protect: yes -> nothing"}},
		{"one that is filled", []change.Resource{resource("a", "filled=yes")}, nil, []string{"a refused as filled auth: yes -> nothing, filled: yes -> nothing"}},
		{"replaced", []change.Resource{resource("a", "name=1")}, []change.Resource{resource("a", "name=2")}, []string{"a replaced, messages lost name: 1 -> 2"}},
		{"replaced, and kept", []change.Resource{resource("a", "name=1", "keep=yes")}, []change.Resource{resource("a", "name=2", "keep=yes")}, []string{"a replaced, left name: 1 -> 2"}},
		{"replaced under the same name", []change.Resource{resource("a", "of=1", "fixed=n")}, []change.Resource{resource("a", "of=2", "fixed=n")}, []string{"a refused as name-taken of: 1 -> 2"}},
		{"what never changes", []change.Resource{resource("a", "never=1")}, []change.Resource{resource("a", "never=2")}, []string{"a refused as immutable never: 1 -> 2"}},
		{"the closest rule", []change.Resource{resource("a", "slow.x[0].y=1")}, []change.Resource{resource("a", "slow.x[0].y=2")}, []string{"a interrupted slow.x[0].y: 1 -> 2"}},
		{"a closer rule", []change.Resource{resource("a", "slow.fast=1")}, []change.Resource{resource("a", "slow.fast=2")}, []string{"a in-place slow.fast: 1 -> 2"}},
		{"an edit", []change.Resource{resource("a", "edit[x]=1")}, []change.Resource{resource("a", "edit[x]=2")}, []string{"a replaced, messages lost edit[x]: 1 -> 2"}},
		{"no edit", []change.Resource{resource("a", "edit[x]=1")}, []change.Resource{resource("a", "edit[x]=1", "edit[y]=2")}, []string{"a in-place edit[y]: nothing -> 2"}},
		{"opened", []change.Resource{resource("a", "who=me")}, []change.Resource{resource("a", "who=all")}, []string{"a in-place, opens who: me -> all"}},
		{"closed", []change.Resource{resource("a", "who=all")}, []change.Resource{resource("a", "who=me")}, []string{"a in-place, closes who: all -> me"}},
		{
			"who refers to it",
			[]change.Resource{resource("a", "name=1"), resource("b", "of=${a}>a"), resource("c", "of=${b}>b"), resource("d", "x=${a}>a")},
			[]change.Resource{resource("a", "name=2"), resource("b", "of=${a}>a"), resource("c", "of=${b}>b"), resource("d", "x=${a}>a")},
			[]string{"a replaced, messages lost name: 1 -> 2", "b replaced because of a, messages lost", "c replaced because of b, messages lost"},
		},
		{"a key that stands twice", []change.Resource{resource("a", "x=1"), resource("a", "x=2")}, []change.Resource{resource("a", "x=1"), resource("a", "x=3")}, []string{"a in-place x: 2 -> 3"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, c := range change.Compare("t", change.Sorted(tc.before), change.Sorted(tc.after), table) {
				got = append(got, line(c))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func line(c change.Change) string {
	text := c.Address + " " + c.Effect.String()
	if c.Why != "" {
		text += " as " + string(c.Why)
	}
	if c.Because != "" {
		text += " because of " + c.Because
	}
	for _, flag := range []struct {
		is   bool
		text string
	}{{c.Lost != "", ", " + string(c.Lost) + " lost"}, {c.Left, ", left"}, {c.Opens, ", opens"}, {c.Closes, ", closes"}} {
		if flag.is {
			text += flag.text
		}
	}
	var leaves []string
	for _, d := range c.Differences {
		leaves = append(leaves, fmt.Sprintf("%s: %s -> %s", d.Path, show(d.Before), show(d.After)))
	}
	return strings.TrimSpace(text + " " + strings.Join(leaves, ", "))
}

func show(p *string) string {
	if p == nil {
		return "nothing"
	}
	return *p
}

// FuzzEntrypoint reads anything: the files of another version may be anybody's.
func FuzzEntrypoint(f *testing.F) {
	f.Add([]byte("package x\n\nvar _ = app.App{Name: \"a\", Functions: []app.Function{{Name: \"f\", Handler: app.HTTP(\"GET /\", x.Get).Require(\"main\")}}, CORS: &app.CORS{Origins: []string{\"*\"}}}\n"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = change.Entrypoint("main.go", data) })
}

func TestEntrypoint(t *testing.T) {
	source := "package x\n\nvar _ = app.App{Name: \"shop\", Functions: []app.Function{{Name: \"get\", Handler: app.HTTP(\"GET /\", x.Get).Require(\"main\")}, {Name: \"all\", Handler: app.HTTP(\"GET /all\", x.All)}}}\n"
	resources, err := change.Entrypoint("main.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range resources {
		for _, p := range r.Properties {
			got = append(got, fmt.Sprintf("%s %s=%s", r.Owner.Name, p.Path, p.Value))
		}
	}
	want := []string{
		"get Name=get", `get Handler=app.HTTP("GET /", x.Get)`, `get Handler.Require="main"`,
		"all Name=all", `all Handler=app.HTTP("GET /all", x.All)`, "all Handler.Require=nothing", " Name=shop",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
