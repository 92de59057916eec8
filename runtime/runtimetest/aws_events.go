package runtimetest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Deliver hands over one batch, and reads the answer as Lambda does for ReportBatchItemFailures.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (c awsCloud) Deliver(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	records := make([]object, len(messages))
	ids := make([]string, len(messages))
	for i, m := range messages {
		records[i], ids[i] = queued(function, m), m.ID
	}
	failed, ok := c.batch(t, function, records)
	if !ok || slices.ContainsFunc(failed, func(id string) bool { return !slices.Contains(ids, id) }) {
		return make([]bool, len(messages)) // an identifier that is none fails the batch
	}
	acknowledged := make([]bool, len(messages))
	for i, id := range ids {
		acknowledged[i] = !slices.Contains(failed, id)
	}
	return acknowledged
}

// call invokes a function for events.
func (c awsCloud) call(t testing.TB, function string, payload []byte) ([]byte, error) {
	t.Helper()
	answer, err := c.invoke(t, function, payload)
	if err != nil {
		c.note("the invocation fails")
	} else {
		c.note(string(answer))
	}
	return answer, err
}

// batch hands over records, and returns the identifiers that the answer names. It is not ok when the invocation failed.
func (c awsCloud) batch(t testing.TB, function string, records []object) (failed []string, ok bool) {
	t.Helper()
	answer, err := c.call(t, function, encode(t, object{"Records": records}))
	if err != nil {
		return nil, false
	}
	var out struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		t.Fatalf("Lambda cannot read the answer %s: %v", answer, err)
	}
	for _, f := range out.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed, true
}

// queued is a message as SQS hands it over.
func queued(function string, m Message) object {
	attributes := object{}
	for name, value := range m.Attributes {
		attributes[name] = object{"stringValue": value, "dataType": "String", "stringListValues": []string{}, "binaryListValues": []string{}}
	}
	system := object{
		"ApproximateReceiveCount": strconv.Itoa(m.Attempt), "SentTimestamp": strconv.FormatInt(m.Sent.UnixMilli(), 10),
		"SenderId": "AIDAIENQZJOLO23YVJ4VO", "ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.Sent.UnixMilli()+1, 10),
	}
	if m.OrderingKey != "" {
		system["MessageGroupId"], system["SequenceNumber"], system["MessageDeduplicationId"] = m.OrderingKey, "18849496460467696128", m.ID
	}
	return object{
		"messageId": m.ID, "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", "body": m.Body, "attributes": system,
		"messageAttributes": attributes, "md5OfBody": "098f6bcd4621d373cade4e832627b4f6", "eventSource": "aws:sqs",
		"eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:" + function, "awsRegion": "eu-west-1",
	}
}

// Publish hands over messages that SNS put into the function's queue with raw message delivery: they look as those of any queue.
// https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
func (c awsCloud) Publish(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	return c.Deliver(t, function, messages...)
}

// notified hands over a message that a service of AWS put into the function's queue.
func (c awsCloud) notified(t testing.TB, function string, sent time.Time, attempt int, body object) bool {
	t.Helper()
	return c.Deliver(t, function, Message{ID: "m-" + rand.Text(), Body: string(encode(t, body)), Sent: sent, Attempt: attempt})[0]
}

func (c awsCloud) Tick(t testing.TB, function string, scheduled time.Time) bool {
	t.Helper()
	return c.TickAgain(t, function, scheduled, 1)
}

// TickAgain hands over the input that the generated schedule has, filled in.
func (c awsCloud) TickAgain(t testing.TB, function string, scheduled time.Time, attempt int) bool {
	t.Helper()
	return c.notified(t, function, scheduled.Add(time.Second), attempt, object{
		"id": "d32c5kddcf5bb8c3", "schedule": "arn:aws:scheduler:eu-west-1:123456789012:schedule/shop-dev/" + function,
		"scheduledTime": scheduled.UTC().Format(time.RFC3339), "attempt": "1",
	})
}

