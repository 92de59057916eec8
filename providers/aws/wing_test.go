package aws_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/providers/aws"
	"github.com/isobar-dev/isobar/providers/providertest"
)

var harness = providertest.Harness{
	Wing:     aws.New(),
	Settings: "{ region: eu-west-1 }",
	Literals: literals,
	Grants:   grants,
}

func TestWing(t *testing.T) { providertest.Run(t, harness) }

func BenchmarkLower(b *testing.B) { providertest.Benchmark(b, harness) }

// Each archive in testdata holds a spec and the files that it becomes.
func TestGoldens(t *testing.T) { providertest.Goldens(t, harness) }

func TestSettings(t *testing.T) {
	const spec = "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\ntargets: { aws: { %s } }\n"
	for _, tc := range []struct{ settings, want string }{
		{"", ""},
		{"region: us-gov-west-1", ""},
		{"architecture: x86_64", ""},
		{"region: Ireland", "isobar.yaml:4:27: error ISO0206"},
		{"region: eu-west", "isobar.yaml:4:27: error ISO0206"},
		{"architecture: amd64", "isobar.yaml:4:33: error ISO0206"},
		{"architecture: [arm64]", "isobar.yaml:4:33: error ISO0204"},
		{"regions: eu-west-1", "isobar.yaml:4:19: error ISO0201"},
	} {
		app := providertest.App(t, fmt.Appendf(nil, spec, tc.settings))
		files, diags := aws.New().Lower(app, app.Targets[0])
		if !strings.HasPrefix(diags.String(), tc.want) || (files == nil) != (tc.want != "") {
			t.Errorf("{ %s } gives %q and files %v, want %q", tc.settings, diags, files, tc.want)
		}
	}
}

// API Gateway takes so many scopes and audiences and no more, and the runtime looks at all of them in any case.
func TestFence(t *testing.T) {
	for _, tc := range []struct{ audiences, scopes, length, authorizers, asked int }{
		{50, 10, 64, 1, 10}, {50, 11, 64, 1, 10}, {50, 10, 65, 1, 0}, {51, 10, 64, 0, 0},
	} {
		files := harness.Lower(t, fmt.Appendf(nil, "isobar: v1\nname: a\nauth: { main: { issuer: https://login.example, audience: [%s] } }\n"+
			"functions: { f: { handler: ./f.F, http: { method: POST, path: /, auth: main, scopes: [%s] } } }\ntargets: { aws: }\n",
			strings.TrimSuffix(repeat(tc.audiences, "a%d, "), ", "), strings.TrimSuffix(repeat(tc.scopes, strings.Repeat("s", tc.length-2)+"%02d, "), ", ")))
		resources := get(templates(t, files)["template.yaml"], "Resources")
		if n := len(keys(get(resources, "MainAuthorizer"))); (n > 0) != (tc.authorizers > 0) {
			t.Errorf("%d audiences: %d authorizers, want %d", tc.audiences, n, tc.authorizers)
		}
		if n := len(get(resources, "FRoute", "Properties", "AuthorizationScopes").Content); n != tc.asked {
			t.Errorf("%d scopes of %d characters, %d audiences: API Gateway asks for %d, want %d", tc.scopes, tc.length, tc.audiences, n, tc.asked)
		}
		if data, _ := files.Get("bootstrap/main.go"); !strings.Contains(string(data), fmt.Sprintf("s%02d\"", tc.scopes-1)) {
			t.Errorf("the runtime does not ask for all of %d scopes", tc.scopes)
		}
	}
}

// lenders are functions of which the one behind $default has the rights, each to as many buckets.
func lenders(n, buckets int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  f%d: { handler: ./f.F, http: \"GET /%d/{rest...}\", access: {", i, i)
		for j := range buckets {
			fmt.Fprintf(&b, " b%d: write,", i*buckets+j)
		}
		b.WriteString(" } }\n")
	}
	return b.String()
}

// Names that S3 keeps to itself are refused: nothing could be made of them.
func TestReservedNames(t *testing.T) {
	harness.Reserved(t, map[string]string{
		"name: sthree\nbuckets: { b: }\n":               `isobar.yaml:3:12: error ISO0401: the name of bucket "b", sthree-b, is reserved on aws`,
		"name: amzn-s3-demo\nbuckets: { b: }\n":         `isobar.yaml:3:12: error ISO0401: the name of bucket "b", amzn-s3-demo-b, is reserved on aws`,
		"name: amzn-s3-demo-shop\nbuckets: { b: }\n":    `isobar.yaml:3:12: error ISO0401: the name of bucket "b", amzn-s3-demo-shop-b, is reserved on aws`,
		"name: sthree\nqueues: { sthree-b: }\n":         "",
		"name: sthrees\nbuckets: { amzn-s3-demo-b: }\n": "", // that does not begin the name
	})
}

