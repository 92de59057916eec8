package resourcetest

import (
	"slices"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/spec"
)

// read returns the app of a spec, without its handlers.
func read(t testing.TB, file string, data []byte) app.App {
	t.Helper()
	doc, diags := spec.Load(file, data)
	if doc == nil || diags.HasErrors() {
		for _, d := range diags {
			t.Error(d)
		}
		t.FailNow()
	}
	a := app.App{Name: doc.Name.Value}
	for _, f := range doc.Functions {
		function := app.Function{Name: f.Name}
		for _, access := range f.Value.Access {
			for _, verb := range access.Value {
				function.Access = append(function.Access, access.Name+":"+verb.Value)
			}
		}
		for _, s := range f.Value.Secrets {
			if grant := s.Value.Value + ":read"; !slices.Contains(function.Access, grant) {
				function.Access = append(function.Access, grant)
			}
		}
		a.Functions = append(a.Functions, function)
	}
	for _, r := range doc.Resources() {
		declared := app.Resource{Kind: string(r.Kind), Name: r.Name}
		switch r.Kind {
		case spec.KindTable:
			declared.Key, declared.Indexes = keysOf(doc, r.Name)
		case spec.KindQueue:
			declared.Ordered = doc.Queues.Get(r.Name).Value.Ordered.Value
		case spec.KindTopic:
			declared.Ordered = doc.Topics.Get(r.Name).Value.Ordered.Value
		default:
		}
		a.Resources = append(a.Resources, declared)
	}
	return a
}

// keysOf returns the attributes of a table's key, and those of its indexes.
func keysOf(doc *spec.Document, table string) (key []string, indexes [][]string) {
	t := doc.Tables.Get(table).Value
	for _, i := range t.Indexes {
		indexes = append(indexes, append(i.Value.Key.Names(), i.Value.Sort.Names()...))
	}
	return append(t.Key.Names(), t.Sort.Names()...), indexes
}
