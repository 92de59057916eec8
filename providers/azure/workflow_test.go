package azure_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/internal/judge/bicep"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/azure"
)

// TestWorkflow shows what an app with a workflow becomes, and has the template judged.
func TestWorkflow(t *testing.T) {
	app := workflowtest.App(t, "azure", "../../testdata/workflows")
	files, diags := azure.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	source := maps.Collect(files.All())["main.bicep"]
	golden.Check(t, "testdata/workflow/main.bicep", source)
	file := filepath.Join(t.TempDir(), "main.bicep")
	if err := os.WriteFile(file, source, 0o600); err != nil {
		t.Fatal(err)
	}
	bicep.Check(t, file)
}

// TestStartedWorkflowsOfALargeApp has the templates judged of an app that does not fit into one: the app's settings refer to the workflows
// that its functions start, and those to what is in modules.
func TestStartedWorkflowsOfALargeApp(t *testing.T) {
	app := workflowtest.App(t, "azure", "../../testdata/workflows")
	for i := range 700 {
		queue := app.Queues[0]
		queue.Name = fmt.Sprint("more-", i)
		app.Queues = append(app.Queues, queue)
	}
	files, diags := azure.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	dir, templates := t.TempDir(), []string(nil)
	for path, source := range maps.Collect(files.All()) {
		if filepath.Ext(path) != ".bicep" {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, source, 0o600); err != nil {
			t.Fatal(err)
		}
		templates = append(templates, file)
	}
	if len(templates) < 2 {
		t.Fatal("the app fits into one template")
	}
	bicep.Check(t, templates...)
}

// TestWorkflowMayCallItsTasks wants each workflow to have the roles that its tasks need, and no more.
func TestWorkflowMayCallItsTasks(t *testing.T) {
	app := workflowtest.App(t, "azure", "../../testdata/workflows")
	var got []string
	for _, g := range azure.New().Grants(app, app.Targets[0]) {
		if g.Principal == "callerOfRefund" {
			got = append(got, g.Action+" on "+g.Resource)
		}
	}
	if want := []string{"Azure Service Bus Data Sender on queueLetters"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
