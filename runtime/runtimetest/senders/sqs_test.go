package senders_test

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// TestSQS sends messages to a queue: those that are handled come once, those that fail again, and in the end to the dead-letter queue.
func TestSQS(t *testing.T) {
	t.Parallel()
	m, notes := startMoto(t), newNotebook(t)
	dead := m.queue(t, "jobs-dead", nil)
	q := m.queue(t, "jobs", map[string]string{
		"VisibilityTimeout": "1", "RedrivePolicy": encode(t, object{"deadLetterTargetArn": arn + "jobs-dead", "maxReceiveCount": 3}),
	})
	invoke := lambda(t, "work", notes)
	attributes := object{
		"Tenant": object{"DataType": "String", "StringValue": "a"}, "picture": object{"DataType": "Binary", "BinaryValue": []byte{0, 1}},
		"traceparent": object{"DataType": "String", "StringValue": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
	}
	before := time.Now().Add(-time.Minute)
	ids := map[string]string{}
	for name, body := range map[string]string{
		"good": encode(t, order{"good", 9007199254740993}), "flaky": encode(t, order{"flaky", 2}), "bad": encode(t, order{"bad", 3}), "none": "<order/>",
	} {
		sent := q.do(t, "SendMessage", object{"MessageBody": body, "MessageAttributes": attributes})
		ids[name] = decode[struct{ MessageID string }](t, sent).MessageID
	}
	var letters []string
	eventually(t, "two dead letters", func() bool {
		q.poll(t, invoke)
		for _, letter := range dead.receive(t) {
			letters = append(letters, letter.MessageID)
		}
		return len(letters) >= 2
	})
	if !slices.Contains(letters, ids["bad"]) || !slices.Contains(letters, ids["none"]) {
		t.Errorf("the dead letters are %v of %v", letters, ids)
	}
	for name, times := range map[string]int{"good": 1, "flaky": 2, "bad": 3, "none": 0} {
		seen := notes.of(t, func(n note) bool { return n.ID == ids[name] })
		if len(seen) != times {
			t.Errorf("%s was handled %d times, want %d", name, len(seen), times)
		}
		for i, n := range seen {
			if n.Attempt != i+1 || n.Attributes["tenant"] != "a" || len(n.Attributes) != 1 || n.Trace.Parent == "" || n.Time.Before(before) || n.Source != "/queues/jobs" {
				t.Errorf("attempt %d is %+v", i+1, n)
			}
		}
	}
	if good := notes.of(t, func(n note) bool { return n.ID == ids["good"] }); len(good) > 0 && good[0].Data.Amount != 9007199254740993 {
		t.Errorf("the amount is %d", good[0].Data.Amount)
	}
}

// TestFIFO sends messages of two groups to an ordered queue: none overtakes the one of its group that failed.
func TestFIFO(t *testing.T) {
	t.Parallel()
	m, notes := startMoto(t), newNotebook(t)
	q := m.queue(t, "steps.fifo", map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "1"})
	invoke := lambda(t, "step", notes)
	for _, id := range []string{"a1", "b1", "a2-flaky", "b2", "a3", "b3"} {
		q.do(t, "SendMessage", object{"MessageBody": encode(t, order{ID: id}), "MessageGroupId": id[:1]})
	}
	of := func(group string) (ids string) {
		for _, n := range notes.of(t, func(n note) bool { return n.OrderingKey == group }) {
			ids += n.Data.ID + " "
		}
		return ids
	}
	eventually(t, "all messages", func() bool {
		q.poll(t, invoke)
		return strings.Contains(of("a"), "a3") && strings.Contains(of("b"), "b3")
	})
	if a, b := of("a"), of("b"); a != "a1 a2-flaky a2-flaky a3 " || b != "b1 b2 b3 " {
		t.Errorf("the messages came as %s and %s", a, b)
	}
}

