package awsdrivers

import (
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
)

// queue sends to a queue of SQS.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
type queue struct {
	*api
	url     string
	ordered bool
}

// attribute is an attribute of a message.
type attribute struct {
	DataType    string
	StringValue string
}

func (q queue) Send(ctx context.Context, m sending.Message) error {
	in := struct {
		QueueURL               string               `json:"QueueUrl"`
		Body                   string               `json:"MessageBody"`
		Attributes             map[string]attribute `json:"MessageAttributes,omitempty"`
		MessageGroupID         string               `json:"MessageGroupId,omitempty"`
		MessageDeduplicationID string               `json:"MessageDeduplicationId,omitempty"`
	}{QueueURL: q.url, Body: string(m.Body), Attributes: map[string]attribute{}}
	for name, value := range m.Attributes {
		in.Attributes[name] = attribute{"String", value}
	}
	if q.ordered {
		in.MessageGroupID, in.MessageDeduplicationID = m.OrderingKey, idOf(m)
	}
	return q.call(ctx, "1.0", "AmazonSQS.SendMessage", in, nil)
}

// idOf is the deduplication ID, which everything that is ordered needs: one that no other message has, unless the sender gave one. A
// try that is repeated has the same.
func idOf(m sending.Message) string {
	if m.ID != "" {
		return m.ID
	}
	return rand.Text()
}

// topic publishes to a topic of SNS, whose protocol is a form.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
type topic struct {
	*api
	arn     string
	ordered bool
}

func (t topic) Send(ctx context.Context, m sending.Message) error {
	form := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {t.arn}, "Message": {string(m.Body)}}
	for i, name := range slices.Sorted(maps.Keys(m.Attributes)) {
		entry := "MessageAttributes.entry." + strconv.Itoa(i+1)
		form.Set(entry+".Name", name)
		form.Set(entry+".Value.DataType", "String")
		form.Set(entry+".Value.StringValue", m.Attributes[name])
	}
	if t.ordered {
		form.Set("MessageGroupId", m.OrderingKey)
		form.Set("MessageDeduplicationId", idOf(m))
	}
	_, _, err := t.Read(ctx, rest.Request{Method: http.MethodPost, URL: t.endpoint() + "/", Body: []byte(form.Encode()), Header: http.Header{
		"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"},
	}})
	return err
}
