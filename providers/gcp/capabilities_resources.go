package gcp

import "github.com/isobar-dev/isobar/codegen/portability"

// Vendor pages that more than one row refers to.
const (
	pageWorkflows     = "https://cloud.google.com/workflows/quotas"
	pageDeadLetters   = "https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic"
	pageEventDelivery = "https://cloud.google.com/eventarc/docs/retry-events"
	pageFirestore     = "https://cloud.google.com/firestore/docs/manage-databases"
	pageFirestoreEvt  = "https://cloud.google.com/firestore/docs/extend-with-functions-2nd-gen"
	pageNotifications = "https://cloud.google.com/storage/docs/pubsub-notifications"
	pageOrdering      = "https://cloud.google.com/pubsub/docs/ordering"
	pagePubSubQuotas  = "https://cloud.google.com/pubsub/quotas#resource_limits"
	pagePush          = "https://cloud.google.com/pubsub/docs/push"
	pageSubscription  = "https://cloud.google.com/pubsub/docs/subscription-properties"
)

// Limits, in the units of their keys.
const (
	minAckDeadline   = 10          // seconds
	maxAckDeadline   = 600         // seconds
	minAttempts      = 5           // deliveries before dead letters
	maxAttempts      = 100         // deliveries before dead letters
	minRetention     = 600         // seconds
	maxRetention     = 31 * 86_400 // seconds
	maxTopics        = 5_000       // of 10,000 topics and subscriptions in a project each, every channel takes two
	maxNotifications = 10          // of a bucket for one kind of event
	maxTriggers      = 500         // of Eventarc in a project and a region
	maxIndexes       = 500         // of 1,000 of two attributes in a database, one for each way
	maxLifecycleDays = 3650        // as long as the language has
	// A filter has 256 bytes, of which five terms take 100 for what stands around names and values.
	maxFilter = 256 - 100
)

// ofEvents is what Pub/Sub, Cloud Scheduler and Eventarc can do.
func ofEvents() portability.Table {
	return portability.Table{
		portability.Visibility: {
			Kind: portability.Emulated, How: portability.BackedOff, Min: minAckDeadline, Max: maxAckDeadline, Source: pageSubscription + "#ack_deadline",
		},
		portability.Retention: {
			Kind: portability.Native, Min: minRetention, Max: maxRetention, Source: pageSubscription + "#message_retention_duration",
		},
		portability.TopicRetention: {
			Kind: portability.Native, Min: minRetention, Max: maxRetention, Source: pageSubscription + "#message_retention_duration",
		},
		portability.Deliveries: {
			Kind: portability.Emulated, How: portability.Approximate, Min: minAttempts, Max: maxAttempts, Source: pageDeadLetters,
		},
		portability.Attempts: {
			Kind: portability.Emulated, How: portability.Approximate, Min: minAttempts, Max: maxAttempts, Source: pageDeadLetters,
		},
		portability.TickAttempts: {
			Kind: portability.Emulated, How: portability.Approximate, Min: minAttempts, Max: maxAttempts, Source: pageDeadLetters,
		},
		portability.TickLetters: {Kind: portability.Native, Source: pageDeadLetters},
		portability.TableAttempts: {
			Kind: portability.Emulated, How: portability.ByAge, Min: minAttempts, Max: maxAttempts, Source: pageEventDelivery,
		},
		portability.TableLetters: {Kind: portability.Emulated, How: portability.RuntimeSends, Source: pageEventDelivery},

		portability.QueueOrdered:  {Kind: portability.Native, Source: pageOrdering},
		portability.TopicOrdered:  {Kind: portability.Native, Source: pageOrdering},
		portability.OrderedBatch:  {Kind: portability.Emulated, How: portability.OneMessage, Source: pagePush},
		portability.OrderedWindow: {Kind: portability.Emulated, How: portability.OneMessage, Source: pagePush},
		portability.Batch:         {Kind: portability.Emulated, How: portability.OneMessage, Source: pagePush},
		portability.Window:        {Kind: portability.Emulated, How: portability.OneMessage, Source: pagePush},
		portability.Deduplicate: {
			Kind: portability.Refused, How: portability.NoDuplicates, Source: "https://cloud.google.com/pubsub/docs/exactly-once-delivery",
		},
		portability.Delay: {
			Kind: portability.Refused, How: portability.NoDelay, Source: "https://cloud.google.com/tasks/docs/comp-pub-sub",
		},
		portability.TopicFilter: {
			Kind: portability.Native, Max: maxFilter, Source: "https://cloud.google.com/pubsub/docs/subscription-message-filter",
		},
		portability.TopicFunctions: {Kind: portability.Native, Max: maxTopics, Source: pagePubSubQuotas},

		portability.Timezone: {
			Kind: portability.Native, Source: "https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules#time_zone",
		},
		portability.Cron: {
			Kind: portability.Native, Source: "https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules",
		},
	}
}

