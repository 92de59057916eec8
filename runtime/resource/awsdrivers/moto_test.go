package awsdrivers

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"gocloud.dev/blob"
	"gocloud.dev/docstore"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/internal/engine"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/clienttest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
)

// moto starts moto, and returns the configuration that an entrypoint would make of its environment.
func moto(t *testing.T) aws.Config {
	t.Helper()
	e := engine.Start(t, "moto_server", "pip install 'moto[server]==5.2.1'", "/moto-api/", nil, "moto_server", "-H", "127.0.0.1", "-p", "{port}")
	environment := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "test", "AWS_ENDPOINT_URL": e.URL(),
	}
	return Config(func(name string) string { return environment[name] })
}

// must fails a test with an error of preparing it.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// form calls SNS.
func form(t *testing.T, c aws.Config, action string, values map[string]string, out any) {
	t.Helper()
	all := url.Values{"Action": {action}, "Version": {"2010-03-31"}}
	for name, value := range values {
		all.Set(name, value)
	}
	a := newAPI(c, "sns")
	data, _, err := a.Read(t.Context(), rest.Request{Method: http.MethodPost, URL: a.endpoint() + "/", Body: []byte(all.Encode()), Header: http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"},
	}})
	must(t, err)
	must(t, xml.Unmarshal(data, out))
}

func makeBucket(t *testing.T, c aws.Config, name string) {
	t.Helper()
	b := newBucket(c, name)
	_, _, err := b.Read(t.Context(), rest.Request{Method: http.MethodPut, URL: b.url("", nil), Body: []byte(
		`<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>`,
	)})
	must(t, err)
}

func makeTable(t *testing.T, c aws.Config, definition string) {
	t.Helper()
	must(t, newAPI(c, "dynamodb").call(t.Context(), "1.0", "DynamoDB_20120810.CreateTable", json.RawMessage(definition), nil))
}

func makeQueue(t *testing.T, c aws.Config, name string, attributes map[string]string) string {
	t.Helper()
	var out struct {
		QueueURL string `json:"QueueUrl"`
	}
	must(t, newAPI(c, "sqs").call(t.Context(), "1.0", "AmazonSQS.CreateQueue", map[string]any{"QueueName": name, "Attributes": attributes}, &out))
	return out.QueueURL
}

var fifo = map[string]string{"FifoQueue": "true"}

// makeTopic makes a topic with a queue that gets its messages as they are, and returns their names.
func makeTopic(t *testing.T, c aws.Config, name string, ordered bool) (arn, url string) {
	t.Helper()
	values, attributes := map[string]string{"Name": name}, map[string]string(nil)
	if ordered {
		values["Attributes.entry.1.key"], values["Attributes.entry.1.value"], attributes = "FifoTopic", "true", fifo
	}
	var made struct {
		ARN string `xml:"CreateTopicResult>TopicArn"`
	}
	form(t, c, "CreateTopic", values, &made)
	queue := "of-" + name
	url = makeQueue(t, c, queue, attributes)
	var subscribed struct{}
	form(t, c, "Subscribe", map[string]string{
		"TopicArn": made.ARN, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:eu-west-1:123456789012:" + queue,
		"Attributes.entry.1.key": "RawMessageDelivery", "Attributes.entry.1.value": "true",
	}, &subscribed)
	return made.ARN, url
}

