package spec

import (
	"github.com/isobar-dev/isobar/spec/cron"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Document is the content of isobar.yaml: an application's functions, the resources that they use, and the targets.
type Document struct {
	Pos diag.Position `yaml:"-"`

	// Isobar is the version of the language, always v1. It comes first.
	Isobar Text `yaml:"isobar" jsonschema:"required,enum=v1"`
	// Name is the application's name; it begins the names of all resources.
	Name Text `yaml:"name" jsonschema:"required"`
	// BasePath is the prefix of every HTTP path on every cloud: at least one segment, /api by default.
	BasePath Text `yaml:"basePath"`
	// Defaults hold for every function that does not say otherwise.
	Defaults Defaults `yaml:"defaults"`
	// Functions are the application's functions by name.
	Functions Map[Function] `yaml:"functions" jsonschema:"required"`
	// Queues are the application's queues by name.
	Queues Map[Queue] `yaml:"queues"`
	// Targets are the clouds to generate for, each with its own settings.
	Targets Map[Raw] `yaml:"targets" jsonschema:"required"`
}

// Defaults are settings of functions that stand for all of them.
type Defaults struct {
	Pos diag.Position `yaml:"-"`

	// Memory of a function: 256MiB unless set.
	Memory Memory `yaml:"memory"`
	// Timeout of one call: 30s unless set.
	Timeout Duration `yaml:"timeout"`
	// Env are environment variables of every function; a function's own env adds to them and overrides them.
	Env Map[Text] `yaml:"env"`
}

// Function is one handler with the trigger that calls it.
type Function struct {
	Pos diag.Position `yaml:"-"`

	// Handler is a Go package, relative to the spec, and an exported function of it: ./users.Get.
	Handler Text `yaml:"handler" jsonschema:"required"`
	// HTTP calls the function for requests: GET /users/{id}.
	HTTP HTTP `yaml:"http"`
	// Queue calls the function for each message of a queue.
	Queue QueueTrigger `yaml:"queue"`
	// Schedule calls the function at set times.
	Schedule Schedule `yaml:"schedule"`
	// Memory of the function.
	Memory Memory `yaml:"memory"`
	// Timeout of one call, after which it has failed. Each target has its own longest.
	Timeout Duration `yaml:"timeout"`
	// Env are environment variables. Secrets do not belong here: the values end up in generated files.
	Env Map[Text] `yaml:"env"`
}

// HTTP is a route. The short form is "GET /users/{id}".
type HTTP struct {
	Pos diag.Position `yaml:"-"`

	// Method is GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS. GET answers HEAD too.
	Method Text `yaml:"method" jsonschema:"required,enum=GET,enum=HEAD,enum=POST,enum=PUT,enum=PATCH,enum=DELETE,enum=OPTIONS"`
	// Path stands behind the base path. {id} matches one segment, {rest...} at the end matches all that follow.
	Path Text `yaml:"path" jsonschema:"required"`
}

// QueueTrigger is a queue as a trigger. The short form is the queue's name.
type QueueTrigger struct {
	Pos diag.Position `yaml:"-"`

	// Name is the name of a declared queue.
	Name Text `yaml:"name" jsonschema:"required"`
	// Batch is how many messages one invocation may carry at most, where a cloud delivers batches. The handler always
	// sees one message.
	Batch Int `yaml:"batch" jsonschema:"minimum=1,maximum=10000"`
	// Window is how long a cloud may wait at most for a batch to fill.
	Window Duration `yaml:"window"`
}

// Schedule is a schedule as a trigger. The short form is a cron expression in UTC.
type Schedule struct {
	Pos diag.Position `yaml:"-"`

	// Cron is a five-field cron expression. It excludes every.
	Cron Text `yaml:"cron"`
	// Every is an interval that divides the hour or the day, counted on the clock. It excludes cron.
	Every Duration `yaml:"every"`
	// Timezone is an IANA name, UTC unless set.
	Timezone Text `yaml:"timezone"`

	// Expr is the parsed schedule; Validate sets it.
	Expr cron.Expr `yaml:"-"`
}

// Queue is a queue: at least once, in no particular order, with a dead-letter queue.
type Queue struct {
	Pos diag.Position `yaml:"-"`

	// Visibility is how long a received message stays hidden from others before it is delivered again: at least the
	// timeout of the consumer; six times that, and at most 10m, unless set.
	Visibility Duration `yaml:"visibility"`
	// Retention is how long an unhandled message is kept: 7d unless set.
	Retention Duration `yaml:"retention"`
	// DeadLetter says when a message goes to the dead-letter queue.
	DeadLetter DeadLetter `yaml:"deadLetter"`
}

// DeadLetter is the policy of a dead-letter queue.
type DeadLetter struct {
	Pos diag.Position `yaml:"-"`

	// After is the number of failed deliveries: 5 unless set.
	After Int `yaml:"after" jsonschema:"minimum=1,maximum=1000"`
}