// What AWS does not have is refused, and what it has only on request is a warning, before anything is written.
func TestRefusals(t *testing.T) {
	routes := func(n int, method string) string {
		return "functions:\n" + repeat(n, "  f%d: { handler: ./f.F, http: "+method+" /%[1]d }\n")
	}
	for _, tc := range []struct{ name, functions, want string }{
		{
			"an answer that comes too late", "functions: { f: { handler: ./f.F, http: GET /, timeout: 31s } }\n",
			"31s, is more than aws has: 30s at most",
		},
		{
			"a variable of Lambda's", "functions: { f: { handler: ./f.F, http: GET /, env: { AWS_REGION: x } } }\n",
			"AWS_REGION, is reserved on aws",
		},
		{
			"a variable of one letter", "functions: { f: { handler: ./f.F, http: GET /, env: { x: x } } }\n",
			"x, is reserved on aws",
		},
		{
			"a secret's value", "functions: { f: { handler: ./f.F, http: GET /, env: { TOKEN: \"{{resolve:ssm:token}}\" } } }\n",
			"has \"{{resolve:\" in it, which aws would read as code",
		},
		{
			"a retention beyond two weeks", "functions: { f: { handler: ./f.F, queue: q } }\nqueues: { q: { retention: 15d } }\n",
			"15d, is more than aws has: 14d at most",
		},
		{
			"two functions for the same objects", "functions:\n  f: { handler: ./f.F, bucket: { name: b, prefix: a/ } }\n  g: { handler: ./f.F, bucket: { name: b, prefix: a/b/ } }\nbuckets: { b: }\n",
			"it refuses two notifications for the same event whose prefixes and suffixes overlap",
		},
		{
			"three functions of a table", "functions:\n  f: { handler: ./f.F, table: t }\n  g: { handler: ./f.F, table: t }\n  h: { handler: ./f.F, table: t }\ntables: { t: { key: { id: string } } }\n",
			"3, is more than aws has: 2 at most",
		},
		{
			"calls one at a time", "functions: { f: { handler: ./f.F, queue: q, concurrency: 1 } }\nqueues: { q: }\n",
			"1, is less than aws has: 2 at least",
		},
		{"tasks one at a time", "functions: { f: { handler: ./f.F, task: true, concurrency: 1 } }\n", ""},
		{
			"a long delay", "functions: { f: { handler: ./f.F, queue: q } }\nqueues: { q: { delay: 16m } }\n",
			"16m, is more than aws has: 15m at most",
		},
		{
			"a reference in a filter", "functions: { f: { handler: ./f.F, topic: { name: t, filter: { a: \"{{resolve:ssm:x}}\" } } } }\ntopics: { t: }\n",
			"has \"{{resolve:\" in it, which aws would read as code",
		},
		{
			"more than an environment holds", "functions: { f: { handler: ./f.F, http: GET /, access: {" + strings.TrimSuffix(repeat(20, " b%d: read,"), ",") + " } } }\nbuckets:\n" + repeat(20, "  b%d:\n"),
			"is more than aws has: 3840 bytes at most",
		},
		{
			"more than a role holds", "functions: { f: { handler: ./f.F, http: GET /, access: {" + strings.TrimSuffix(repeat(17, " t%d: [read, write],"), ",") + " } } }\ntables:\n" +
				repeat(17, "  t%d: { key: { id: string }, indexes: { x: { key: { x: string } }, y: { key: { y: string } } } }\n"),
			"characters of policy, cannot be had on aws: a role there has 10240 characters of policy at most",
		},
		{
			"more than $default's environment holds", "functions:\n" + lenders(10, 10) + "buckets:\n" + repeat(100, "  b%d:\n"),
			"bytes of environment, cannot be had on aws: one function answers there when the rest of a path is empty",
		},
		{
			"a path with a tilde", "functions: { f: { handler: ./f.F, http: GET /~f } }\n",
			"the route GET /api/~f, cannot be had on aws: API Gateway takes letters, digits and . _ - in the path of a route",
		},
		{
			"a path of API Gateway's", "basePath: /ping\nfunctions: { f: { handler: ./f.F, http: GET / } }\n",
			"ping, is reserved on aws",
		},
		{"as many routes as there are", routes(299, "POST"), ""},
		{"more routes than there are", routes(150, "GET"), "300, is above the default quota of aws, 299"},
		{"more integrations than there can be", routes(300, "POST"), "300, is more than aws has: 299 at most"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			app := providertest.App(t, []byte("isobar: v1\nname: a\n"+tc.functions+"targets: { aws: }\n"))
			targets, _ := providers.Select(app, []providers.Provider{aws.New()}, nil)
			trees, diags := providers.Generate(app, targets)
			if (trees == nil) != diags.HasErrors() || tc.want == "" && len(diags) > 0 || !strings.Contains(diags.String(), tc.want) {
				t.Errorf("got %v and\n%swant %q", trees, diags, tc.want)
			}
		})
	}
}
