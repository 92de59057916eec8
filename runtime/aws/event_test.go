package aws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/fn"
)

const (
	tickInput = `{"id":"d32c5kddcf5bb8c3","schedule":"arn:aws:scheduler:eu-west-1:123456789012:schedule/shop/night","scheduledTime":"2026-11-23T02:00:00Z","attempt":"1"}`
	// testNotification is what S3 sends to a queue when it is set up to send notifications there.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
	testNotification = `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"bucketname","RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}`
	// notification is a message of SNS in a queue without raw message delivery.
	// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
	notification = `{"Type":"Notification","MessageId":"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324","TopicArn":"arn:aws:sns:us-west-2:123456789012:MyTopic","Subject":"My First Message","Message":"Hello world!","Timestamp":"2012-05-02T00:54:06.655Z","SignatureVersion":"1","Signature":"EXAMPLEw6JRN","SigningCertURL":"https://sns.us-west-2.amazonaws.com/x.pem","UnsubscribeURL":"https://sns.us-west-2.amazonaws.com/","MessageAttributes":{"Tenant":{"Type":"String","Value":"a"},"Picture":{"Type":"Binary","Value":"AAEC"}}}`
)

// acknowledged tells whether an answer acknowledges all of a batch.
func acknowledged(answer []byte, err error) bool {
	return err == nil && !bytes.Contains(answer, []byte("itemIdentifier"))
}

// A message of a topic looks the same, whichever way the template has chosen for it.
func TestSamplesOfSNS(t *testing.T) {
	for name, c := range map[string]struct {
		binding aws.Binding
		payload []byte
		raw     any
		want    fn.Message[[]byte]
	}{
		"direct": {aws.Direct, sample(t, "sns-event.json"), events.SNSEventRecord{}, fn.Message[[]byte]{
			Event: fn.Event{ID: "95df01b4-ee98-5cb9-9903-4c221d41eb5e", Time: time.Date(2015, 6, 3, 17, 43, 27, 123e6, time.UTC)},
			Data:  []byte("Hello from SNS!"), Attributes: map[string]string{"test": "TestString"},
		}},
		"enveloped": {aws.Enveloped, inQueue(t, []byte(notification)), events.SNSEntity{}, fn.Message[[]byte]{
			Event: fn.Event{ID: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", Time: time.Date(2012, 5, 2, 0, 54, 6, 655e6, time.UTC)},
			Data:  []byte("Hello world!"), Attributes: map[string]string{"tenant": "a"},
		}},
		// What looks like an envelope is a payload like any other where the template has not said so.
		"raw": {aws.Mapped, inQueue(t, []byte(notification)), events.SQSMessage{}, fn.Message[[]byte]{
			Event: fn.Event{ID: "m1"}, Data: []byte(notification), Attributes: map[string]string{},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var got fn.Message[[]byte]
			h := serveBound(t, app.Function{Name: "hear", Handler: app.Topic("news", func(_ context.Context, m fn.Message[[]byte]) error { got = m; return nil })}, c.binding)
			if answer, err := h.Invoke(t.Context(), c.payload); !acknowledged(answer, err) {
				t.Fatalf("answered %s, %v", answer, err)
			}
			c.want.Source, c.want.Type = "/topics/news", fn.TypePublished
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got, want := fmt.Sprintf("%T", got.Raw), fmt.Sprintf("%T", c.raw); got != want {
				t.Errorf("the provider's payload is a %s, not a %s", got, want)
			}
		})
	}
}

// What a service hands over by itself fails as an invocation, which Lambda tries again.
func TestDirectEventsThatFail(t *testing.T) {
	no := errors.New("no")
	for name, c := range map[string]struct {
		handler app.Handler
		payload []byte
	}{
		"topic":    {app.Topic("news", func(context.Context, fn.Message[[]byte]) error { return no }), sample(t, "sns-event.json")},
		"bucket":   {app.Bucket("b", app.Objects{On: []string{"created"}}, func(context.Context, fn.Object) error { return no }), sample(t, "samcli-S3Put.json")},
		"schedule": {app.Schedule(func(context.Context, fn.Tick) error { return no }), []byte(tickInput)},
	} {
		h := serveBound(t, app.Function{Name: "f", Handler: c.handler}, aws.Direct)
		if answer, err := h.Invoke(t.Context(), c.payload); !errors.Is(err, no) {
			t.Errorf("%s: answered %s, %v", name, answer, err)
		}
	}
}

func TestADirectTick(t *testing.T) {
	var got fn.Tick
	h := serveBound(t, app.Function{Name: "night", Handler: app.Schedule(func(_ context.Context, tick fn.Tick) error { got = tick; return nil })}, aws.Direct)
	if _, err := h.Invoke(t.Context(), []byte(tickInput)); err != nil || got.ID != "night@2026-11-23T02:00:00Z" || got.Attempt != 0 {
		t.Errorf("the tick is %+v, %v", got, err)
	}
}

func TestABindingThatATriggerHasNot(t *testing.T) {
	for _, c := range []struct {
		handler app.Handler
		binding aws.Binding
	}{
		{app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { return nil }), aws.Direct},
		{app.Schedule(func(context.Context, fn.Tick) error { return nil }), aws.Enveloped},
		{app.Topic("news", func(context.Context, fn.Message[[]byte]) error { return nil }), "else"},
	} {
		f := app.Function{Name: "f", Handler: c.handler}
		if _, err := aws.New(app.App{Name: "shop", Functions: []app.Function{f}}, "f", c.binding); err == nil || !strings.Contains(err.Error(), aws.BindingVariable) {
			t.Errorf("%s: %v", c.binding, err)
		}
	}
}

