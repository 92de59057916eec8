package workflows

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// target is the name by which people know this target.
const target = "gcp"

// Limits of the engine: https://cloud.google.com/workflows/quotas
const (
	maxExpression  = 400       // characters of an expression
	maxConditions  = 50        // of a switch
	maxAssignments = 50        // of an assign
	maxBranches    = 10        // of a parallel step
	maxParallel    = 2         // parallel steps in one another
	maxConcurrent  = 20        // branches and items at the same time
	maxCalls       = 20 - 3    // calls in one another, less those of a state in the innermost: a branch, a function, a predicate
	maxSource      = 128 << 10 // bytes of the source
	maxVariables   = 20        // environment variables
	maxCall        = 1800 * time.Second
	maxSleep       = 365 * 24 * time.Hour // https://cloud.google.com/workflows/docs/reference/stdlib/sys/sleep
)

// refusal is what cannot be said with the same meaning, and why.
type refusal struct{ why, hint string }

// The refusals. Each %s is what it is about.
var refusals = map[string]refusal{
	"machine-timeout": {"a workflow has no timeout there", "give the tasks a TimeoutSeconds"},
	"call-timeout":    {fmt.Sprintf("a call ends after %d seconds there", int(maxCall.Seconds())), "make it shorter"},
	"timeout-path":    {"a call's timeout is a number there, not known from the input", "write TimeoutSeconds"},
	"wait":            {fmt.Sprintf("an execution ends after %d days there", int(maxSleep.Hours()/24)), "make it shorter"},
	"key":             {"an expression would begin in its name there", "give it another name"},
	"several":         {"a path there leads to one value", "take the list as it is, and choose from it in a function"},
	"context":         {"the engine does not tell it there", "leave it out"},
	"context-branch":  {"what is within a Parallel or a Map state does not know it there", "hand it on in Parameters or ItemSelector"},
	"intrinsic":       {"the engine has no function for it", "do it in a function of the app"},
	"expression":      {fmt.Sprintf("an expression there has at most %d characters", maxExpression), "take it apart: several states, or a function of the app"},
	"conditions":      {fmt.Sprintf("a switch there has at most %d conditions", maxConditions), "split the state in two"},
	"branches":        {fmt.Sprintf("a parallel step there has at most %d branches", maxBranches), "use a Map state, or nest a Parallel state"},
	"nesting":         {fmt.Sprintf("parallel steps there stand at most %d deep in one another", maxParallel), "take the innermost out, into a workflow of its own"},
	"calls":           {"calls there stand at most 20 deep in one another", "take the innermost out, into a workflow of its own"},
	"jitter":          {"delays between retries have no random part there", "leave JitterStrategy out"},
	"number":          {"a number there has 64 bits", "write it as text"},
	"size":            {fmt.Sprintf("a workflow there has at most %d bytes", maxSource), "split the workflow in two"},
	"callees":         {fmt.Sprintf("a workflow there knows at most %d things that it calls", maxVariables), "split the workflow in two"},
	"concurrency":     {"the number is not known when the workflow is deployed", "write MaxConcurrency"},
	"index-path":      {"items of lists are not set there one by one", "put the result in a field"},
	"timestamp":       {"what is no moment ends the execution there, and cannot be told from one before", "use StringEquals"},
}

// refuse adds a refusal; what it is about stands in the message.
func (c *compiler) refuse(pos diag.Position, reason, format string, args ...any) {
	r := refusals[reason]
	c.diags = append(c.diags, diag.Diagnostic{
		Severity: diag.Error, Code: diag.Refused, Pos: pos, Targets: []string{target},
		Message: fmt.Sprintf(format, args...) + ", cannot be had on " + target + ": " + r.why,
		Hint:    r.hint + ", or leave " + target + " out of targets",
	})
}
