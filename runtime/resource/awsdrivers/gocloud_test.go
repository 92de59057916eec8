package awsdrivers

import (
	"context"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"gocloud.dev/blob/driver"
	"gocloud.dev/blob/drivertest"

	"github.com/isobar-dev/isobar/internal/engine"
)

// harness is that of gocloud.dev's own suite for buckets.
type harness struct{ config aws.Config }

func (h harness) MakeDriver(context.Context) (driver.Bucket, error) {
	return newBucket(h.config, "gocloud"), nil
}

func (h harness) MakeDriverForNonexistentBucket(context.Context) (driver.Bucket, error) {
	return newBucket(h.config, "does-not-exist"), nil
}

func (harness) HTTPClient() *http.Client         { return nil }
func (harness) SupportsCopy() bool               { return true }
func (harness) SupportsNonSlashDelimiters() bool { return true }
func (harness) Close()                           {}

func TestGocloudSuite(t *testing.T) {
	engine.Suite(t, map[string]string{
		"TestListWeirdKeys":                "moto takes no control characters in paths",
		"TestKeys/ascii-1":                 "moto takes no control characters in paths",
		"TestMetadata/valid_metadata":      "moto drops headers with underscores",
		"TestMetadata/weird_metadata_keys": "moto drops headers with percent signs",
	}, func(t *testing.T) {
		c := moto(t)
		makeBucket(t, c, "gocloud")
		drivertest.RunConformanceTests(t, func(context.Context, *testing.T) (drivertest.Harness, error) { return harness{c}, nil }, nil)
	})
}
