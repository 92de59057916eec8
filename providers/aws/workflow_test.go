package aws_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/aws"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// TestWorkflow shows what an app with a workflow becomes.
func TestWorkflow(t *testing.T) {
	app := workflowtest.App(t, "aws", "../../testdata/workflows")
	files, diags := aws.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	golden.Check(t, "testdata/workflow/template.yaml", maps.Collect(files.All())["template.yaml"])
}

// TestWorkflowMayCallItsTasks wants each workflow to have the rights that its tasks need, and no more.
func TestWorkflowMayCallItsTasks(t *testing.T) {
	app := workflowtest.App(t, "aws", "../../testdata/workflows")
	var got []string
	for _, g := range aws.New().Grants(app, app.Targets[0]) {
		if g.Principal == "refund" {
			got = append(got, g.Action+" on "+g.Resource[strings.LastIndex(g.Resource, ":")+1:])
		}
	}
	want := []string{"lambda:InvokeFunction on shop-${Stage}-pay-back", "sqs:SendMessage on shop-${Stage}-letters", "states:StartExecution on shop-${Stage}-order"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// idle is an app with a workflow that calls nothing.
func idle(t *testing.T) []byte {
	t.Helper()
	app := providertest.App(t, []byte("isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\nworkflows: { idle: { definition: idle.asl.json } }\ntargets: { aws: }\n"))
	const definition = `{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": true}}}`
	if diags := app.Define(app.Workflow("idle"), "idle.asl.json", []byte(definition)); diags.HasErrors() {
		t.Fatal(diags)
	}
	files, diags := aws.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	template, _ := files.Get("template.yaml")
	return template
}

// A policy without statements is none to IAM, and CloudFormation takes no substitutions that are none.
func TestAWorkflowThatCallsNothing(t *testing.T) {
	template := idle(t)
	if out, err := lint(t, write(t, filepath.Join(t.TempDir(), "template.yaml"), template)); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(template, &doc); err != nil {
		t.Fatal(err)
	}
	for id, resource := range entries(get(doc.Content[0], "Resources")) {
		walk(resource, func(n *yaml.Node) {
			if n.Kind != yaml.ScalarNode && len(n.Content) == 0 {
				t.Errorf("%s has a mapping or a list of nothing, in line %d", id, n.Line)
			}
		})
	}
}
