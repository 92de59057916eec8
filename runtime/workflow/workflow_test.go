package workflow_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// ended compares how an execution ended with what the scenario's author wrote, which nothing rewrites.
func ended(t *testing.T, files map[string][]byte, r *workflow.Result) {
	t.Helper()
	output, succeeds := files["output.json"]
	name, fails := files["error"]
	switch {
	case succeeds == fails:
		t.Error("a scenario has one of output.json and error")
	case succeeds && r.Fault != nil:
		t.Errorf("it failed with %s, want the output %s", r.Fault, output)
	case fails && r.Fault == nil:
		t.Errorf("it succeeded with %s, want the error %s", workflow.Encode(r.Output), name)
	case fails && r.Fault.Name != strings.TrimSpace(string(name)):
		t.Errorf("it failed with %s, want %s", r.Fault, name)
	case succeeds:
		want, err := workflow.Decode(output)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(workflow.Encode(r.Output)), string(workflow.Encode(want)); got != want {
			t.Errorf("the output is %s, want %s", got, want)
		}
	}
}

// TestScenarios runs each scenario, and compares the trace: a definition, an input, and what the tasks do.
func TestScenarios(t *testing.T) {
	golden.Each(t, "../../testdata/workflows/*.txtar", func(t *testing.T, path string, definition txtar.File) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		for _, f := range archive.Files {
			files[f.Name] = f.Data
		}
		m, diags := asl.Load(definition.Name, definition.Data, nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		script, diags := workflow.ParseScript("tasks.yaml", files["tasks.yaml"])
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		input, err := workflow.Decode(files["input.json"])
		if err != nil {
			t.Fatal(err)
		}
		result, err := workflow.Run(t.Context(), m, input, workflow.Options{Tasks: script, Workflow: "test", Name: "run"})
		if err != nil {
			t.Fatalf("%v\n%s", err, result.Trace)
		}
		ended(t, files, result)
		golden.Txtar(t, path, map[string][]byte{"trace": []byte(result.Trace.String())})
	})
}
