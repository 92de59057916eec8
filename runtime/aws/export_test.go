package aws

import (
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
