package portability

// Key names one thing that an app can ask of a cloud.
type Key string

// The keys. Each has an entry in the vocabulary, which gives its unit and its words.
const (
	AppName          Key = "app.name"                   // text; it begins the names of all resources
	StageName        Key = "stage.name"                 // text; it is part of the names of all resources
	AppFunctions     Key = "app.functions"              // number of functions that HTTP requests do not call
	AppEvents        Key = "app.triggers"               // number of functions that events call: messages, objects, changes and ticks
	AppBucketEvents  Key = "app.bucketFunctions"        // number of functions that buckets trigger, all together
	AppTableEvents   Key = "app.tableFunctions"         // number of functions that tables trigger, all together
	AppConcurrency   Key = "app.concurrency"            // calls at the same time, of functions that HTTP requests, tables and workflows call, all together
	AppOrders        Key = "app.orders"                 // number of tables and indexes with a sort attribute
	AppIdentities    Key = "app.identities"             // number of functions that HTTP requests do not call, and of workflows
	AppRoles         Key = "app.roles"                  // number of functions, of schedules and of workflows
	AppQueues        Key = "app.queues"                 // number of queues, dead-letter queues not counted
	HTTPFunctions    Key = "http.functions"             // number of functions that HTTP requests call
	HTTPRoutes       Key = "http.routes"                // number of pairs of method and path; a GET is two, as it answers HEAD
	HTTPBasePath     Key = "http.basePath"              // text: the first segment of the base path
	HTTPTimeout      Key = "http.timeout"               // seconds
	QueueTimeout     Key = "queue.timeout"              // seconds, of the consumer
	TickTimeout      Key = "schedule.timeout"           // seconds
	FunctionName     Key = "function.name"              // text
	HTTPMemory       Key = "http.memory"                // MiB
	Memory           Key = "function.memory"            // MiB, of a function that HTTP requests do not call
	EnvName          Key = "env.name"                   // text
	EnvValue         Key = "env.value"                  // text
	EnvSize          Key = "env.size"                   // bytes of all names and values of one function
	EnvAppWide       Key = "env.conflict.app"           // two functions of the app give a variable different values
	EnvHTTPWide      Key = "env.conflict.http"          // two HTTP functions give a variable different values
	EventOnPath      Key = "function.onBasePath"        // an event function is named like the first segment of the base path, in any case
	Visibility       Key = "queue.visibility"           // seconds
	Retention        Key = "queue.retention"            // seconds
	Deliveries       Key = "queue.deliveries"           // failed deliveries before the dead-letter queue
	Batch            Key = "queue.batch"                // messages
	Window           Key = "queue.window"               // seconds
	Timezone         Key = "schedule.timezone"          // text: an IANA name
	Cron             Key = "schedule.cron"              // that a five-field expression can be expressed at all
	QueueOrdered     Key = "queue.ordered"              // text: ordered
	OrderedBatch     Key = "queue.ordered.batch"        // messages, of a function whose queue or topic is ordered
	OrderedWindow    Key = "queue.ordered.window"       // seconds, of a function whose queue or topic is ordered
	Deduplicate      Key = "queue.deduplicate"          // text: of an ordered queue or topic "ordered", of another one "unordered"
	Delay            Key = "queue.delay"                // seconds
	AppTopics        Key = "app.topics"                 // number of topics
	AppBuckets       Key = "app.buckets"                // number of buckets
	AppTables        Key = "app.tables"                 // number of tables
	AppSecrets       Key = "app.secrets"                // number of secrets
	AppWorkflows     Key = "app.workflows"              // number of workflows
	WorkflowTrigger  Key = "workflow.trigger"           // text: queue or topic; what starts executions by its messages
	TaskTimeout      Key = "task.timeout"               // seconds, of a function that workflows call
	TopicTimeout     Key = "topic.timeout"              // seconds
	TopicRetention   Key = "topic.retention"            // seconds
	TopicOrdered     Key = "topic.ordered"              // text: ordered
	TopicFunctions   Key = "topic.functions"            // number of functions that a topic triggers
	TopicFilter      Key = "topic.filter"               // bytes of names and values, quotes and backslashes counted twice
	Attempts         Key = "retry.attempts"             // attempts at an event of a topic or a bucket
	BucketTimeout    Key = "bucket.timeout"             // seconds
	BucketName       Key = "bucket.name"                // text: what the cloud's name of a bucket begins with, but for the stage
	BucketFunctions  Key = "bucket.functions"           // number of functions that a bucket triggers for one kind of event
	BucketDeleted    Key = "bucket.deleted"             // text: deleted
	BucketSuffix     Key = "bucket.suffix"              // text
	BucketOverlap    Key = "bucket.overlap"             // text: the other function, which the same object of the same bucket can trigger
	BucketVersions   Key = "bucket.versioning"          // text: true
	BucketExpiry     Key = "bucket.expireAfter"         // days
	VersionExpiry    Key = "bucket.expireVersionsAfter" // days
	BucketKept       Key = "bucket.deletionProtection"  // text: true
	TableTimeout     Key = "table.timeout"              // seconds
	TableFunctions   Key = "table.functions"            // number of functions that a table triggers
	TableAttempts    Key = "table.attempts"             // attempts at a change
	TableLetters     Key = "table.deadLetter"           // text: true
	TableUpserted    Key = "table.upserted"             // text: upserted
	TableDeleted     Key = "table.deleted"              // text: deleted
	TableOld         Key = "table.old"                  // text: true
	TableOrder       Key = "table.order"                // text: by key; the order of the changes of one item
	TableIndexes     Key = "table.indexes"              // number of indexes of a table
	TableRecovery    Key = "table.pointInTimeRecovery"  // text: true
	TableKept        Key = "table.deletionProtection"   // text: true
	TickAttempts     Key = "schedule.attempts"          // attempts at a tick
	TickLetters      Key = "schedule.deadLetter"        // text: true
	HTTPConcurrency  Key = "http.concurrency"           // calls at the same time
	Concurrency      Key = "function.concurrency"       // calls at the same time, of a function that a queue, a topic, a bucket or a schedule calls
	TableConcurrency Key = "table.concurrency"          // calls at the same time, of a function that a table calls
	TaskConcurrency  Key = "task.concurrency"           // calls at the same time, of a function that workflows call
	HTTPCORS         Key = "http.cors"                  // number of origins
	HTTPAuth         Key = "http.auth"                  // number of issuers
	SecretEnv        Key = "env.secret"                 // text: the name of an environment variable that holds a secret
	SpecText         Key = "text"                       // text: any other value of the spec that takes any text
	Isolation        Key = "access.isolation"           // number of functions that have access to resources or hold secrets
)

