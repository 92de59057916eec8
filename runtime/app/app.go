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
	// CORS says which pages of other origins may call the API; none may unless set.
	CORS *CORS
	// Authorizers verify the tokens that routes require, by the names of their issuers.
	Authorizers map[string]Authorizer
	// Callers verify the tokens of who calls tasks, where a cloud does not keep strangers away itself.
	Callers Authorizer
	// Functions are all functions of the app; hosts take those that their process serves.
	Functions []Function
	// Resources are what functions have access to.
	Resources []Resource
}

// Function is a handler with its trigger.
type Function struct {
	Name string
	// Timeout bounds one call; a call that is not back by then has failed.
	Timeout time.Duration
	// Attempts is how often an event is delivered at most before it goes to the dead-letter queue. It is 0 where the cloud itself
	// counts, which is wherever it can.
	Attempts int
	// Access is what the function may do with resources, as the spec grants it: "users:read". It may do nothing else.
	Access []string
	// Secrets are environment variables that hold secrets. A call fails while one of them is empty.
	Secrets []string
	Handler Handler
}

// Kind is a kind of trigger.
type Kind int

// The kinds of triggers.
const (
	KindHTTP Kind = iota
	KindQueue
	KindSchedule
	KindTopic
	KindBucket
	KindTable
	KindTask
)

// Handler is what HTTP, Queue, Topic, Schedule, Bucket, Table and Task make of a person's function.
type Handler struct {
	kind    Kind
	pattern string // of HTTP: "GET /users/{id}", the base path left out
	source  string // the queue, topic, bucket or table
	ordered bool
	http    http.HandlerFunc
	issuer  string   // whose token a request must carry; none when empty
	scopes  []string // what it must grant
	event   func(context.Context, Delivery) error
	task    func(ctx context.Context, input []byte) (result []byte, err error)
	// wants tells whether an event is one that the function was declared for; nil takes all.
	wants func(*Delivery) bool
}

// HTTP makes a handler of an ordinary one of net/http. The pattern is a method and a path, in the syntax of http.ServeMux, behind
// the app's base path; the path "/" is the base path itself.
func HTTP(pattern string, h func(http.ResponseWriter, *http.Request)) Handler {
	return Handler{kind: KindHTTP, pattern: pattern, http: h}
}

// Queue makes a handler of one that takes the messages of a queue, one at a time. A payload is JSON for a T; with T = []byte it
// is handed over as it came.
func Queue[T any](queue string, h func(context.Context, fn.Message[T]) error) Handler {
	return Handler{kind: KindQueue, source: queue, event: messages(h)}
}

// Topic makes a handler of one that takes the messages of a topic, as Queue does.
func Topic[T any](topic string, h func(context.Context, fn.Message[T]) error) Handler {
	return Handler{kind: KindTopic, source: topic, event: messages(h)}
}

func messages[T any](h func(context.Context, fn.Message[T]) error) func(context.Context, Delivery) error {
	return func(ctx context.Context, d Delivery) error {
		message := fn.Message[T]{Event: d.Event, OrderingKey: d.OrderingKey, Attributes: attributes(d.Attributes)}
		if err := decode("the payload", d.Data, &message.Data); err != nil {
			return err
		}
		return h(ctx, message)
	}
}

// Ordered says that the queue or the topic is ordered: messages of one ordering key are handled one after another, and none before
// the one that failed ahead of it.
func (h Handler) Ordered() Handler {
	h.ordered = true
	return h
}

// Objects are the objects of a bucket that a function is for.
type Objects struct {
	// On are the kinds of events: "created", "deleted".
	On []string
	// Prefix and Suffix are what the key begins and ends with; empty for any. They do not overlap within a key.
	Prefix, Suffix string
}

// Bucket makes a handler of one that takes what happens to a bucket's objects. What the function is not for is acknowledged
// without a call.
func Bucket(bucket string, objects Objects, h func(context.Context, fn.Object) error) Handler {
	return Handler{kind: KindBucket, source: bucket, wants: objects.match, event: func(ctx context.Context, d Delivery) error {
		return h(ctx, fn.Object{Event: d.Event, Bucket: bucket, Key: d.Object.Key, Size: d.Object.Size, ETag: d.Object.ETag})
	}}
}

// Changes are the changes of a table that a function is for.
type Changes struct {
	// On are the kinds of changes: "upserted", "deleted".
	On []string
	// Key are the names of the attributes of the table's key.
	Key []string
}

// Table makes a handler of one that takes the changes of a table's items. What the function is not for is acknowledged without a call.
func Table[T any](table string, changes Changes, h func(context.Context, fn.Change[T]) error) Handler {
	return Handler{kind: KindTable, source: table, wants: changes.match, event: func(ctx context.Context, d Delivery) error {
		change := fn.Change[T]{Event: d.Event}
		if err := changes.decode(d.Item, &change.Key, &change.New, &change.Old); err != nil {
			return err
		}
		return h(ctx, change)
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

// Ordered tells whether the function's queue or topic is ordered.
func (f *Function) Ordered() bool { return f.Handler.ordered }

// Lookup returns the function of a name, or nil.
func (a *App) Lookup(name string) *Function {
	for i := range a.Functions {
		if a.Functions[i].Name == name {
			return &a.Functions[i]
		}
	}
	return nil
}

// StageVariable is the environment variable with the name of the stage that is deployed.
const StageVariable = "ISOBAR_STAGE"

// HTTPUnit is the name of the unit that serves all routes, where a cloud has one. No function has this name.
const HTTPUnit = "http"
