package gcp

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// maxEvent is the largest body of an event, in bytes: a message of Pub/Sub has at most 10 MB, which base64 makes 13.4.
const maxEvent = 16 << 20

// endpoint takes one function's events. 204 acknowledges; anything else brings the event back.
// https://cloud.google.com/pubsub/docs/push
type endpoint struct {
	function *app.Function
	decode   func(r *http.Request, body []byte) (app.Delivery, error)
}

func (e endpoint) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "events are posted", http.StatusMethodNotAllowed)
		return
	}
	if err := e.deliver(w, r); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError) // to the platform: no stranger gets here
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (e endpoint) deliver(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
	if err != nil {
		return fmt.Errorf("reading the event: %w", err)
	}
	d, err := e.decode(r, body)
	if err != nil {
		return fmt.Errorf("decoding the event: %w", err)
	}
	d.Event.Raw = json.RawMessage(body)
	return e.function.Deliver(r.Context(), d)
}

// push is the body of a push subscription's request.
type push struct {
	Message *struct {
		Data        []byte            `json:"data"`
		Attributes  map[string]string `json:"attributes"`
		MessageID   string            `json:"messageId"`
		PublishTime time.Time         `json:"publishTime"`
	} `json:"message"`
	// DeliveryAttempt is there when the subscription has a dead-letter topic.
	DeliveryAttempt int `json:"deliveryAttempt"`
}

// message decodes a message of Pub/Sub.
func message(_ *http.Request, body []byte) (app.Delivery, error) {
	var p push
	if err := json.Unmarshal(body, &p); err != nil {
		return app.Delivery{}, err
	}
	m := p.Message
	if m == nil || m.MessageID == "" {
		return app.Delivery{}, fmt.Errorf("the body is no push of a message")
	}
	d := app.Delivery{Event: fn.Event{ID: m.MessageID, Time: m.PublishTime, Attempt: p.DeliveryAttempt}, Data: m.Data, Attributes: m.Attributes}
	// The client libraries of Pub/Sub write the trace context under this name.
	if parent, ok := m.Attributes["googclient_traceparent"]; ok {
		delete(m.Attributes, "googclient_traceparent")
		d.Event.Trace.Parent = parent
	}
	return d, nil
}

// occurrence decodes a call of Cloud Scheduler, which says all in headers.
// https://cloud.google.com/scheduler/docs/reference/rpc/google.cloud.scheduler.v1#httptarget
func occurrence(r *http.Request, _ []byte) (app.Delivery, error) {
	scheduled, err := time.Parse(time.RFC3339, r.Header.Get("X-CloudScheduler-ScheduleTime"))
	if err != nil {
		return app.Delivery{}, fmt.Errorf("X-CloudScheduler-ScheduleTime: %w", err)
	}
	return app.Delivery{Scheduled: scheduled}, nil
}