// Fact is a way in which a cloud differs, for people.
type Fact string

// The facts. A wing picks one; the words are the same for all wings.
const (
	OneMessage     Fact = "each invocation carries one message"
	SharedInstance Fact = "all functions of the app share instances, whose size is the smallest that holds each of them"
	SharedHTTP     Fact = "all HTTP functions share instances, whose size is that of the largest"
	LockRenewed    Fact = "the lock is shorter, and the host renews it while the handler runs; a message that failed comes back at once"
	BackedOff      Fact = "a message that failed comes back after a backoff of its own, not when the visibility ends"
	AppEnvironment Fact = "environment variables are shared by all functions of the app"
	HTTPUnitEnv    Fact = "environment variables are shared by all HTTP functions"
	DeadlineInApp  Fact = "the runtime keeps the deadline; the cloud's own is longer"
	Approximate    Fact = "the cloud counts deliveries approximately"
	CronRewritten  Fact = "the expression is rewritten in the cloud's dialect"
	RuntimeAnswers Fact = "the runtime does it, the same on every cloud"
	RuntimeSends   Fact = "the runtime sends what failed for the last time to the dead-letter queue"
	ByAge          Fact = "the cloud counts no attempts; the runtime gives up when as many would have been made, by the age of the event"
	RecordsNamed   Fact = "a dead letter names the records of the stream, which are kept for a day, and does not hold them"
	SharedIdentity Fact = "all functions of the app share one identity, which may do what any of them may"
	SharedHTTPRole Fact = "all HTTP functions share one identity, which may do what any of them may"
	SecretFetched  Fact = "the runtime reads the secret when an instance starts"
	SuffixChecked  Fact = "the runtime passes over objects whose keys end otherwise"
	EventChecked   Fact = "the runtime passes over events that the function is not for"
	LatestOnly     Fact = "of changes in quick succession only the last may be told"
	NoOrder        Fact = "changes of one item may come in any order; Event.Time tells which is newer"
	NoDeletes      Fact = "its change feed tells of no deletes"
	NoOldImage     Fact = "its change feed has no item as it was before"
	WholeAccount   Fact = "it holds for all that the app keeps of this kind"
	SharedSmallest Fact = "all functions share one bound of instances and, of a kind, one of calls: the smallest"
	SharedBound    Fact = "all HTTP functions share one bound, the largest"
	OfPartitions   Fact = "as many calls run as the table has partitions, one for each 50 GB"
	TurnedAway     Fact = "a delivery that the bound turns away counts as one that failed, so that of a burst some can end as dead letters"
	CallRefused    Fact = "a call that the bound turns away is one that failed to the workflow"
	NotOnQueues    Fact = "a delay is for the sender of each message to ask for"
	NoDelay        Fact = "it has no delayed messages"
	NoDuplicates   Fact = "it drops duplicates for pull subscriptions alone"
	ExpiredLetters Fact = "a message that nobody handled in that time becomes a dead letter"
	FirstTriggers  Fact = "it looks at the first 100 of them alone when it decides how many instances run"
	FixedMinute    Fact = "a tick that failed comes back after a minute"
	RoundedUp      Fact = "the bound is rounded up to the smallest that the cloud has"
	StartedByCode  Fact = "a function of the runtime takes the messages, and starts an execution for each"
	Overlapping    Fact = "it refuses two notifications for the same event whose prefixes and suffixes overlap"
)
