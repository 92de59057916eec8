package providertest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// hostile are texts with a meaning in some dialect.
var hostile = []string{
	"${AWS::AccountId}", "$${x}", "${!x}", "%{ if true }", "{{resolve:secretsmanager:x}}", "@{x}", "'", `"`, `\`, `\n`, "a\nb: c", "a\r\nb", "\t",
	"'''", "'${uniqueString('x')}'", "!Ref Stage", "!Sub x", "# comment", "- list", "{a: b}", "[a]", "yes", "null", "~", "0123", "1e3", "2001-01-01", "",
	" lead and trail ", "%APPSETTING%", "@Microsoft.KeyVault(SecretUri=x)", "<aws.scheduler.execution-id>", "\u00e9\u4e16\U0001F600", "\u2028", "${\"a\"}", "*/ // <!-- -->",
}

func (h Harness) injection(t *testing.T) {
	var env strings.Builder
	for i, text := range hostile {
		if h.refuses(text) {
			continue
		}
		fmt.Fprintf(&env, "      V%02d: %s\n", i, quoteYAML(text))
	}
	for _, trigger := range triggers {
		source := "isobar: v1\nname: a\nfunctions:\n  f:\n    handler: ./f.F\n    " + trigger + "\n    env:\n" + env.String() + resources
		literals := h.Literals(t, h.Lower(t, h.source(source)))
		for _, text := range hostile {
			if !h.refuses(text) && !slices.Contains(literals, text) {
				t.Errorf("%s: the value %q is not in the output as that text", trigger, text)
			}
		}
	}
}

// injectionElsewhere puts hostile texts into every other value of a spec that takes any.
func (h Harness) injectionElsewhere(t *testing.T) {
	places := map[string]string{
		"a filter's value":       "functions: { f: { handler: ./f.F, topic: { name: t, filter: { a: %s } } } }\n",
		"a prefix":               "functions: { f: { handler: ./f.F, bucket: { name: b, prefix: %s } } }\n",
		"a suffix":               "functions: { f: { handler: ./f.F, bucket: { name: b, suffix: %s } } }\n",
		"an audience":            "functions: { f: { handler: ./f.F, http: { method: GET, path: /, auth: i } } }\nauth: { i: { issuer: https://i.example, audience: [%s] } }\n",
		"a variable of a stage":  "functions: { f: { handler: ./f.F, queue: q } }\ndefaults: { env: { A: x } }\nstages: { prod: { env: { A: %s } } }\n",
		"a variable of all":      "functions: { f: { handler: ./f.F, queue: q } }\ndefaults: { env: { A: %s } }\nstages: { prod: { env: { A: x } } }\n",
		"a variable of requests": "functions: { f: { handler: ./f.F, http: GET / } }\ndefaults: { env: { A: %s } }\nstages: { prod: { env: { A: x } } }\n",
	}
	long := strings.Repeat("x", 256)
	for place, format := range places {
		t.Run(place, func(t *testing.T) {
			for _, text := range append(slices.Clone(hostile), long) {
				source := h.source("isobar: v1\nname: a\n" + fmt.Sprintf(format, quoteYAML(text)) + resources)
				doc, diags := spec.Load("isobar.yaml", source)
				if diags.HasErrors() {
					continue // this place does not take the text, and says so
				}
				app := plan.Build(doc, plan.Packages{Root: "example.com/app"})
				targets, _ := providers.Select(app, []providers.Provider{h.Wing}, nil)
				trees, diags := providers.Generate(app, targets)
				if diags.HasErrors() {
					if diags[0].Code != diag.Refused || diags[0].Pos.Line == 0 {
						t.Errorf("%q: %s", text, diags)
					}
					continue
				}
				if !slices.Contains(h.Literals(t, trees[0].Files), text) && !inSource(t, trees[0].Files, text) {
					t.Errorf("the value %q is not in the output as that text", text)
				}
			}
		})
	}
}

// inSource tells whether a text is a literal of the entrypoint: some are for the runtime alone.
func inSource(t *testing.T, files *artifact.Set, text string) bool {
	t.Helper()
	for path, data := range files.All() {
		if !strings.HasSuffix(path, ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, data, 0)
		if err != nil {
			t.Fatal(err)
		}
		for n := range ast.Preorder(file) {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if value, err := strconv.Unquote(lit.Value); err == nil && value == text {
					return true
				}
			}
		}
	}
	return false
}

// refuses tells whether the wing's table refuses a value, as its cloud has no way to write it.
func (h Harness) refuses(value string) bool {
	demand := portability.Demand{Key: portability.EnvValue, Text: value}
	return portability.Check(h.Wing.Name(), h.Wing.Capabilities(), []portability.Demand{demand})[0].Kind == portability.Refused
}

// quoteYAML writes a text in double quotes, in escapes that YAML and Go share.
func quoteYAML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == '\u2028':
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
