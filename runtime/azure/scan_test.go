package azure_test

import (
	"reflect"
	"testing"

	"github.com/isobar-dev/isobar/runtime/azure"
)

func TestCallsAreScanned(t *testing.T) {
	for _, name := range []string{"serviceBusTrigger-one-binary.json", "object-eventgrid-via-servicebus-binary.json"} {
		if !compareCall(t, sample(t, name)) {
			t.Errorf("%s takes the help of encoding/json", name)
		}
	}
}

// FuzzScanners compares with encoding/json, which is the definition.
func FuzzScanners(f *testing.F) {
	f.Add(sample(f, "serviceBusTrigger-one-binary.json"))
	f.Add([]byte(`{"data": {"message": null}, "Metadata": {"MessageId": "\"a\\u00e9\"", "DeliveryCount": 1, "ApplicationProperties": {"a": null, "b": 1}}}`))
	f.Fuzz(func(t *testing.T, body []byte) { compareCall(t, body) })
}

// compareCall compares with what encoding/json reads, and tells whether that was not needed.
func compareCall(t *testing.T, body []byte) bool {
	t.Helper()
	want, wantErr := azure.UnmarshalBrokered(body)
	got, isPlain, err := azure.ReadBrokered(body)
	if (err == nil) != (wantErr == nil) || wantErr != nil && isPlain || err == nil && !reflect.DeepEqual(got, want) {
		t.Errorf("%s\nis %+v, %v; want %+v, %v", body, got, err, want, wantErr)
	}
	return isPlain
}
