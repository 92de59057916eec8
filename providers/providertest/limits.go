package providertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

// many are specs that ask for n of what a key counts, and for as little as they can of all else. The language itself bounds the indexes of
// a table.
var many = map[portability.Key]func(n int) string{
	portability.AppFunctions:  func(n int) string { return functions(n, each("schedule: \"0 * * * *\"")) },
	portability.AppEvents:     func(n int) string { return functions(n, each("schedule: \"0 * * * *\"")) },
	portability.AppIdentities: func(n int) string { return functions(n, each("schedule: \"0 * * * *\"")) },
	portability.AppRoles: func(n int) string {
		text := functions(n/2, each("schedule: \"0 * * * *\"")) // and the schedule
		if n%2 == 1 {
			text += "  odd: { handler: ./f.F, task: true }\n"
		}
		return text
	},
	portability.AppQueues:  func(n int) string { return route + entries("queues", n, "") },
	portability.AppTopics:  func(n int) string { return route + entries("topics", n, "") },
	portability.AppBuckets: func(n int) string { return route + entries("buckets", n, "") },
	portability.AppTables:  func(n int) string { return route + entries("tables", n, "{ key: { id: string } }") },
	portability.AppSecrets: func(n int) string { return route + entries("secrets", n, "") },
	portability.AppOrders: func(n int) string {
		return route + entries("tables", n, "{ key: { id: string }, sort: { at: number } }")
	},
	portability.AppBucketEvents: func(n int) string { return functions(n, ofBuckets(10)) + entries("buckets", (n+9)/10, "") },
	portability.AppTableEvents: func(n int) string {
		return functions(n, func(i int) string { return fmt.Sprintf("table: n%d", i/2) }) + entries("tables", (n+1)/2, "{ key: { id: string } }")
	},
	portability.AppConcurrency: func(n int) string {
		return fmt.Sprintf("functions:\n  f: { handler: ./f.F, http: GET /f, concurrency: %d }\n  g: { handler: ./f.F, http: GET /g, concurrency: %d }\n", n/2, n-n/2)
	},
	portability.HTTPFunctions: func(n int) string {
		return functions(n, func(i int) string { return fmt.Sprintf("http: POST /%d", i) })
	},
	portability.HTTPRoutes: func(n int) string {
		text := functions(n/2, func(i int) string { return fmt.Sprintf("http: GET /%d", i) }) // and HEAD
		if n%2 == 1 {
			text += "  odd: { handler: ./f.F, http: POST /odd }\n"
		}
		return text
	},
	portability.HTTPAuth: func(n int) string {
		return route + entries("auth", n, "{ issuer: https://login.example/, audience: [a] }")
	},
	portability.TopicFunctions: func(n int) string { return functions(n, each("topic: t")) + "topics: { t: }\n" },
	portability.BucketFunctions: func(n int) string {
		return functions(n, ofBuckets(n)) + "buckets: { n0: }\n"
	},
	portability.TableFunctions: func(n int) string {
		return functions(n, each("table: t")) + "tables: { t: { key: { id: string } } }\n"
	},
}

// route is the one function of specs that need one.
const route = "functions: { f: { handler: ./f.F, http: POST / } }\n"

// ofBuckets are triggers for objects that no other function is for, so many of each bucket.
func ofBuckets(each int) func(int) string {
	return func(i int) string { return fmt.Sprintf("bucket: { name: n%d, prefix: p%d/ }", i/each, i) }
}

func each(trigger string) func(int) string { return func(int) string { return trigger } }

func functions(n int, trigger func(i int) string) string {
	return "functions:\n" + lines(n, func(i int) string { return fmt.Sprintf("  f%d: { handler: ./f.F, %s }\n", i, trigger(i)) })
}

func entries(kind string, n int, value string) string {
	return kind + ":\n" + lines(n, func(i int) string { return fmt.Sprintf("  n%d: %s\n", i, value) })
}

func lines(n int, line func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(line(i))
	}
	return b.String()
}

// Of more than mostDrawn a spec takes long to read, and of more than mostLowered to lower.
const (
	mostDrawn   = 5_001
	mostLowered = 1_001
)

// counts goes to each limit that a large app meets, and beyond: as many as a cloud has pass, one more is refused, or
// warned of where the vendor gives more on request or does it differently.
func (h Harness) counts(t *testing.T) {
	for key, row := range h.Wing.Capabilities() {
		source, ok := many[key]
		if !ok {
			continue
		}
		for _, limit := range []struct {
			n    int64
			want string
		}{{row.Max, "is more than"}, {row.Quota, "is above the default quota of"}, {row.Beyond, "is not quite that on"}} {
			if limit.n == 0 || limit.n >= mostDrawn {
				continue
			}
			if at := h.said(t, key, source(int(limit.n)), limit.n <= mostLowered); strings.Contains(at, limit.want) {
				t.Errorf("%s: %d gives %s", key, limit.n, at)
			}
			if beyond := h.said(t, key, source(int(limit.n)+1), limit.n <= mostLowered); !strings.Contains(beyond, limit.want+" "+h.Wing.Name()) {
				t.Errorf("%s: %d gives %q, want that it %s %s", key, limit.n+1, beyond, limit.want, h.Wing.Name())
			}
		}
	}
}

// said is what is said of a key of a spec, which is generated for if it is not too large. Errors that are about others are those of limits that are met before.
func (h Harness) said(t *testing.T, key portability.Key, source string, generate bool) string {
	t.Helper()
	app := App(t, h.source("isobar: v1\nname: a\n"+source))
	targets, _ := providers.Select(app, []providers.Provider{h.Wing}, nil)
	var own diag.List
	demands := portability.Demands(app)
	for _, f := range portability.Check(h.Wing.Name(), h.Wing.Capabilities(), demands) {
		if f.Demand.Key == key {
			own = append(own, portability.Diagnose([]portability.Finding{f})...)
		}
	}
	if !generate {
		return own.String()
	}
	trees, diags := providers.Generate(app, targets)
	switch {
	case diags.HasErrors() && trees != nil, !diags.HasErrors() && trees[0].Files.Err() != nil, own.HasErrors() && !diags.HasErrors():
		t.Errorf("%s: generated %v with\n%s", key, trees, diags)
	}
	return own.String()
}
