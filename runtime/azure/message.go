package azure

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// brokered is a call for a message of Service Bus. Its binding is called message, and has the dataType binary; then the metadata is
// the broker's. (With text, a payload that is a JSON object would overwrite metadata of the same names.)
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#message-metadata
type brokered struct {
	Data struct {
		Message binary `json:"message"`
	}
	Metadata metadata
}

// metadata is what the host wants to know of the message.
type metadata struct {
	MessageID             text                 `json:"MessageId"`
	SessionID             text                 `json:"SessionId"`
	SequenceNumber        plain                `json:"SequenceNumber"`
	DeliveryCount         plain                `json:"DeliveryCount"`
	EnqueuedTime          plain                `json:"EnqueuedTime"`
	EnqueuedTimeUTC       plain                `json:"EnqueuedTimeUtc"`
	ApplicationProperties map[string]attribute `json:"ApplicationProperties"`
}

func decodeBrokered(body []byte) (*brokered, error) {
	var b brokered
	if err := jsonscan.Read(body, &b, scanBrokered); err != nil {
		return nil, err
	}
	if !b.Data.Message.isSet {
		return nil, errors.New("there is no data for the binding message")
	}
	return &b, nil
}

// attempt counts deliveries from 1; it is 0, unknown, when the broker does not say.
func (b *brokered) attempt() int {
	n, _ := strconv.Atoi(string(b.Metadata.DeliveryCount))
	return max(n, 0)
}

// message decodes a message of a queue, or of a topic's subscription. Where sessions order them, the broker hands over those of one
// session one after another by itself.
func message(body []byte) (call, error) {
	b, err := decodeBrokered(body)
	if err != nil {
		return call{}, err
	}
	m := &b.Metadata
	d := app.Delivery{Data: b.Data.Message.data, OrderingKey: string(m.SessionID), Attributes: b.attributes()}
	// A sender need not give an ID, but then the broker's number tells the message from others, each time that it comes.
	if d.Event.ID = cmp.Or(string(m.MessageID), string(m.SequenceNumber)); d.Event.ID == "" {
		return call{}, errors.New("the metadata does not say which message it is")
	}
	d.Event.Attempt = b.attempt()
	if d.Event.Time = moment(string(m.EnqueuedTime)); d.Event.Time.IsZero() {
		d.Event.Time = moment(string(m.EnqueuedTimeUTC))
	}
	d.Event.Raw = json.RawMessage(body)
	return one(d, retry{}, nil), nil
}

// attributes are the properties that are text.
func (b *brokered) attributes() map[string]string {
	attributes := make(map[string]string, len(b.Metadata.ApplicationProperties))
	for name, value := range b.Metadata.ApplicationProperties {
		if value.isText {
			attributes[name] = value.text
		}
	}
	// The SDKs of Azure write the trace context under this name.
	if parent, ok := attributes["Diagnostic-Id"]; ok {
		delete(attributes, "Diagnostic-Id")
		if _, own := attributes["traceparent"]; !own {
			attributes["traceparent"] = parent
		}
	}
	return attributes
}

// The types of events of blobs. https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage
const (
	blobCreated = "Microsoft.Storage.BlobCreated"
	blobDeleted = "Microsoft.Storage.BlobDeleted"
)

// blobEvent is an event of Event Grid, as a CloudEvent 1.0.
// https://learn.microsoft.com/azure/event-grid/cloud-event-schema
type blobEvent struct {
	SpecVersion string `json:"specversion"`
	ID          string `json:"id"`
	Type        string `json:"type"`
	Subject     string `json:"subject"`
	Time        string `json:"time"`
	Data        struct {
		ContentLength int64  `json:"contentLength"`
		ETag          string `json:"eTag"`
	} `json:"data"`
}

// blob decodes an event of a container, which Event Grid put into a queue as a message. The message's own ID is another each time
// that Event Grid sends the event again; the event's is not.
func blob(body []byte) (call, error) {
	b, err := decodeBrokered(body)
	if err != nil {
		return call{}, err
	}
	var e blobEvent
	if err := json.Unmarshal(b.Data.Message.data, &e); err != nil {
		return call{}, fmt.Errorf("the event in the message: %w", err)
	}
	if e.SpecVersion != "1.0" || e.ID == "" {
		return call{}, errors.New("the message holds no CloudEvent 1.0 with an ID")
	}
	object := app.Object{Size: e.Data.ContentLength, ETag: strings.Trim(e.Data.ETag, `"`)}
	switch e.Type {
	case blobCreated:
	case blobDeleted:
		object.Deleted, object.Size = true, 0
	default:
		return call{}, fmt.Errorf("%.100q is no type of event that a function is for", e.Type)
	}
	if object.Key, err = blobKey(e.Subject); err != nil {
		return call{}, err
	}
	d := app.Delivery{Object: object}
	d.Event.ID, d.Event.Attempt, d.Event.Time = e.ID, b.attempt(), moment(e.Time)
	d.Event.Raw = json.RawMessage(b.Data.Message.data)
	return one(d, retry{}, nil), nil
}

// blobKey takes the blob's name out of a subject, /blobServices/default/containers/{container}/blobs/{name}, in which nothing is
// escaped. The name can have slashes; a container's cannot.
func blobKey(subject string) (string, error) {
	if rest, ok := strings.CutPrefix(subject, "/blobServices/default/containers/"); ok {
		_, rest, _ = strings.Cut(rest, "/")
		if key, ok := strings.CutPrefix(rest, "blobs/"); ok && key != "" {
			return key, nil
		}
	}
	return "", fmt.Errorf("the subject %.100q names no blob", subject)
}
