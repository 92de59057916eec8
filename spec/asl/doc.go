// Package asl reads workflows: a definition in Amazon States Language, flavour JSONPath, in JSON or YAML, to a Machine in which
// every part knows its line and column, with all mistakes reported at once.
//
//	m, diags := asl.Load("order.asl.yaml", data, &asl.Names{Functions: …}) // Parse and Check
//	m.StartAt.Value, m.States                                                // a Graph: states in the order of the file
//	m.State("Ship").Body.(*asl.Task).Resource                                // {Kind: Function, Name: "ship-order", Pos: …}
//
// # The model
//
// A Machine is a Graph; so are a branch of a Parallel state and the processor of a Map state. A State has what all types have, and
// a Body: *Task, *Choice, *Parallel, *Map, *Wait, *Pass, *Succeed or *Fail. Task, Parallel and Map embed an Outcome: ResultSelector,
// ResultPath, Retry and Catch. State.Edges are the ways to other states, State.Inner the graphs within, Graph.Walk goes through all.
//
// Nothing in the model is text that must be taken apart again. A Path is a list of steps, with IsRoot, IsNull, IsReference (fields
// and indexes alone: can be written to), IsDefinite (one value at most) and Members (the names, where there are only names). A nil
// *Path is one that is not written, and means $. A payload template is a Value: *Literal, *Array, *Object, *Path or *Call; a nil
// Value is one that is not written. A condition of a Choice is *All, *Any, *Not or *Comparison, whose Operator is an Operand and a
// Relation. A Setting or Seconds that is not written holds the language's default.
//
// A Resource is a kind and a name of the spec: isobar:function:validate-order. The addresses of other systems in existing
// definitions are taken by their names, with a warning, and the task's Parameters, ResultSelector and names of errors are turned
// into what they mean here, so that whoever reads the model meets no address (foreign.go). State names are not restricted to what
// an identifier may be: they can have spaces, and are unique in the whole machine.
//
// # The meaning
//
// What a machine does is defined by runtime/workflow, which runs it, and told in docs/workflows.md. Errors have names: those in
// errors.go are the language's own; Transient and Permanent are the names of a function's errors that it gave none. MatchesError
// says what a retrier or a catcher takes, Retrier.Delay how long it waits.
//
// # The checks
//
// Parse is strict about fields and values. Check asks where states lead, whether what tasks name is declared, whether a Choice can
// fall through, whether retriers and catchers can ever match, and, following what is known of values from state to state, whether
// paths can exist. What the States Language has and this package refuses (variables and JSONata, distributed maps, task tokens,
// activities, filters in paths) is listed in fields.go. What a target cannot do is that target's business, and not known here.
package asl
