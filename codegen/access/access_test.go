package access_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
)

// What a function may do comes from what it says, each with the line that says it, and from nothing else.
func TestUses(t *testing.T) {
	doc, diags := spec.Load("isobar.yaml", []byte(`isobar: v1
name: shop
functions:
  get: { handler: ./x.A, http: GET / }
  work: { handler: ./x.A, queue: jobs, access: { news: publish, users: [write, read] } }
  hear: { handler: ./x.A, topic: news, secrets: { KEY: key, SAME: key } }
  look: { handler: ./x.A, bucket: files, access: { key: read }, secrets: { KEY: key } }
  track: { handler: ./x.A, table: users }
  night: { handler: ./x.A, schedule: "0 2 * * *" }
queues: { jobs: }
topics: { news: }
buckets: { files: }
tables: { users: { key: { id: string } } }
secrets: { key: }
targets: { aws: }
`))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	app := plan.Build(doc, plan.Packages{Root: "example.com/shop"})
	got := map[string][]string{}
	for i := range app.Functions {
		for _, u := range access.Uses(&app.Functions[i]) {
			got[app.Functions[i].Name] = append(got[app.Functions[i].Name], string(u.Kind)+" "+u.Resource+": "+u.Verb+" at "+u.Pos.String())
		}
	}
	want := map[string][]string{
		"get":   {"function get: run at isobar.yaml:4:3"},
		"hear":  {"function hear: run at isobar.yaml:6:3", "topic news: consume at isobar.yaml:6:34", "secret key: read at isobar.yaml:6:51"},
		"look":  {"function look: run at isobar.yaml:7:3", "bucket files: consume at isobar.yaml:7:35", "secret key: read at isobar.yaml:7:57"},
		"night": {"function night: run at isobar.yaml:9:3", "schedule night: consume at isobar.yaml:9:38"},
		"track": {"function track: run at isobar.yaml:8:3", "table users: consume at isobar.yaml:8:35"},
		"work": {
			"function work: run at isobar.yaml:5:3", "queue jobs: consume at isobar.yaml:5:34", "topic news: publish at isobar.yaml:5:56",
			"table users: read at isobar.yaml:5:80", "table users: write at isobar.yaml:5:73",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every verb that a spec can write is a key, and so has a row in each wing's table.
func TestKeys(t *testing.T) {
	keys := map[access.Key]bool{}
	for _, k := range access.Keys() {
		if keys[k] {
			t.Errorf("%v is there twice", k)
		}
		keys[k] = true
	}
	for kind, verbs := range spec.Verbs {
		for _, verb := range verbs {
			if !keys[access.Key{Kind: kind, Verb: verb}] {
				t.Errorf("%s %s is no key", kind, verb)
			}
		}
	}
}
