package azure

import "github.com/isobar-dev/isobar/codegen/plan"

// concurrency is how many calls run at the same time at most: so many on each instance, and so many instances. All functions of a
// kind share an instance's bound, and all of the app that of instances, which each has of its own: so the smallest is that of all.
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#concurrency
type concurrency struct {
	instances int
	// requests and messages are the calls of one instance; 0 is no bound.
	requests, messages int
}

// concurrencyOf returns the bounds in which no function makes more calls than the spec allows. Of a timer there is one at a time, and of a
// table as many as it has partitions, whatever the bound: those functions have none of these.
func concurrencyOf(app *plan.App) concurrency {
	requests, messages := 0, 0
	for i := range app.Functions {
		f := &app.Functions[i]
		switch f.Trigger.(type) {
		case plan.HTTP, plan.Task: // workflows call tasks by requests
			requests = tighter(requests, f.Concurrency.Value)
		case plan.Message, plan.Subscription, plan.ObjectEvents:
			messages = tighter(messages, f.Concurrency.Value)
		}
	}
	c := concurrency{instances: maxInstances}
	if least := tighter(requests, messages); least > 0 {
		c.instances = min(least, defaultInstances)
	}
	c.requests, c.messages = requests/c.instances, messages/c.instances
	return c
}

// tighter is the smaller of two bounds, of which 0 is none.
func tighter(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}
