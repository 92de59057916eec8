package aws

import (
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
)

// deadLetterRetention is how long a dead-letter queue keeps messages: as long as SQS can.
const deadLetterRetention = 14 * 24 * time.Hour

// fifoSuffix ends the name of whatever keeps an order. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fifo-queues.html
const fifoSuffix = ".fifo"

// channel is an SQS queue with its dead-letter queue: one of the app's queues, or what stands between a function and the source of its
// events. All that a function takes but requests and changes comes out of one, so that attempts and dead letters mean the same for
// all: Lambda's own retries of what S3, SNS or the Scheduler hand over are two at most.
type channel struct {
	// name is part of the physical names; main, dead and alarm are logical IDs. Its messages are those of owner, a queue or a function.
	name, main, dead, alarm string
	owner                   string
	comment                 string
	visibility, retention   time.Duration
	delay                   time.Duration
	deliveries              int
	ordered, deduplicate    bool
}

// fifo tells whether a queue or a topic has to be one that SQS and SNS call first in, first out. Whoever sends to one gives each message a
// deduplication ID, and a group: the ordering key, or what is the message's alone.
func fifo(ordered, deduplicate bool) bool { return ordered || deduplicate }

// named is the physical name of a queue or a topic.
func (l *lowering) named(name string, longest int, fifo bool) cfn.Sub {
	if !fifo {
		return l.physical(name, longest)
	}
	return append(l.physical(name, longest-len(fifoSuffix)), cfn.String(fifoSuffix))
}

// channelOf is the channel of a function's events.
func (l *lowering) channelOf(f *plan.Function, window time.Duration) channel {
	return channel{
		owner: f.Name, name: f.Channel(), main: id(f.Name, idChannel), dead: id(f.Name, idDeadLetters), alarm: id(f.Name, idDeadLettersAlarm),
		visibility: max(f.Visibility(), window+lambdaTimeout(f.Timeout.Value)), retention: spec.DefaultRetention,
		deliveries: f.Attempts.Value,
	}
}

// channel adds the queue, the dead-letter queue, and the alarm on it. No policy denies requests in the clear, as that of a bucket does: every
// request is signed, and Security Hub asks for it of buckets (S3.5) and of neither queues nor topics.
// https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html
func (l *lowering) channel(b *block, c channel) {
	isFIFO := fifo(c.ordered, c.deduplicate)
	name := l.named(c.name, maxQueueName, isFIFO)
	properties := append(cfn.Map{{"QueueName", name}}, order(c.ordered, c.deduplicate)...)
	b.add(cfn.Resource{ID: c.main, Comment: c.comment, Type: typeQueue, Properties: append(properties, cfn.Map{
		{"VisibilityTimeout", seconds(c.visibility)},
		{"MessageRetentionPeriod", seconds(c.retention)},
		{"DelaySeconds", unlessZero(seconds(c.delay))},
		{"RedrivePolicy", cfn.Map{
			{"deadLetterTargetArn", arnOf(c.dead)},
			{"maxReceiveCount", cfn.Int(c.deliveries)},
		}},
		{"SqsManagedSseEnabled", cfn.Bool(true)},
		{"Tags", l.tags},
	}...)})
	l.deadLetters(b, c, cfn.Map{
		{"redrivePermission", cfn.String("byQueue")},
		// By name: the queue refers to this one already.
		{"sourceQueueArns", cfn.List{arn("sqs", name...)}},
	})
}

// deadLetters adds a queue that keeps what failed for the last time, and an alarm on it.
func (l *lowering) deadLetters(b *block, c channel, from cfn.Map) {
	isFIFO := fifo(c.ordered, c.deduplicate)
	b.add(cfn.Resource{ID: c.dead, Type: typeQueue, Properties: cfn.Map{
		{"QueueName", l.named(c.name+spec.DeadLetterSuffix, maxQueueName, isFIFO)},
		{"FifoQueue", unless(!isFIFO, cfn.Bool(true))},
		{"MessageRetentionPeriod", seconds(deadLetterRetention)},
		{"RedriveAllowPolicy", from},
		{"SqsManagedSseEnabled", cfn.Bool(true)},
		{"Tags", l.tags},
	}})
	l.alarm(b, c.alarm, c.dead)
	b.outputs = append(b.outputs, cfn.Output{ID: c.dead + "Url", Description: "The URL of the dead-letter queue of " + c.owner + ".", Value: cfn.Ref(c.dead)})
}

// order are the properties of a queue that keeps an order, or drops duplicates. One that does not drop them has as high a throughput as
// there is, as its groups have nothing to do with each other.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
func order(ordered, deduplicate bool) cfn.Map {
	switch {
	case deduplicate:
		return cfn.Map{{"FifoQueue", cfn.Bool(true)}}
	case ordered:
		return cfn.Map{
			{"FifoQueue", cfn.Bool(true)},
			{"DeduplicationScope", cfn.String("messageGroup")},
			{"FifoThroughputLimit", cfn.String("perMessageGroupId")},
		}
	}
	return nil
}

// unless is a value, or nothing.
func unless(nothing bool, v cfn.Value) cfn.Value {
	if nothing {
		return nil
	}
	return v
}

func unlessZero(n cfn.Int) cfn.Value { return unless(n == 0, n) }

// The bounds of a mapping.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const (
	largestUnwindowed = 10 // the largest batch without a window, and of a FIFO queue the largest at all
	minConcurrency    = 2  // of a mapping: https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html
)

// mapping is how Lambda takes messages from a queue.
type mapping struct {
	queue       string // the logical ID
	batch       int
	window      time.Duration
	fifo        bool // which has no window at all
	concurrency int  // of invocations, each of one message where it is bounded; 0 is no bound
	filter      string
}

// batches says how many messages come at a time. Of an ordered queue it is one: when a message fails, those behind it in a batch would go
// back with it, and count as tried.
func batches(batch plan.Setting[int], window plan.Setting[time.Duration], concurrency int, ordered, isFIFO bool) mapping {
	m := mapping{batch: batch.Value, window: window.Value, fifo: isFIFO, concurrency: concurrency}
	if ordered {
		m.batch = 1
	}
	if isFIFO {
		m.batch, m.window = min(m.batch, largestUnwindowed), 0
	}
	if m.batch > largestUnwindowed {
		m.window = max(m.window, time.Second)
	}
	return m
}

// mapping adds what calls a function for the messages of a queue. The function answers which messages of a batch failed, and those alone
// come again.
func (l *lowering) mapping(b *block, f *plan.Function, m mapping) {
	b.add(cfn.Resource{ID: id(f.Name, idMapping), Type: typeMapping, Properties: cfn.Map{
		{"EventSourceArn", arnOf(m.queue)},
		{"FunctionName", cfn.Ref(id(f.Name, idFunction))},
		{"BatchSize", cfn.Int(m.batch)},
		{"MaximumBatchingWindowInSeconds", unless(m.fifo, seconds(m.window))},
		{"FunctionResponseTypes", cfn.Strings("ReportBatchItemFailures")},
		{"FilterCriteria", filtered(m.filter)},
		{"ScalingConfig", unless(m.concurrency == 0, cfn.Map{{"MaximumConcurrency", cfn.Int(m.concurrency)}})},
		{"Tags", l.tags},
	}})
}

// filtered is a filter with one pattern, or none.
func filtered(pattern string) cfn.Value {
	if pattern == "" {
		return nil
	}
	return cfn.Map{{"Filters", cfn.List{cfn.Map{{"Pattern", cfn.String(pattern)}}}}}
}