// ofResources is what keeps messages, objects, items and secrets.
func ofResources() portability.Table {
	return portability.Table{
		portability.AppQueues:       {Kind: portability.Native, Max: maxTopics, Source: pagePubSubQuotas},
		portability.AppTopics:       {Kind: portability.Native, Max: maxTopics, Source: pagePubSubQuotas},
		portability.AppBucketEvents: {Kind: portability.Native, Source: pageNotifications + "#overview"}, // BucketFunctions bounds them
		portability.AppTableEvents:  {Kind: portability.Native, Max: maxTriggers, Source: "https://cloud.google.com/eventarc/docs/quotas"},
		portability.AppOrders:       {Kind: portability.Native, Max: maxIndexes, Source: "https://cloud.google.com/firestore/quotas#indexes"},
		portability.AppBuckets:      {Kind: portability.Native, Source: "https://cloud.google.com/storage/quotas#buckets"},
		portability.AppTables:       {Kind: portability.Native, Source: "https://cloud.google.com/firestore/quotas#collections_documents_and_fields"},
		portability.AppWorkflows:    {Kind: portability.Native, Source: pageWorkflows},
		portability.WorkflowTrigger: {Kind: portability.Emulated, How: portability.StartedByCode, Source: pageWorkflows},
		portability.TaskTimeout:     {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTask, Source: pageWorkflows},
		portability.AppSecrets:      {Kind: portability.Native, Source: "https://cloud.google.com/secret-manager/quotas"},

		portability.BucketName:      {Kind: portability.Native, NeverWithin: googles, Source: pageBucketNames},
		portability.BucketFunctions: {Kind: portability.Native, Max: maxNotifications, Source: pageNotifications + "#overview"},
		portability.BucketDeleted:   {Kind: portability.Emulated, How: portability.EventChecked, Source: pageNotifications + "#events"},
		portability.BucketSuffix:    {Kind: portability.Emulated, How: portability.SuffixChecked, Source: pageNotifications + "#overview"},
		portability.BucketOverlap:   {Kind: portability.Native, Source: pageNotifications + "#overview"},
		portability.BucketVersions:  {Kind: portability.Native, Source: "https://cloud.google.com/storage/docs/object-versioning"},
		portability.BucketExpiry:    {Kind: portability.Native, Max: maxLifecycleDays, Source: "https://cloud.google.com/storage/docs/lifecycle#age"},
		portability.VersionExpiry: {
			Kind: portability.Native, Max: maxLifecycleDays, Source: "https://cloud.google.com/storage/docs/lifecycle#dayssincenoncurrent",
		},
		portability.BucketKept: {
			Kind: portability.Native, Source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/storage_bucket",
		},

		portability.TableFunctions: {Kind: portability.Native, Max: maxTriggers, Source: "https://cloud.google.com/eventarc/docs/quotas"},
		portability.TableUpserted:  {Kind: portability.Emulated, How: portability.EventChecked, Source: pageFirestoreEvt + "#event_types"},
		portability.TableDeleted:   {Kind: portability.Native, Source: pageFirestoreEvt + "#event_types"},
		portability.TableOld:       {Kind: portability.Native, Source: pageFirestoreEvt + "#event_structure"},
		portability.TableOrder:     {Kind: portability.Degraded, How: portability.NoOrder, Source: pageFirestoreEvt + "#limitations"},
		portability.TableIndexes:   {Kind: portability.Native, Max: maxIndexes, Source: "https://cloud.google.com/firestore/quotas#indexes"},
		portability.TableRecovery:  {Kind: portability.Emulated, How: portability.WholeAccount, Source: "https://cloud.google.com/firestore/docs/pitr"},
		portability.TableKept:      {Kind: portability.Emulated, How: portability.WholeAccount, Source: pageFirestore + "#delete_protection"},
	}
}
