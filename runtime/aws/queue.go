package aws

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// opener reads the events in a message of SQS.
type opener func(m *events.SQSMessage) ([]app.Delivery, error)

// batches takes batches of messages of a queue. All messages of a batch are handled at the same time, or where the queue is ordered all
// groups are. Those that failed are named in the answer, so that they alone come again.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
func batches(f *app.Function, open opener) invoker {
	return func(ctx context.Context, payload []byte) (any, error) {
		messages, err := records(payload, scanMessage)
		if err != nil {
			return nil, f.Refuse(ctx, app.Delivery{}, err)
		}
		failed := make([]bool, len(messages))
		var wg sync.WaitGroup
		for _, group := range groups(f, messages) {
			wg.Go(func() { handle(ctx, f, open, messages, group, failed) })
		}
		wg.Wait()
		answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for i, isFailed := range failed {
			if isFailed {
				answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: messages[i].MessageId})
			}
		}
		return answer, nil
	}
}

// groups returns the messages that are handled one after another, by their places in the batch: each message by itself, or those of an
// ordered queue that have one group.
func groups(f *app.Function, messages []events.SQSMessage) [][]int {
	out := make([][]int, 0, len(messages))
	places := map[string]int{}
	for i := range messages {
		if f.Ordered() {
			key := messages[i].Attributes["MessageGroupId"]
			if place, ok := places[key]; ok {
				out[place] = append(out[place], i)
				continue
			}
			places[key] = len(out)
		}
		out = append(out, []int{i})
	}
	return out
}

// handle handles the messages of a group, none before the one that failed ahead of it. What there is no time left for comes again too.
func handle(ctx context.Context, f *app.Function, open opener, messages []events.SQSMessage, group []int, failed []bool) {
	for n, i := range group {
		if n > 0 && !timeLeft(ctx, f) || deliverMessage(ctx, f, open, &messages[i]) != nil {
			for _, rest := range group[n:] {
				failed[rest] = true
			}
			return
		}
	}
}

// deliverMessage delivers the events in a message.
func deliverMessage(ctx context.Context, f *app.Function, open opener, m *events.SQSMessage) error {
	deliveries, err := open(m)
	if err != nil {
		return f.Refuse(ctx, app.Delivery{Event: fn.Event{ID: m.MessageId, Attempt: attempt(m)}}, err)
	}
	for i := range deliveries {
		d := &deliveries[i]
		d.Event.Attempt = attempt(m)
		if d.Event.Trace.Parent == "" {
			d.Event.Trace.Parent = traceparent(m.Attributes["AWSTraceHeader"])
		}
		if f.Ordered() {
			d.OrderingKey = m.Attributes["MessageGroupId"]
		}
	}
	return deliverAll(ctx, f, deliveries)
}

// attempt counts deliveries from 1. Attributes of SQS itself are decimal numbers as text; one that is not is as good as missing.
func attempt(m *events.SQSMessage) int {
	n, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	return max(n, 0)
}

// holding opens messages whose body holds the events.
func holding(read contents) opener {
	return func(m *events.SQSMessage) ([]app.Delivery, error) { return read([]byte(m.Body)) }
}

// message opens a message whose body is the payload: of a queue, or of a topic that SNS delivers raw.
func message(m *events.SQSMessage) ([]app.Delivery, error) {
	if m.MessageId == "" {
		return nil, errors.New("the message has no ID")
	}
	d := app.Delivery{
		Event:      fn.Event{ID: strings.Clone(m.MessageId), Raw: *m}, // a store may keep the ID, and need not keep the batch
		Data:       []byte(m.Body),
		Attributes: make(map[string]string, len(m.MessageAttributes)),
	}
	if sent, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64); err == nil {
		d.Event.Time = time.UnixMilli(sent)
	}
	// The sender's own trace context, an attribute, stands above what AWS knows of the trace.
	for name, a := range m.MessageAttributes {
		if a.StringValue != nil {
			d.Attributes[name] = *a.StringValue
		}
	}
	return []app.Delivery{d}, nil
}
