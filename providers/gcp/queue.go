package gcp

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
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

// queue is a topic and the subscription that delivers from it, and the same for dead letters. A queue that no function consumes has
// a subscription all the same: without one, messages would be lost.
func queue(app *plan.App, q *plan.Queue) []hcl.Block {
	dead := q.Name + spec.DeadLetterSuffix
	comment := "Queue " + q.Name
	if q.Consumer != "" {
		comment += ", which " + q.Consumer + " consumes"
	}
	blocks := []hcl.Block{commented(comment, topic(q.Name))}
	blocks = append(blocks, subscription(q))
	blocks = append(blocks,
		topic(dead),
		// Nobody consumes dead letters; this holds them until somebody looks.
		resource(typeSubscription, dead,
			hcl.Attr{Name: "name", Value: named(dead)},
			hcl.Attr{Name: "topic", Value: of(typeTopic, dead, "id")},
			hcl.Attr{Name: "labels", Value: hcl.Ref("local.labels")},
			hcl.Attr{Name: "message_retention_duration", Value: span(deadLetterRetention)},
			neverExpires(),
		),
	)
	blocks = append(blocks, deadLettering(q.Name, dead)...)
	if f := app.Function(q.Consumer); f != nil {
		blocks = append(blocks, event(app, f, fmt.Sprintf("%s: each message of the queue %s calls %s.%s", f.Name, q.Name, f.Handler.Package, f.Handler.Func))...)
	}
	return blocks
}

func topic(name string) hcl.Block {
	return resource(typeTopic, name,
		hcl.Attr{Name: "name", Value: named(name)},
		hcl.Attr{Name: "labels", Value: hcl.Ref("local.labels")},
		afterAPIs(),
	)
}

// subscription pushes to the consumer. The deadline of an acknowledgement is that of the request.
func subscription(q *plan.Queue) hcl.Block {
	body := []hcl.Item{
		hcl.Attr{Name: "name", Value: named(q.Name)},
		hcl.Attr{Name: "topic", Value: of(typeTopic, q.Name, "id")},
		hcl.Attr{Name: "labels", Value: hcl.Ref("local.labels")},
		hcl.Attr{Name: "ack_deadline_seconds", Value: hcl.Int(q.Visibility.Value / time.Second)},
		hcl.Attr{Name: "message_retention_duration", Value: span(q.Retention.Value)},
	}
	if q.Consumer != "" {
		body = append(body, hcl.Block{Type: "push_config", Body: []hcl.Item{
			hcl.Attr{Name: "push_endpoint", Value: uri(q.Consumer)},
			token(q.Consumer),
		}})
	}
	return resource(typeSubscription, q.Name, append(body,
		hcl.Block{Type: "retry_policy", Body: []hcl.Item{
			hcl.Attr{Name: "minimum_backoff", Value: span(minBackoff)},
			hcl.Attr{Name: "maximum_backoff", Value: span(maxBackoff)},
		}},
		hcl.Block{Type: "dead_letter_policy", Body: []hcl.Item{
			hcl.Attr{Name: "dead_letter_topic", Value: of(typeTopic, q.Name+spec.DeadLetterSuffix, "id")},
			hcl.Attr{Name: "max_delivery_attempts", Value: hcl.Int(q.Deliveries.Value)},
		}},
		neverExpires(),
		afterInvoker(q.Consumer),
	)...)
}

// neverExpires keeps a subscription that has been idle for a month, which Pub/Sub would delete.
func neverExpires() hcl.Block {
	return hcl.Block{Type: "expiration_policy", Body: []hcl.Item{hcl.Attr{Name: "ttl", Value: hcl.Str("")}}}
}

func span(d time.Duration) hcl.Str { return hcl.Str(fmt.Sprintf("%ds", d/time.Second)) }
