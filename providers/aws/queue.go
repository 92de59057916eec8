package aws

import (
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
)

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
	c := channel{
		owner: q.Name, name: q.Name, main: id(q.Name, idQueue), dead: id(q.Name, idDeadLetter), alarm: id(q.Name, idDeadLetterAlarm), comment: text,
		visibility: visibility, retention: q.Retention.Value, delay: q.Delay.Value, deliveries: q.Deliveries.Value,
		ordered: q.Ordered.Value, deduplicate: q.Deduplicate.Value,
	}
	b.outputs = []cfn.Output{{ID: c.main + "Url", Description: "The URL of the queue " + q.Name + ".", Value: cfn.Ref(c.main)}}
	l.channel(&b, c)
	return b
}

// queueName is a queue's physical name.
func (l *lowering) queueName(q *plan.Queue) cfn.Sub {
	return l.named(q.Name, maxQueueName, fifo(q.Ordered.Value, q.Deduplicate.Value))
}

// queueURL is where a queue is, made of its name, as the queue can be in another stack.
func (l *lowering) queueURL(queue string) cfn.Sub {
	return append(cfn.Sub{
		cfn.String("https://sqs."), cfn.Ref("AWS::Region"), cfn.String("."), cfn.Ref("AWS::URLSuffix"), cfn.String("/"), cfn.Ref("AWS::AccountId"), cfn.String("/"),
	}, l.queueName(l.app.Queue(queue))...)
}

// visibility is what the spec wants, but long enough for the time that Lambda may hold a message: in the window, and in the
// function. Otherwise Lambda refuses the mapping, or messages come again while they are handled.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (l *lowering) visibility(q *plan.Queue) time.Duration {
	f, ok := l.consumers[q.Name]
	if !ok {
		return q.Visibility.Value
	}
	return max(q.Visibility.Value, taken(f.Function, f.On, q).window+lambdaTimeout(f.Timeout.Value))
}

// taken is how a function takes messages from its queue.
func taken(f *plan.Function, on plan.Message, q *plan.Queue) mapping {
	m := batches(on.Batch, on.Window, f.Concurrency.Value, q.Ordered.Value, fifo(q.Ordered.Value, q.Deduplicate.Value))
	m.queue = id(q.Name, idQueue)
	return m
}

// consumers are the functions that queues trigger, by the queue.
func consumers(app *plan.App) map[string]plan.Triggered[plan.Message] {
	byQueue := map[string]plan.Triggered[plan.Message]{}
	for _, f := range plan.Of[plan.Message](app) {
		byQueue[f.On.Queue] = f
	}
	return byQueue
}

// consumed adds what calls a function for the messages of its queue.
func (l *lowering) consumed(b *block, f *plan.Function, on plan.Message) {
	l.mapping(b, f, taken(f, on, l.app.Queue(on.Queue)))
}