// TestSNS publishes messages to a topic, which reach a function through a queue: raw, and in an envelope.
func TestSNS(t *testing.T) {
	t.Parallel()
	m := startMoto(t)
	made := m.query(t, "sns", "Action=CreateTopic", "Name=news")
	var topic struct {
		ARN string `xml:"CreateTopicResult>TopicArn"`
	}
	if err := xml.Unmarshal([]byte(made), &topic); err != nil || topic.ARN == "" {
		t.Fatal(made, err)
	}
	for binding, raw := range map[aws.Binding]string{aws.Mapped: "true", aws.Enveloped: "false"} {
		t.Run("raw "+raw, func(t *testing.T) {
			notes := newNotebook(t)
			q := m.queue(t, "hear-"+raw, nil)
			m.query(t, "sns", "Action=Subscribe", "TopicArn="+topic.ARN, "Protocol=sqs", "Endpoint="+arn+q.name,
				"Attributes.entry.1.key=RawMessageDelivery", "Attributes.entry.1.value="+raw)
			invoke := lambda(t, "hear", notes, aws.BindingVariable+"="+string(binding))
			m.query(t, "sns", "Action=Publish", "TopicArn="+topic.ARN, "Message="+encode(t, order{"o1", 7}),
				"MessageAttributes.entry.1.Name=Tenant", "MessageAttributes.entry.1.Value.DataType=String", "MessageAttributes.entry.1.Value.StringValue=a")
			eventually(t, "the message", func() bool { return q.poll(t, invoke) > 0 })
			seen := notes.read(t)
			if len(seen) != 1 {
				t.Fatalf("the message was handled %d times", len(seen))
			}
			if n := seen[0]; n.Data != (order{"o1", 7}) || n.Attributes["tenant"] != "a" || n.Type != fn.TypePublished || n.Source != "/topics/news" || n.ID == "" || n.Time.IsZero() || n.Attempt != 1 {
				t.Errorf("the message is %+v", n)
			}
		})
	}
}

// TestS3 makes, overwrites and deletes objects, of which a function hears through a queue.
func TestS3(t *testing.T) {
	t.Parallel()
	m, notes := startMoto(t), newNotebook(t)
	q := m.queue(t, "look", nil)
	q.mend = func(body string) string { return unzoned.ReplaceAllString(body, `${1}Z"`) }
	invoke := lambda(t, "look", notes)
	bucket := m.address + "shop-uploads"
	send(t, "PUT", bucket, "", "<CreateBucketConfiguration><LocationConstraint>"+region+"</LocationConstraint></CreateBucketConfiguration>", as("s3"))
	send(t, "PUT", bucket+"?notification", "application/xml", "<NotificationConfiguration><QueueConfiguration><Queue>"+arn+q.name+
		"</Queue><Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event></QueueConfiguration></NotificationConfiguration>", as("s3"))
	const key, escaped = "uploads/a b+c%20é.jpg", "/uploads/a%20b%2Bc%2520%C3%A9.jpg"
	send(t, "PUT", bucket+"/elsewhere/a.jpg", "image/jpeg", "x", as("s3"))
	send(t, "PUT", bucket+escaped, "image/jpeg", "first", as("s3"))
	send(t, "PUT", bucket+escaped, "image/jpeg", "second one", as("s3"))
	send(t, "DELETE", bucket+escaped, "", "", as("s3"))
	eventually(t, "all events", func() bool { q.poll(t, invoke); return len(notes.read(t)) >= 3 })
	// They are handled at the same time: their order is not the objects'.
	seen := notes.read(t)
	slices.SortFunc(seen, func(a, b note) int { return int(order3(a) - order3(b)) })
	for i, want := range []struct {
		kind string
		size int64
	}{{fn.TypeObjectCreated, 5}, {fn.TypeObjectCreated, 10}, {fn.TypeObjectDeleted, 0}} {
		n := seen[i]
		if n.Type != want.kind || n.Object.Size != want.size || n.Object.Key != key || n.Object.Bucket != "uploads" || n.ID == "" || n.Time.IsZero() || n.Attempt != 1 {
			t.Errorf("event %d is %+v", i, n)
		}
	}
	if q.poll(t, invoke) != 0 {
		t.Error("a notification is left, that of the test among them")
	}
}

// unzoned is a moment as moto writes it: without the zone that S3 names.
var unzoned = regexp.MustCompile(`("eventTime": ?"[-0-9T:.]+)"`)

// order3 orders the events of an object that was made, written over and deleted.
func order3(n note) int64 {
	if n.Object.Size == 0 {
		return 1 << 20
	}
	return n.Object.Size
}
