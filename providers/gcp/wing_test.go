package gcp_test

import (
	"strconv"
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
		"project: short":                        "isobar.yaml:4:28: error ISO0206", // they have six characters at least
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

// Names that Google keeps to itself are refused: nothing could be made of them.
func TestReservedNames(t *testing.T) {
	harness.Reserved(t, map[string]string{
		"name: goog-shop\nqueues: { q: }\n":             `isobar.yaml:2:7: error ISO0401: the name of app "goog-shop", goog-shop, is reserved on gcp`,
		"name: shop\nbuckets: { google-exports: }\n":    `isobar.yaml:3:12: error ISO0401: the name of bucket "google-exports", shop-google-exports, has "google" in it, which is reserved on gcp`,
		"name: my-g00gle\nbuckets: { b: }\n":            `isobar.yaml:3:12: error ISO0401: the name of bucket "b", my-g00gle-b, has "g00gle" in it, which is reserved on gcp`,
		"name: shop\nstages: { google: }\n":             `isobar.yaml:3:11: error ISO0401: the name of stage "google", google, has "google" in it, which is reserved on gcp`,
		"name: my-google\nqueues: { google-orders: }\n": "",
	})
}

// What functions that share a process, or accounts that share a name, cannot keep apart is refused.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct{ functions, want string }{
		"two values of one variable": {
			"functions:\n  f: { handler: ./f.F, http: GET /f, env: { X: one } }\n  g: { handler: ./f.G, http: GET /g, env: { X: two } }\n",
			`on gcp environment variables are shared by all HTTP functions`,
		},
		"an account's name":  {"functions: { builder: { handler: ./f.F, schedule: \"* * * * *\" } }\n", "builder, is reserved on gcp"},
		"too few deliveries": {"functions: { f: { handler: ./f.F, queue: q } }\nqueues: { q: { deadLetter: { after: 4 } } }\n", "4, is less than gcp has: 5 at least"},
		"a long deadline":    {"functions: { f: { handler: ./f.F, queue: q } }\nqueues: { q: { visibility: 11m } }\n", "11m, is more than gcp has: 10m at most"},
		"a long event":       {"functions: { f: { handler: ./f.F, schedule: \"* * * * *\", timeout: 10m } }\n", "10m, is more than gcp has: 9m at most"},
		"a long change": {
			"functions: { f: { handler: ./f.F, table: d, timeout: 9m, accept: { table.order: a, table.upserted: b } } }\ntables: { d: { key: { id: string } } }\n",
			"9m, is more than gcp has: 8m55s at most",
		},
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
	for _, b := range bodies(t, files) {
		all = append(all, b.Blocks...)
	}
	return all
}

// bodies are what stands in the files of Terraform's language.
func bodies(t *testing.T, files *artifact.Set) []*hclsyntax.Body {
	t.Helper()
	var all []*hclsyntax.Body
	for path, data := range files.All() {
		if !strings.HasSuffix(path, ".tf") && !strings.HasSuffix(path, ".tfvars") {
			continue
		}
		parsed, diags := hclsyntax.ParseConfig(data, path, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		all = append(all, parsed.Body.(*hclsyntax.Body))
	}
	return all
}

// literals are the texts that HCL evaluates to without knowing any variable, and those within filters.
func literals(t *testing.T, files *artifact.Set) []string {
	t.Helper()
	var found []string
	note := func(n hclsyntax.Node) hcl.Diagnostics {
		if e, ok := n.(*hclsyntax.TemplateExpr); ok {
			if v, diags := e.Value(nil); !diags.HasErrors() && v.Type() == cty.String {
				found = append(found, v.AsString())
				found = append(found, filtered(t, v.AsString())...)
			}
		}
		return nil
	}
	for _, b := range bodies(t, files) {
		_ = hclsyntax.VisitAll(b, note)
	}
	return found
}

// filtered are the texts of a filter of Pub/Sub.
func filtered(t *testing.T, filter string) []string {
	t.Helper()
	const begin, equals, and = "attributes.", ` = "`, " AND "
	var found []string
	for rest, ok := strings.CutPrefix(filter, begin); ok; rest, ok = strings.CutPrefix(rest, and+begin) {
		at := strings.Index(rest, equals)
		if at < 0 {
			return nil
		}
		quoted, err := strconv.QuotedPrefix(rest[at+len(equals)-1:])
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		text, _ := strconv.Unquote(quoted)
		found = append(found, text)
		rest = rest[at+len(equals)-1+len(quoted):]
	}
	return found
}

// grants are the roles that members get, and the address of the resource that they get them on.
func grants(t *testing.T, files *artifact.Set) []providertest.Grant {
	t.Helper()
	var found []providertest.Grant
	for _, b := range blocks(t, files) {
		if b.Type != "resource" || !strings.HasSuffix(b.Labels[0], "_iam_member") {
			continue
		}
		for _, role := range rolesOf(t, b) {
			found = append(found, providertest.Grant{Action: role, Resource: scope(t, b)})
		}
	}
	return found
}

// rolesOf are the roles that a block gives.
func rolesOf(t *testing.T, b *hclsyntax.Block) []string {
	t.Helper()
	each, ok := b.Body.Attributes["for_each"]
	if !ok {
		return []string{text(t, b.Body.Attributes["role"].Expr)}
	}
	var roles []string
	for _, e := range each.Expr.(*hclsyntax.FunctionCallExpr).Args[0].(*hclsyntax.TupleConsExpr).Exprs {
		roles = append(roles, text(t, e))
	}
	return roles
}

func text(t *testing.T, e hclsyntax.Expression) string {
	t.Helper()
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return v.AsString()
}

// scope is what a role is had on: what the condition names, if there is one.
func scope(t *testing.T, b *hclsyntax.Block) string {
	t.Helper()
	for _, inner := range b.Body.Blocks {
		if inner.Type == "condition" {
			return addressed(t, inner.Body.Attributes["expression"].Expr)
		}
	}
	for _, on := range []string{"service", "service_account_id", "topic", "subscription", "bucket", "secret_id", "project"} {
		if a, ok := b.Body.Attributes[on]; ok {
			return addressed(t, a.Expr)
		}
	}
	t.Fatalf("%v names no resource", b.Labels)
	return ""
}

// addressed is the address of what an expression refers to first.
func addressed(t *testing.T, e hclsyntax.Expression) string {
	t.Helper()
	variables := e.Variables()
	if len(variables) == 0 {
		t.Fatal("no reference")
	}
	return variables[0].RootName() + "." + variables[0][1].(hcl.TraverseAttr).Name
}
