package runtimetest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
)

// GCP is Google's front end, Pub/Sub and Eventarc in front of functions; address tells where the function of a unit listens. What Cloud
// Storage and Cloud Scheduler tell comes through Pub/Sub.
func GCP(address func(t testing.TB, unit string) string) Cloud {
	return gcpCloud{address, &transcript{}}
}

type gcpCloud struct {
	address func(testing.TB, string) string
	*transcript
}

func (c gcpCloud) Do(t testing.TB, r Request) Response {
	t.Helper()
	return c.send(t, app.HTTPUnit, r.Method, r.Target, r.Header, r.Body)
}

func (c gcpCloud) send(t testing.TB, unit, method, target string, header http.Header, body string) Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.address(t, unit)+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	return roundTrip(t, req)
}
