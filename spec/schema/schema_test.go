package schema_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec/schema"
)

const file = "isobar.v1.schema.json"

func TestSchemaIsWhatTheModelSays(t *testing.T) {
	got, err := schema.Generate()
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, file, got)
}

func TestSchemaJudgesSpecs(t *testing.T) {
	compiled := compile(t)
	accepted := map[string]string{
		"the smallest": "isobar: v1\nname: a\nfunctions: {f: {handler: ./f.F, http: GET /}}\ntargets: {aws: }\n",
		"long forms": `isobar: v1
name: shop
basePath: /api/v1
defaults: {memory: 1GiB, timeout: 1m30s, env: {LOG_LEVEL: info}}
functions:
  a: {handler: ./x.A, http: {method: GET, path: "/users/{id}"}}
  b: {handler: ./x.B, queue: {name: q, batch: 10, window: 5s}}
  c: {handler: ./x.C, schedule: {every: 5m, timezone: UTC}, memory: 256MiB}
queues:
  q: {visibility: 5m, retention: 14d, deadLetter: {after: 5}}
  empty:
targets: {aws: {region: eu-west-1}}
`,
	}
	for name, doc := range accepted {
		t.Run(name, func(t *testing.T) {
			if err := compiled.Validate(decode(t, []byte(doc))); err != nil {
				t.Error(err)
			}
		})
	}
	refused := map[string]string{
		"unknown key":    "isobar: v1\nname: a\nfunctionz: {}\nfunctions: {}\ntargets: {aws: {}}\n",
		"missing name":   "isobar: v1\nfunctions: {}\ntargets: {aws: {}}\n",
		"wrong version":  "isobar: v2\nname: a\nfunctions: {}\ntargets: {aws: {}}\n",
		"bad duration":   "isobar: v1\nname: a\ndefaults: {timeout: 30}\nfunctions: {}\ntargets: {aws: {}}\n",
		"bad method":     "isobar: v1\nname: a\nfunctions: {f: {handler: ./f.F, http: {method: GOT, path: /}}}\ntargets: {aws: {}}\n",
		"bad name":       "isobar: v1\nname: a\nfunctions: {F_F: {handler: ./f.F, http: GET /}}\ntargets: {aws: {}}\n",
		"too many tries": "isobar: v1\nname: a\nfunctions: {}\nqueues: {q: {deadLetter: {after: 1001}}}\ntargets: {aws: {}}\n",
	}
	for name, doc := range refused {
		t.Run(name, func(t *testing.T) {
			if compiled.Validate(decode(t, []byte(doc))) == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}

func TestSchemaAcceptsTheExamples(t *testing.T) {
	compiled := compile(t)
	specs, err := filepath.Glob("../../examples/*/isobar.yaml")
	if err != nil || len(specs) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, path := range specs {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(decode(t, data)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if want := []byte("# yaml-language-server: $schema=../../spec/schema/" + file + "\n"); !bytes.HasPrefix(data, want) {
			t.Errorf("%s does not begin with %s", path, want)
		}
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	compiled, err := c.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func decode(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
