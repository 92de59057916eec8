package plan

import (
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/cron"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Function is a handler with its trigger.
type Function struct {
	// Name is kebab-case; without its hyphens it is still unique.
	Name    string
	Pos     diag.Position
	Handler Handler
	Trigger Trigger
	// Memory is in MiB. It is shared when it is the app's, which a stage may change.
	Memory       Setting[int]
	MemoryShared bool
	// Timeout of one call of the handler.
	Timeout Setting[time.Duration]
	// Env are the environment variables, the app's defaults included, in the order of their names.
	Env []Variable
	// Secrets are environment variables that hold secrets, in the order of their names.
	Secrets []SecretVariable
	// Concurrency is how many calls may run at the same time at most; 0 is no bound.
	Concurrency Setting[int]
	// Attempts is how often an event is tried, the first time included, before it goes to the dead-letter queue. It is 0 for
	// requests, for messages of a queue, which has its own, and for tasks, which their workflow tries again.
	Attempts Setting[int]
	// DeadLetter is explicit when the spec asks for the dead-letter queue, which there is in any case.
	DeadLetter Setting[bool]
	// Access is what the function may do with resources, in the order of their names and verbs. What its trigger takes is not
	// among it.
	Access []Access
	// Accept are the keys of differences that are all right, with the reasons.
	Accept []Variable
}

// Handler is the Go function to call, or one that makes it.
type Handler struct {
	// Argument is that of a function which makes the handler: of the runtime's own handlers. It is empty for those of the spec.
	Argument string
	// ImportPath of its package, and the name that the package gives itself.
	ImportPath, Package string
	// Func is the exported function.
	Func string
	Pos  diag.Position
}

// OfRuntime tells whether the handler is one of the runtime's own, which no spec names.
func (h Handler) OfRuntime() bool { return h.Argument != "" }

// Variable is an environment variable.
type Variable struct {
	Name, Value string
	Pos         diag.Position
	// Shared is true when the value is the app's, which a stage may change.
	Shared bool
}

// SecretVariable is an environment variable that holds a secret.
type SecretVariable struct {
	// Name is the variable's, and Secret that of one of the app's secrets.
	Name, Secret string
	Pos          diag.Position
}

// Access is something that a function may do with a resource.
type Access struct {
	Kind     spec.Kind
	Resource string
	// Verb is one of spec.Verbs of the kind.
	Verb string
	Pos  diag.Position
}

// Trigger is what calls a function: HTTP, Message, Subscription, Schedule, ObjectEvents, Stream or Task.
type Trigger interface{ trigger() }

// HTTP is a route as a trigger.
type HTTP struct {
	Pos    diag.Position
	Method string
	// Segments are the path behind the base path; none for the base path itself.
	Segments []spec.Segment
	// Auth is the name of the issuer whose token a request must carry; empty for none.
	Auth Setting[string]
	// Scopes must all be in the token.
	Scopes []string
}

// Message is a queue as a trigger: the function is called once for each message.
type Message struct {
	Pos diag.Position
	// Queue is the name of one of the app's queues.
	Queue string
	// Batch is how many messages one invocation may carry at most, and Window how long a cloud may wait to fill it. Both are
	// upper bounds.
	Batch  Setting[int]
	Window Setting[time.Duration]
}

// Subscription is a topic as a trigger: the function is called once for each message that passes the filter.
type Subscription struct {
	Pos diag.Position
	// Topic is the name of one of the app's topics.
	Topic string
	// Filter are the attributes that a message must have, in the order of their names.
	Filter []Variable
	// Batch and Window are those of Message.
	Batch  Setting[int]
	Window Setting[time.Duration]
}

// ObjectEvents is a bucket as a trigger: the function is called once for each object that is created or deleted.
type ObjectEvents struct {
	Pos diag.Position
	// Bucket is the name of one of the app's buckets.
	Bucket string
	// Created and Deleted say what calls the function: one of them, or both. To overwrite is to create.
	Created, Deleted bool
	// Prefix and Suffix are what keys begin and end with; often empty.
	Prefix, Suffix Setting[string]
}

// Stream is a table's stream of changes as a trigger: the function is called once for each change of an item.
type Stream struct {
	Pos diag.Position
	// Table is the name of one of the app's tables.
	Table string
	// Upserted and Deleted say what calls the function: one of them, or both.
	Upserted bool
	Deleted  Setting[bool]
	// Old asks for the item as it was before the change.
	Old Setting[bool]
}

// Schedule is a set of moments as a trigger.
type Schedule struct {
	Pos  diag.Position
	Expr cron.Expr
	// Timezone is an IANA name.
	Timezone Setting[string]
}

// Task has workflows call the function: its result is what it returns.
type Task struct{ Pos diag.Position }

func (HTTP) trigger()         {}
func (Message) trigger()      {}
func (Subscription) trigger() {}
func (Schedule) trigger()     {}
func (ObjectEvents) trigger() {}
func (Stream) trigger()       {}
func (Task) trigger()         {}

// Path returns the route's path behind the base path, as the spec writes it: "/users/{id}".
func (h HTTP) Path() string {
	if len(h.Segments) == 0 {
		return "/"
	}
	var b strings.Builder
	for _, s := range h.Segments {
		b.WriteByte('/')
		switch {
		case s.Rest:
			b.WriteString("{" + s.Name + "...}")
		case s.Name != "":
			b.WriteString("{" + s.Name + "}")
		default:
			b.WriteString(s.Literal)
		}
	}
	return b.String()
}

// Of returns the functions whose trigger is a T, with the trigger, in name order.
func Of[T Trigger](a *App) []Triggered[T] {
	var found []Triggered[T]
	for i := range a.Functions {
		if t, ok := a.Functions[i].Trigger.(T); ok {
			found = append(found, Triggered[T]{&a.Functions[i], t})
		}
	}
	return found
}

// Triggered is a function with its trigger's own type.
type Triggered[T Trigger] struct {
	*Function
	On T
}

// Channel is the name of what stands between the source of a function's events and the function, and keeps the events that are
// still to be handled: a queue or a subscription. It has two hyphens in the middle, so that no name of a spec is the same. It is
// empty for requests, and for a queue's messages, whose channel is the queue.
func (f *Function) Channel() string {
	switch t := f.Trigger.(type) {
	case Subscription:
		return t.Topic + "--" + f.Name
	case Schedule:
		return "schedule--" + f.Name
	case ObjectEvents:
		return t.Bucket + "--" + f.Name
	case Stream:
		return t.Table + "--" + f.Name
	}
	return ""
}

// DeadLetters is the name of the queue that keeps the events that the function has failed to handle; empty for requests.
func (f *Function) DeadLetters() string {
	if t, ok := f.Trigger.(Message); ok {
		return t.Queue + spec.DeadLetterSuffix
	}
	if channel := f.Channel(); channel != "" {
		return channel + spec.DeadLetterSuffix
	}
	return ""
}

// HasDeadLetters tells whether there is anything of the app that can fail for the last time, and be kept.
func (a *App) HasDeadLetters() bool {
	return len(a.Queues) > 0 || slices.ContainsFunc(a.Functions, func(f Function) bool { return f.DeadLetters() != "" })
}

// Visibility is how long an event that the function has received stays hidden from others before it is delivered again, where
// the spec does not say: long enough for a batch that is throttled to be tried again first.
func (f *Function) Visibility() time.Duration { return visibility(f.Timeout.Value) }
