package aws

import (
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
)

// deadLetterRetention is how long a dead-letter queue keeps messages: as long as SQS can.
const deadLetterRetention = 14 * 24 * time.Hour

// queue is the block of a queue and its dead-letter queue.
func (l *lowering) queue(q *plan.Queue) block {
	b := block{key: q.Name, uses: []string{paramStage}}
	text := "Queue " + q.Name
	if q.Consumer != "" {
		b.key = q.Consumer
		text += ", which " + q.Consumer + " consumes"
	}
	visibility := l.visibility(q)
	if asked := q.Visibility.Value; visibility > asked {
		text += "; hidden for longer than " + spec.FormatDuration(asked) + ", as Lambda may hold a message for " + spec.FormatDuration(visibility)
	}
	name := l.physical(q.Name, maxQueueName)
	main, dead := id(q.Name, idQueue), id(q.Name, idDeadLetter)
	b.resources = []cfn.Resource{
		{ID: main, Comment: text, Type: "AWS::SQS::Queue", Properties: cfn.Map{
			{"QueueName", name},
			{"VisibilityTimeout", seconds(visibility)},
			{"MessageRetentionPeriod", seconds(q.Retention.Value)},
			{"RedrivePolicy", cfn.Map{
				{"deadLetterTargetArn", arnOf(dead)},
				{"maxReceiveCount", cfn.Int(q.Deliveries.Value)},
			}},
			{"SqsManagedSseEnabled", cfn.Bool(true)},
			{"Tags", l.tags},
		}},
		{ID: dead, Type: "AWS::SQS::Queue", Properties: cfn.Map{
			{"QueueName", l.physical(q.Name+spec.DeadLetterSuffix, maxQueueName)},
			{"MessageRetentionPeriod", seconds(deadLetterRetention)},
			// By name: the queue refers to this one already.
			{"RedriveAllowPolicy", cfn.Map{
				{"redrivePermission", cfn.String("byQueue")},
				{"sourceQueueArns", cfn.List{arn("sqs", name...)}},
			}},
			{"SqsManagedSseEnabled", cfn.Bool(true)},
			{"Tags", l.tags},
		}},
	}
	b.outputs = []cfn.Output{
		{ID: main + "Url", Description: "The URL of the queue " + q.Name + ".", Value: cfn.Ref(main)},
		{ID: dead + "Url", Description: "The URL of the dead-letter queue of " + q.Name + ".", Value: cfn.Ref(dead)},
	}
	return b
}

// visibility is what the spec wants, but long enough for the time that Lambda may hold a message: in the window, and in the
// function. Otherwise Lambda refuses the mapping, or messages come again while they are handled.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (l *lowering) visibility(q *plan.Queue) time.Duration {
	f, ok := l.consumers[q.Name]
	if !ok {
		return q.Visibility.Value
	}
	return max(q.Visibility.Value, window(f.On)+lambdaTimeout(f.Timeout.Value))
}

// consumers are the functions that queues trigger, by the queue.
func consumers(app *plan.App) map[string]plan.Triggered[plan.Message] {
	byQueue := map[string]plan.Triggered[plan.Message]{}
	for _, f := range plan.Of[plan.Message](app) {
		byQueue[f.On.Queue] = f
	}
	return byQueue
}

// largestUnwindowed is the largest batch that Lambda takes without a window.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const largestUnwindowed = 10

// window is how long Lambda may wait for a batch to fill.
func window(on plan.Message) time.Duration {
	if on.Batch.Value > largestUnwindowed {
		return max(on.Window.Value, time.Second)
	}
	return on.Window.Value
}

// mapping adds what calls a function for the messages of its queue. The function answers which messages of a batch failed, and
// those alone come again.
func (l *lowering) mapping(b *block, f *plan.Function, on plan.Message) {
	b.resources = append(b.resources, cfn.Resource{ID: id(f.Name, idMapping), Type: "AWS::Lambda::EventSourceMapping", Properties: cfn.Map{
		{"EventSourceArn", arnOf(id(on.Queue, idQueue))},
		{"FunctionName", cfn.Ref(id(f.Name, idFunction))},
		{"BatchSize", cfn.Int(on.Batch.Value)},
		{"MaximumBatchingWindowInSeconds", seconds(window(on))},
		{"FunctionResponseTypes", cfn.Strings("ReportBatchItemFailures")},
		{"Tags", l.tags},
	}})
}
