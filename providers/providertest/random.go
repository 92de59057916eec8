package providertest

import (
	"fmt"
	"go/format"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec"

	"github.com/isobar-dev/isobar/codegen/plan"
)

// anySpec draws specs of every shape and checks that each is either refused with a reason, or lowers to files that are what the
// suite asks of all. Texts of the spec are drawn too.
func (h Harness) anySpec(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		source, values := h.drawSpec(r)
		doc, diags := spec.Load("isobar.yaml", source)
		if diags.HasErrors() {
			return // drawn routes and names may conflict, which is said
		}
		app := plan.Build(doc, plan.Packages{Root: "example.com/app"})
		targets, _ := providers.Select(app, []providers.Provider{h.Wing}, nil)
		trees, diags := providers.Generate(app, targets)
		if diags.HasErrors() {
			for _, d := range diags {
				if d.Pos.Line == 0 || d.Hint == "" {
					r.Fatalf("refused without a place or a way out: %+v\n%s", d, source)
				}
			}
			return
		}
		files := trees[0].Files
		if err := files.Err(); err != nil {
			r.Fatalf("%v\n%s", err, source)
		}
		for path, data := range files.All() {
			if !strings.HasSuffix(path, ".go") {
				continue
			}
			if formatted, err := format.Source(data); err != nil || string(formatted) != string(data) {
				r.Fatalf("%s is not formatted: %v\n%s", path, err, data)
			}
		}
		literals := h.Literals(t, files)
		for _, v := range values {
			if !slices.Contains(literals, v) {
				r.Fatalf("the value %q is not in the output as that text\n%s", v, source)
			}
		}
	})
}

// drawSpec draws a spec, and the values of its environment variables.
func (h Harness) drawSpec(r *rapid.T) (source []byte, values []string) {
	name := rapid.StringMatching(`[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,3}`)
	number := rapid.IntRange(0, 59)
	var functions, queues, topics, buckets, tables strings.Builder
	for i, n := range rapid.SliceOfNDistinct(name, 1, 6, rapid.ID).Draw(r, "names") {
		fmt.Fprintf(&functions, "  %s:\n    handler: ./%s.%s\n", n, strings.ReplaceAll(n, "-", ""), rapid.StringMatching(`[A-Z][A-Za-z0-9_]{0,8}`).Draw(r, "func"))
		switch rapid.IntRange(0, 5).Draw(r, "trigger") {
		case 0:
			method := rapid.SampledFrom([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}).Draw(r, "method")
			path := rapid.SampledFrom([]string{"/", "/a/{x}", "/{rest...}", "/x.y/~z/{a_b}", "/b/{c}/d"}).Draw(r, "path")
			fmt.Fprintf(&functions, "    http: { method: %s, path: \"/p%d%s\" }\n", method, i, strings.TrimSuffix(path, "/"))
		case 1:
			fmt.Fprintf(&functions, "    queue: { name: %s, batch: %d }\n", n, rapid.IntRange(1, 1000).Draw(r, "batch"))
			fmt.Fprintf(&queues, "  %s: { retention: %dh, deadLetter: { after: %d } }\n", n, rapid.IntRange(1, 24*14).Draw(r, "hours"), rapid.IntRange(5, 100).Draw(r, "after"))
		case 2:
			fmt.Fprintf(&functions, "    topic: { name: %s, batch: %d }\n    retry: { attempts: %d }\n", n, rapid.IntRange(1, 1000).Draw(r, "batch"), rapid.IntRange(5, 100).Draw(r, "attempts"))
			fmt.Fprintf(&topics, "  %s: { ordered: %t }\n", n, rapid.Bool().Draw(r, "ordered"))
		case 3:
			on := rapid.SampledFrom([]string{"created", "deleted", "created, deleted"}).Draw(r, "on")
			fmt.Fprintf(&functions, "    bucket: { name: %s, on: [%s], prefix: p%d/ }\n    access: { %s: [read, write] }\n", n, on, i, n)
			fmt.Fprintf(&buckets, "  %s: { versioning: %t }\n", n, rapid.Bool().Draw(r, "versioning"))
		case 4:
			fmt.Fprintf(&functions, "    table: %s\n    access: { %s: read }\n", n, n)
			fmt.Fprintf(&tables, "  %s: { key: { id: string }, sort: { at: %s } }\n", n, rapid.SampledFrom([]string{"string", "number"}).Draw(r, "sort"))
		default:
			fmt.Fprintf(&functions, "    schedule: \"%d %d,%d */2 %d-12 *\"\n", number.Draw(r, "minute"), number.Draw(r, "hour")%24, 5, rapid.IntRange(1, 12).Draw(r, "month"))
		}
		fmt.Fprintf(&functions, "    timeout: %ds\n    memory: %dMiB\n", rapid.IntRange(1, 30).Draw(r, "timeout"), rapid.IntRange(128, 4096).Draw(r, "memory"))
		if rapid.Bool().Draw(r, "env") {
			value := drawText(r)
			if !h.refuses(value) {
				fmt.Fprintf(&functions, "    env: { \"V%d\": %s }\n", i, quoteYAML(value))
				values = append(values, value)
			}
		}
	}
	text := fmt.Sprintf("isobar: v1\nname: %s\nfunctions:\n%s", rapid.StringMatching(`[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,6}){0,1}`).Draw(r, "app"), functions.String())
	for _, kind := range []struct {
		name  string
		lines *strings.Builder
	}{{"queues", &queues}, {"topics", &topics}, {"buckets", &buckets}, {"tables", &tables}} {
		if kind.lines.Len() > 0 {
			text += kind.name + ":\n" + kind.lines.String()
		}
	}
	return fmt.Appendf(nil, "%stargets: { %s: %s }\n", text, h.Wing.Name(), h.Settings), values
}

// drawText draws a text that YAML can hold, of the characters that mean something to somebody.
func drawText(r *rapid.T) string {
	return rapid.OneOf(
		rapid.SampledFrom(hostile),
		rapid.StringMatching(`[$%{}@'"\\#!&*:,\[\] \n\t/a-z]{0,16}`),
		rapid.StringOfN(rapid.RuneFrom(nil, printable), 0, 12, -1),
	).Draw(r, "text")
}

// printable are letters, marks, numbers, punctuation and symbols of all scripts.
var printable = unicode.L
