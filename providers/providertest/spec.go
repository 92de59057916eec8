package providertest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
)

// Spec returns the text of a spec with n functions for the targets, whose settings are given as YAML on one line. Of ten functions
// two have routes, three have a queue each, and one each a topic, a bucket, a table and two a schedule; ten functions have a topic
// in common, and as many a bucket. Of the routes one is a GET, so that a thousand functions stay within the 300 routes that every
// cloud has.
func Spec(n int, targets map[string]string) []byte {
	var b, queues, topics, buckets, tables bytes.Buffer
	b.WriteString("isobar: v1\nname: large\ndefaults: { env: { LOG_LEVEL: info } }\nfunctions:\n")
	for i := range n {
		shared := i / 100
		switch i % 10 {
		case 0:
			fmt.Fprintf(&b, "  read-%d: { handler: ./pkg%d.Get, http: \"GET /things/%d/{id}\" }\n", i, i%50, i)
		case 1:
			fmt.Fprintf(&b, "  write-%d: { handler: ./pkg%d.Put, http: \"PUT /things/%d/{id}\", memory: 512MiB }\n", i, i%50, i)
		case 2, 3, 4:
			fmt.Fprintf(&b, "  work-%d: { handler: ./pkg%d.Work, queue: { name: jobs-%d, batch: 10, window: 5s } }\n", i, i%50, i)
			fmt.Fprintf(&queues, "  jobs-%d: { visibility: 5m, retention: 14d, deadLetter: { after: 5 } }\n", i)
		case 5:
			fmt.Fprintf(&b, "  hear-%d: { handler: ./pkg%d.Hear, topic: news-%d, access: { things-%d: [read, write] } }\n", i, i%50, shared, i+2)
			if i%100 == 5 {
				fmt.Fprintf(&topics, "  news-%d:\n", shared)
			}
		case 6:
			fmt.Fprintf(&b, "  look-%d: { handler: ./pkg%d.Look, bucket: { name: files-%d, prefix: %d/ }, access: { news-%d: publish } }\n", i, i%50, shared, i, shared)
			if i%100 == 6 {
				fmt.Fprintf(&buckets, "  files-%d:\n", shared)
			}
		case 7:
			fmt.Fprintf(&b, "  track-%d: { handler: ./pkg%d.Track, table: things-%d }\n", i, i%50, i)
			fmt.Fprintf(&tables, "  things-%d: { key: { id: string } }\n", i)
		default:
			fmt.Fprintf(&b, "  tick-%d: { handler: ./pkg%d.Tick, schedule: \"%d 2 * * *\", timeout: 5m }\n", i, i%50, i%60)
		}
	}
	for _, kind := range []struct {
		name  string
		lines *bytes.Buffer
	}{{"queues", &queues}, {"topics", &topics}, {"buckets", &buckets}, {"tables", &tables}} {
		if kind.lines.Len() > 0 {
			fmt.Fprintf(&b, "%s:\n%s", kind.name, kind.lines.Bytes())
		}
	}
	b.WriteString("targets:\n")
	for name, settings := range targets {
		fmt.Fprintf(&b, "  %s: %s\n", name, settings)
	}
	return b.Bytes()
}

// App plans the app of a spec that must be sound. Its handlers are not looked at.
func App(t testing.TB, source []byte) *plan.App {
	t.Helper()
	doc, diags := spec.Load("isobar.yaml", source)
	if diags.HasErrors() {
		t.Fatalf("the spec is not sound:\n%s\n%s", diags, source)
	}
	return plan.Build(doc, plan.Packages{Root: "example.com/app"})
}
