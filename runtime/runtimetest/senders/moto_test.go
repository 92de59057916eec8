package senders_test

import (
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// moto is a server that stands in for AWS: its queues, topics, buckets and tables. https://docs.getmoto.org
type moto struct{ address string }

const (
	region = "eu-west-1"
	arn    = "arn:aws:sqs:" + region + ":123456789012:"
)

func startMoto(t *testing.T) moto {
	t.Helper()
	const name = "moto_server"
	program, err := exec.LookPath(name)
	if err != nil {
		judge.Absent(t, name, "pip install 'moto[server]==5.2.1'")
	}
	port := freePort(t)
	run(t, exec.Command(program, "-H", "127.0.0.1", "-p", port))
	m := moto{"http://127.0.0.1:" + port + "/"}
	listens(t, m.address+"moto-api/data.json")
	return m
}

// as names the service that a request is for, as signatures do. Nobody checks the signature.
func as(service string) string {
	return "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/" + region + "/" + service + "/aws4_request, SignedHeaders=host, Signature=none"
}

// call calls an action of a service that speaks JSON.
func (m moto) call(t *testing.T, service, target string, in any) []byte {
	t.Helper()
	return send(t, "POST", m.address, "application/x-amz-json-1.0", encode(t, in), as(service), "X-Amz-Target: "+target)
}

// query calls an action of a service that speaks forms.
func (m moto) query(t *testing.T, service string, form ...string) string {
	t.Helper()
	values := url.Values{}
	for _, field := range form {
		name, value, _ := strings.Cut(field, "=")
		values.Set(name, value)
	}
	return string(send(t, "POST", m.address, "application/x-www-form-urlencoded", values.Encode(), as(service)))
}

// lambda starts an entrypoint that serves one function, and returns what invokes it.
func lambda(t *testing.T, name string, notes notebook, env ...string) func(testing.TB, []byte) ([]byte, error) {
	t.Helper()
	return runtimetest.Lambda(t, executable(t), append(env, hostVariable+"=aws", notesVariable+"="+string(notes), aws.FunctionVariable+"="+name)...)
}

// queue is a queue of SQS.
type queue struct {
	moto
	name, url string
	// mend changes the body of a message, where moto does not write it as AWS does.
	mend func(body string) string
}

func (m moto) queue(t *testing.T, name string, attributes map[string]string) queue {
	t.Helper()
	made := decode[struct{ QueueURL string }](t, m.call(t, "sqs", "AmazonSQS.CreateQueue", object{"QueueName": name, "Attributes": attributes}))
	return queue{m, name, made.QueueURL, func(body string) string { return body }}
}

func (q queue) do(t *testing.T, action string, in object) []byte {
	t.Helper()
	in["QueueUrl"] = q.url
	return q.call(t, "sqs", "AmazonSQS."+action, in)
}

// received is a message as SQS hands it over.
type received struct {
	MessageID, ReceiptHandle, Body, MD5OfBody string
	Attributes                                map[string]string
	MessageAttributes                         map[string]struct {
		StringValue, DataType string
		BinaryValue           []byte
	}
}

func (q queue) receive(t *testing.T) []received {
	t.Helper()
	in := object{"MaxNumberOfMessages": 10, "AttributeNames": []string{"All"}, "MessageAttributeNames": []string{"All"}}
	return decode[struct{ Messages []received }](t, q.do(t, "ReceiveMessage", in)).Messages
}

// record is a message as Lambda hands it over. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func (q queue) record(m received) object {
	attributes := object{}
	for name, a := range m.MessageAttributes {
		value := object{"dataType": a.DataType, "stringListValues": []string{}, "binaryListValues": []string{}}
		if a.BinaryValue != nil {
			value["binaryValue"] = a.BinaryValue
		} else {
			value["stringValue"] = a.StringValue
		}
		attributes[name] = value
	}
	return object{
		"messageId": m.MessageID, "receiptHandle": m.ReceiptHandle, "body": q.mend(m.Body), "md5OfBody": m.MD5OfBody, "attributes": m.Attributes,
		"messageAttributes": attributes, "eventSource": "aws:sqs", "eventSourceARN": arn + q.name, "awsRegion": region,
	}
}

// answer is that of a function that takes batches.
type answer struct {
	BatchItemFailures []struct{ ItemIdentifier string }
}

// poll does once what an event source mapping does: it invokes a function with a batch of messages, and deletes those that did not fail.
// It returns how many messages there were.
func (q queue) poll(t *testing.T, invoke func(testing.TB, []byte) ([]byte, error)) int {
	t.Helper()
	messages := q.receive(t)
	if len(messages) == 0 {
		return 0
	}
	records, left := []object{}, map[string]string{}
	for _, m := range messages {
		records = append(records, q.record(m))
		left[m.MessageID] = m.ReceiptHandle
	}
	out, err := invoke(t, []byte(encode(t, object{"Records": records})))
	if err != nil {
		t.Logf("the invocation failed: %v", err)
		return len(messages)
	}
	for _, f := range decode[answer](t, out).BatchItemFailures {
		handle := left[f.ItemIdentifier]
		if handle == "" {
			t.Errorf("%q failed, which was not in the batch", f.ItemIdentifier)
		}
		if strings.HasSuffix(q.name, ".fifo") {
			// Once several of a group wait for their visibility to return, moto hands out the last of them first.
			q.do(t, "ChangeMessageVisibility", object{"ReceiptHandle": handle, "VisibilityTimeout": 0})
		}
		delete(left, f.ItemIdentifier)
	}
	for _, handle := range left {
		q.do(t, "DeleteMessage", object{"ReceiptHandle": handle})
	}
	return len(messages)
}