// Object hands over a notification of S3, in a message whose own ID is another each time.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func (c awsCloud) Object(t testing.TB, function string, o ObjectEvent) bool {
	t.Helper()
	name, content := "ObjectCreated:Put", object{"key": url.QueryEscape(o.Key), "size": o.Size, "eTag": o.ETag, "sequencer": "00" + o.ID}
	if o.Deleted {
		name, content = "ObjectRemoved:Delete", object{"key": url.QueryEscape(o.Key), "sequencer": "00" + o.ID}
	}
	return c.notified(t, function, o.Time.Add(time.Second), o.Attempt, object{"Records": []object{{
		"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventTime": o.Time.UTC().Format("2006-01-02T15:04:05.000Z"), "eventName": name,
		"userIdentity": object{"principalId": "AWS:AIDAIENQZJOLO23YVJ4VO"}, "requestParameters": object{"sourceIPAddress": "192.0.2.1"},
		"responseElements": object{"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8"},
		"s3": object{
			"s3SchemaVersion": "1.0", "configurationId": "uploads", "object": content,
			"bucket": object{"name": "shop-dev-uploads", "ownerIdentity": object{"principalId": "A3NL1KOZZKExample"}, "arn": "arn:aws:s3:::shop-dev-uploads"},
		},
	}}})
}

// Change hands over a batch of a stream, and reads the answer as Lambda does for ReportBatchItemFailures: it goes on from the first
// record that is named. https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func (c awsCloud) Change(t testing.TB, function string, changes ...Change) []bool {
	t.Helper()
	records, numbers := make([]object, len(changes)), make([]string, len(changes))
	for i, change := range changes {
		numbers[i] = fmt.Sprint("44215845000000000174504", 39091+i)
		name := "MODIFY"
		content := object{
			"ApproximateCreationDateTime": change.Time.Unix(), "Keys": item(t, change.Key), "SequenceNumber": numbers[i],
			"SizeBytes": 59, "StreamViewType": "NEW_AND_OLD_IMAGES",
		}
		if change.Old == "" {
			name = "INSERT"
		} else {
			content["OldImage"] = item(t, change.Old)
		}
		if change.Deleted {
			name = "REMOVE"
		} else {
			content["NewImage"] = item(t, change.New)
		}
		records[i] = object{
			"eventID": change.ID, "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1",
			"dynamodb": content, "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/" + function + "/stream/2026-06-27T00:48:05.899",
		}
	}
	settled := make([]bool, len(changes))
	failed, ok := c.batch(t, function, records)
	if !ok || slices.ContainsFunc(failed, func(number string) bool { return !slices.Contains(numbers, number) }) {
		return settled
	}
	for i, number := range numbers {
		if slices.Contains(failed, number) {
			break
		}
		settled[i] = true
	}
	return settled
}

// item writes a JSON object as DynamoDB does.
func item(t testing.TB, text string) object {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var plain map[string]any
	if err := decoder.Decode(&plain); err != nil {
		t.Fatal(err)
	}
	attributes, _ := attributeValue(plain)["M"].(object)
	return attributes
}

// attributeValue is https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
func attributeValue(v any) object {
	switch v := v.(type) {
	case string:
		return object{"S": v}
	case json.Number:
		return object{"N": v.String()}
	case bool:
		return object{"BOOL": v}
	case []any:
		list := make([]object, len(v))
		for i, element := range v {
			list[i] = attributeValue(element)
		}
		return object{"L": list}
	case map[string]any:
		entries := object{}
		for name, value := range v {
			entries[name] = attributeValue(value)
		}
		return object{"M": entries}
	}
	return object{"NULL": true}
}

func (c awsCloud) Raw(t testing.TB, function, body string) bool {
	t.Helper()
	failed, err := c.call(t, function, []byte(body))
	return err == nil && !strings.Contains(string(failed), "itemIdentifier")
}

func (c awsCloud) Unreadable(t testing.TB, function string) bool {
	t.Helper()
	return c.notified(t, function, moment, 1, object{})
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(fmt.Errorf("encoding a payload: %w", err))
	}
	return data
}
