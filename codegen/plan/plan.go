// Package plan turns a validated document into the target-neutral plan of an application: every default resolved, every
// reference followed, everything in name order. All wings lower the same plan, and none of them looks at the spec again.
//
// A value keeps the position that it came from, so that a wing's limit can be reported at the line that passed it.
package plan

import (
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/cron"
	"github.com/isobar-dev/isobar/spec/diag"
)

// App is an application, ready to be lowered.
type App struct {
	// Name begins the names of all resources.
	Name string
	Pos  diag.Position
	// BasePath is the prefix of every HTTP path: one to four segments, with a leading slash and no trailing one.
	BasePath Setting[string]
	// Functions are in the order of their names.
	Functions []Function
	// Queues are in the order of their names.
	Queues []Queue
	// Targets are in the order of their names.
	Targets []Target
}

// Setting is a value with its origin.
type Setting[T any] struct {
	Value T
	// Pos is where the spec gives the value; for a default, what it is a default of.
	Pos diag.Position
	// Explicit is true when the spec gives the value, and false for a default of the language.
	Explicit bool
}

// Target is a cloud to generate for.
type Target struct {
	Name string
	Pos  diag.Position
	// Settings are the wing's to decode.
	Settings spec.Raw
}

// Function is a handler with its trigger.
type Function struct {
	// Name is kebab-case; without its hyphens it is still unique.
	Name    string
	Pos     diag.Position
	Handler Handler
	Trigger Trigger
	// Memory is in MiB.
	Memory Setting[int]
	// Timeout of one call of the handler.
	Timeout Setting[time.Duration]
	// Env are the environment variables, the app's defaults included, in the order of their names.
	Env []Variable
}

// Handler is the Go function to call.
type Handler struct {
	// ImportPath of its package, and the name that the package gives itself.
	ImportPath, Package string
	// Func is the exported function.
	Func string
	Pos  diag.Position
}

// Variable is an environment variable.
type Variable struct {
	Name, Value string
	Pos         diag.Position
}

// Trigger is what calls a function: HTTP, Message or Schedule.
type Trigger interface{ trigger() }

// HTTP is a route as a trigger.
type HTTP struct {
	Pos    diag.Position
	Method string
	// Segments are the path behind the base path; none for the base path itself.
	Segments []spec.Segment
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

// Schedule is a set of moments as a trigger.
type Schedule struct {
	Pos  diag.Position
	Expr cron.Expr
	// Timezone is an IANA name.
	Timezone Setting[string]
}

func (HTTP) trigger()     {}
func (Message) trigger()  {}
func (Schedule) trigger() {}

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

// Queue is a queue with its dead-letter queue.
type Queue struct {
	Name string
	Pos  diag.Position
	// Visibility is how long a message that is being handled stays hidden: at least the consumer's timeout.
	Visibility Setting[time.Duration]
	// Retention is how long an unhandled message is kept.
	Retention Setting[time.Duration]
	// Deliveries is how many failed deliveries send a message to the dead-letter queue.
	Deliveries Setting[int]
	// Consumer is the name of the function that the queue triggers; empty when there is none.
	Consumer string
}

// Function returns the function of a name, or nil.
func (a *App) Function(name string) *Function {
	for i := range a.Functions {
		if a.Functions[i].Name == name {
			return &a.Functions[i]
		}
	}
	return nil
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
