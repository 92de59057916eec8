package runtimetest

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
)

// GCP is Google's front end, Pub/Sub and Cloud Scheduler in front of functions; address tells where the function of a unit listens.
func GCP(address func(t testing.TB, unit string) string) Cloud { return gcpCloud{address} }

type gcpCloud struct {
	address func(testing.TB, string) string
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

// Deliver pushes each message. Some statuses acknowledge: https://cloud.google.com/pubsub/docs/push#receive_push
func (c gcpCloud) Deliver(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	acknowledged := make([]bool, len(messages))
	for i, m := range messages {
		body := encode(t, object{
			"message": object{
				"data": base64.StdEncoding.EncodeToString([]byte(m.Body)), "attributes": m.Attributes,
				"messageId": m.ID, "message_id": m.ID,
				"publishTime": m.Sent.UTC().Format(time.RFC3339Nano), "publish_time": m.Sent.UTC().Format(time.RFC3339Nano),
			},
			"deliveryAttempt": m.Attempt, "subscription": "projects/p/subscriptions/shop-dev-" + function,
		})
		acknowledged[i] = c.push(t, function, body)
	}
	return acknowledged
}

func (c gcpCloud) push(t testing.TB, function string, body []byte) bool {
	t.Helper()
	header := http.Header{
		"Content-Type": {"application/json"}, "Authorization": {"Bearer e30.e30.e30"}, "User-Agent": {"APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"},
	}
	switch c.send(t, function, http.MethodPost, "/", header, string(bytes.TrimSpace(body))).Status {
	case http.StatusProcessing, http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent:
		return true
	}
	return false
}

// Tick calls as Cloud Scheduler does, which takes every 2xx for success.
// https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget
func (c gcpCloud) Tick(t testing.TB, function string, scheduled time.Time) bool {
	t.Helper()
	return c.send(t, function, http.MethodPost, "/", http.Header{
		"X-Cloudscheduler": {"true"}, "X-Cloudscheduler-Jobname": {"shop-dev-" + function},
		"X-Cloudscheduler-Scheduletime": {scheduled.UTC().Format(time.RFC3339)},
		"Authorization":                 {"Bearer e30.e30.e30"}, "User-Agent": {"Google-Cloud-Scheduler"},
	}, "").Status/100 == 2
}

func (c gcpCloud) Raw(t testing.TB, function, body string) bool {
	t.Helper()
	return c.push(t, function, []byte(body))
}
