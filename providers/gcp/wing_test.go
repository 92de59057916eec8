package gcp_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/providers/gcp"
	"github.com/isobar-dev/isobar/providers/providertest"
)

var harness = providertest.Harness{
	Wing:     gcp.New(),
	Settings: "{ project: my-project, region: europe-west1 }",
	Literals: literals,
	Grants:   grants,
}

func TestWing(t *testing.T) { providertest.Run(t, harness) }

func BenchmarkLower(b *testing.B) { providertest.Benchmark(b, harness) }

// Each archive in testdata holds a spec and the files that it becomes.
func TestGoldens(t *testing.T) { providertest.Goldens(t, harness) }

func TestSettings(t *testing.T) {
	const spec = "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\ntargets: { gcp: { %s } }\n"
	for settings, want := range map[string]string{
		"project: my-project, region: us-east1": "",
		"region: us-east1":                      "",
		"project: My Project":                   "isobar.yaml:4:28: error ISO0206",
		"region: Frankfurt":                     "isobar.yaml:4:27: error ISO0206",
		"region: 1":                             "isobar.yaml:4:27: error ISO0204",
	} {
		app := providertest.App(t, []byte(strings.Replace(spec, "%s", settings, 1)))
		files, diags := gcp.New().Lower(app, app.Targets[0])
		if !strings.HasPrefix(diags.String(), want) || (files == nil) != (want != "") {
			t.Errorf("%s gives %q and files %v, want %q", settings, diags, files, want)
		}
	}
}

// What does not fit into a name is cut, and stays distinct.
func TestNamesFit(t *testing.T) {
	files := harness.Lower(t, []byte(`isobar: v1
name: a-name-of-twenty-xyz
functions:
  a-name-of-exactly-forty-nine-characters-in-all-xx: { handler: ./f.F, schedule: "* * * * *" }
  a-name-of-exactly-forty-nine-characters-in-all-xy: { handler: ./f.F, schedule: "* * * * *" }
targets: { gcp: }
`))
	seen := map[string]bool{}
	const stage = "12345678" // as long as a stage gets
	for _, b := range blocks(t, files) {
		limits := map[string]struct {
			attribute string
			longest   int
		}{
			"google_service_account":          {"account_id", 30},
			"google_cloudfunctions2_function": {"name", 49},
		}
		if b.Type != "resource" {
			continue
		}
		limit, ok := limits[b.Labels[0]]
		if !ok {
			continue
		}
		value, diags := b.Body.Attributes[limit.attribute].Expr.Value(&hcl.EvalContext{Variables: map[string]cty.Value{
			"var":   cty.ObjectVal(map[string]cty.Value{"stage": cty.StringVal(stage)}),
			"local": cty.ObjectVal(map[string]cty.Value{"prefix": cty.StringVal("a-name-of-twenty-xyz-" + stage)}),
		}})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		name := b.Labels[0] + " " + value.AsString()
		if len(value.AsString()) > limit.longest || seen[name] {
			t.Errorf("%s has %d characters, or is there twice", name, len(value.AsString()))
		}
		seen[name] = true
	}
	if len(seen) != 6 { // two functions; their accounts, the builder and the caller
		t.Errorf("saw %v", seen)
	}
}

// What functions that share a process, or accounts that share a name, cannot keep apart is refused.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct{ functions, want string }{
		"two values of one variable": {
			"functions:\n  f: { handler: ./f.F, http: GET /f, env: { X: one } }\n  g: { handler: ./f.G, http: GET /g, env: { X: two } }\n",
			`on gcp environment variables are shared by all HTTP functions`,
		},
		"an account's name":     {"functions: { builder: { handler: ./f.F, schedule: \"* * * * *\" } }\n", "builder, is reserved on gcp"},
		"too few deliveries":    {"functions: { f: { handler: ./f.F, queue: q } }\nqueues: { q: { deadLetter: { after: 4 } } }\n", "4, is less than gcp has: 5 at least"},
		"a long deadline":       {"functions: { f: { handler: ./f.F, queue: q } }\nqueues: { q: { visibility: 11m } }\n", "11m, is more than gcp has: 10m at most"},
		"a long event":          {"functions: { f: { handler: ./f.F, schedule: \"* * * * *\", timeout: 10m } }\n", "10m, is more than gcp has: 9m at most"},
		"a variable of its own": {"functions: { f: { handler: ./f.F, http: GET /, env: { K_SERVICE: x } } }\n", "K_SERVICE, is reserved on gcp"},
	} {
		t.Run(name, func(t *testing.T) {
			app := providertest.App(t, []byte("isobar: v1\nname: a\n"+c.functions+"targets: { gcp: }\n"))
			targets, _ := providers.Select(app, []providers.Provider{gcp.New()}, nil)
			trees, diags := providers.Generate(app, targets)
			if trees != nil || len(diags) != 1 || !strings.Contains(diags.String(), c.want) {
				t.Errorf("got %v and\n%swant %q", trees, diags, c.want)
			}
		})
	}
}

// blocks are all blocks of all files.
func blocks(t *testing.T, files *artifact.Set) hclsyntax.Blocks {
	t.Helper()
	var all hclsyntax.Blocks
	for path, data := range files.All() {
		if !strings.HasSuffix(path, ".tf") {
			continue
		}
		parsed, diags := hclsyntax.ParseConfig(data, path, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		all = append(all, parsed.Body.(*hclsyntax.Body).Blocks...)
	}
	return all
}

// literals are the texts that HCL evaluates to without knowing any variable.
func literals(t *testing.T, files *artifact.Set) []string {
	t.Helper()
	var found []string
	for _, b := range blocks(t, files) {
		_ = hclsyntax.VisitAll(b.Body, func(n hclsyntax.Node) hcl.Diagnostics {
			if e, ok := n.(*hclsyntax.TemplateExpr); ok {
				if v, diags := e.Value(nil); !diags.HasErrors() && v.Type() == cty.String {
					found = append(found, v.AsString())
				}
			}
			return nil
		})
	}
	return found
}

// grants are the roles that members get, and the attribute that names the resource they get them on.
func grants(t *testing.T, files *artifact.Set) []providertest.Grant {
	t.Helper()
	var found []providertest.Grant
	for _, b := range blocks(t, files) {
		if b.Type != "resource" || !strings.HasSuffix(b.Labels[0], "_iam_member") {
			continue
		}
		g := providertest.Grant{Action: "each.value"}
		if role, diags := b.Body.Attributes["role"].Expr.Value(nil); !diags.HasErrors() {
			g.Action = role.AsString()
		}
		for _, on := range []string{"service", "topic", "subscription", "project"} {
			if a, ok := b.Body.Attributes[on]; ok {
				for _, v := range a.Expr.Variables() {
					g.Resource += v.RootName() + "."
				}
			}
		}
		found = append(found, g)
	}
	return found
}
