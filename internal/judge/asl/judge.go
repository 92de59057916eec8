// Package asl judges Amazon States Language from outside: by asl-validator, which says whether a definition is one, and by
// aws-local-stepfunctions, which executes it. Neither was written here.
//
// The judge is a Node program in this folder. Its packages are installed with
//
//	npm ci --prefix internal/judge/asl
//
// What tasks do is played, by replies that are known beforehand; nothing waits longer than a millisecond.
package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge"
	"github.com/isobar-dev/isobar/runtime/workflow"
)

// Name is what judge.Required calls this judge.
const Name = "asl"

const install = "npm ci --prefix internal/judge/asl, with Node 20 or later on PATH"

// Case is a definition to run.
type Case struct {
	// Definition is a state machine, as JSON.
	Definition string `json:"definition"`
	Input      any    `json:"input"`
	// Replies are those to the calls of each task state: a call takes the first that has its input and was not taken before.
	Replies map[string][]Reply `json:"replies"`
}

// Reply is what a task does when it is called with an input.
type Reply struct {
	Input  any    `json:"input"`
	Output any    `json:"output"`
	Error  string `json:"error,omitempty"`
	Cause  string `json:"cause,omitempty"`
}

// Outcome is what became of a case.
type Outcome struct {
	// Invalid is what the validator says of the definition; empty when it is sound.
	Invalid string `json:"invalid"`
	// Calls are the calls of tasks, in their order.
	Calls []struct {
		State string `json:"state"`
		Input any    `json:"input"`
	} `json:"calls"`
	// Output is that of an execution that succeeded, and Error and Cause are those of one that failed.
	Output any    `json:"output"`
	Error  string `json:"error"`
	Cause  string `json:"cause"`
}

// Run runs the cases. Without the judge the test is skipped, or fails where it is required.
func Run(t testing.TB, cases []Case) []Outcome {
	t.Helper()
	_, self, _, _ := runtime.Caller(0)
	folder := filepath.Dir(self)
	_, err := os.Stat(filepath.Join(folder, "node_modules"))
	node, missing := exec.LookPath("node")
	if errors.Join(err, missing) != nil {
		judge.Absent(t, Name, install)
	}
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), node, filepath.Join(folder, "judge.mjs"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("the judge of ASL broke: %v\n%s", err, stderr.Bytes())
	}
	var outcomes []Outcome
	decoder := json.NewDecoder(&stdout)
	decoder.UseNumber()
	if err := decoder.Decode(&outcomes); err != nil || len(outcomes) != len(cases) {
		t.Fatalf("the judge of ASL says %d outcomes of %d cases: %v", len(outcomes), len(cases), err)
	}
	return outcomes
}

// Replies are those that tasks gave in a run of the interpreter, by the names of their states.
func Replies(trace workflow.Trace) map[string][]Reply {
	replies := map[string][]Reply{}
	open := map[string]*Reply{} // by place: the call that is under way
	for _, e := range trace {
		state := e.Place[strings.LastIndex(e.Place, "/")+1:]
		switch call := open[e.Place]; {
		case e.Kind == workflow.Called:
			open[e.Place] = &Reply{Input: e.Value}
		case call == nil:
		case e.Kind == workflow.Returned:
			call.Output = e.Value
			replies[state] = append(replies[state], *call)
			delete(open, e.Place)
		case e.Kind == workflow.Failed:
			call.Error, call.Cause = e.Fault.Name, e.Fault.Cause
			replies[state] = append(replies[state], *call)
			delete(open, e.Place)
		}
	}
	return replies
}
