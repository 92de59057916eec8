package logicapps

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// target is the name by which people know this target.
const target = "azure"

// Limits: https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration
const (
	maxActions    = 500
	maxNesting    = 8
	maxExpression = 8192
	maxVariables  = 250
	maxParameters = 50
	maxCall       = 120 * time.Second
	margin        = 5 * time.Second // for an answer to get out in time
	maxWait       = 90 * 24 * time.Hour
	maxRetries    = 90
)

// refusal is what cannot be said with the same meaning, and why.
type refusal struct{ why, hint string }

var refusals = map[string]refusal{
	"machine-timeout": {"a workflow has no timeout there", "give the tasks a TimeoutSeconds"},
	"call-timeout":    {fmt.Sprintf("a call ends after %d seconds there", int(maxCall.Seconds())), "make it shorter"},
	"message-timeout": {"only the app's functions keep the time there", "leave it out"},
	"timeout-path":    {"a call's timeout is not known from the input there", "write TimeoutSeconds"},
	"wait":            {fmt.Sprintf("a run ends after %d days there", int(maxWait.Hours()/24)), "make it shorter"},
	"several":         {"a path there leads to one value", "take the list as it is, and choose from it in a function"},
	"negative":        {"an index there counts from the start", "count from the start"},
	"context":         {"the engine does not tell it there", "leave it out"},
	"intrinsic":       {"the engine has no function for it that is the same", "do it in a function of the app"},
	"caught":          {"what goes wrong in a function of the language cannot be caught there", "leave the Catch or Retry out, or do it in a function of the app"},
	"expression":      {fmt.Sprintf("an expression there has at most %d characters", maxExpression), "take it apart: several states, or a function of the app"},
	"order":           {"text is put in the order of a language there, and not of its characters", "use StringEquals"},
	"timestamp":       {"what is no moment cannot be told from one there", "use StringEquals"},
	"matches":         {"there is no such pattern there", "use StringEquals, or one * at the end of the pattern"},
	"number":          {"a number there has 64 bits", "write it as text"},
	"concurrency":     {"items are worked on one at a time there", "leave it out"},
	"key":             {"an expression would begin in its name there", "give it another name"},
	"actions":         {fmt.Sprintf("a workflow there has at most %d actions", maxActions), "split the workflow in two"},
	"nesting":         {fmt.Sprintf("actions there stand at most %d deep in one another", maxNesting), "take the innermost out, into a workflow of its own"},
	"variables":       {fmt.Sprintf("a workflow there has at most %d variables", maxVariables), "split the workflow in two"},
	"parameters":      {fmt.Sprintf("a workflow there has at most %d parameters, one for each address", maxParameters), "split the workflow in two"},
	"retries":         {fmt.Sprintf("there are at most %d retries there", maxRetries), "use fewer"},
	"jitter":          {"delays between retries have no random part there", "leave JitterStrategy out"},
	"circle":          {"the address of a workflow's trigger is not known there before the workflow is", "have a function start it, which has access to it"},
	"place":           {"items of lists are not set there one by one", "put the result in a field"},
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
