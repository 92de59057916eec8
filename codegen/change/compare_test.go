package change_test

import (
	"fmt"
	"slices"
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
		Lists: map[string]change.List{"index": {Most: 1, Sealed: []string{"key"}, Source: "index"}},
		Open:  []change.Condition{{Path: "who", Value: "all"}, {Path: "auth", Absent: true}},
		Rules: map[string]change.Rule{
			"name": {Effect: change.Replaced, Source: "name"}, "of": {Effect: change.Replaced, Source: "of"}, "never": {Effect: change.Refused, Source: "never"},
			"days": {Worse: change.Lowered, Lost: change.Objects}, "backup": {Class: change.Protection, Worse: change.Off},
			"scopes": {Class: change.Exposure, Worse: change.Dropped}, "origins": {Class: change.Exposure, Worse: change.Gained},
			"issuer": {Class: change.Exposure, Worse: change.Turned}, "key": {Hides: change.Items}, "sticky": {Class: change.Protection, Worse: change.Off, Stays: true},
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
		{"objects that expire", []change.Resource{resource("a")}, []change.Resource{resource("a", "days=9")}, []string{"a in-place, objects lost, worse days: nothing -> 9"}},
		{"objects that expire sooner", []change.Resource{resource("a", "days=10")}, []change.Resource{resource("a", "days=9")}, []string{"a in-place, objects lost, worse days: 10 -> 9"}},
		{"a span", []change.Resource{resource("a", "days=P1D")}, []change.Resource{resource("a", "days=PT23H59M")}, []string{"a in-place, objects lost, worse days: P1D -> PT23H59M"}},
		{"objects that expire later", []change.Resource{resource("a", "days=9s")}, []change.Resource{resource("a", "days=10s")}, []string{"a in-place days: 9s -> 10s"}},
		{"a backup that is given up", []change.Resource{resource("a", "backup=true")}, []change.Resource{resource("a", "backup=false")}, []string{"a in-place, worse backup: true -> false"}},
		{"a backup that cannot be given up", []change.Resource{resource("a", "sticky=on")}, []change.Resource{resource("a")}, []string{"a in-place sticky: on -> nothing"}},
		{"a backup that begins", []change.Resource{resource("a", "backup=OFF_DISABLED")}, []change.Resource{resource("a", "backup=ON")}, []string{"a in-place backup: OFF_DISABLED -> ON"}},
		{"a scope less", []change.Resource{resource("a", "scopes[]=x", "scopes[]=y")}, []change.Resource{resource("a", "scopes[]=x")}, []string{"a in-place, worse scopes[]: y -> nothing"}},
		{"a scope more", []change.Resource{resource("a", "scopes[]=x")}, []change.Resource{resource("a", "scopes[]=x", "scopes[]=y")}, []string{"a in-place scopes[]: nothing -> y"}},
		{"an origin more", []change.Resource{resource("a", "origins[]=x")}, []change.Resource{resource("a", "origins[]=x", "origins[]=*")}, []string{"a in-place, worse origins[]: nothing -> *"}},
		{"another issuer", []change.Resource{resource("a", "issuer=x")}, []change.Resource{resource("a", "issuer=y")}, []string{"a in-place, worse issuer: x -> y"}},
		{"an issuer for everybody", []change.Resource{resource("a", "issuer=x", "who=all")}, []change.Resource{resource("a", "issuer=y", "who=me")}, []string{"a in-place, closes issuer: x -> y, who: all -> me"}},
		{"another key", []change.Resource{resource("a", "key=x")}, []change.Resource{resource("a", "key=y")}, []string{"a in-place, items hidden key: x -> y"}},
		{"one item", []change.Resource{resource("a", "index[x].key=1")}, []change.Resource{resource("a", "index[x].key=1", "index[y].key=2")}, []string{"a in-place index[y].key: nothing -> 2"}},
		{"an item for another", []change.Resource{resource("a", "index[x].key=1")}, []change.Resource{resource("a", "index[y].key=1")}, []string{"a refused as too-many index[x].key: 1 -> nothing, index[y].key: nothing -> 1"}},
		{"an item that stays", []change.Resource{resource("a", "index[x].key=1")}, []change.Resource{resource("a", "index[x].key=2")}, []string{"a refused as immutable index[x].key: 1 -> 2"}},
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
	}{{c.Hides != "", ", " + string(c.Hides) + " hidden"}, {c.Lost != "", ", " + string(c.Lost) + " lost"}, {c.Left, ", left"}, {c.Opens, ", opens"}, {c.Closes, ", closes"}, {worse(c), ", worse"}} {
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

func worse(c change.Change) bool {
	return slices.ContainsFunc(c.Differences, func(d change.Difference) bool { return d.Worse })
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
	source := "package x\n\nvar _ = app.App{Name: \"shop\", Functions: []app.Function{{Name: \"get\", Handler: app.HTTP(\"GET /\", x.Get).Require(\"main\", \"write\")}, {Name: \"all\", Handler: app.HTTP(\"GET /all\", x.All)}}, " +
		"Authorizers: map[string]app.Authorizer{\"main\": jwt.Authorizer(\"https://id.example.com\", \"a\", \"b\")}, " +
		"Resources: []app.Resource{{Kind: \"table\", Name: \"users\", Key: []string{\"id\", \"at\"}}}}\n"
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
		"get Name=get", `get Handler=app.HTTP("GET /", x.Get)`, "get Handler.Require=main", "get Handler.Scopes[]=write",
		"all Name=all", `all Handler=app.HTTP("GET /all", x.All)`, "all Handler.Require=nothing",
		"users Kind=table", "users Name=users", "users Key=id, at",
		" Name=shop", " Authorizers[main].Issuer=https://id.example.com", " Authorizers[main].Audience[]=a", " Authorizers[main].Audience[]=b",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
