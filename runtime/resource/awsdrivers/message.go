package awsdrivers

import (
	"cmp"
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
)

// queue sends to a queue of SQS.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
type queue struct {
	*api
	url string
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
	if isFIFO(q.url) {
		in.MessageGroupID, in.MessageDeduplicationID = groupOf(m)
	}
	return q.call(ctx, "1.0", "AmazonSQS.SendMessage", in, nil)
}

// isFIFO tells whether a queue or a topic is first in, first out, which those are that are ordered, or drop duplicates.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-message-identifiers.html
func isFIFO(name string) bool { return strings.HasSuffix(name, ".fifo") }

// groupOf is the group of a message and its deduplication ID, which each message of a FIFO needs: the ordering key, or what no other
// message has; and the ID that the sender gave, or one that no other message has. A try that is repeated has the same.
func groupOf(m sending.Message) (group, id string) {
	id = cmp.Or(m.ID, rand.Text())
	return cmp.Or(m.OrderingKey, id), id
}

// topic publishes to a topic of SNS, whose protocol is a form.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
type topic struct {
	*api
	arn string
}

func (t topic) Send(ctx context.Context, m sending.Message) error {
	form := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {t.arn}, "Message": {string(m.Body)}}
	for i, name := range slices.Sorted(maps.Keys(m.Attributes)) {
		entry := "MessageAttributes.entry." + strconv.Itoa(i+1)
		form.Set(entry+".Name", name)
		form.Set(entry+".Value.DataType", "String")
		form.Set(entry+".Value.StringValue", m.Attributes[name])
	}
	if isFIFO(t.arn) {
		group, id := groupOf(m)
		form.Set("MessageGroupId", group)
		form.Set("MessageDeduplicationId", id)
	}
	_, _, err := t.Read(ctx, rest.Request{Method: http.MethodPost, URL: t.endpoint() + "/", Body: []byte(form.Encode()), Header: http.Header{
		"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"},
	}})
	return err
}
