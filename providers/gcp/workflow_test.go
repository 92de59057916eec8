package gcp_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/internal/judge/terraform"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/gcp"
)

// TestWorkflow shows what an app with a workflow becomes, and has the module judged.
func TestWorkflow(t *testing.T) {
	app := workflowtest.App(t, "gcp", "../../testdata/workflows")
	files, diags := gcp.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	tree := maps.Collect(files.All())
	for _, name := range []string{"workflows.tf", "workflows/order.yaml", "workflows/refund.yaml"} {
		golden.Check(t, filepath.Join("testdata/workflow", filepath.Base(name)), tree[name])
	}
	dir := t.TempDir()
	for name, data := range tree {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	problems, err := terraform.Check(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	terraform.Format(t, dir)
}

// TestWorkflowMayCallItsTasks wants each workflow to have the rights that its tasks need, and no more.
func TestWorkflowMayCallItsTasks(t *testing.T) {
	app := workflowtest.App(t, "gcp", "../../testdata/workflows")
	var got []string
	for _, g := range gcp.New().Grants(app, app.Targets[0]) {
		if g.Principal == "refund" {
			got = append(got, g.Action+" on "+g.Resource)
		}
	}
	want := []string{
		"roles/run.invoker on google_cloudfunctions2_function.pay_back",
		"roles/pubsub.publisher on google_pubsub_topic.letters",
		"roles/workflows.invoker on google_workflows_workflow.order",
		"roles/logging.logWriter on var.project",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