// receive takes messages out of a queue, as the event source of a Lambda function does.
func receive(t *testing.T, c aws.Config, queue string, want int) []memory.Message {
	t.Helper()
	var got []memory.Message
	for start := time.Now(); time.Since(start) < 10*time.Second; {
		var out struct {
			Messages []struct {
				Body, ReceiptHandle string
				Attributes          map[string]string
				MessageAttributes   map[string]attribute
			}
		}
		must(t, newAPI(c, "sqs").call(t.Context(), "1.0", "AmazonSQS.ReceiveMessage", map[string]any{
			"QueueUrl": queue, "MaxNumberOfMessages": 10, "AttributeNames": []string{"All"}, "MessageAttributeNames": []string{"All"},
		}, &out))
		for _, m := range out.Messages {
			message := memory.Message{Body: []byte(m.Body), Attributes: map[string]string{}, OrderingKey: m.Attributes["MessageGroupId"]}
			for name, a := range m.MessageAttributes {
				message.Attributes[name] = a.StringValue
			}
			got = append(got, message)
			must(t, newAPI(c, "sqs").call(t.Context(), "1.0", "AmazonSQS.DeleteMessage", map[string]any{"QueueUrl": queue, "ReceiptHandle": m.ReceiptHandle}, nil))
		}
		if len(got) >= want {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return got
}

func TestSuiteAgainstMoto(t *testing.T) {
	c := moto(t)
	makeBucket(t, c, "suite-uploads")
	makeTable(t, c, `{"TableName": "suite-users", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "email", "AttributeType": "S"}, {"AttributeName": "age", "AttributeType": "N"}],
		"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
		"GlobalSecondaryIndexes": [{"IndexName": "by-email", "KeySchema": [{"AttributeName": "email", "KeyType": "HASH"}, {"AttributeName": "age", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}`)
	makeTable(t, c, `{"TableName": "suite-visits", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}],
		"KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]}`)
	names := map[string]string{
		"ISOBAR_BUCKET_UPLOADS": "suite-uploads", "ISOBAR_TABLE_USERS": "suite-users", "ISOBAR_TABLE_VISITS": "suite-visits",
		"ISOBAR_QUEUE_ORDERS": makeQueue(t, c, "orders", nil), "ISOBAR_QUEUE_STEPS": makeQueue(t, c, "steps.fifo", fifo),
	}
	queues := map[string]string{"orders": names["ISOBAR_QUEUE_ORDERS"], "steps": names["ISOBAR_QUEUE_STEPS"]}
	names["ISOBAR_TOPIC_USER_CREATED"], queues["user-created"] = makeTopic(t, c, "user-created", false)
	names["ISOBAR_TOPIC_LOG"], queues["log"] = makeTopic(t, c, "log.fifo", true)
	var made struct{ ARN string }
	must(t, newAPI(c, "secretsmanager").call(t.Context(), "1.1", "secretsmanager.CreateSecret", map[string]string{"Name": "token", "SecretString": "of moto"}, &made))
	names["ISOBAR_VAULT_TOKEN"] = made.ARN
	executions := makeStateMachine(t, c, "order")
	names["ISOBAR_WORKFLOW_ORDER"] = executions.machine
	clienttest.Run(t, clienttest.Harness{
		Drivers: resource.Drivers{
			Bucket: func(_ context.Context, id string) (*blob.Bucket, error) { return OpenBucket(c, id), nil },
			Table: func(ctx context.Context, id string, key []string) (*docstore.Collection, error) {
				return OpenTable(ctx, production(t, c), id, key)
			},
			Local: Local,
			Queue: func(_ context.Context, id string, _ bool) (*pubsub.Topic, error) {
				return OpenQueue(c, id), nil
			},
			Topic: func(_ context.Context, id string, _ bool) (*pubsub.Topic, error) {
				return OpenTopic(c, id), nil
			},
			Secret:       func(ctx context.Context, id string) (string, error) { return ReadSecret(ctx, c, id) },
			SecretPrefix: SecretPrefix,
			Start: func(ctx context.Context, id, execution string, input []byte) error {
				return StartExecution(ctx, c, id, execution, input)
			},
		},
		Lookup: func(variable string) string { return names[variable] },
		Received: func(t *testing.T, kind resource.Kind, name string, want int) []memory.Message {
			if kind == resource.KindWorkflow {
				return executions.started(t)
			}
			return receive(t, c, queues[name], want)
		},
		Secret: "of moto",
	})
}

// A queue that drops duplicates is first in, first out, and need not be ordered: each message is a group of its own then.
func TestDuplicatesAreDropped(t *testing.T) {
	c := moto(t)
	queue := makeQueue(t, c, "once.fifo", fifo)
	to := OpenQueue(c, queue)
	defer func() { _ = to.Shutdown(t.Context()) }()
	for _, id := range []string{"a", "a", "b"} {
		must(t, to.Send(t.Context(), &pubsub.Message{Body: []byte(id), Metadata: map[string]string{":id": id}}))
	}
	if got := receive(t, c, queue, 2); len(got) != 2 {
		t.Errorf("%d messages came", len(got))
	}
}

// executions are those of a state machine of moto, which does not run them.
type executions struct {
	config  aws.Config
	machine string
	seen    map[string]bool
}

func makeStateMachine(t *testing.T, c aws.Config, name string) executions {
	t.Helper()
	var made struct{ StateMachineArn string }
	must(t, newAPI(c, "states").call(t.Context(), "1.0", "AWSStepFunctions.CreateStateMachine", map[string]string{
		"name": name, "roleArn": "arn:aws:iam::123456789012:role/x", "definition": `{"StartAt": "X", "States": {"X": {"Type": "Succeed"}}}`,
	}, &made))
	return executions{c, made.StateMachineArn, map[string]bool{}}
}

// started are the executions that it has not returned before.
func (e executions) started(t *testing.T) []memory.Message {
	t.Helper()
	var list struct {
		Executions []struct{ ExecutionArn, Name string }
	}
	must(t, newAPI(e.config, "states").call(t.Context(), "1.0", "AWSStepFunctions.ListExecutions", map[string]string{"stateMachineArn": e.machine}, &list))
	var got []memory.Message
	for _, x := range list.Executions {
		if e.seen[x.ExecutionArn] {
			continue
		}
		e.seen[x.ExecutionArn] = true
		var execution struct{ Input string }
		must(t, newAPI(e.config, "states").call(t.Context(), "1.0", "AWSStepFunctions.DescribeExecution", map[string]string{"executionArn": x.ExecutionArn}, &execution))
		got = append(got, memory.Message{Body: []byte(execution.Input), ID: x.Name})
	}
	return got
}

// An execution has the name that is made of the message's ID, so that a message that comes twice starts one.
func TestAMessageThatComesTwiceStartsOneExecution(t *testing.T) {
	c := moto(t)
	e := makeStateMachine(t, c, "order")
	for range 2 {
		must(t, StartExecution(t.Context(), c, e.machine, "of-one-message", []byte(`{}`)))
	}
	if got := e.started(t); len(got) != 1 || got[0].ID != "of-one-message" {
		t.Errorf("the executions are %+v", got)
	}
	if err := StartExecution(t.Context(), c, e.machine+"s", "x", []byte(`{}`)); err == nil {
		t.Error("an execution of no state machine was started")
	}
}
