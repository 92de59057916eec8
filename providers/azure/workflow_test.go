package azure_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/internal/judge/bicep"
	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/azure"
	"github.com/isobar-dev/isobar/providers/providertest"
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

// The address of a workflow's trigger is known once the workflow is there, and a trigger has a policy for each of those who may start it.
func TestWorkflowsThatCannotBeStarted(t *testing.T) {
	start := func(workflow string) string {
		return `{ "StartAt": "S", "States": { "S": { "Type": "Task", "Resource": "isobar:workflow:` + workflow + `", "End": true } } }`
	}
	const end = `{ "StartAt": "S", "States": { "S": { "Type": "Succeed" } } }`
	for _, tc := range []struct {
		name        string
		definitions map[string]string
		want        []string
	}{
		{"one that starts itself", map[string]string{"a": start("a")}, []string{"a.asl.json:1:66: error ISO0401: a workflow that starts itself"}},
		{"two that start each other, and one that leads to them", map[string]string{"a": start("b"), "b": start("a"), "c": start("a")}, []string{"a.asl.json:1:66", "b.asl.json:1:66"}},
		{"one that many start", map[string]string{
			"a": end, "b": start("a"), "c": start("a"), "d": start("a"), "e": start("a"), "f": start("a"), "g": start("a"),
		}, []string{`isobar.yaml:5:3: error ISO0401: the workflow "a", which 6 others start, cannot be had on azure: it has 5 at most`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			source := "isobar: v1\nname: shop\nfunctions: { f: { handler: ./f.F, http: GET / } }\nworkflows:\n"
			names := slices.Sorted(maps.Keys(tc.definitions))
			for _, name := range names {
				source += fmt.Sprintf("  %s: { definition: %[1]s.asl.json }\n", name)
			}
			app := providertest.App(t, []byte(source+"targets: { azure: }\n"))
			for _, name := range names {
				if diags := app.Define(app.Workflow(name), name+".asl.json", []byte(tc.definitions[name])); diags.HasErrors() {
					t.Fatal(diags)
				}
			}
			_, diags := azure.New().Lower(app, app.Targets[0])
			if len(diags) != len(tc.want) {
				t.Fatalf("got\n%swant %q", diags, tc.want)
			}
			for i, want := range tc.want {
				if !strings.HasPrefix(diags[i].String(), want) {
					t.Errorf("got %s, want %s", diags[i], want)
				}
			}
		})
	}
}
