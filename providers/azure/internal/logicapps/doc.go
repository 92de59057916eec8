// Package logicapps compiles a state machine of package asl to the workflow definition language of Azure Logic Apps.
//
//	workflow, diags := logicapps.Compile(machine, options)
//	workflow.Definition // a tree, for Bicep
//
// The language has no way from one action to any other: actions run after one another, in conditions and in loops. States that follow
// one another come out as actions that do. Wherever else states lead, the variable next says which state is entered, and the states
// stand one below the other, in an order in which every way leads down, each in a condition that asks for it: so shared tails are
// written once. States that lead back to one another stand in an Until, which ends when next is none of them. What goes from state to
// state is in the outputs of the last action, and across ways in the variable data, which holds it in the field value: a variable has a
// type, and data has none.
//
// A branch of a Parallel state has variables of its own, in a scope beside the others; what a Map state does with an item is in a
// Foreach, one item at a time, as variables are not each item's own. An error is an object {Error, Cause}: of the machine a Terminate,
// and elsewhere the variable failure.
//
// Nothing is retried that no retrier names: every call has the retry policy none, and Retry is an Until around the call.
//
// What cannot be said with the same meaning is refused, and refusals.go lists it.
//
// The language: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language
package logicapps
