// Package portability compares what an app asks for with what a cloud can do, before anything is lowered.
//
// A wing declares its cloud's capabilities as a Table: one Row for each Key, with limits and the vendor's page, so that a
// reviewer can check each line. The plan gives the Demands. Check lays one over the other: what a cloud cannot do with the same
// meaning is refused, and what it does differently is said. All text for people is here; all facts about clouds are in the wings.
package portability

// Kind says how well a cloud does something.
type Kind int

const (
	// Refused means that the cloud cannot do it with the same meaning. It is the zero value, so that what a wing does not declare is
	// refused.
	Refused Kind = iota
	// Native means that the cloud does it itself.
	Native
	// Emulated means that the runtime, or the way in which resources are put together, makes it so.
	Emulated
	// Degraded means that it works, but differs in a way that a person should know of.
	Degraded
)

// String gives the kind in lower case.
func (k Kind) String() string {
	switch k {
	case Native:
		return "native"
	case Emulated:
		return "emulated"
	case Degraded:
		return "degraded"
	}
	return "refused"
}

// MarshalText writes the kind as it prints.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Key names one thing that an app can ask of a cloud.
type Key string

// The keys. Each has an entry in the vocabulary, which gives its unit and its words.
const (
	AppFunctions  Key = "app.functions"       // number of functions that HTTP requests do not call
	AppQueues     Key = "app.queues"          // number of queues, dead-letter queues not counted
	HTTPFunctions Key = "http.functions"      // number of functions that HTTP requests call
	HTTPRoutes    Key = "http.routes"         // number of pairs of method and path; a GET is two, as it answers HEAD
	HTTPBasePath  Key = "http.basePath"       // text: the first segment of the base path
	HTTPTimeout   Key = "http.timeout"        // seconds
	QueueTimeout  Key = "queue.timeout"       // seconds, of the consumer
	TickTimeout   Key = "schedule.timeout"    // seconds
	FunctionName  Key = "function.name"       // text
	HTTPMemory    Key = "http.memory"         // MiB
	Memory        Key = "function.memory"     // MiB, of a function that HTTP requests do not call
	EnvName       Key = "env.name"            // text
	EnvValue      Key = "env.value"           // text
	EnvSize       Key = "env.size"            // bytes of all names and values of one function
	EnvAppWide    Key = "env.conflict.app"    // two functions of the app give a variable different values
	EnvHTTPWide   Key = "env.conflict.http"   // two HTTP functions give a variable different values
	EventOnPath   Key = "function.onBasePath" // an event function is named like the first segment of the base path, in any case
	Visibility    Key = "queue.visibility"    // seconds
	Retention     Key = "queue.retention"     // seconds
	Deliveries    Key = "queue.deliveries"    // failed deliveries before the dead-letter queue
	Batch         Key = "queue.batch"         // messages
	Window        Key = "queue.window"        // seconds
	Timezone      Key = "schedule.timezone"   // text: an IANA name
	Cron          Key = "schedule.cron"       // that a five-field expression can be expressed at all
)

// Table is what one cloud can do.
type Table map[Key]Row

// Row is one line of a Table. The zero limits limit nothing.
type Row struct {
	Kind Kind
	// Min and Max bound a number, in the unit of the key: outside them the demand is refused.
	Min, Max int64
	// Quota is a bound that the vendor raises on request: above it there is a warning.
	Quota int64
	// Only are the texts that alone are allowed. Never are texts that are not, and NeverPrefix beginnings of such; both
	// without regard to case. NeverWithin are texts that must not stand in one, as the cloud would read them as code and has
	// no escape for them.
	Only, Never, NeverPrefix, NeverWithin []string
	// Composed is true when the cloud's tool puts texts into Unicode's composed form (NFC): others would arrive changed, and are
	// refused.
	Composed bool
	// How says in what way something is emulated or degraded.
	How Fact
	// Source is the vendor's page for all of the above.
	Source string
}

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
)
