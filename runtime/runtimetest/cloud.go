// Package runtimetest is the suite that every host passes, and the clouds that drive them: doubles of the Lambda Runtime API, of the
// Azure Functions host and of Google's services, written from their published protocols. A double drives a host in the test's own
// process or, as the cloud does, an entrypoint in a process of its own.
package runtimetest

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Cloud delivers to an app what a cloud would, and reads its answer as the cloud does.
type Cloud interface {
	// Do sends a client's request. The path begins with a slash.
	Do(t testing.TB, r Request) Response
	// Deliver hands over messages of a queue, as a batch where the cloud has batches, and tells which were acknowledged.
	Deliver(t testing.TB, function string, messages ...Message) []bool
	// Tick hands over an occurrence of a schedule, and tells whether it was acknowledged.
	Tick(t testing.TB, function string, scheduled time.Time) bool
	// Raw hands over a body that no cloud would send to a function that takes events, and tells whether it was acknowledged.
	Raw(t testing.TB, function string, body string) bool
}

// Events are what a cloud delivers beside messages of a queue and occurrences of a schedule.
type Events interface {
	// Publish hands over messages of a topic, as Deliver does.
	Publish(t testing.TB, function string, messages ...Message) []bool
	// Object hands over an event of a bucket, and tells whether it was acknowledged.
	Object(t testing.TB, function string, o ObjectEvent) bool
	// Change hands over changes of a table, in their order and as a batch where the cloud has batches, and tells which were settled.
	// Of a batch whose cloud only takes it as a whole, all are settled or none.
	Change(t testing.TB, function string, changes ...Change) []bool
	// TickAgain hands over an occurrence of a schedule as Tick does, at an attempt that counts from 1.
	TickAgain(t testing.TB, function string, scheduled time.Time, attempt int) bool
	// Unreadable hands over what carries an event to a function, with nothing in it that can be read.
	Unreadable(t testing.TB, function string) bool
	// Feed is what the cloud tells of a change.
	Feed() Feed
	// Told is what the cloud was told last: what an answer says that decides what becomes of events.
	Told() string
}

// transcript keeps what a cloud was told last.
type transcript struct {
	mu   sync.Mutex
	last string
}

func (t *transcript) note(told string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = told
}

// Told implements [Events].
func (t *transcript) Told() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// Request is a request as a client makes it.
type Request struct {
	Method, Target string // the target is the escaped path, and the query
	Header         http.Header
	Body           string
}

// Response is what the client gets.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// Message is a message as a sender sent it, and a broker delivers it.
type Message struct {
	ID, Body   string
	Attributes map[string]string
	Sent       time.Time
	// Attempt counts deliveries from 1.
	Attempt int
	// OrderingKey is the message's group, of an ordered queue or topic.
	OrderingKey string
}

// ObjectEvent is what happened to an object.
type ObjectEvent struct {
	// ID names the version of the object. An event that is delivered again has the same.
	ID      string
	Key     string
	Size    int64
	ETag    string // without quotes
	Deleted bool
	Time    time.Time
	// Attempt counts deliveries from 1.
	Attempt int
}

// Change is a change of a table's item. Key, New and Old are JSON objects; an empty one is not there.
type Change struct {
	ID            string
	Key, New, Old string
	Deleted       bool
	Time          time.Time
	// Attempt counts deliveries from 1.
	Attempt int
}

// client talks to processes on this machine. It follows no redirects, as a double must see them, and bounds every wait.
var client = &http.Client{
	Timeout:       time.Minute,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// roundTrip makes a request and reads the whole response.
func roundTrip(t testing.TB, r *http.Request) Response {
	t.Helper()
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Response{resp.StatusCode, resp.Header, string(body)}
}
