package gcp

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// push is the body of a push subscription's request. https://cloud.google.com/pubsub/docs/push#receive_push
type push struct {
	Message *pushedMessage `json:"message"`
	// DeliveryAttempt is there when the subscription has a dead-letter topic.
	DeliveryAttempt int `json:"deliveryAttempt"`
}

type pushedMessage struct {
	Data       []byte            `json:"data"`
	Attributes map[string]string `json:"attributes"`
	// Pub/Sub writes the ID and the time in both ways; not all that stand in for it do.
	MessageID    string     `json:"messageId"`
	MessageID2   string     `json:"message_id"`
	PublishTime  *time.Time `json:"publishTime"`
	PublishTime2 *time.Time `json:"publish_time"`
	// OrderingKey is there when the publisher set one.
	OrderingKey string `json:"orderingKey"`
}

// pushed decodes what every push has.
func pushed(body []byte) (app.Delivery, error) {
	var p push
	if err := jsonscan.Read(body, &p, scanPush); err != nil {
		return app.Delivery{}, err
	}
	m := p.Message
	if m == nil || cmp.Or(m.MessageID, m.MessageID2) == "" {
		return app.Delivery{}, errors.New("the body is no push of a message")
	}
	var published time.Time
	if at := cmp.Or(m.PublishTime, m.PublishTime2); at != nil {
		published = *at
	}
	d := app.Delivery{
		Event: fn.Event{ID: cmp.Or(m.MessageID, m.MessageID2), Time: published, Attempt: max(p.DeliveryAttempt, 0), Raw: json.RawMessage(body)},
		Data:  m.Data, Attributes: m.Attributes, OrderingKey: m.OrderingKey,
	}
	// The client libraries of Pub/Sub write the trace context under this name.
	if parent, ok := m.Attributes["googclient_traceparent"]; ok {
		delete(m.Attributes, "googclient_traceparent")
		d.Event.Trace.Parent = parent
	}
	return d, nil
}

// message decodes a message of a queue or a topic that is not ordered.
func message(_ http.Header, body []byte) (app.Delivery, error) {
	d, err := pushed(body)
	d.OrderingKey = ""
	return d, err
}

// ordered decodes a message of an ordered queue or topic. A push subscription has one message of a key under way at a time, and holds
// back those behind it until it is acknowledged: https://cloud.google.com/pubsub/docs/ordering
func ordered(_ http.Header, body []byte) (app.Delivery, error) { return pushed(body) }

// occurrence decodes an occurrence of a schedule. Cloud Scheduler publishes it when the schedule says, to the minute, and a little
// late; that Pub/Sub delivers it again does not change when it was published.
func occurrence(_ http.Header, body []byte) (app.Delivery, error) {
	d, err := pushed(body)
	if err == nil && d.Event.Time.IsZero() {
		err = errors.New("the message does not tell when it was published")
	}
	d.Scheduled = d.Event.Time.UTC().Truncate(time.Minute)
	return d, err
}
