package spec

import "github.com/isobar-dev/isobar/spec/diag"

// Document is the content of isobar.yaml: an application's functions, the resources that they use, and the targets.
type Document struct {
	Pos diag.Position `yaml:"-"`

	// Isobar is the version of the language, always v1. It comes first.
	Isobar Text `yaml:"isobar" jsonschema:"required,enum=v1"`
	// Name is the application's name; it begins the names of all resources.
	Name Text `yaml:"name" jsonschema:"required"`
	// BasePath is the prefix of every HTTP path on every cloud: at least one segment, /api by default.
	BasePath Text `yaml:"basePath"`
	// CORS says which pages of other origins may call the HTTP API; none unless set.
	CORS CORS `yaml:"cors"`
	// Auth are the issuers of tokens that routes can ask for, by name.
	Auth Map[Authorizer] `yaml:"auth"`
	// Defaults hold for every function that does not say otherwise.
	Defaults Defaults `yaml:"defaults"`
	// Functions are the application's functions by name.
	Functions Map[Function] `yaml:"functions" jsonschema:"required"`
	// Queues are the application's queues by name.
	Queues Map[Queue] `yaml:"queues"`
	// Topics are the application's topics by name.
	Topics Map[Topic] `yaml:"topics"`
	// Buckets are the application's buckets by name.
	Buckets Map[Bucket] `yaml:"buckets"`
	// Tables are the application's tables by name.
	Tables Map[Table] `yaml:"tables"`
	// Secrets are the application's secrets by name. Their values stand in no file; they are put in once, after deploying.
	Secrets Map[Secret] `yaml:"secrets"`
	// Workflows are the application's workflows by name: state machines that call its functions.
	Workflows Map[Workflow] `yaml:"workflows"`
	// Stages are the deployments of the application, by name: one template serves them all, with parameters for each.
	Stages Map[Stage] `yaml:"stages"`
	// Targets are the clouds to generate for, each with its own settings.
	Targets Map[Target] `yaml:"targets" jsonschema:"required"`
}

// Defaults are settings of functions that stand for all of them.
type Defaults struct {
	Pos diag.Position `yaml:"-"`

	// Memory of a function: 256MiB unless set.
	Memory Memory `yaml:"memory"`
	// Timeout of one call: 30s unless set.
	Timeout Duration `yaml:"timeout"`
	// Auth is the issuer of tokens that every route asks for that does not say otherwise.
	Auth Text `yaml:"auth"`
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
	// Topic calls the function for each message of a topic.
	Topic TopicTrigger `yaml:"topic"`
	// Schedule calls the function at set times.
	Schedule Schedule `yaml:"schedule"`
	// Bucket calls the function when objects of a bucket are created or deleted.
	Bucket BucketTrigger `yaml:"bucket"`
	// Table calls the function when items of a table change.
	Table TableTrigger `yaml:"table"`
	// Task is true for a function that workflows call: what it returns is the task's result.
	Task Bool `yaml:"task"`
	// Memory of the function.
	Memory Memory `yaml:"memory"`
	// Timeout of one call, after which it has failed. Each target has its own longest.
	Timeout Duration `yaml:"timeout"`
	// Env are environment variables. Secrets do not belong here: the values end up in generated files.
	Env Map[Text] `yaml:"env"`
	// Concurrency is how many calls of the function may run at the same time at most; no bound unless set.
	Concurrency Int `yaml:"concurrency" jsonschema:"minimum=1,maximum=1000"`
	// Retry says how often an event of a topic, a schedule, a bucket or a table is tried. A queue has its own deadLetter.
	Retry Retry `yaml:"retry"`
	// Access is what the function may do with resources, by their names: { users: [read, write], orders: send }.
	Access Map[List[Text]] `yaml:"access"`
	// Secrets are environment variables that hold secrets, by the secrets' names: { API_KEY: payment-key }.
	Secrets Map[Text] `yaml:"secrets"`
	// Accept silences the warning about a difference between clouds: by the name of what differs, which the warning gives, the
	// reason why it is all right.
	Accept Map[Text] `yaml:"accept"`
}

// Stage is a deployment of the application, such as dev or prod.
type Stage struct {
	Pos diag.Position `yaml:"-"`

	// Memory of the functions that have none of their own.
	Memory Memory `yaml:"memory"`
	// Env are other values for variables of defaults.env.
	Env Map[Text] `yaml:"env"`
}

// Target is a cloud to generate for.
type Target struct {
	Pos diag.Position `yaml:"-"`

	// Overlay are changes to generated resources, by their names in the generated files: a merge patch (RFC 7396) each, in which what
	// is added has the tag !new.
	Overlay Map[Node] `yaml:"overlay"`
	// Include are files of the cloud's own language, relative to the spec, that become part of what is generated.
	Include List[Text] `yaml:"include"`
	// Settings are those of the cloud, which its wing decodes.
	Settings Raw `yaml:",inline"`
}
