package fn

import (
	"time"
)

// The types of events, as they stand in [Event.Type]. They are the same on every cloud.
const (
	// TypeMessage is the type of a message that a queue delivered.
	TypeMessage = "dev.isobar.queue.message"
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
	// Source is a URI reference to what brought the event: "/queues/orders", "/schedules/settle-pending".
	Source string
	// Type is one of the Type constants.
	Type string
	// Subject is what the event is about within its source; empty where the trigger has no such notion.
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

// Message is a message of a queue whose payload is JSON for a T.
//
// With T = []byte the payload is handed over as it came, whatever its format.
type Message[T any] struct {
	Event
	// Data is the decoded payload.
	Data T
	// Attributes are the string attributes that the sender set beside the payload, their names in lower case. The
	// trace context is not among them.
	Attributes map[string]string
}

// Tick is one occurrence of a schedule. Its ID is the same for every attempt at the same occurrence.
type Tick struct {
	Event
	// Scheduled is the moment that the schedule names, in UTC, which is a little before the handler starts.
	Scheduled time.Time
}