func TestSampleOfS3(t *testing.T) {
	var got []fn.Object
	look := app.Function{Name: "look", Handler: app.Bucket("uploads", app.Objects{On: []string{"created", "deleted"}}, func(_ context.Context, o fn.Object) error {
		got = append(got, o)
		return nil
	})}
	payload := sample(t, "s3-event.json")
	for binding, payload := range map[aws.Binding][]byte{aws.Direct: payload, aws.Mapped: inQueue(t, payload)} {
		if answer, err := serveBound(t, look, binding).Invoke(t.Context(), payload); !acknowledged(answer, err) {
			t.Fatalf("answered %s, %v", answer, err)
		}
	}
	want := fn.Object{
		Event: fn.Event{
			ID: "Happy Face.jpg/Happy Sequencer/created", Source: "/buckets/uploads", Type: fn.TypeObjectCreated, Subject: "Happy Face.jpg",
			Time: time.Date(1970, 1, 1, 0, 0, 0, 123e6, time.UTC),
		},
		Bucket: "uploads", Key: "Happy Face.jpg", Size: 1024, ETag: "d41d8cd98f00b204e9800998ecf8427e",
	}
	if diff := cmp.Diff([]fn.Object{want, want}, got, cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if raw, ok := got[0].Raw.(events.S3EventRecord); !ok || raw.S3.Bucket.Name != "sourcebucket" {
		t.Errorf("the provider's payload is %T", got[0].Raw)
	}
}

// What S3 tells of, and what becomes of it. In a bucket with versions the end of an object is a delete marker; the end of a version is
// nothing that other clouds tell.
func TestNotificationsOfS3(t *testing.T) {
	record := func(name, versionID string) string {
		return fmt.Sprintf(`{"Records":[{"eventName":%q,"eventTime":"2026-11-23T02:00:00.000Z","s3":{"object":{"key":"a","versionId":%q,"sequencer":"0A"}}}]}`, name, versionID)
	}
	for name, c := range map[string]struct {
		body, want string // the type of the event; empty for none
		refused    bool
	}{
		"an object":                        {record("ObjectCreated:CompleteMultipartUpload", ""), fn.TypeObjectCreated, false},
		"the end of an object":             {record("ObjectRemoved:Delete", ""), fn.TypeObjectDeleted, false},
		"a delete marker":                  {record("ObjectRemoved:DeleteMarkerCreated", "v1"), fn.TypeObjectDeleted, false},
		"the end of a version":             {record("ObjectRemoved:Delete", "v1"), "", false},
		"an object that has expired":       {record("LifecycleExpiration:Delete", ""), fn.TypeObjectDeleted, false},
		"one that has expired, a marker":   {record("LifecycleExpiration:DeleteMarkerCreated", "v1"), fn.TypeObjectDeleted, false},
		"a version that has expired":       {record("LifecycleExpiration:Delete", "v1"), "", false},
		"a test of the notifications":      {testNotification, "", false},
		"half a test":                      {`{"Event":"s3:TestEvent"}`, "", true},
		"a test that holds something":      {strings.Replace(record("ObjectCreated:Put", ""), "{", `{"Service":"Amazon S3","Event":"s3:TestEvent",`, 1), fn.TypeObjectCreated, false},
		"what is no notification":          {`{}`, "", true},
		"another event":                    {record("ObjectRestore:Completed", ""), "", true},
		"an event without an object":       {`{"Records":[{"eventName":"ObjectCreated:Put"}]}`, "", true},
		"a key that cannot be unescaped":   {strings.Replace(record("ObjectCreated:Put", ""), `"a"`, `"%zz"`, 1), "", true},
		"an event that tells no sequencer": {strings.Replace(record("ObjectCreated:Put", ""), `"0A"`, `""`, 1), fn.TypeObjectCreated, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			h := serve(t, app.Function{Name: "look", Handler: app.Bucket("uploads", app.Objects{On: []string{"created", "deleted"}}, func(_ context.Context, o fn.Object) error {
				got = o.Type
				return nil
			})})
			answer, err := h.Invoke(t.Context(), inQueue(t, []byte(c.body)))
			if acknowledged(answer, err) == c.refused || got != c.want {
				t.Errorf("answered %s, %v, handled %q", answer, err, got)
			}
		})
	}
}

