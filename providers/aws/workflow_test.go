package aws_test

import (
	"fmt"
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

// defined is the template of an app with the workflow w.
func defined(t *testing.T, resources, definition string) []byte {
	t.Helper()
	app := providertest.App(t, []byte("isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\nworkflows: { w: { definition: w.asl.json } }\n"+resources+"targets: { aws: }\n"))
	if diags := app.Define(app.Workflow("w"), "w.asl.json", []byte(definition)); diags.HasErrors() {
		t.Fatal(diags)
	}
	files, diags := aws.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	template, _ := files.Get("template.yaml")
	return template
}

// What is ordered, or drops duplicates, is first in, first out, and takes no message without a group and an ID.
func TestAWorkflowSendsInOrder(t *testing.T) {
	for resource, fifo := range map[string]bool{"queue:plain": false, "queue:ordered": true, "queue:once": true, "topic:news": false, "topic:ledger": true, "topic:single": true} {
		template := string(defined(t,
			"queues: { plain: , ordered: { ordered: true }, once: { deduplicate: true } }\ntopics: { news: , ledger: { ordered: true }, single: { deduplicate: true } }\n",
			`{"StartAt": "Send", "States": {"Send": {"Type": "Task", "Resource": "isobar:`+resource+`", "Parameters": {"text": "x"}, "End": true}}}`))
		for _, parameter := range []string{`"MessageGroupId.$": "States.UUID()"`, `"MessageDeduplicationId.$": "States.UUID()"`} {
			if strings.Contains(template, parameter) != fifo {
				t.Errorf("%s has %s: %t, want %t", resource, parameter, !fifo, fifo)
			}
		}
	}
}

// A workflow whose tasks call more than its role can name is refused, where a role would not be made.
func TestAWorkflowThatCallsTooMuch(t *testing.T) {
	const functions = 60
	source := "isobar: v1\nname: a\nfunctions:\n" + repeat(functions, "  task-%d: { handler: ./f.F, task: true }\n") + "workflows: { w: { definition: w.asl.json } }\ntargets: { aws: }\n"
	definition := repeat(functions, `"S%[1]d": {"Type": "Task", "Resource": "isobar:function:task-%[1]d", "Next": "S%[1]d+"},`)
	for i := range functions {
		definition = strings.ReplaceAll(definition, fmt.Sprintf("S%d+", i), fmt.Sprintf("S%d", i+1))
	}
	app := providertest.App(t, []byte(source))
	definition = `{"StartAt": "S0", "States": {` + definition + fmt.Sprintf(`"S%d": {"Type": "Succeed"}}}`, functions)
	if diags := app.Define(app.Workflow("w"), "w.asl.json", []byte(definition)); diags.HasErrors() {
		t.Fatal(diags)
	}
	_, diags := aws.New().Lower(app, app.Targets[0])
	const want = `all that "w" may do, up to`
	if !diags.HasErrors() || !strings.Contains(diags.String(), want) || !strings.HasPrefix(diags.String(), "w.asl.json:1:") {
		t.Errorf("got %v, want %q", diags, want)
	}
}

// A policy without statements is none to IAM, and CloudFormation takes no substitutions that are none.
func TestAWorkflowThatCallsNothing(t *testing.T) {
	template := defined(t, "", `{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": true}}}`)
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
