package portability

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec"
)

// vocabulary gives each key its words: a title; what it is in a sentence, as in "the timeout of function "get-user""; and how its
// numbers are written.
var vocabulary = map[Key]struct {
	title, what string
	format      func(int64) string
}{
	AppName:         {"name of the app", "the name", nil},
	StageName:       {"names of stages", "the name", nil},
	AppFunctions:    {"event functions", "the number of event functions", count},
	AppEvents:       {"functions that events call", "the number of functions that events call", count},
	AppBucketEvents: {"functions of all buckets", "the number of functions of all buckets", count},
	AppTableEvents:  {"functions of all tables", "the number of functions of all tables", count},
	AppConcurrency:  {"concurrency of HTTP, table and task functions together", "the concurrency of HTTP, table and task functions together", count},
	AppOrders:       {"tables and indexes with a sort attribute", "the number of tables and indexes with a sort attribute", count},
	AppIdentities:   {"event functions and workflows", "the number of event functions and workflows", count},
	AppRoles:        {"functions, schedules and workflows", "the number of functions, schedules and workflows", count},
	AppQueues:       {"queues", "the number of queues", count},
	HTTPFunctions:   {"HTTP functions", "the number of HTTP functions", count},
	HTTPRoutes:      {"routes (GET counts twice, for HEAD)", "the number of routes (GET counts twice, for HEAD)", count},
	HTTPBasePath:    {"first segment of the base path", "the first segment of the base path", nil},
	HTTPTimeout:     {"timeout of an HTTP function", "the timeout", span},
	QueueTimeout:    {"timeout of a queue's function", "the timeout", span},
	TickTimeout:     {"timeout of a schedule's function", "the timeout", span},
	FunctionName:    {"names of functions", "the name", nil},
	HTTPMemory:      {"memory of an HTTP function", "the memory", func(n int64) string { return spec.FormatMemory(int(n)) }},
	Memory:          {"memory of an event function", "the memory", func(n int64) string { return spec.FormatMemory(int(n)) }},
	EnvName:         {"environment variables", "the environment variable", nil},
	EnvValue:        {"values of environment variables", "the value", nil},
	EnvSize:         {"size of a function's environment", "the size of all environment variables", bytes},
	EnvAppWide:      {"a variable with different values in two functions", "the environment variable", nil},
	EnvHTTPWide:     {"a variable with different values in two HTTP functions", "the environment variable", nil},
	EventOnPath:     {"an event function named like the base path", "the name", nil},
	Visibility:      {"visibility of a queue", "the visibility", span},
	Retention:       {"retention of a queue", "the retention", span},
	Deliveries:      {"deliveries before the dead-letter queue", "the number of deliveries before the dead-letter queue", count},
	Batch:           {"batch of a queue", "the batch", count},
	Window:          {"window of a queue", "the window", span},
	Timezone:        {"time zone of a schedule", "the time zone", nil},
	Cron:            {"cron expressions", "the cron expression", nil},

	QueueOrdered:     {"order of a queue", "the order of messages", nil},
	OrderedBatch:     {"batch of an ordered queue or topic", "the batch", count},
	OrderedWindow:    {"window of an ordered queue or topic", "the window", span},
	Deduplicate:      {"deduplication", "the deduplication", nil},
	Delay:            {"delay of a queue", "the delay", span},
	AppTopics:        {"topics", "the number of topics", count},
	AppBuckets:       {"buckets", "the number of buckets", count},
	AppTables:        {"tables", "the number of tables", count},
	AppWorkflows:     {"workflows", "the number of workflows", count},
	WorkflowTrigger:  {"trigger of a workflow", "the trigger", nil},
	TaskTimeout:      {"timeout of a task", "the timeout", span},
	AppSecrets:       {"secrets", "the number of secrets", count},
	TopicTimeout:     {"timeout of a topic's function", "the timeout", span},
	TopicRetention:   {"retention of a topic", "the retention", span},
	TopicOrdered:     {"order of a topic", "the order of messages", nil},
	TopicFunctions:   {"functions of a topic", "the number of functions", count},
	TopicFilter:      {"size of a topic's filter", "the size of the filter", bytes},
	Attempts:         {"attempts at an event of a topic or a bucket", "the number of attempts", count},
	BucketTimeout:    {"timeout of a bucket's function", "the timeout", span},
	BucketName:       {"names of buckets", "the name", nil},
	BucketFunctions:  {"functions of a bucket for one kind of event", "the number of functions for one kind of event", count},
	BucketDeleted:    {"deleted objects", "the kind of event", nil},
	BucketSuffix:     {"suffix of keys", "the suffix of keys", nil},
	BucketOverlap:    {"two functions for the same objects", "another function for the same objects", nil},
	BucketVersions:   {"versioning of a bucket", "the versioning", nil},
	BucketExpiry:     {"expiry of objects", "the age at which objects expire", days},
	VersionExpiry:    {"expiry of old versions of objects", "the age at which old versions expire", days},
	BucketKept:       {"deletion protection of a bucket", "the deletion protection", nil},
	TableTimeout:     {"timeout of a table's function", "the timeout", span},
	TableFunctions:   {"functions of a table", "the number of functions", count},
	TableAttempts:    {"attempts at a change of a table", "the number of attempts", count},
	TableLetters:     {"dead letters of a table's function", "the dead-letter queue", nil},
	TableUpserted:    {"upserted items", "the kind of change", nil},
	TableDeleted:     {"deleted items", "the kind of change", nil},
	TableOld:         {"items as they were before", "the item as it was before", nil},
	TableOrder:       {"order of the changes of an item", "the order of changes", nil},
	TableIndexes:     {"indexes of a table", "the number of indexes", count},
	TableRecovery:    {"point-in-time recovery of a table", "the point-in-time recovery", nil},
	TableKept:        {"deletion protection of a table", "the deletion protection", nil},
	TickAttempts:     {"attempts at a tick of a schedule", "the number of attempts", count},
	TickLetters:      {"dead letters of a schedule's function", "the dead-letter queue", nil},
	HTTPConcurrency:  {"concurrency of an HTTP function", "the concurrency", count},
	Concurrency:      {"concurrency of an event function", "the concurrency", count},
	TableConcurrency: {"concurrency of a table's function", "the concurrency", count},
	TaskConcurrency:  {"concurrency of a task", "the concurrency", count},
	HTTPCORS:         {"CORS (origins)", "the number of origins that CORS allows", count},
	HTTPAuth:         {"issuers of tokens", "the number of issuers of tokens", count},
	SecretEnv:        {"secrets in environment variables", "the secret in the environment variable", nil},
	SpecText:         {"other texts (filters, prefixes, suffixes, audiences)", "the text", nil},
	Isolation:        {"functions with access of their own", "the number of functions with access of their own", count},
}

