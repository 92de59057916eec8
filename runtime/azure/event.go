package azure

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// The names of the bindings in generated function.json files.
const (
	messageBinding = "message"
	timerBinding   = "timer"
)

// payload is what the Functions host posts for an event. Values of Metadata are JSON; those that are no objects come as JSON text
// within a string.
type payload struct {
	Data     map[string]json.RawMessage
	Metadata map[string]json.RawMessage
}

// invocation answers a call of the Functions host. Only a 2xx with a JSON object is success to the host; any other status fails
// the invocation, and the trigger tries again. An empty 200 would leave the host waiting for ever.
type invocation struct {
	function *app.Function
	decode   func(*payload) (app.Delivery, error)
}

const success = `{"Outputs":{},"Logs":[],"ReturnValue":null}` + "\n"

func (i invocation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d, err := i.read(w, r)
	if err == nil {
		d.Event.Trace = fn.TraceContext{Parent: r.Header.Get("Traceparent"), State: r.Header.Get("Tracestate")}
		err = i.function.Deliver(r.Context(), d)
	}
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()}) // to the host, which logs it
		return
	}
	_, _ = io.WriteString(w, success)
}

func (i invocation) read(w http.ResponseWriter, r *http.Request) (app.Delivery, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
	if err != nil {
		return app.Delivery{}, fmt.Errorf("reading the event: %w", err)
	}
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		return app.Delivery{}, fmt.Errorf("decoding the event: %w", err)
	}
	d, err := i.decode(&p)
	if err != nil {
		return app.Delivery{}, fmt.Errorf("decoding the event: %w", err)
	}
	d.Event.Raw = json.RawMessage(body)
	return d, nil
}

// message decodes a message of a Service Bus queue, whose binding has the dataType binary: the payload is base64, and the metadata
// is the broker's. (With text, a payload that is a JSON object would overwrite metadata of the same names.)
func message(p *payload) (app.Delivery, error) {
	var d app.Delivery
	if err := p.data(messageBinding, &d.Data); err != nil { // base64, as encoding/json reads []byte
		return d, err
	}
	// A sender need not give an ID, but then the broker's number tells the message from others, each time that it comes.
	if d.Event.ID = p.text("MessageId"); d.Event.ID == "" {
		d.Event.ID = p.plain("SequenceNumber")
	}
	d.Event.Attempt = p.number("DeliveryCount")
	d.Event.Time = p.time("EnqueuedTime", "EnqueuedTimeUtc")
	var properties map[string]json.RawMessage
	if raw, ok := p.Metadata["ApplicationProperties"]; ok {
		if err := json.Unmarshal(raw, &properties); err != nil {
			return d, fmt.Errorf("application properties: %w", err)
		}
	}
	d.Attributes = make(map[string]string, len(properties))
	for name, raw := range properties {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			d.Attributes[name] = text
		}
	}
	// The SDKs of Azure write the trace context under this name.
	if parent, ok := d.Attributes["Diagnostic-Id"]; ok {
		delete(d.Attributes, "Diagnostic-Id")
		if _, own := d.Attributes["traceparent"]; !own {
			d.Attributes["traceparent"] = parent
		}
	}
	return d, nil
}

// timerSlack is how early a timer may fire.
const timerSlack = 2 * time.Second

// timer is what the timer trigger sends.
type timer struct {
	// ScheduleStatus is null until the schedule has run once. Next is the moment that is running.
	ScheduleStatus *struct{ Next string }
}

// occurrence decodes a tick. Azure does not say for which moment it is when the schedule has not run before; then it is the
// current minute, as schedules have no seconds.
func occurrence(p *payload) (app.Delivery, error) {
	var t timer
	if err := p.data(timerBinding, &t); err != nil {
		return app.Delivery{}, err
	}
	var sys struct{ UtcNow time.Time }
	if err := json.Unmarshal(p.Metadata["sys"], &sys); err != nil {
		return app.Delivery{}, fmt.Errorf("metadata: %w", err)
	}
	// A timer may fire a moment early.
	now := sys.UtcNow.Add(timerSlack)
	scheduled := now.Truncate(time.Minute)
	if s := t.ScheduleStatus; s != nil {
		if next := moment(s.Next); !next.IsZero() && !next.After(now) {
			scheduled = next
		}
	}
	d := app.Delivery{Scheduled: scheduled}
	var retry struct{ RetryCount int }
	if raw, ok := p.Metadata["RetryContext"]; ok && json.Unmarshal(raw, &retry) == nil {
		d.Event.Attempt = retry.RetryCount + 1
	}
	return d, nil
}

// data reads the value of a binding.
func (p *payload) data(binding string, into any) error {
	raw, ok := p.Data[binding]
	if !ok {
		return fmt.Errorf("there is no data for the binding %s", binding)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("the data of the binding %s: %w", binding, err)
	}
	return nil
}

// text reads a value of the metadata that is text: JSON text within a string, undone exactly once.
func (p *payload) text(name string) string {
	var outer, inner string
	if json.Unmarshal(p.Metadata[name], &outer) != nil || json.Unmarshal([]byte(outer), &inner) != nil {
		return ""
	}
	return inner
}

// number reads a value of the metadata that is a number, within a string.
func (p *payload) number(name string) int {
	n, _ := strconv.Atoi(p.plain(name)) // 0, unknown, when it is none
	return n
}

// plain reads a value of the metadata as it stands within its string; empty when there is none.
func (p *payload) plain(name string) string {
	var text string
	if json.Unmarshal(p.Metadata[name], &text) != nil {
		return ""
	}
	return text
}

// time reads the first of some values of the metadata that is a moment.
func (p *payload) time(names ...string) time.Time {
	for _, name := range names {
		var text string
		if json.Unmarshal(p.Metadata[name], &text) != nil {
			continue
		}
		if t := moment(text); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// moment reads a moment as .NET writes it. Without a zone it is UTC. It is zero when the text is none.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
