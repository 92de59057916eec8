// Package usage compares what handlers do with resources with what the spec lets them do: by reading their code, without running it.
//
// It follows a handler to all that it refers to within its own module, and looks there for the clients of resources and what is
// called on them. Types are checked with the packages of other modules left out, so that it takes milliseconds and compiles nothing. What
// cannot be told, such as a name that is no constant, is taken to be all right: the clients refuse at run time what is not granted.
package usage

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Check reports what handlers do that they may not, and what they may do that they do not. The spec is in the folder dir. An app that
// nowhere uses the clients of resources is not looked at: its handlers use others.
func Check(dir string, app *plan.App) diag.List {
	var diags diag.List
	if len(app.Functions) == 0 {
		return diags
	}
	p, err := newProgram(dir)
	if err != nil {
		return diags // of which handlers.Find has told
	}
	for i := range app.Functions {
		if h := app.Functions[i].Handler; !h.OfRuntime() {
			_, _ = p.Import(h.ImportPath) // which returns no errors
		}
	}
	if !p.usesAPI {
		return diags
	}
	c := checker{dir: dir, app: app, program: p, graph: newGraph(p), diags: &diags}
	for i := range app.Functions {
		if !app.Functions[i].Handler.OfRuntime() {
			c.function(&app.Functions[i])
		}
	}
	return diags.Sort()
}

type checker struct {
	dir     string
	app     *plan.App
	program *program
	graph   *graph
	diags   *diag.List
}

func (c *checker) function(f *plan.Function) {
	handler := c.program.packages[f.Handler.ImportPath].Scope().Lookup(f.Handler.Func)
	if handler == nil {
		return
	}
	u := newUses(c.program)
	c.graph.reach(handler, u.body)
	granted := map[subject][]string{}
	for _, a := range f.Access {
		s := subject{a.Kind, a.Resource}
		granted[s] = append(granted[s], a.Verb)
	}
	for _, s := range slices.SortedFunc(maps.Keys(u.opened), compare) {
		if len(granted[s]) == 0 {
			c.ungranted(f, u, s, nil)
		}
	}
	for _, d := range slices.SortedFunc(maps.Keys(u.done), func(x, y deed) int { return cmp.Or(compare(x.subject, y.subject), cmp.Compare(x.verb, y.verb)) }) {
		if verbs := granted[d.subject]; len(verbs) > 0 && !slices.Contains(verbs, d.verb) {
			c.ungranted(f, u, d.subject, verbs, d.verb)
		}
	}
	for _, a := range f.Access {
		if !u.mayDo(deed{subject{a.Kind, a.Resource}, a.Verb}) {
			c.unused(f, a)
		}
	}
}

func compare(x, y subject) int {
	return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.name, y.name))
}

// ungranted reports a resource that a handler uses, with the verbs that it may not; without one, those that it does.
func (c *checker) ungranted(f *plan.Function, u *uses, s subject, granted []string, verbs ...string) {
	at := u.opened[s]
	if len(verbs) > 0 {
		at = u.done[deed{s, verbs[0]}]
	}
	for _, verb := range spec.Verbs[s.kind] {
		if _, ok := u.done[deed{s, verb}]; ok && !slices.Contains(granted, verb) && !slices.Contains(verbs, verb) && len(granted) == 0 {
			verbs = append(verbs, verb)
		}
	}
	what := "use"
	for i, verb := range verbs {
		if i == 0 {
			what = doing[verb]
			continue
		}
		what += " and " + doing[verb]
	}
	if len(verbs) == 0 {
		verbs = spec.Verbs[s.kind][:1]
	}
	position := c.program.fset.Position(at)
	e := c.diags.Errorf(diag.NotGranted, f.Pos, "function %s does not have the access to %s the %s %s that its handler needs", f.Name, what, s.kind, diag.Quote(s.name))
	e.Reason = "what the spec does not grant fails when it is done"
	e.Related = []diag.Related{{Pos: diag.Position{File: c.relative(position.Filename), Line: position.Line, Column: position.Column}, Message: "it is used here"}}
	if !c.declared(s) {
		e.Hint = fmt.Sprintf("the spec declares no %s of this name%s", s.kind, diag.DidYouMean(s.name, c.resources(s.kind)))
		return
	}
	all := append(slices.Clone(granted), verbs...)
	slices.Sort(all)
	line := all[0]
	if len(all) > 1 {
		line = "[" + strings.Join(all, ", ") + "]"
	}
	e.Hint = fmt.Sprintf("write access: { %s: %s }", s.name, line)
}

// doing is what a verb is in a sentence.
var doing = map[string]string{read: "read", write: "write to", "send": "send to", "publish": "publish to", "start": "start"}

// unused reports a verb that the spec grants, and that nothing does.
func (c *checker) unused(f *plan.Function, a plan.Access) {
	e := c.diags.Errorf(diag.NotUsed, a.Pos, "the handler of function %s does not %s the %s %s, which it may", f.Name, doing[a.Verb], a.Kind, diag.Quote(a.Resource))
	e.Severity = diag.Warning
	e.Reason = "a function should be able to do no more than it does"
	e.Hint = fmt.Sprintf("remove %s from the access to %s", a.Verb, a.Resource)
}

func (c *checker) declared(s subject) bool { return slices.Contains(c.resources(s.kind), s.name) }

func (c *checker) resources(kind spec.Kind) []string {
	var names []string
	switch kind {
	case spec.KindBucket:
		for i := range c.app.Buckets {
			names = append(names, c.app.Buckets[i].Name)
		}
	case spec.KindQueue:
		for i := range c.app.Queues {
			names = append(names, c.app.Queues[i].Name)
		}
	case spec.KindTopic:
		for i := range c.app.Topics {
			names = append(names, c.app.Topics[i].Name)
		}
	case spec.KindTable:
		for i := range c.app.Tables {
			names = append(names, c.app.Tables[i].Name)
		}
	case spec.KindSecret:
		for i := range c.app.Secrets {
			names = append(names, c.app.Secrets[i].Name)
		}
	}
	return names
}

// relative is a file's path as a person would write it beside the spec's.
func (c *checker) relative(file string) string {
	abs, err := filepath.Abs(c.dir)
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(abs, file); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(filepath.Join(c.dir, rel))
	}
	return file
}
