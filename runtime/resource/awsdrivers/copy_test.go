package awsdrivers

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gocloud.dev/blob"
)

// S3 answers a copy, as an upload of parts, before it knows how that ends; then an answer with 200 holds the error.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
func TestACopyThatFailsInTheEndHasFailed(t *testing.T) {
	for answer, fails := range map[string]bool{
		`<?xml version="1.0"?>` + "\n" + `<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>`: true,
		`<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>`:                                                                          false,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) }))
		environment := map[string]string{
			"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": server.URL,
		}
		b := OpenBucket(Config(func(name string) string { return environment[name] }), "uploads")
		err := b.Copy(t.Context(), "to", "from", nil)
		if (err != nil) != fails || fails && !strings.Contains(err.Error(), "InternalError") {
			t.Errorf("%s: %v", answer, err)
		}
		_ = b.Close()
		server.Close()
	}
}

// One that failed within S3 is made again, as S3 asks for.
func TestACopyThatFailedWithinS3IsMadeAgain(t *testing.T) {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			_, _ = io.WriteString(w, `<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>`)
			return
		}
		_, _ = io.WriteString(w, `<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>`)
	}))
	defer server.Close()
	environment := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": server.URL,
	}
	b := OpenBucket(Config(func(name string) string { return environment[name] }), "uploads")
	defer func() { _ = b.Close() }()
	if err := b.Copy(t.Context(), "to", "from", nil); err != nil || calls != 2 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

// S3 copies 5 GiB in one call, and says so when there are more.
func TestALargeCopyIsMadeInParts(t *testing.T) {
	c := moto(t)
	makeBucket(t, c, "suite-large")
	small := newBucket(behind(t, c, func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if r.Header.Get("X-Amz-Copy-Source") == "" || r.URL.Query().Has("partNumber") {
			return false
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `<Error><Code>InvalidRequest</Code><Message>The specified copy source is larger than the maximum allowable size for a copy source: 5368709120</Message></Error>`)
		return true
	}), "suite-large")
	small.copyPart = 5 << 20
	b := blob.NewBucket(small)
	defer func() { _ = b.Close() }()
	data := bytes.Repeat([]byte("0123456789abcdef"), 12<<20/16+1)
	must(t, b.WriteAll(t.Context(), "from ✓", data, &blob.WriterOptions{ContentType: "text/x", CacheControl: "no-cache", Metadata: map[string]string{"a": "ü"}}))
	must(t, b.Copy(t.Context(), "to", "from ✓", nil))
	got, err := b.ReadAll(t.Context(), "to")
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes were copied of %d (%v)", len(got), len(data), err)
	}
	if a, err := b.Attributes(t.Context(), "to"); err != nil || a.ContentType != "text/x" || a.CacheControl != "no-cache" || a.Metadata["a"] != "ü" {
		t.Errorf("the copy has %+v (%v)", a, err)
	}
}
