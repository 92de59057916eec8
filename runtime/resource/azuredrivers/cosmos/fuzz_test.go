package cosmos

import (
	"bytes"
	"testing"
)

// FuzzParse reads documents that another may have written: whatever is in them, what was read once is read again as the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"id": "a", "pk": "a", "item": {"id": "a", "n": 1.50, "b": "AAEC", "at": "2026-11-25T00:00:00.000000000Z"}, "types": {"/b": "bytes", "/at": "time"}, "revised": true, "_etag": "\"1\""}`,
		`{"id": "a", "item": {"list": [{"~/": "AA=="}]}, "types": {"/list/0/~0~1": "bytes"}}`,
		`{"item": null, "types": {"": "bytes"}}`, `[]`, `{"id": 1}`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := parse(body)
		if err != nil {
			return
		}
		once, err := d.marshal()
		if err != nil {
			return // a number that JSON can write and not read
		}
		again, err := parse(once)
		if err != nil {
			t.Fatalf("%s is not read again: %v", once, err)
		}
		if twice, err := again.marshal(); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s becomes %s (%v)", once, twice, err)
		}
	})
}