func TestSampleOfDynamoDB(t *testing.T) {
	var got []fn.Change[map[string]any]
	h := serve(t, app.Function{Name: "track", Handler: app.Table("example", app.Changes{On: []string{"upserted"}, Key: []string{"key", "val"}}, func(_ context.Context, c fn.Change[map[string]any]) error {
		got = append(got, c)
		return nil
	})})
	if answer, err := h.Invoke(t.Context(), sample(t, "dynamodb-event.json")); !acknowledged(answer, err) || len(got) != 2 {
		t.Fatalf("answered %s, %v; %d changes", answer, err, len(got))
	}
	want := fn.Change[map[string]any]{
		Event: fn.Event{
			ID: "f07f8ca4b0b26cb9c4e5e77e42f274ee", Source: "/tables/example", Type: fn.TypeItemUpserted, Time: time.Date(2016, 12, 2, 1, 27, 0, 0, time.UTC),
		},
		Key: map[string]any{"key": "binary", "val": "data"},
		New: map[string]any{
			"key": "binary", "val": "data", "asdf1": "AAEqQQ==", "b2": "test", "asdf2": []any{"AAEqQQ==", "QSoBAA==", "AAEqQQ=="}, "Binary": "AAEqQQ==",
			"Boolean": true, "BinarySet": []any{"AAEqQQ==", "AAEqQQ=="}, "List": []any{"Cookies", "Coffee", json.Number("3.14159")},
			"Map": map[string]any{"Name": "Joe", "Age": json.Number("35")}, "FloatNumber": json.Number("123.45"), "IntegerNumber": json.Number("123"),
			"NumberSet": []any{json.Number("1234"), json.Number("567.8")}, "Null": nil, "String": "Hello",
			"StringSet": []any{"Giraffe", "Zebra"}, "EmptyStringSet": []any{},
		},
	}
	if diff := cmp.Diff(want, got[1], cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	raw, ok := got[1].Raw.(events.DynamoDBEventRecord)
	var vendor events.DynamoDBEvent
	if err := json.Unmarshal(sample(t, "dynamodb-event.json"), &vendor); err != nil || !ok {
		t.Fatalf("the provider's payload is a %T, %v", got[1].Raw, err)
	}
	vendor.Records[1].Change.ApproximateCreationDateTime.Time = vendor.Records[1].Change.ApproximateCreationDateTime.UTC()
	if want, have := fmt.Sprintf("%+v", vendor.Records[1]), fmt.Sprintf("%+v", raw); want != have {
		t.Errorf("the provider's payload is\n%s, want\n%s", have, want)
	}
}

// Whatever cannot be read of a change is named in the answer by the change's sequence number, or all of the batch fails.
func TestChangesThatCannotBeRead(t *testing.T) {
	nested := `{"S":"x"}`
	for range 50 {
		nested = `{"L":[` + nested + `]}`
	}
	for name, c := range map[string]struct{ record, failed string }{
		"a change":            {`{"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"a"}},"NewImage":{"id":{"S":"a"}},"SequenceNumber":"1"}}`, ""},
		"no such kind":        {`{"eventID":"1","eventName":"TOUCH","dynamodb":{"Keys":{"id":{"S":"a"}},"NewImage":{"id":{"S":"a"}},"SequenceNumber":"1"}}`, "1"},
		"no item":             {`{"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"a"}},"SequenceNumber":"1"}}`, "1"},
		"no type":             {`{"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{"id":{}},"SequenceNumber":"1"}}`, "1"},
		"a type of tomorrow":  {`{"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{"id":{"T":"a"}},"SequenceNumber":"1"}}`, "1"},
		"a number that isn't": {`{"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{"id":{"N":"true"}},"SequenceNumber":"1"}}`, "1"},
		"a set of others":     {`{"eventID":"1","eventName":"INSERT","dynamodb":{"SequenceNumber":"1","Keys":{"id":{"BS":[7]}}}}`, "1"},
		"too deep":            {`{"eventID":"1","eventName":"INSERT","dynamodb":{"SequenceNumber":"1","Keys":{"id":` + nested + `}}}`, "1"},
		"no sequence number":  {`{"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"a"}},"NewImage":{"id":{"S":"a"}}}}`, "all"},
		"no object":           {`7`, "all"},
	} {
		t.Run(name, func(t *testing.T) {
			h := serve(t, app.Function{Name: "track", Handler: app.Table("example", app.Changes{On: []string{"upserted"}, Key: []string{"id"}},
				func(context.Context, fn.Change[map[string]any]) error { return nil })})
			answer, err := h.Invoke(t.Context(), []byte(`{"Records":[`+c.record+`]}`))
			var out events.DynamoDBEventResponse
			if err == nil {
				err = json.Unmarshal(answer, &out)
			}
			failed := ""
			if len(out.BatchItemFailures) > 0 {
				failed = out.BatchItemFailures[0].ItemIdentifier
			} else if err != nil {
				failed = "all"
			}
			if failed != c.failed {
				t.Errorf("failed: %q, want %q (%v)", failed, c.failed, err)
			}
		})
	}
}

// What follows one another is not begun when there is no time left for it: it comes again, and is no attempt that was cut short.
func TestNothingIsBegunThatCannotEnd(t *testing.T) {
	slow := func() error { time.Sleep(300 * time.Millisecond); return nil }
	handled := 0
	work := serve(t, app.Function{Name: "work", Handler: app.Queue("jobs", func(context.Context, fn.Message[[]byte]) error { handled++; return slow() }).Ordered()})
	track := serve(t, app.Function{Name: "track", Handler: app.Table("t", app.Changes{On: []string{"upserted"}}, func(context.Context, fn.Change[any]) error { handled++; return slow() })})
	message := func(id string) string {
		return fmt.Sprintf(`{"messageId":%q,"body":"","attributes":{"MessageGroupId":"g"}}`, id)
	}
	change := func(id string) string {
		return fmt.Sprintf(`{"eventID":%[1]q,"eventName":"INSERT","dynamodb":{"NewImage":{},"SequenceNumber":%[1]q}}`, id)
	}
	for name, c := range map[string]struct {
		invoke  func(context.Context, []byte) ([]byte, error)
		payload string
		want    string
	}{
		"an ordered queue": {work.Invoke, message("1") + "," + message("2") + "," + message("3"), `{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"3"}]}`},
		"a stream":         {track.Invoke, change("1") + "," + change("2") + "," + change("3"), `{"batchItemFailures":[{"itemIdentifier":"2"}]}`},
	} {
		handled = 0
		ctx, cancel := context.WithTimeout(t.Context(), 1700*time.Millisecond) // half a second of it is for the answer
		answer, err := c.invoke(ctx, []byte(`{"Records":[`+c.payload+`]}`))
		cancel()
		if err != nil || string(answer) != c.want || handled != 1 {
			t.Errorf("%s: answered %s, %v, %d handled", name, answer, err, handled)
		}
	}
}
