// Package states writes a state machine of package asl for AWS Step Functions: the same language, with the resources in AWS's form.
//
//	definition, diags := states.Compile(machine, options)
//	definition.Text          // JSON with ${ProcessPaymentFunction} where an address goes
//	definition.Substitutions // what is behind ${ProcessPaymentFunction}
//
// States stay as they are written. What the service does otherwise than workflows are meant is turned off: its own names of errors
// are added to those that Retry and Catch name, a task without a timeout has its function's, and a Parallel or a Map state whose
// parts can fail becomes one that lets all of them end before it fails (wrap.go).
//
// The language: https://states-language.net/spec.html, and what the service makes of it:
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
package states