// Keys returns every key, in order.
func Keys() []Key {
	return slices.Sorted(maps.Keys(vocabulary))
}

// Title says in a few words what a key is about.
func (k Key) Title() string { return vocabulary[k].title }

// Bounds says in a few words between which numbers a row holds, in the unit of a key; it is empty when there are none.
func (r *Row) Bounds(key Key) string {
	format := vocabulary[key].format
	if format == nil {
		return ""
	}
	var parts []string
	for _, l := range []struct {
		words string
		n     int64
	}{{"at least ", r.Min}, {"at most ", r.Max}, {"default quota ", r.Quota}, {"degraded above ", r.Beyond}} {
		if l.n > 0 {
			parts = append(parts, l.words+format(l.n))
		}
	}
	return strings.Join(parts, ", ")
}

// Texts says in a few words which texts a row takes; it is empty when it takes any.
func (r *Row) Texts() string {
	var parts []string
	for _, l := range []struct {
		words string
		texts []string
	}{{"only ", r.Only}, {"not ", r.Never}, {"not beginning with ", r.NeverPrefix}, {"without ", r.NeverWithin}} {
		if len(l.texts) > 0 {
			parts = append(parts, l.words+"`"+strings.Join(l.texts, "`, `")+"`")
		}
	}
	if r.Composed {
		parts = append(parts, "in Unicode's composed form")
	}
	return strings.Join(parts, ", ")
}

func count(n int64) string { return fmt.Sprint(n) }
func bytes(n int64) string { return fmt.Sprintf("%d bytes", n) }
func span(n int64) string  { return spec.FormatDuration(time.Duration(n) * time.Second) }
func days(n int64) string  { return fmt.Sprintf("%dd", n) }
