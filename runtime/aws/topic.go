package aws

import (
	"encoding/json"
	"errors"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// notifications reads messages of a topic as SNS hands them to a function.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
func notifications(body []byte) ([]app.Delivery, error) {
	read, err := records(body, unscanned[events.SNSEventRecord])
	if err != nil {
		return nil, err
	}
	deliveries := make([]app.Delivery, len(read))
	for i := range read {
		if deliveries[i], err = published(&read[i].SNS, read[i]); err != nil {
			return nil, err
		}
	}
	return deliveries, nil
}

// notification reads a message of a topic as SNS puts it into a queue without raw message delivery.
// https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
func notification(body []byte) ([]app.Delivery, error) {
	var n events.SNSEntity
	if err := json.Unmarshal(body, &n); err != nil {
		return nil, err
	}
	d, err := published(&n, n)
	return []app.Delivery{d}, err
}

func published(n *events.SNSEntity, raw any) (app.Delivery, error) {
	if n.MessageID == "" || n.Type != "Notification" {
		return app.Delivery{}, errors.New("it is no notification of SNS")
	}
	d := app.Delivery{
		Event:      fn.Event{ID: n.MessageID, Time: n.Timestamp, Raw: raw},
		Data:       []byte(n.Message),
		Attributes: make(map[string]string, len(n.MessageAttributes)),
	}
	for name, a := range n.MessageAttributes {
		attribute, _ := a.(map[string]any)
		value, ok := attribute["Value"].(string)
		if ok && attribute["Type"] != "Binary" {
			d.Attributes[name] = value
		}
	}
	return d, nil
}
