package workflows_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/gcp/internal/workflows"
)

// everything is what random workflows are made of.
var everything = workflowtest.Features{Loops: true, Joins: true, Inner: 2, Paths: true, Fast: true, Fractions: true}

// schema is Google's own of the language.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("testdata/workflows.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("workflows.json", document); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("workflows.json")
}

// valid says what the schema has against a source.
func valid(s *jsonschema.Schema, source []byte) error {
	var tree any
	if err := yaml.Unmarshal(source, &tree); err != nil {
		return err
	}
	data, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return s.Validate(document)
}

// TestSource shows what some scenarios compile to.
func TestSource(t *testing.T) {
	for _, s := range workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar") {
		if !shown[s.Name] {
			continue
		}
		p, diags := workflows.Compile(s.Machine, workflows.Options{Name: s.Name})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		golden.Check(t, "testdata/"+s.Name+".yaml", p.Source())
	}
}

// shown are the scenarios whose source is worth reading.
var shown = map[string]bool{"order-shipped": true, "parallel-failure": true, "map-concurrency": true, "polling": true}

// TestScenarios compiles each scenario, and wants a run of what comes out to be what the scenario means.
func TestScenarios(t *testing.T) {
	rules := schema(t)
	for _, s := range workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar") {
		t.Run(s.Name, func(t *testing.T) {
			p, diags := workflows.Compile(s.Machine, workflows.Options{Name: "test"})
			if diags.HasErrors() {
				return // TestRefusals shows why
			}
			if err := valid(rules, p.Source()); err != nil {
				t.Errorf("%v\n%s", err, p.Source())
			}
			got, err := execute(p, s.Input, s.Tasks(t))
			if err != nil {
				t.Fatalf("%v\n%s", err, p.Source())
			}
			if want := s.Meaning(t); !workflowtest.Same(want, got) {
				t.Errorf("want\n%s\ngot\n%s\n%s", want, got, p.Source())
			}
		})
	}
}

// TestRefusals shows which scenarios are refused, where, and why.
func TestRefusals(t *testing.T) {
	var b bytes.Buffer
	for _, s := range workflowtest.Scenarios(t, "../../../../testdata/workflows/*.txtar") {
		_, diags := workflows.Compile(s.Machine, workflows.Options{Name: "test"})
		for _, d := range diags {
			fmt.Fprintf(&b, "%s\n\t%s\n", d, d.Hint)
		}
	}
	golden.Check(t, "testdata/refusals.txt", b.Bytes())
}

// TestRandomWorkflows compares random workflows in the same way.
func TestRandomWorkflows(t *testing.T) {
	rules := schema(t)
	compiled, refused := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		s := workflowtest.Random(r, t, everything)
		if s == nil {
			return
		}
		p, diags := workflows.Compile(s.Machine, workflows.Options{Name: "test"})
		if diags.HasErrors() {
			refused++
			return
		}
		compiled++
		if err := valid(rules, p.Source()); err != nil {
			r.Fatalf("%v\n%s", err, p.Source())
		}
		got, err := execute(p, s.Input, s.Tasks(t))
		if err != nil {
			r.Fatalf("%v\n%s\n%s", err, s.Text(), p.Source())
		}
		if want := s.Meaning(t); !workflowtest.Same(want, got) {
			r.Fatalf("want\n%s\ngot\n%s\n%s\n%s", want, got, s.Text(), p.Source())
		}
	})
	t.Logf("%d compiled, %d refused", compiled, refused)
}

// TestAWaitIsNoLongerThanAnExecution wants a wait of more than a year to be refused where it stands.
func TestAWaitIsNoLongerThanAnExecution(t *testing.T) {
	const definition = "StartAt: A\nStates:\n  A: { Type: Wait, Seconds: 31536000, Next: B }\n  B: { Type: Wait, Seconds: 31536001, End: true }\n"
	s := workflowtest.New(t, "long.asl.yaml", definition, "{}", "")
	_, diags := workflows.Compile(s.Machine, workflows.Options{})
	if len(diags) != 1 || diags[0].Pos.Line != 4 {
		t.Errorf("want one refusal, in line 4, found %v", diags)
	}
}
