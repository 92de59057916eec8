package runtimetest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Azure is the Azure Functions host in front of a custom handler at base, an address such as http://127.0.0.1:7071.
// https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
func Azure(base string) Cloud { return azureCloud{base, &transcript{}} }

type azureCloud struct {
	base string
	*transcript
}

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

// Deliver hands over messages one at a time. With sessions, the broker hands over none before the one that failed ahead of it.
// https://learn.microsoft.com/azure/service-bus-messaging/message-sessions
func (c azureCloud) Deliver(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	acknowledged := make([]bool, len(messages))
	blocked := map[string]bool{}
	for i, m := range messages {
		if m.OrderingKey != "" && blocked[m.OrderingKey] {
			continue
		}
		acknowledged[i] = c.message(t, function, m)
		blocked[m.OrderingKey] = !acknowledged[i]
	}
	return acknowledged
}

// Publish hands over messages of a topic's subscription, which look as those of a queue.
func (c azureCloud) Publish(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	return c.Deliver(t, function, messages...)
}

// message hands over a message of Service Bus.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#message-metadata
func (c azureCloud) message(t testing.TB, function string, m Message) bool {
	t.Helper()
	properties := object{}
	for name, value := range m.Attributes {
		properties[name] = value
	}
	sent := m.Sent.UTC()
	metadata := object{
		// Everything but objects and moments is JSON text within a string.
		"MessageId": strconv.Quote(m.ID), "DeliveryCount": strconv.Itoa(m.Attempt), "SequenceNumber": "17",
		"EnqueuedTimeUtc": sent.Format("2006-01-02T15:04:05"), "EnqueuedTime": sent.Format("2006-01-02T15:04:05-07:00"),
		"ContentType": `"application/json"`, "ApplicationProperties": properties, "UserProperties": properties,
		"SessionId": "null", "sys": system(function, sent),
	}
	if m.OrderingKey != "" {
		metadata["SessionId"] = string(encode(t, m.OrderingKey))
	}
	return c.invoke(t, function, object{
		"Data": object{"message": base64.StdEncoding.EncodeToString([]byte(m.Body))}, "Metadata": metadata,
	})
}

// system is what the host tells of every call.
func system(function string, now time.Time) object {
	return object{"MethodName": function, "UtcNow": now.Format(time.RFC3339Nano), "RandGuid": "7b4f0f0a-3a39-4a0f-9f29-6f8f6a9fb1d1"}
}

// Object hands over a CloudEvent of Event Grid, in a message whose own ID is another each time.
// https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage?tabs=cloud-event-schema
func (c azureCloud) Object(t testing.TB, function string, o ObjectEvent) bool {
	t.Helper()
	kind, data := "Microsoft.Storage.BlobCreated", object{"api": "PutBlob", "contentLength": o.Size, "eTag": o.ETag}
	if o.Deleted {
		kind, data = "Microsoft.Storage.BlobDeleted", object{"api": "DeleteBlob"}
	}
	data["clientRequestId"], data["requestId"], data["blobType"] = "4c5dd7fb", "9aeb0fdf", "BlockBlob"
	data["contentType"], data["sequencer"] = "image/jpeg", "00000000000004420000000000028963"
	data["url"] = "https://account.blob.core.windows.net/uploads/" + url.PathEscape(o.Key)
	event := object{
		"id": o.ID, "source": "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/account", "specversion": "1.0",
		"type": kind, "subject": "/blobServices/default/containers/uploads/blobs/" + o.Key, "time": o.Time.UTC().Format("2006-01-02T15:04:05.0000000Z"), "data": data,
	}
	return c.message(t, function, Message{
		ID: rand.Text(), Body: string(encode(t, event)), Sent: o.Time.Add(time.Second), Attempt: o.Attempt,
		Attributes: map[string]string{"aeg-event-type": "Notification", "aeg-subscription-name": "UPLOADS", "aeg-delivery-count": "0"},
	})
}

// Change hands over the documents that the generated tables hold. The host takes the answer for all of them.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-cosmosdb-v2-trigger
func (c azureCloud) Change(t testing.TB, function string, changes ...Change) []bool {
	t.Helper()
	documents := make([]object, len(changes))
	for i, change := range changes {
		if change.Deleted {
			t.Fatal("the change feed has no deletions")
		}
		key := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(change.Key)))
		documents[i] = object{
			"id": key, "pk": key, "item": json.RawMessage(change.New), "_ts": change.Time.Unix(), "_lsn": 42 + i, "_etag": strconv.Quote(change.ID),
			"_rid": "BzoAAA==", "_self": "dbs/BzoAAA==/", "_attachments": "attachments/",
		}
	}
	settled := make([]bool, len(changes))
	ok := c.invoke(t, function, object{
		// The text of the array is a string as any other: JSON text within a string.
		"Data":     object{"documents": string(encode(t, string(encode(t, documents))))},
		"Metadata": object{"RetryContext": retryContext(changes[0].Attempt), "sys": system(function, changes[0].Time)},
	})
	for i := range settled {
		settled[i] = ok
	}
	return settled
}

// retryContext is what the host tells of the attempts at a function that has a retry policy.
func retryContext(attempt int) object {
	return object{"MaxRetryCount": attempts - 1, "RetryCount": attempt - 1, "Exception": nil}
}

func (c azureCloud) Tick(t testing.TB, function string, scheduled time.Time) bool {
	t.Helper()
	return c.TickAgain(t, function, scheduled, 1)
}

func (c azureCloud) TickAgain(t testing.TB, function string, scheduled time.Time, attempt int) bool {
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
			"RetryContext": retryContext(attempt), "sys": system(function, scheduled.Add(123*time.Millisecond)),
		},
	})
}

func (c azureCloud) Raw(t testing.TB, function, body string) bool {
	t.Helper()
	return c.post(t, function, body)
}

func (c azureCloud) Unreadable(t testing.TB, function string) bool {
	t.Helper()
	return c.post(t, function, `{"Data": {}, "Metadata": {}}`)
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
		c.note(strconv.Itoa(resp.Status))
		return false
	}
	c.note(strconv.Itoa(resp.Status) + " " + strings.TrimSpace(resp.Body))
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
