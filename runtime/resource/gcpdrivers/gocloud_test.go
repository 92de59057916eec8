package gcpdrivers

import (
	"context"
	"net/http"
	"testing"

	"gocloud.dev/blob/driver"
	"gocloud.dev/blob/drivertest"

	"github.com/isobar-dev/isobar/internal/engine"
)

// harness is that of gocloud.dev's own suite for buckets.
type harness struct{ settings Settings }

func (h harness) MakeDriver(context.Context) (driver.Bucket, error) {
	return &bucket{newAPI(h.settings, h.settings.Storage), "gocloud"}, nil
}

func (h harness) MakeDriverForNonexistentBucket(context.Context) (driver.Bucket, error) {
	return &bucket{newAPI(h.settings, h.settings.Storage), "does-not-exist"}, nil
}

func (harness) HTTPClient() *http.Client         { return nil }
func (harness) SupportsCopy() bool               { return true }
func (harness) SupportsNonSlashDelimiters() bool { return true }
func (harness) Close()                           {}

func TestGocloudSuite(t *testing.T) {
	engine.Suite(t, map[string]string{
		"TestListDelimiters": "fake-gcs-server does not page prefixes, nor take a delimiter of several characters",
	}, func(t *testing.T) {
		s := fakeGCS(t, "gocloud")
		drivertest.RunConformanceTests(t, func(context.Context, *testing.T) (drivertest.Harness, error) { return harness{s}, nil }, nil)
	})
}
