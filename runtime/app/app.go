// Package app is the table of an app's functions that a generated entrypoint hands to its host, and what all hosts share: how
// requests are matched, how an event is delivered, and what counts as success. A host adds what is its cloud's: how events look
// on the wire, and how they are acknowledged.
package app

import (
	"context"
	"net/http"
	"time"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// App is an app's functions.
type App struct {
	// Name is the app's name in its spec.
	Name string
	// BasePath is the prefix of every route: "/api". It is never empty, so that no request can look like an event.
	BasePath string
	// Functions are all functions of the app; hosts take those that their process serves.
	Functions []Function
}

// Function is a handler with its trigger.
type Function struct {
	Name string
	// Timeout bounds one call; a call that is not back by then has failed.
	Timeout time.Duration
	Handler Handler
}

// Kind is a kind of trigger.
type Kind int

// The kinds of triggers.
const (
	KindHTTP Kind = iota
	KindQueue
	KindSchedule
)

// Handler is what HTTP, Queue and Schedule make of a person's function.
type Handler struct {
	kind    Kind
	pattern string // of HTTP: "GET /users/{id}", the base path left out
	queue   string // of Queue
	http    http.HandlerFunc
	event   func(context.Context, Delivery) error
}

// HTTP makes a handler of an ordinary one of net/http. The pattern is a method and a path, in the syntax of http.ServeMux, behind
// the app's base path; the path "/" is the base path itself.
func HTTP(pattern string, h func(http.ResponseWriter, *http.Request)) Handler {
	return Handler{kind: KindHTTP, pattern: pattern, http: h}
}

// Queue makes a handler of one that takes the messages of a queue, one at a time. A payload is JSON for a T; with T = []byte it
// is handed over as it came.
func Queue[T any](queue string, h func(context.Context, fn.Message[T]) error) Handler {
	return Handler{kind: KindQueue, queue: queue, event: func(ctx context.Context, d Delivery) error {
		message := fn.Message[T]{Event: d.Event}
		message.Attributes, message.Trace = attributes(d.Attributes, d.Event.Trace)
		if err := decode(d.Data, &message.Data); err != nil {
			return err
		}
		return h(ctx, message)
	}}
}

// Schedule makes a handler of one that is called at set times.
func Schedule(h func(context.Context, fn.Tick) error) Handler {
	return Handler{kind: KindSchedule, event: func(ctx context.Context, d Delivery) error {
		return h(ctx, fn.Tick{Event: d.Event, Scheduled: d.Scheduled})
	}}
}

// Kind is the kind of the function's trigger.
func (f *Function) Kind() Kind { return f.Handler.kind }

// Lookup returns the function of a name, or nil.
func (a *App) Lookup(name string) *Function {
	for i := range a.Functions {
		if a.Functions[i].Name == name {
			return &a.Functions[i]
		}
	}
	return nil
}

// HTTPUnit is the name of the unit that serves all routes, where a cloud has one. No function has this name.
const HTTPUnit = "http"
