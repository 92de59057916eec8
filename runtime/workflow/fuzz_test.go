package workflow_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// FuzzRun runs whatever definition is sound, on whatever input, with whatever tasks do, and looks for a panic, for a run that is another
// the second time, and for an end that there cannot be.
func FuzzRun(f *testing.F) {
	files, _ := filepath.Glob("../../testdata/workflows/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		parts := map[string][]byte{}
		for _, part := range archive.Files {
			parts[part.Name] = part.Data
		}
		f.Add(archive.Files[0].Data, parts["input.json"], parts["tasks.yaml"])
	}
	f.Fuzz(func(t *testing.T, definition, input, tasks []byte) {
		m, diags := asl.Load("fuzzed.asl.yaml", definition, nil)
		value, err := workflow.Decode(input)
		if diags.HasErrors() || err != nil {
			return
		}
		first, failure := once(t, m, value, tasks)
		again, _ := once(t, m, value, tasks)
		if first.Trace.String() != again.Trace.String() {
			t.Errorf("a run is another the second time:\n%s\n%s", first.Trace, again.Trace)
		}
		if failure != nil {
			if len(first.Trace) == 0 || errors.Is(failure, context.DeadlineExceeded) {
				t.Errorf("there is no result: %v", failure)
			}
			return
		}
		last := first.Trace[len(first.Trace)-1]
		switch {
		case (first.Fault == nil) != (last.Kind == workflow.Succeeded):
			t.Errorf("the last event is %s", last)
		case first.Fault != nil && first.Fault.Name == "":
			t.Error("an error has no name")
		case first.Fault == nil && len(workflow.Encode(first.Output)) > workflow.MaxPayload:
			t.Error("the output is too large")
		}
		var at time.Duration
		for _, e := range first.Trace {
			if e.At < at {
				t.Errorf("time goes back before %s", e)
			}
			at = e.At
			if line := e.String(); strings.ContainsAny(line, "\n\r") {
				t.Errorf("an event is more than a line: %q", line)
			}
			if _, err := e.MarshalJSON(); err != nil {
				t.Errorf("%s: %v", e, err)
			}
		}
	})
}

// once runs a machine, bounded so that no loop is a long one.
func once(t *testing.T, m *asl.Machine, input any, tasks []byte) (*workflow.Result, error) {
	t.Helper()
	const steps = 300
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	script, diags := workflow.ParseScript("tasks.yaml", tasks)
	var play workflow.Tasks = script
	if diags.HasErrors() || len(bytes.TrimSpace(tasks)) == 0 {
		play = workflow.Echo{}
	}
	return workflow.Run(ctx, m, input, workflow.Options{Tasks: play, MaxSteps: steps})
}
