// Package workflows compiles a state machine of package asl for Google Workflows, and prints it as YAML.
//
//	program, diags := workflows.Compile(machine, options)
//	source := program.Source()
//
// A state becomes a step of its name, where it needs several the others begin with its name, and the ways between states are next:
// any graph compiles, loops and shared tails included. The value that goes from state to state is the variable data. A branch of a
// Parallel state and what a Map state does with an item are subworkflows. What calls a function, and gives errors the names that the
// States Language has for them, are subworkflows too, written once.
//
// An error of the machine is the map {Error, Cause}. What the engine itself raises, where a path leads nowhere, has other keys: it
// is States.Runtime of the language, which nothing catches.
//
// What cannot be said with the same meaning is refused, and refusals.go lists it.
//
// The language: https://cloud.google.com/workflows/docs/reference/syntax
package workflows
