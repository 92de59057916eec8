package cron_test

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/isobar-dev/isobar/spec/cron"
)

// TestZonesAreGos asks Go's own copy of the database for every name.
func TestZonesAreGos(t *testing.T) {
	if !slices.IsSorted(cron.Zones()) {
		t.Error("the names are not sorted")
	}
	for _, name := range cron.Zones() {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
}
