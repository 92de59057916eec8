package aws

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// DecodeMessages decodes a batch of messages, as a queue's function does before it handles them.
func DecodeMessages(payload []byte) ([]app.Delivery, error) {
	messages, err := records(payload, scanMessage)
	var deliveries []app.Delivery
	for i := range messages {
		d, err := message(&messages[i])
		if err != nil {
			return nil, err
		}
		deliveries = append(deliveries, d...)
	}
	return deliveries, err
}

// DecodeObjects decodes a notification of S3.
func DecodeObjects(payload []byte) ([]app.Delivery, error) { return objects(payload) }

// DecodeRequest decodes a request of an HTTP API.
func DecodeRequest(ctx context.Context, payload []byte) (*http.Request, error) {
	var p proxied
	if err := jsonscan.ReadShared(payload, &p, scanProxied); err != nil {
		return nil, err
	}
	return p.request(ctx)
}

// Request is what a request is read as.
type Request = proxied

// ReadRequest reads a request, and tells whether it took no help to do so. Its headers come in the order of their names.
func ReadRequest(payload []byte) (r Request, isPlain bool, err error) {
	err = jsonscan.ReadShared(payload, &r, scanProxied)
	return r.sorted(), jsonscan.IsPlain(payload, scanProxied), err
}

// UnmarshalRequest reads a request with encoding/json.
func UnmarshalRequest(payload []byte) (r Request, err error) {
	err = json.Unmarshal(payload, &r)
	return r.sorted(), err
}

// sorted returns the request with its headers in order, and of one that comes twice the last.
func (p proxied) sorted() proxied {
	values := map[string]string{}
	for i := 0; i < len(p.Headers); i += 2 {
		values[p.Headers[i]] = p.Headers[i+1]
	}
	p.Headers = nil
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p.Headers = append(p.Headers, name, values[name])
	}
	return p
}

// ReadMessages reads a batch of messages into the vendor's type, and tells whether it took no help to do so.
func ReadMessages(payload []byte) (e events.SQSEvent, isPlain bool, err error) {
	e.Records, isPlain, err = read(payload, scanMessage)
	return e, isPlain, err
}

// ReadObjects reads a notification of S3 into the vendor's type, and tells whether it took no help to do so.
func ReadObjects(payload []byte) (e events.S3Event, isPlain bool, err error) {
	e.Records, isPlain, err = read(payload, scanObjectEvent)
	return e, isPlain, err
}

func read[T any](payload []byte, scan scanner[T]) ([]T, bool, error) {
	var b batch[T]
	err := jsonscan.ReadShared(payload, &b, batchOf(scan))
	return b.Records, jsonscan.IsPlain(payload, batchOf(scan)), err
}
