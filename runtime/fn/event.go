package fn

import (
	"time"
)

// The types of events, as they stand in [Event.Type]. They are the same on every cloud.
const (
	// TypeMessage is the type of a message that a queue delivered.
	TypeMessage = "dev.isobar.queue.message"
	// TypePublished is the type of a message that a topic delivered.
	TypePublished = "dev.isobar.topic.message"
	// TypeObjectCreated is the type of an object's coming into being or being written over.
	TypeObjectCreated = "dev.isobar.bucket.created"
	// TypeObjectDeleted is the type of an object's end.
	TypeObjectDeleted = "dev.isobar.bucket.deleted"
	// TypeItemUpserted is the type of an item's being inserted or changed.
	TypeItemUpserted = "dev.isobar.table.upserted"
	// TypeItemDeleted is the type of an item's end.
	TypeItemDeleted = "dev.isobar.table.deleted"
	// TypeTick is the type of one occurrence of a schedule.
	TypeTick = "dev.isobar.schedule.tick"
)

// Event holds what is known of every event, whatever brought it: the context attributes of CloudEvents 1.0
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes), the attempt, the trace
// context, and the provider's own payload. The kinds that handlers take embed it.
type Event struct {
	// ID tells events of one Source apart. It is the same each time an event is delivered again, so a handler
	// that must act once remembers it.
	ID string
	// Source is a URI reference to what brought the event, by its name in the spec: "/queues/orders", "/topics/user-created",
	// "/buckets/uploads", "/tables/users", "/schedules/settle-pending".
	Source string
	// Type is one of the Type constants.
	Type string
	// Subject is what the event is about within its source: an object's key. It is empty where the trigger has no such notion.
	Subject string
	// Time is when the event happened, in UTC. It is zero where the cloud does not tell.
	Time time.Time
	// Attempt counts deliveries of this event from 1. It is 0 where the cloud does not count.
	Attempt int
	// Trace is the W3C trace context that the event carried; its Parent is empty where it carried none.
	Trace TraceContext
	// Raw is the provider's own payload of this one event: the escape hatch. Its type is the vendor's where the
	// vendor ships one (on AWS, events.SQSMessage of aws-lambda-go) and json.RawMessage elsewhere. A handler that
	// looks at it is no longer portable.
	Raw any
}

// TraceContext is a W3C trace context (https://www.w3.org/TR/trace-context/), as it travels in headers and attributes.
type TraceContext struct {
	// Parent is the value of traceparent: "00-<32 hex>-<16 hex>-<2 hex>".
	Parent string
	// State is the value of tracestate; often empty.
	State string
}

// Message is a message of a queue or a topic whose payload is JSON for a T.
//
// With T = []byte the payload is handed over as it came, whatever its format.
//
// Numbers that T says nothing about, as any, are json.Number, so that none loses digits.
type Message[T any] struct {
	Event
	// Data is the decoded payload.
	Data T
	// Attributes are the string attributes that the sender set beside the payload, their names in lower case. The
	// trace context is not among them.
	Attributes map[string]string
	// OrderingKey groups the messages of an ordered queue or topic: those of one key come one after another, in the order
	// in which they were sent. It is empty where the source is not ordered.
	OrderingKey string
}

// Object is something that happened to an object of a bucket: it was created, or written over, which is the same
// ([TypeObjectCreated]), or deleted ([TypeObjectDeleted]). Events of one object can come out of order, and more than once.
type Object struct {
	Event
	// Bucket is the bucket's name in the spec.
	Bucket string
	// Key is the object's name in the bucket, as it was written: nothing in it is escaped.
	Key string
	// Size is how many bytes the object has. It is 0 for one that was deleted.
	Size int64
	// ETag changes whenever the object's content does; what it is made of is the cloud's business. It has no quotes, and is empty
	// where the cloud does not tell it.
	ETag string
}

// Change is a change of an item of a table: inserted or changed ([TypeItemUpserted]), or deleted ([TypeItemDeleted]), with the
// item as JSON for a T. Changes of one item come in their order, unless the cloud has none, which the spec's validation says; an item
// that changes quickly may leave states out on clouds that keep only the last one.
//
// With T = map[string]any numbers are json.Number, so that none loses digits.
type Change[T any] struct {
	Event
	// Key holds the attributes of the item's key; its values are string or json.Number.
	Key map[string]any
	// New is the item as it is now. It is zero when the item was deleted.
	New T
	// Old is the item as it was. It is nil where the cloud does not tell, which the spec's validation says, and for one that is new.
	Old *T
}

// Tick is one occurrence of a schedule. Its ID is the same for every attempt at the same occurrence.
type Tick struct {
	Event
	// Scheduled is the moment that the schedule names, in UTC, which is a little before the handler starts.
	Scheduled time.Time
}
