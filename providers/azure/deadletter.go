package azure

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// sendsDeadLetters tells whether the runtime sends what a function has failed to handle to a queue, as the trigger has none.
func sendsDeadLetters(f *plan.Function) bool {
	switch f.Trigger.(type) {
	case plan.Schedule, plan.Stream:
		return true
	}
	return false
}

// ownDeadLetters are the functions whose dead letters have a queue of their own.
func ownDeadLetters(app *plan.App) []*plan.Function {
	var found []*plan.Function
	for i := range app.Functions {
		if f := &app.Functions[i]; sendsDeadLetters(f) {
			found = append(found, f)
		}
	}
	return found
}

// deadLetters is the queue of what a function has failed to handle, where there is no other. Nothing expires there.
func (l *lowering) deadLetters(f bicep.File, function *plan.Function) bicep.File {
	symbol := symbolOf(wordDeadLetters, function.Name)
	f = append(f, bicep.Resource{Comment: "What " + function.Name + " has failed to handle.", Symbol: symbol, Type: typeQueue, Body: bicep.Object{
		{Key: "parent", Value: symServiceBus},
		{Key: "name", Value: stagedName(function.DeadLetters())},
		{Key: "properties", Value: bicep.Object{capacity}},
	}})
	return l.assign(f, trigger(function), onDeadLetters, forFunction(symbol, function.Name))
}
