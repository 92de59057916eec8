package runtimetest

import (
	"crypto/rand"
	"encoding/base64"
	"maps"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// Deliver pushes each message. Of an ordered subscription none is pushed before the one of its key that failed ahead of it.
// https://cloud.google.com/pubsub/docs/ordering
func (c gcpCloud) Deliver(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	acknowledged := make([]bool, len(messages))
	blocked := map[string]bool{}
	for i, m := range messages {
		if m.OrderingKey != "" && blocked[m.OrderingKey] {
			continue
		}
		acknowledged[i] = c.message(t, function, m)
		blocked[m.OrderingKey] = !acknowledged[i]
	}
	return acknowledged
}

// Publish pushes messages of a topic's subscription, which look as those of a queue.
func (c gcpCloud) Publish(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	return c.Deliver(t, function, messages...)
}

// message pushes a message. https://cloud.google.com/pubsub/docs/push#receive_push
func (c gcpCloud) message(t testing.TB, function string, m Message) bool {
	t.Helper()
	sent := m.Sent.UTC().Format(time.RFC3339Nano)
	message := object{
		"data": base64.StdEncoding.EncodeToString([]byte(m.Body)), "attributes": m.Attributes,
		"messageId": m.ID, "message_id": m.ID, "publishTime": sent, "publish_time": sent,
	}
	if m.OrderingKey != "" {
		message["orderingKey"] = m.OrderingKey
	}
	return c.push(t, function, encode(t, object{
		"message": message, "deliveryAttempt": m.Attempt, "subscription": "projects/p/subscriptions/shop-dev-" + function,
	}))
}

// push makes a call, and tells whether it is acknowledged. Some statuses do: https://cloud.google.com/pubsub/docs/push#receive_push
func (c gcpCloud) push(t testing.TB, function string, body []byte) bool {
	t.Helper()
	return c.call(t, function, http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"},
	}, body)
}

func (c gcpCloud) call(t testing.TB, function string, header http.Header, body []byte) bool {
	t.Helper()
	header.Set("Authorization", "Bearer e30.e30.e30")
	header.Set("Traceparent", traceparent) // https://cloud.google.com/run/docs/trace
	status := c.send(t, function, http.MethodPost, "/", header, string(body)).Status
	c.note(strconv.Itoa(status))
	switch status {
	case http.StatusProcessing, http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent:
		return true
	}
	return false
}

func (c gcpCloud) Tick(t testing.TB, function string, scheduled time.Time) bool {
	t.Helper()
	return c.TickAgain(t, function, scheduled, 1)
}

// TickAgain pushes what Cloud Scheduler published, a moment after the minute.
func (c gcpCloud) TickAgain(t testing.TB, function string, scheduled time.Time, attempt int) bool {
	t.Helper()
	return c.message(t, function, Message{ID: rand.Text(), Body: "{}", Sent: scheduled.Add(412 * time.Millisecond), Attempt: attempt})
}

func (c gcpCloud) Unreadable(t testing.TB, function string) bool {
	t.Helper()
	return c.push(t, function, []byte(`{"message": {}, "subscription": "projects/p/subscriptions/s"}`))
}

// Object pushes a notification of Cloud Storage, in a message whose own ID is another each time.
// https://cloud.google.com/storage/docs/pubsub-notifications#format
func (c gcpCloud) Object(t testing.TB, function string, o ObjectEvent) bool {
	t.Helper()
	at, generation := o.Time.UTC().Format("2006-01-02T15:04:05.000000Z"), "158877805591716"+o.ID
	attributes := map[string]string{
		"notificationConfig": "projects/_/buckets/shop-dev-uploads/notificationConfigs/1", "eventType": "OBJECT_FINALIZE", "payloadFormat": "JSON_API_V1",
		"bucketId": "shop-dev-uploads", "objectId": o.Key, "objectGeneration": generation, "eventTime": at,
	}
	resource := object{
		"kind": "storage#object", "id": "shop-dev-uploads/" + o.Key + "/" + generation, "name": o.Key, "bucket": "shop-dev-uploads",
		"generation": generation, "metageneration": "1", "contentType": "image/jpeg", "timeCreated": at, "updated": at,
		"size": strconv.FormatInt(o.Size, 10), "etag": o.ETag,
	}
	if o.Deleted {
		attributes["eventType"], resource["timeDeleted"] = "OBJECT_DELETE", at
	}
	return c.message(t, function, Message{
		ID: rand.Text(), Body: string(encode(t, resource)), Attributes: attributes, Sent: o.Time.Add(time.Second), Attempt: o.Attempt,
	})
}

// Change calls as Eventarc does, once for each change: none waits for another that failed.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
func (c gcpCloud) Change(t testing.TB, function string, changes ...Change) []bool {
	t.Helper()
	settled := make([]bool, len(changes))
	for i, change := range changes {
		settled[i] = c.call(t, function, eventHeader(change), documentEvent(t, change))
	}
	return settled
}

func eventHeader(change Change) http.Header {
	const database = "projects/p/databases/(default)"
	header := http.Header{"Content-Type": {"application/protobuf"}, "User-Agent": {"APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"}}
	maps.Copy(header, http.Header{
		"Ce-Id": {change.ID}, "Ce-Source": {"//firestore.googleapis.com/" + database}, "Ce-Specversion": {"1.0"},
		"Ce-Type": {"google.cloud.firestore.document.v1.written"}, "Ce-Subject": {"documents/users/u1"},
		"Ce-Time": {change.Time.UTC().Format(time.RFC3339Nano)}, "Ce-Datacontenttype": {"application/protobuf"},
		"Ce-Dataschema": {"https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto"},
		"Ce-Database":   {"(default)"}, "Ce-Document": {"users/u1"}, "Ce-Location": {"europe-west1"}, "Ce-Namespace": {"(default)"}, "Ce-Project": {"p"},
	})
	return header
}

func (c gcpCloud) Raw(t testing.TB, function, body string) bool {
	t.Helper()
	return c.push(t, function, []byte(body))
}
