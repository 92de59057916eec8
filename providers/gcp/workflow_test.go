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
		"roles/workflows.invoker on var.project",
		"roles/logging.logWriter on var.project",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWorkflowsAreStartedWithoutACondition wants who starts workflows to have the right in the project, once: Workflows is not among the
// services whose resources a condition can name, and with one nobody could start any.
// https://cloud.google.com/iam/docs/conditions-attribute-reference#resource-attributes
func TestWorkflowsAreStartedWithoutACondition(t *testing.T) {
	app := workflowtest.App(t, "gcp", "../../testdata/workflows")
	files, diags := gcp.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	seen := map[string]bool{}
	for _, b := range blocks(t, files) {
		if role := b.Body.Attributes["role"]; b.Body.Attributes["for_each"] != nil || role == nil || text(t, role.Expr) != "roles/workflows.invoker" {
			continue
		}
		member := addressed(t, b.Body.Attributes["member"].Expr)
		if seen[member] {
			t.Errorf("%s may twice", member)
		}
		seen[member] = true
		if len(b.Body.Blocks) > 0 {
			t.Errorf("%v has a condition", b.Labels)
		}
	}
	if !seen["google_service_account.http"] || !seen["google_service_account.workflow__refund"] {
		t.Errorf("saw %v", seen)
	}
}
