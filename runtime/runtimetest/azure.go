package runtimetest

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Azure is the Azure Functions host in front of a custom handler at base, an address such as http://127.0.0.1:7071.
// https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
func Azure(base string) Cloud { return azureCloud{base} }

type azureCloud struct{ base string }

// Do proxies a request, with its path unchanged, as the host does for every path under the route prefix.
func (c azureCloud) Do(t testing.TB, r Request) Response {
	t.Helper()
	return roundTrip(t, c.request(t, r.Method, r.Target, r.Header, r.Body))
}

func (c azureCloud) request(t testing.TB, method, target string, header http.Header, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.base+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("X-Azure-Functions-InvocationId", "7b4f0f0a-3a39-4a0f-9f29-6f8f6a9fb1d1")
	req.Header.Set("X-Azure-Functions-HostVersion", "4.1037.1.0")
	return req
}

func (c azureCloud) Deliver(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	acknowledged := make([]bool, len(messages))
	for i, m := range messages {
		properties := object{}
		for name, value := range m.Attributes {
			properties[name] = value
		}
		sent := m.Sent.UTC()
		acknowledged[i] = c.invoke(t, function, object{
			"Data": object{"message": base64.StdEncoding.EncodeToString([]byte(m.Body))},
			"Metadata": object{
				// Everything but objects and moments is JSON text within a string.
				"MessageId": strconv.Quote(m.ID), "DeliveryCount": strconv.Itoa(m.Attempt), "SequenceNumber": "17",
				"EnqueuedTimeUtc": sent.Format("2006-01-02T15:04:05"), "EnqueuedTime": sent.Format("2006-01-02T15:04:05-07:00"),
				"ContentType": `"application/json"`, "ApplicationProperties": properties, "UserProperties": properties,
				"sys": object{"MethodName": function, "UtcNow": sent.Format(time.RFC3339Nano), "RandGuid": "7b4f0f0a-3a39-4a0f-9f29-6f8f6a9fb1d1"},
			},
		})
	}
	return acknowledged
}

func (c azureCloud) Tick(t testing.TB, function string, scheduled time.Time) bool {
	t.Helper()
	scheduled = scheduled.UTC()
	return c.invoke(t, function, object{
		"Data": object{"timer": object{
			"Schedule": object{"AdjustForDST": true}, "IsPastDue": false,
			"ScheduleStatus": object{
				"Last": scheduled.AddDate(0, 0, -1).Format(time.RFC3339), "Next": scheduled.Format(time.RFC3339),
				"LastUpdated": scheduled.AddDate(0, 0, -1).Format(time.RFC3339),
			},
		}},
		"Metadata": object{
			"RetryContext": object{"MaxRetryCount": 2, "RetryCount": 0, "Exception": nil},
			"sys":          object{"MethodName": function, "UtcNow": scheduled.Add(123 * time.Millisecond).Format(time.RFC3339Nano), "RandGuid": "7b4f0f0a"},
		},
	})
}

func (c azureCloud) Raw(t testing.TB, function, body string) bool {
	t.Helper()
	return c.post(t, function, body)
}

func (c azureCloud) invoke(t testing.TB, function string, payload object) bool {
	t.Helper()
	return c.post(t, function, string(encode(t, payload)))
}

// post calls a function, and judges the answer as the host does: success is a 2xx with a JSON object of the known form. Anything
// else fails the invocation; an empty body would leave the real host waiting, which fails the test.
func (c azureCloud) post(t testing.TB, function, body string) bool {
	t.Helper()
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "Traceparent": {traceparent}}
	resp := roundTrip(t, c.request(t, http.MethodPost, "/"+function, header, body))
	if resp.Status/100 != 2 {
		return false
	}
	if resp.Body == "" {
		t.Fatalf("%s: the host would wait for ever for an answer to %s", function, body)
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	var out *struct {
		Outputs     map[string]any
		Logs        []string
		ReturnValue any
	}
	return err == nil && kind == "application/json" && json.Unmarshal([]byte(resp.Body), &out) == nil && out != nil
}
