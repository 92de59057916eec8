package gcp

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// maxEvent is the largest body of an event, in bytes: a message of Pub/Sub has at most 10 MB, which base64 makes 13.4.
const maxEvent = 16 << 20

// endpoint takes one function's events. 204 acknowledges; anything else brings the event back.
// https://cloud.google.com/pubsub/docs/push
type endpoint struct {
	function *app.Function
	decode   func(header http.Header, body []byte) (app.Delivery, error)
	// letters takes what is given up, where the cloud has no dead-letter topic of its own: of tables.
	letters app.DeadLetters
}

// errNothingHappened is what decode returns for an event that is none on the other clouds, and is acknowledged without a call.
var errNothingHappened = errors.New("nothing that a function hears of")

func (e endpoint) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "events are posted", http.StatusMethodNotAllowed)
		return
	}
	if err := e.deliver(w, r); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError) // to the platform: no stranger gets here
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (e endpoint) deliver(w http.ResponseWriter, r *http.Request) error {
	body, err := read(w, r)
	if err != nil {
		return fmt.Errorf("reading the event: %w", err)
	}
	d, err := e.decode(r.Header, body)
	switch {
	case errors.Is(err, errNothingHappened):
		return nil
	case err != nil:
		return e.function.RefuseOrGiveUp(r.Context(), d, err, body, e.letters)
	}
	if d.Event.Trace.Parent == "" { // then that of the call itself
		d.Event.Trace = fn.TraceContext{Parent: r.Header.Get("Traceparent"), State: r.Header.Get("Tracestate")}
	}
	last := e.letters != nil && isLast(time.Since(d.Event.Time), e.function.Attempts)
	return e.function.DeliverOrGiveUp(r.Context(), d, last, body, e.letters)
}

// read reads the body at once where its length is known.
func read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var body bytes.Buffer
	if r.ContentLength > 0 && r.ContentLength <= maxEvent {
		body.Grow(int(r.ContentLength) + bytes.MinRead) // ReadFrom wants that much room to see the end
	}
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxEvent))
	return body.Bytes(), err
}
