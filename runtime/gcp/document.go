package gcp

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// changed is what the types of Firestore's events begin with; what kind of change it is follows, and ".withAuthContext" may follow that.
// https://cloud.google.com/eventarc/docs/reference/supported-events
const changed = "google.cloud.firestore.document.v1."

// protobuf is the type of the events' data.
const protobuf = "application/protobuf"

// document decodes a change of a document of Firestore: a CloudEvent in binary mode, whose data is protobuf.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
func document(header http.Header, body []byte) (app.Delivery, error) {
	kind, ok := strings.CutPrefix(header.Get("Ce-Type"), changed)
	id := header.Get("Ce-Id")
	if !ok || id == "" {
		return app.Delivery{}, errors.New("the request is no CloudEvent of a document")
	}
	at, err := time.Parse(time.RFC3339, header.Get("Ce-Time"))
	if err != nil {
		return app.Delivery{}, fmt.Errorf("ce-time: %w", err)
	}
	if media, _, err := mime.ParseMediaType(header.Get("Content-Type")); err != nil || media != protobuf {
		return app.Delivery{}, fmt.Errorf("the event's data is %q, not %s", header.Get("Content-Type"), protobuf)
	}
	d := app.Delivery{Event: fn.Event{
		ID: id, Time: at, Raw: body,
		// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md
		Trace: fn.TraceContext{Parent: header.Get("Ce-Traceparent"), State: header.Get("Ce-Tracestate")},
	}}
	kind, _, _ = strings.Cut(kind, ".")
	d.Item, err = item(kind, body)
	return d, err
}

// item decodes a google.events.cloud.firestore.v1.DocumentEventData, of a kind of change: "created", "updated", "deleted" or "written".
// https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto
func item(kind string, body []byte) (app.Item, error) {
	var i app.Item
	err := eachField(body, func(f field) (err error) {
		switch f.number {
		case 1: // value
			i.New, err = documentJSON(f)
		case 2: // old_value
			i.Old, err = documentJSON(f)
		}
		return err
	})
	switch {
	case err != nil:
		return app.Item{}, err
	case kind == "deleted" && i.New == nil && i.Old != nil, kind == "written" && i.New == nil && i.Old != nil:
		i.Deleted = true
	case (kind == "created" || kind == "updated" || kind == "written") && i.New != nil:
	default:
		return app.Item{}, fmt.Errorf("the event, of kind %q, does not hold the document", kind)
	}
	return i, nil
}

// documentJSON returns the fields of a google.events.cloud.firestore.v1.Document as a JSON object, or nil for a document without a name,
// which is no document.
func documentJSON(doc field) ([]byte, error) {
	content, err := doc.message()
	if err != nil {
		return nil, err
	}
	// Names and numbers grow on their way to JSON, but seldom by more than what is left out here.
	out := append(make([]byte, 0, len(content)+len(content)/4), '{')
	named := false
	err = eachField(content, func(f field) (err error) {
		switch f.number {
		case 1: // name
			named = true
		case 2: // fields
			out, err = appendEntry(out, f, 0)
		}
		return err
	})
	if err != nil || !named {
		return nil, err
	}
	return append(out, '}'), nil
}

// field is a field of a message, as it stands on the wire.
type field struct {
	number protowire.Number
	kind   protowire.Type
	bits   uint64 // of a varint, or a number of fixed length
	bytes  []byte // of all else
}

func (f field) message() ([]byte, error) {
	if f.kind != protowire.BytesType {
		return nil, fmt.Errorf("field %d is not of variable length", f.number)
	}
	return f.bytes, nil
}

// eachField calls do for each field of a message.
func eachField(message []byte, do func(field) error) error {
	for len(message) > 0 {
		var f field
		var n int
		if f.number, f.kind, n = protowire.ConsumeTag(message); n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		switch f.kind {
		case protowire.VarintType:
			f.bits, n = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			f.bits, n = protowire.ConsumeFixed64(message)
		case protowire.Fixed32Type:
			_, n = protowire.ConsumeFixed32(message)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		default:
			return fmt.Errorf("field %d is of wire type %d, which proto3 has not", f.number, f.kind)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		if err := do(f); err != nil {
			return err
		}
	}
	return nil
}
