package aws_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/aws"
)

// scanned are the vendor's types that the host reads by itself.
var scanned = []struct {
	name    string
	samples []string
	compare func(t *testing.T, payload []byte) (isPlain bool)
}{
	{"messages", []string{"sqs-event.json", "samcli-Sqs.json"}, func(t *testing.T, payload []byte) bool {
		return comparing(t, payload, aws.ReadMessages)
	}},
	{"objects", []string{"s3-event.json", "samcli-S3Put.json"}, func(t *testing.T, payload []byte) bool {
		return comparing(t, payload, aws.ReadObjects)
	}},
	{"requests", []string{"apigw-v2-request-no-authorizer.json"}, func(t *testing.T, payload []byte) bool {
		got, isPlain, err := aws.ReadRequest(payload)
		want, wantErr := aws.UnmarshalRequest(payload)
		if (err == nil) != (wantErr == nil) || wantErr != nil && isPlain || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%s\nis %+v, %v; want %+v, %v", payload, got, err, want, wantErr)
		}
		return isPlain
	}},
}

// comparing compares with what encoding/json reads into the vendor's type.
func comparing[T any](t *testing.T, payload []byte, read func([]byte) (T, bool, error)) bool {
	t.Helper()
	var want T
	wantErr := json.Unmarshal(payload, &want)
	got, isPlain, err := read(payload)
	if (err == nil) != (wantErr == nil) || wantErr != nil && isPlain {
		t.Errorf("%s\nthe error is %v, want %v; is plain: %v", payload, err, wantErr, isPlain)
	}
	if diff := cmp.Diff(want, got); wantErr == nil && diff != "" {
		t.Errorf("%s\n(-encoding/json +host):\n%s", payload, diff)
	}
	return isPlain
}

// TestScannersReadTheVendorsTypes reads samples, and types of which every field is set, so that a field that a new version of the vendor's
// module brings is not forgotten.
func TestScannersReadTheVendorsTypes(t *testing.T) {
	for _, s := range scanned {
		t.Run(s.name, func(t *testing.T) {
			for _, name := range s.samples {
				if !s.compare(t, sample(t, name)) {
					t.Errorf("%s takes the help of encoding/json", name)
				}
			}
		})
	}
	var messages events.SQSEvent
	filled(t, &messages)
	comparing(t, encoded(t, messages), aws.ReadMessages)
	var objects events.S3Event
	filled(t, &objects)
	comparing(t, encoded(t, objects), aws.ReadObjects)
}

// FuzzScanners compares with encoding/json, which is the definition.
func FuzzScanners(f *testing.F) {
	for _, s := range scanned {
		for _, name := range s.samples {
			f.Add(sample(f, name))
		}
	}
	f.Add([]byte(`{"Records": [{"messageAttributes": {"a": {"stringValue": null, "binaryValue": "", "binaryListValues": null}}}, null], "records": null}`))
	f.Add([]byte(`{"Records": [{"s3": {"object": {"key": "%zz"}}, "glacierEventData": null}]}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, s := range scanned {
			s.compare(t, payload)
		}
	})
}
