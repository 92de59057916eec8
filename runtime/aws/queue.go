package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// messages takes batches of a queue. All messages of a batch are handled at the same time, and those that failed are named in the
// answer, so that they alone come again.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
func messages(f *app.Function) invoker {
	return func(ctx context.Context, payload []byte) (any, error) {
		var batch events.SQSEvent
		if err := json.Unmarshal(payload, &batch); err != nil {
			return nil, fmt.Errorf("decoding the batch: %w", err)
		}
		if len(batch.Records) == 0 {
			return nil, fmt.Errorf("the payload is no batch of messages: it has no Records")
		}
		failed := make([]bool, len(batch.Records))
		var wg sync.WaitGroup
		for i := range batch.Records {
			wg.Go(func() { failed[i] = f.Deliver(ctx, message(&batch.Records[i])) != nil })
		}
		wg.Wait()
		answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for i, isFailed := range failed {
			if isFailed {
				answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: batch.Records[i].MessageId})
			}
		}
		return answer, nil
	}
}

func message(m *events.SQSMessage) app.Delivery {
	d := app.Delivery{
		Event:      fn.Event{ID: m.MessageId, Raw: *m},
		Data:       []byte(m.Body),
		Attributes: make(map[string]string, len(m.MessageAttributes)),
	}
	// Attributes of SQS itself are decimal numbers as text; one that is not is as good as missing.
	d.Event.Attempt, _ = strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	if sent, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64); err == nil {
		d.Event.Time = time.UnixMilli(sent)
	}
	// The sender's own trace context, an attribute, stands above what AWS knows of the trace.
	d.Event.Trace.Parent = traceparent(m.Attributes["AWSTraceHeader"])
	for name, a := range m.MessageAttributes {
		if a.StringValue != nil {
			d.Attributes[name] = *a.StringValue
		}
	}
	return d
}
