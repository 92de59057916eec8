// Package workflow runs workflows in process: it is what a workflow means.
//
//	machine, diags := asl.Load("order.asl.yaml", data, nil)
//	result, err := workflow.Run(ctx, machine, input, workflow.Options{Tasks: tasks})
//	result.Output, result.Fault, result.Trace
//
// Run executes a machine of package asl, and returns how it ended and a trace of all that happened. What a task does is the
// caller's: Tasks calls a function, or plays one. Time is the caller's too: on a virtual clock, which is the default, waits,
// delays and timeouts take no time at all, and the same run gives the same trace, whatever it does at the same time; on the
// system's clock a run takes the time that it says.
//
// The semantics are those of the Amazon States Language, and where clouds differ those of docs/workflows.md: a Parallel or a Map
// state runs all of its branches or items to their ends, and fails then with the error of the first that failed, in their order.
package workflow
