package aws_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/aws"
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
