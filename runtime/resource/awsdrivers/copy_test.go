package awsdrivers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
