package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// changes takes batches of a table's stream. They are handled one after another, as they follow each other, and none before the one that
// failed ahead of it: the answer names that one, and Lambda goes on from there. What there is no time left for is left for the
// next call in the same way.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func changes(f *app.Function) invoker {
	return func(ctx context.Context, payload []byte) (any, error) {
		read, err := records(payload, func(s *jsonscan.Scanner, record *json.RawMessage) { *record = s.Raw() })
		if err != nil {
			return nil, f.Refuse(ctx, app.Delivery{}, err)
		}
		answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		for i, raw := range read {
			r, err := readStream(raw)
			switch {
			case err != nil:
				err = f.Refuse(ctx, app.Delivery{Event: fn.Event{ID: r.EventID}}, err)
			case i > 0 && !timeLeft(ctx, f):
				err = context.DeadlineExceeded
			default:
				err = deliverChange(ctx, f, &r)
			}
			if err == nil {
				continue
			}
			if r.Change.SequenceNumber == "" {
				return nil, err // all of them come again
			}
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: r.Change.SequenceNumber})
			break
		}
		return answer, nil
	}
}

// streamed is a record of a stream. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
type streamed struct {
	AWSRegion      string                       `json:"awsRegion"`
	EventID        string                       `json:"eventID"`
	EventName      string                       `json:"eventName"`
	EventSource    string                       `json:"eventSource"`
	EventVersion   string                       `json:"eventVersion"`
	EventSourceArn string                       `json:"eventSourceARN"`
	UserIdentity   *events.DynamoDBUserIdentity `json:"userIdentity"`
	Change         struct {
		Created        json.Number `json:"ApproximateCreationDateTime"` // in seconds, with a fraction or without
		Keys           item
		NewImage       item
		OldImage       item
		SequenceNumber string
		SizeBytes      int64
		StreamViewType string
	} `json:"dynamodb"`
}

// readStream reads a record. Even of one that it cannot read it tells the sequence number, if there is one.
func readStream(raw []byte) (streamed, error) {
	var r streamed
	if err := json.Unmarshal(raw, &r); err != nil {
		var known struct {
			EventID string                          `json:"eventID"`
			Change  struct{ SequenceNumber string } `json:"dynamodb"`
		}
		_ = json.Unmarshal(raw, &known) // what stands before the mistake is there all the same
		r.EventID, r.Change.SequenceNumber = known.EventID, known.Change.SequenceNumber
		return r, err
	}
	if r.EventID == "" || r.Change.SequenceNumber == "" {
		return r, errors.New("it is no change of a table")
	}
	return r, nil
}

// What is done to an item.
const (
	inserted = "INSERT"
	modified = "MODIFY"
	removed  = "REMOVE"
)

func deliverChange(ctx context.Context, f *app.Function, r *streamed) error {
	d := app.Delivery{Event: fn.Event{ID: r.EventID, Trace: fn.TraceContext{Parent: traceOf(ctx)}}}
	err := r.decode(&d)
	if err != nil {
		return f.Refuse(ctx, d, err)
	}
	return f.Deliver(ctx, d)
}

// decode turns a record into a delivery.
func (r *streamed) decode(d *app.Delivery) (err error) {
	switch r.EventName {
	case inserted, modified:
	case removed:
		d.Item.Deleted = true
	default:
		return fmt.Errorf("%.100q is no kind of change", r.EventName)
	}
	d.Event.Time = r.created()
	if d.Item.Key, err = r.Change.Keys.appendJSON(nil, 0); err != nil {
		return fmt.Errorf("the key: %w", err)
	}
	if r.Change.NewImage != nil && !d.Item.Deleted {
		if d.Item.New, err = r.Change.NewImage.appendJSON(nil, 0); err != nil {
			return fmt.Errorf("the item: %w", err)
		}
	}
	if r.Change.OldImage != nil {
		if d.Item.Old, err = r.Change.OldImage.appendJSON(nil, 0); err != nil {
			return fmt.Errorf("the old item: %w", err)
		}
	}
	d.Event.Raw = r.vendor()
	return nil
}

// created is when the change was made, to the second or finer. It is zero when that is not told, or no moment that RFC 3339 can write.
func (r *streamed) created() time.Time {
	seconds, err := strconv.ParseFloat(string(r.Change.Created), 64)
	if err != nil || seconds <= 0 || seconds >= 253402300800 {
		return time.Time{}
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1e3) // a float64 has no more than the microseconds
}

// vendor is the record in the vendor's own type.
func (r *streamed) vendor() events.DynamoDBEventRecord {
	return events.DynamoDBEventRecord{
		AWSRegion: r.AWSRegion, EventID: r.EventID, EventName: r.EventName, EventSource: r.EventSource, EventVersion: r.EventVersion,
		EventSourceArn: r.EventSourceArn, UserIdentity: r.UserIdentity,
		Change: events.DynamoDBStreamRecord{
			ApproximateCreationDateTime: events.SecondsEpochTime{Time: r.created().UTC()},
			Keys:                        r.Change.Keys.vendor(), NewImage: r.Change.NewImage.vendor(), OldImage: r.Change.OldImage.vendor(),
			SequenceNumber: r.Change.SequenceNumber, SizeBytes: r.Change.SizeBytes, StreamViewType: r.Change.StreamViewType,
		},
	}
}
