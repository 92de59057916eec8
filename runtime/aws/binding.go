package aws

import (
	"fmt"

	"github.com/isobar-dev/isobar/runtime/app"
)

// BindingVariable is the environment variable that says how events reach a Lambda function, where that is not as Mapped says. A
// template sets it. What an event looks like is never guessed from what is in it: that is the sender's to choose.
const BindingVariable = "ISOBAR_BINDING"

// Binding is how the events of a function's trigger reach it.
type Binding string

const (
	// Mapped has Lambda's event source mappings bring everything, with ReportBatchItemFailures: a table's changes from its stream, and
	// all else from an SQS queue of the function's own. SNS puts messages there with raw message delivery, S3 its notifications,
	// and the EventBridge Scheduler ScheduleInput. It is the binding of generated templates.
	Mapped Binding = ""
	// Enveloped is as Mapped, for a topic without raw message delivery.
	Enveloped Binding = "enveloped"
	// Direct has SNS, S3 or the EventBridge Scheduler call the function themselves, asynchronously.
	Direct Binding = "direct"
)

// ScheduleInput is what a schedule hands over: the Scheduler puts the facts of the moment in the place of its keywords.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
const ScheduleInput = `{"id":"<aws.scheduler.execution-id>","schedule":"<aws.scheduler.schedule-arn>",` +
	`"scheduledTime":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}`

// delivered is a kind of events, and the way that they come.
type delivered struct {
	kind    app.Kind
	binding Binding
}

// invokers has a row for each kind of events and each way that they can come.
var invokers = map[delivered]func(*app.Function) invoker{
	{app.KindQueue, Mapped}:    func(f *app.Function) invoker { return batches(f, message) },
	{app.KindTopic, Mapped}:    func(f *app.Function) invoker { return batches(f, message) },
	{app.KindTopic, Enveloped}: func(f *app.Function) invoker { return batches(f, holding(notification)) },
	{app.KindTopic, Direct}:    func(f *app.Function) invoker { return direct(f, notifications) },
	{app.KindBucket, Mapped}:   func(f *app.Function) invoker { return batches(f, holding(objects)) },
	{app.KindBucket, Direct}:   func(f *app.Function) invoker { return direct(f, objects) },
	{app.KindSchedule, Mapped}: func(f *app.Function) invoker { return batches(f, holding(occurrence)) },
	{app.KindSchedule, Direct}: func(f *app.Function) invoker { return direct(f, occurrence) },
	{app.KindTable, Mapped}:    changes,
}

// invokerOf returns what invokes a function that takes events.
func invokerOf(f *app.Function, binding Binding) (invoker, error) {
	invoker, ok := invokers[delivered{f.Kind(), binding}]
	if !ok {
		return nil, fmt.Errorf("the events of the function %s do not come by %s=%s", f.Name, BindingVariable, binding)
	}
	return invoker(f), nil
}
