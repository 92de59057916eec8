package gcp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/gcp"
)

func TestPushesAreScanned(t *testing.T) {
	if !comparePush(t, []byte(pushed)) {
		t.Error("a push takes the help of encoding/json")
	}
}

// FuzzScanners compares with encoding/json, which is the definition.
func FuzzScanners(f *testing.F) {
	f.Add([]byte(pushed))
	f.Add([]byte(`{"message": null, "message": {"data": "?", "publishTime": null, "publish_time": "2021-02-26T19:13:55.749Z"}, "deliveryAttempt": null}`))
	f.Fuzz(func(t *testing.T, body []byte) { comparePush(t, body) })
}

// comparePush compares with what encoding/json reads, and tells whether that was not needed.
func comparePush(t *testing.T, body []byte) bool {
	t.Helper()
	want, wantErr := gcp.UnmarshalPush(body)
	got, isPlain, err := gcp.ReadPush(body)
	if (err == nil) != (wantErr == nil) || wantErr != nil && isPlain {
		t.Errorf("%s\nthe error is %v, want %v; is plain: %v", body, err, wantErr, isPlain)
	}
	if diff := cmp.Diff(want, got); wantErr == nil && diff != "" {
		t.Errorf("%s\n(-encoding/json +host):\n%s", body, diff)
	}
	return isPlain
}
