package gcp

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Between failed deliveries Pub/Sub waits ever longer, within these bounds, which are the widest that it has but for the first,
// which keeps a failing message from coming back at once. https://cloud.google.com/pubsub/docs/subscription-retry-policy
const (
	minBackoff = 10 * time.Second
	maxBackoff = 600 * time.Second
)

// deadLetterRetention is how long dead letters are kept: as long as a subscription can.
// https://cloud.google.com/pubsub/docs/subscription-properties#message_retention_duration
const deadLetterRetention = 31 * 24 * time.Hour

// queues are the topics and subscriptions of all queues, and the functions that they trigger.
func (m *module) queues() []hcl.Block {
	blocks := make([]hcl.Block, 0, 10*len(m.app.Queues))
	for i := range m.app.Queues {
		blocks = append(blocks, m.queue(&m.app.Queues[i])...)
	}
	return blocks
}

// queue is a topic and the subscription that delivers from it, and the same for dead letters. A queue that no function consumes has
// a subscription all the same: without one, messages would be lost.
func (m *module) queue(q *plan.Queue) []hcl.Block {
	comment := "Queue " + q.Name
	if q.Consumer != "" {
		comment += ", which " + q.Consumer + " consumes"
	}
	blocks := []hcl.Block{commented(comment, topicOf(q.Name))}
	blocks = append(blocks, m.channel(channel{
		name: q.Name, topic: q.Name, consumer: q.Consumer, deadline: q.Visibility.Value, retention: q.Retention.Value,
		attempts: q.Deliveries.Value, ordered: q.Ordered.Value, pos: q.Pos,
	})...)
	if f := m.app.Function(q.Consumer); f != nil {
		comment := fmt.Sprintf("%s: each message of the queue %s calls %s.%s", f.Name, q.Name, f.Handler.Package, f.Handler.Func)
		pos := q.Pos
		if t, ok := f.Trigger.(plan.Message); ok {
			pos = t.Pos
		}
		blocks = append(blocks, m.event(f, pos, unit{comment: comment})...)
	}
	return blocks
}

// channel is what stands between a topic and the function that handles its messages, and keeps those that are still to be handled: a
// subscription with its dead letters.
type channel struct {
	name, topic string
	// consumer is the name of the function; empty when there is none.
	consumer            string
	deadline, retention time.Duration
	attempts            int
	ordered             bool
	filter              hcl.Value
	pos                 diag.Position
}

// channelOf is the channel of a function's events, on a topic.
func channelOf(f *plan.Function, topic string, pos diag.Position) channel {
	return channel{
		name: f.Channel(), topic: topic, consumer: f.Name, retention: spec.DefaultRetention, attempts: f.Attempts.Value, pos: pos,
		deadline: min(max(f.Visibility(), minAckDeadline*time.Second), maxAckDeadline*time.Second),
	}
}

// channel is a subscription, which pushes to its consumer, and what holds the dead letters. Pub/Sub itself moves them there.
func (m *module) channel(c channel) []hcl.Block {
	dead := c.name + spec.DeadLetterSuffix
	blocks := append([]hcl.Block{subscription(c)}, deadLetters(dead)...)
	return append(blocks,
		// https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions
		m.bind(binding{label: dead, on: onTopic(dead), role: rolePublisher, member: pubsubAgent, principal: "pubsub", pos: c.pos}),
		m.bind(binding{label: c.name, on: onSubscription(c.name), role: roleSubscriber, member: pubsubAgent, principal: "pubsub", pos: c.pos}),
	)
}

func topicOf(name string) hcl.Block {
	return resource(typeTopic, name,
		hcl.Attr{Name: "name", Value: named(name)},
		hcl.Attr{Name: "labels", Value: sharedLabels},
		afterSettled(), // for Pub/Sub itself gets roles on some
	)
}

// subscription pushes to the consumer. The deadline of an acknowledgement is that of the request.
func subscription(c channel) hcl.Block {
	body := []hcl.Item{
		hcl.Attr{Name: "name", Value: named(c.name)},
		hcl.Attr{Name: "topic", Value: of(typeTopic, c.topic, "id")},
		hcl.Attr{Name: "labels", Value: sharedLabels},
		hcl.Attr{Name: "filter", Value: c.filter},
	}
	if c.ordered {
		body = append(body, hcl.Attr{Name: "enable_message_ordering", Value: hcl.Bool(true)})
	}
	body = append(body,
		hcl.Attr{Name: "ack_deadline_seconds", Value: hcl.Int(c.deadline / time.Second)},
		hcl.Attr{Name: "message_retention_duration", Value: span(c.retention)},
	)
	if c.consumer != "" {
		body = append(body, hcl.Block{Type: "push_config", Body: []hcl.Item{
			hcl.Attr{Name: "push_endpoint", Value: uri(c.consumer)},
			token(c.consumer),
		}})
	}
	return resource(typeSubscription, c.name, append(body,
		hcl.Block{Type: "retry_policy", Body: []hcl.Item{
			hcl.Attr{Name: "minimum_backoff", Value: span(minBackoff)},
			hcl.Attr{Name: "maximum_backoff", Value: span(maxBackoff)},
		}},
		hcl.Block{Type: "dead_letter_policy", Body: []hcl.Item{
			hcl.Attr{Name: "dead_letter_topic", Value: of(typeTopic, c.name+spec.DeadLetterSuffix, "id")},
			hcl.Attr{Name: "max_delivery_attempts", Value: hcl.Int(c.attempts)},
		}},
		neverExpires(),
		afterInvoker(c.consumer),
	)...)
}

// deadLetters is a topic and the subscription that holds what is published there until somebody looks: nobody consumes it.
func deadLetters(name string) []hcl.Block {
	return []hcl.Block{
		topicOf(name),
		resource(typeSubscription, name,
			hcl.Attr{Name: "name", Value: named(name)},
			hcl.Attr{Name: "topic", Value: of(typeTopic, name, "id")},
			hcl.Attr{Name: "labels", Value: sharedLabels},
			hcl.Attr{Name: "message_retention_duration", Value: span(deadLetterRetention)},
			neverExpires(),
		),
	}
}

// neverExpires keeps a subscription that has been idle for a month, which Pub/Sub would delete.
func neverExpires() hcl.Block {
	return hcl.Block{Type: "expiration_policy", Body: []hcl.Item{hcl.Attr{Name: "ttl", Value: hcl.Str("")}}}
}

func span(d time.Duration) hcl.Str { return hcl.Str(fmt.Sprintf("%ds", d/time.Second)) }
