package azure

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// trigger is what the host does with the calls of one kind of trigger.
type trigger struct {
	// decode reads a call's body.
	decode func(body []byte) (call, error)
	// limit bounds the body, in bytes.
	limit int64
	// givesUp is set where Azure has no dead-letter queue, so that the runtime itself sends there what has failed for good.
	// https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages
	givesUp bool
}

// A message of Service Bus Standard has at most 256 KiB, before base64. A page of Cosmos DB's change feed has at most 4 MiB, each
// quote of which becomes four bytes on its way here.
// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas
// https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-request-limits
const (
	maxMessage   = 4 << 20
	maxDocuments = 32 << 20
)

// triggers has no row for requests, which come proxied.
var triggers = map[app.Kind]trigger{
	app.KindQueue:    {decode: message, limit: maxMessage},
	app.KindTopic:    {decode: message, limit: maxMessage},
	app.KindBucket:   {decode: blob, limit: maxMessage},
	app.KindTable:    {decode: documents, limit: maxDocuments, givesUp: true},
	app.KindSchedule: {decode: occurrence, limit: maxMessage, givesUp: true},
}

// call is a call of the Functions host. It has one event; of a table it can have several, in their order.
type call struct {
	events []event
	retry  retry
}

// event is an event, with the payload that is sent with it when it is given up.
type event struct {
	app.Delivery
	payload []byte
}

// one is a call with one event.
func one(d app.Delivery, r retry, payload []byte) call {
	return call{[]event{{d, payload}}, r}
}

// invocation answers calls of the Functions host. Only a 2xx with a JSON object is success to the host; any other status fails
// the invocation, and the trigger tries again. An empty 200 would leave the host waiting for ever.
//
// A permanent error fails the invocation as any other does: a custom handler cannot settle a message of Service Bus by itself, so
// the message comes until the queue has counted its deliveries.
type invocation struct {
	function *app.Function
	trigger  trigger
	letters  app.DeadLetters
}

const success = `{"Outputs":{},"Logs":[],"ReturnValue":null}` + "\n"

func (i invocation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := i.handle(w, r)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()}) // to the host, which logs it
		return
	}
	_, _ = io.WriteString(w, success)
}

// handle reads a call, and delivers its events.
func (i invocation) handle(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, i.trigger.limit))
	if err != nil {
		return fmt.Errorf("reading the event: %w", err)
	}
	trace := fn.TraceContext{Parent: r.Header.Get("Traceparent"), State: r.Header.Get("Tracestate")}
	c, err := i.trigger.decode(body)
	if err != nil {
		return i.function.RefuseOrGiveUp(r.Context(), app.Delivery{Event: fn.Event{Trace: trace}}, err, body, i.letters)
	}
	return i.deliver(r.Context(), c, trace)
}

// deliver delivers the events of a call, none before the one that failed ahead of it: the host calls again with all of them. After
// the last attempt it does not, and leaves out what is behind the failure too; so then that is tried yet.
func (i invocation) deliver(ctx context.Context, c call, trace fn.TraceContext) error {
	var failure error
	// A host that tells of retries from the second attempt on only tells nothing of a first attempt that is the last.
	last := c.retry.last() || !c.retry.isSet && i.function.Attempts == 1
	for _, e := range c.events {
		e.Event.Attempt = max(e.Event.Attempt, c.retry.attempt())
		e.Event.Trace = trace
		if !i.function.Ordered() {
			e.OrderingKey = "" // a sender can name a session where nothing heeds it
		}
		err := i.function.DeliverOrGiveUp(ctx, e.Delivery, last, e.payload, i.letters)
		if err != nil && !last {
			return err
		}
		if failure == nil {
			failure = err
		}
	}
	return failure
}
