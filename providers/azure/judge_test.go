package azure_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/isobar-dev/isobar/internal/judge/bicep"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// extremes are specs whose output is too long, or too odd, to be read as a golden.
var extremes = map[string][]byte{
	"large": sized(100),
	"split": sized(300),
	"hostile": []byte(`isobar: v1
name: a
functions:
  f:
    handler: ./f.F
    queue: q
    env:
      QUOTES: "it's \"quoted\" '''thrice''' \\ and \\"
      CODE: "${uniqueString('x')} $${x} $"
      LINES: "a\nb\r\n\tc\u2028d"
      other: "{ } [ ] // /* */ # @description('x')"
queues: { q: }
targets: { azure: }
`),
	"staged-for-nobody": []byte(`isobar: v1
name: a
defaults: { env: { LEVEL: info } }
functions: { f: { handler: ./f.F, http: GET /, env: { LEVEL: debug } } }
stages: { prod: { env: { LEVEL: warn } } }
targets: { azure: }
`),
	"long-names": []byte(`isobar: v1
name: a-name-of-twenty-xyz
functions:
  a-name-of-exactly-forty-nine-characters-in-all-xx: { handler: ./f.F, queue: another-name-of-forty-nine-characters-in-all-xxxx }
queues: { another-name-of-forty-nine-characters-in-all-xxxx: }
targets: { azure: }
`),
}

func TestBicepJudge(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for name, tree := range providertest.Trees(t, harness, extremes) {
		for path, source := range bicepFiles(tree) {
			file := filepath.Join(dir, name, filepath.FromSlash(path))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, source, 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	bicep.Check(t, files...)
}

func TestHostFilesFollowTheirSchemas(t *testing.T) {
	host, function := schema(t, "testdata/schemas/host.json"), schema(t, "testdata/schemas/function.json")
	for name, tree := range providertest.Trees(t, harness, extremes) {
		for path, data := range tree.All() {
			switch filepath.Base(path) {
			case "host.json":
				validate(t, host, name+"/"+path, data)
			case "function.json":
				validate(t, function, name+"/"+path, data)
			}
		}
	}
}

func TestSchemasCanFail(t *testing.T) {
	for _, tc := range []struct{ schema, document string }{
		{"testdata/schemas/host.json", `{"version": "2.0", "functionTimeout": "5m"}`},
		{"testdata/schemas/host.json", `{"version": "2.0", "customHandler": {"enableProxyingHttpRequest": "yes"}}`},
		{"testdata/schemas/function.json", `{"bindings": [{"type": "timerTrigger", "direction": "in", "schedule": "0 0 2 * * *"}]}`},
		{"testdata/schemas/function.json", `{"bindings": [], "retry": {"strategy": "sometimes"}}`},
	} {
		if err := schema(t, tc.schema).Validate(decode(t, tc.document, []byte(tc.document))); err == nil {
			t.Errorf("%s accepts %s", tc.schema, tc.document)
		}
	}
}

// schema reads a schema as of draft 7, whatever it says of itself: function.json says draft 4, and uses const, which that has not.
func schema(t *testing.T, path string) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	document := decode(t, path, data)
	document.(map[string]any)["$schema"] = "http://json-schema.org/draft-07/schema#"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(path, document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, path string, data []byte) {
	t.Helper()
	if err := s.Validate(decode(t, path, data)); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

func decode(t *testing.T, path string, data []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}
