package spec

import (
	"github.com/isobar-dev/isobar/spec/cron"
	"github.com/isobar-dev/isobar/spec/diag"
)

// HTTP is a route. The short form is "GET /users/{id}".
type HTTP struct {
	Pos diag.Position `yaml:"-"`

	// Method is GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS. GET answers HEAD too.
	Method Text `yaml:"method" jsonschema:"required,enum=GET,enum=HEAD,enum=POST,enum=PUT,enum=PATCH,enum=DELETE,enum=OPTIONS"`
	// Path stands behind the base path. {id} matches one segment, {rest...} at the end matches all that follow.
	Path Text `yaml:"path" jsonschema:"required"`
	// Auth is the issuer, one of auth, whose token a request must carry; none is for a route that asks for none.
	Auth Text `yaml:"auth"`
	// Scopes must all be in the token.
	Scopes List[Text] `yaml:"scopes"`
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

// TopicTrigger is a topic as a trigger. The short form is the topic's name.
type TopicTrigger struct {
	Pos diag.Position `yaml:"-"`

	// Name is the name of a declared topic.
	Name Text `yaml:"name" jsonschema:"required"`
	// Filter are attributes that a message must have, each with the value given, to be delivered: at most five.
	Filter Map[Text] `yaml:"filter"`
	// Batch is how many messages one invocation may carry at most, where a cloud delivers batches. The handler always
	// sees one message.
	Batch Int `yaml:"batch" jsonschema:"minimum=1,maximum=10000"`
	// Window is how long a cloud may wait at most for a batch to fill.
	Window Duration `yaml:"window"`
}

// BucketTrigger is a bucket as a trigger. The short form is the bucket's name.
type BucketTrigger struct {
	Pos diag.Position `yaml:"-"`

	// Name is the name of a declared bucket.
	Name Text `yaml:"name" jsonschema:"required"`
	// On is what calls the function: created, which overwriting is too, or deleted; created unless set.
	On List[Text] `yaml:"on" jsonschema:"enum=created,enum=deleted"`
	// Prefix is what the keys of objects begin with. Neither it nor the suffix has wildcards.
	Prefix Text `yaml:"prefix"`
	// Suffix is what the keys of objects end with.
	Suffix Text `yaml:"suffix"`
}

// TableTrigger is a table's stream of changes as a trigger. The short form is the table's name.
type TableTrigger struct {
	Pos diag.Position `yaml:"-"`

	// Name is the name of a declared table.
	Name Text `yaml:"name" jsonschema:"required"`
	// On is what calls the function: upserted or deleted; upserted unless set.
	On List[Text] `yaml:"on" jsonschema:"enum=upserted,enum=deleted"`
	// Old asks for the item as it was before the change.
	Old Bool `yaml:"old"`
}

// Retry says what happens to an event whose handler fails.
type Retry struct {
	Pos diag.Position `yaml:"-"`

	// Attempts is how often an event is tried before it goes to the dead-letter queue: 5 unless set.
	Attempts Int `yaml:"attempts" jsonschema:"minimum=1,maximum=1000"`
	// DeadLetter is true: an event that is given up is kept in a dead-letter queue, always.
	DeadLetter Bool `yaml:"deadLetter"`
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
