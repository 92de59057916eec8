package spec

import "github.com/isobar-dev/isobar/spec/diag"

// Queue is a queue: at least once, in no particular order unless it is ordered, with a dead-letter queue.
type Queue struct {
	Pos diag.Position `yaml:"-"`

	// Visibility is how long a received message stays hidden from others before it is delivered again: at least the
	// timeout of the consumer; six times that, and at most 10m, unless set.
	Visibility Duration `yaml:"visibility"`
	// Retention is how long an unhandled message is kept: 7d unless set.
	Retention Duration `yaml:"retention"`
	// Delay is how long a message is hidden before it is delivered first.
	Delay Duration `yaml:"delay"`
	// Ordered has messages of one ordering key delivered in the order in which they were sent.
	Ordered Bool `yaml:"ordered"`
	// Deduplicate drops a message that is sent again, by its ID, within the few minutes that a cloud remembers.
	Deduplicate Bool `yaml:"deduplicate"`
	// DeadLetter says when a message goes to the dead-letter queue.
	DeadLetter DeadLetter `yaml:"deadLetter"`
}

// DeadLetter is the policy of a dead-letter queue.
type DeadLetter struct {
	Pos diag.Position `yaml:"-"`

	// After is the number of failed deliveries: 5 unless set.
	After Int `yaml:"after" jsonschema:"minimum=1,maximum=1000"`
}

// Topic is a topic: each function that it triggers gets every message, at least once.
type Topic struct {
	Pos diag.Position `yaml:"-"`

	// Retention is how long a message is kept for a function that has not handled it: 7d unless set.
	Retention Duration `yaml:"retention"`
	// Ordered has messages of one ordering key delivered in the order in which they were published.
	Ordered Bool `yaml:"ordered"`
	// Deduplicate drops a message that is published again, by its ID, within the few minutes that a cloud remembers.
	Deduplicate Bool `yaml:"deduplicate"`
}

// Bucket is a bucket of objects: encrypted, and closed to the public.
type Bucket struct {
	Pos diag.Position `yaml:"-"`

	// Versioning keeps what is overwritten or deleted.
	Versioning Bool `yaml:"versioning"`
	// Lifecycle says when objects are deleted by themselves; never unless set.
	Lifecycle Lifecycle `yaml:"lifecycle"`
	// DeletionProtection keeps the bucket when it, or the app, is deleted from the deployment.
	DeletionProtection Bool `yaml:"deletionProtection"`
}

// Lifecycle says when objects of a bucket are deleted by themselves.
type Lifecycle struct {
	Pos diag.Position `yaml:"-"`

	// ExpireAfter is the age, in whole days, at which an object is deleted: 30d.
	ExpireAfter Duration `yaml:"expireAfter"`
	// ExpireVersionsAfter is the age, in whole days, at which what was overwritten or deleted is deleted for good.
	ExpireVersionsAfter Duration `yaml:"expireVersionsAfter"`
}

// Table is a table of items, each a JSON object, encrypted.
type Table struct {
	Pos diag.Position `yaml:"-"`

	// Key is the attribute by which items are told apart and spread, with its type, string or number: { id: string }.
	Key Map[Text] `yaml:"key" jsonschema:"required"`
	// Sort is an attribute that orders, and tells apart, items of the same key: { createdAt: number }.
	Sort Map[Text] `yaml:"sort"`
	// Indexes are other ways to find items, by name.
	Indexes Map[Index] `yaml:"indexes"`
	// PointInTimeRecovery keeps what is needed to restore the table as it was at any moment of the last days.
	PointInTimeRecovery Bool `yaml:"pointInTimeRecovery"`
	// DeletionProtection has the cloud refuse to delete the table.
	DeletionProtection Bool `yaml:"deletionProtection"`
}

// Index is a secondary index of a table.
type Index struct {
	Pos diag.Position `yaml:"-"`

	// Key is the attribute by which items are found, with its type: { email: string }.
	Key Map[Text] `yaml:"key" jsonschema:"required"`
	// Sort is the attribute that orders items of the same key, with its type.
	Sort Map[Text] `yaml:"sort"`
}

// Secret is a secret, whose value is no business of the spec.
type Secret struct {
	Pos diag.Position `yaml:"-"`
}

// Workflow is a state machine in Amazon States Language. Functions with access to it can start it, and so can one trigger.
type Workflow struct {
	Pos diag.Position `yaml:"-"`

	// Definition is the file of the state machine, JSON or YAML, relative to the spec: order.asl.yaml.
	Definition Text `yaml:"definition" jsonschema:"required"`
	// Queue is the name of a declared queue, each message of which starts an execution: the payload, JSON, is its input.
	Queue Text `yaml:"queue"`
	// Topic is the name of a declared topic, each message of which starts an execution.
	Topic Text `yaml:"topic"`
}

// CORS says which pages of other origins may call the HTTP API from a browser.
type CORS struct {
	Pos diag.Position `yaml:"-"`

	// Origins are those of the pages: https://shop.example; * is any.
	Origins List[Text] `yaml:"origins" jsonschema:"required"`
	// Methods are those that pages may use; those of the route unless set.
	Methods List[Text] `yaml:"methods" jsonschema:"enum=GET,enum=HEAD,enum=POST,enum=PUT,enum=PATCH,enum=DELETE"`
	// Headers are those that pages may send beside the ones that browsers always may.
	Headers List[Text] `yaml:"headers"`
	// Expose are headers of answers that pages may read beside the ones that they always may.
	Expose List[Text] `yaml:"expose"`
	// Credentials allows cookies and authentication. It excludes the origin *.
	Credentials Bool `yaml:"credentials"`
	// MaxAge is how long browsers may remember the answer to a preflight request.
	MaxAge Duration `yaml:"maxAge"`
}

// Authorizer is an issuer of JSON Web Tokens, signed with RSA, that requests carry as bearer tokens.
type Authorizer struct {
	Pos diag.Position `yaml:"-"`

	// Issuer is the issuer's URL, which publishes its keys as OpenID Connect Discovery says.
	Issuer Text `yaml:"issuer" jsonschema:"required"`
	// Audience is whom the token must be for; one of several will do.
	Audience List[Text] `yaml:"audience" jsonschema:"required"`
}
