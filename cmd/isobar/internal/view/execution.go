package view

import (
	"encoding/json"
	"fmt"

	"github.com/isobar-dev/isobar/runtime/workflow"
)

// Execution is a run of a workflow.
type Execution struct {
	Workflow string
	*workflow.Result
}

// Ran writes a line for each event of the trace.
func (h *human) Ran(e Execution) { fmt.Fprint(h.Out, e.Trace) }

// Drawn writes the drawing as it is.
func (h *human) Drawn(drawing string) { fmt.Fprint(h.Out, drawing) }

// jsonExecution is an execution with its output, or with its error and cause.
type jsonExecution struct {
	Workflow string          `json:"workflow"`
	Output   json.RawMessage `json:"output,omitempty"`
	Error    string          `json:"error,omitempty"`
	Cause    string          `json:"cause,omitempty"`
	Trace    workflow.Trace  `json:"trace"`
}

func (j *jsonView) Ran(e Execution) {
	x := &jsonExecution{Workflow: e.Workflow, Trace: e.Trace}
	if e.Fault != nil {
		x.Error, x.Cause = e.Fault.Name, e.Fault.Cause
	} else {
		x.Output = workflow.Encode(e.Output)
	}
	j.doc.Execution = x
}

func (j *jsonView) Drawn(drawing string) { j.doc.Drawing = drawing }
