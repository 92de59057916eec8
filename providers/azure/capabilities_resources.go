package azure

import "github.com/isobar-dev/isobar/codegen/portability"

// Vendor pages that more than one row refers to.
const (
	pageLogicApps   = "https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration"
	pageChangeFeed  = "https://learn.microsoft.com/azure/cosmos-db/change-feed-modes#latest-version-change-feed-mode"
	pageCosmosLimit = "https://learn.microsoft.com/azure/cosmos-db/concepts-limits"
	pageDeadLetters = "https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues"
	pageEventGrid   = "https://learn.microsoft.com/azure/event-grid/event-filtering"
	pageExpiration  = "https://learn.microsoft.com/azure/service-bus-messaging/message-expiration"
	pageLifecycle   = "https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview"
	pageLocks       = "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"
	pageRetry       = "https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies"
	pageSessions    = "https://learn.microsoft.com/azure/service-bus-messaging/message-sessions"
	pageTimer       = "https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer"
	pageTrigger     = "https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger"
)

// Limits, in the units of their keys.
const (
	maxDeliveries = 2000 // before dead letters
	minLock       = 5    // seconds
	minRetries    = 2    // attempts: without a retry policy the host does not tell the runtime which attempt is the last
	maxBuckets    = 100  // rules of the account's lifecycle policy, one for each
	maxTables     = 498  // of 500 databases and containers of an account, one is the database, and one has the leases
	maxIndexes    = 100  // composite paths of a container
	maxEntities   = 2000 // of 10,000 queues and topics of a namespace, as many as fit into a template of 4 MB
	// Event subscriptions of the topic that all buckets share.
	maxNotifications = 500
	maxSecrets       = 1000 // of a vault, as many as fit into a template of 4 MB

	// What belongs to a resource is in one template: of a topic itself and the right to publish; of a bucket that of a container and the
	// rights to read and write; and so many for each function.
	maxTopicFunctions  = (maxResources - 2) / 3
	maxBucketFunctions = (maxResources - 3) / 4 / 2
	maxTableFunctions  = (maxResources - 3) / 2
)

// ofEvents is what Service Bus, Event Grid, timers and the change feed can do.
func ofEvents() portability.Table {
	return portability.Table{
		portability.Visibility: {
			Kind: portability.Emulated, How: portability.LockRenewed, Min: minLock, Max: maxTimeout, // a lock is 5 s to 5 min
			Source: "https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement#peeklock",
		},
		portability.Retention:      {Kind: portability.Emulated, How: portability.ExpiredLetters, Source: pageExpiration},
		portability.TopicRetention: {Kind: portability.Emulated, How: portability.ExpiredLetters, Source: pageExpiration},
		portability.Deliveries:     {Kind: portability.Native, Max: maxDeliveries, Source: pageDeadLetters + "#maximum-delivery-count"},
		portability.Attempts:       {Kind: portability.Native, Max: maxDeliveries, Source: pageDeadLetters + "#maximum-delivery-count"},
		portability.TickAttempts:   {Kind: portability.Emulated, How: portability.FixedMinute, Min: minRetries, Source: pageRetry},
		portability.TickLetters:    {Kind: portability.Emulated, How: portability.RuntimeSends, Source: pageRetry},
		portability.TableAttempts:  {Kind: portability.Native, Min: minRetries, Source: pageRetry},
		portability.TableLetters:   {Kind: portability.Emulated, How: portability.RuntimeSends, Source: pageRetry},

		portability.QueueOrdered:  {Kind: portability.Native, Source: pageSessions},
		portability.TopicOrdered:  {Kind: portability.Native, Source: pageSessions},
		portability.OrderedBatch:  {Kind: portability.Emulated, How: portability.OneMessage, Source: pageTrigger},
		portability.OrderedWindow: {Kind: portability.Emulated, How: portability.OneMessage, Source: pageTrigger},
		portability.Batch:         {Kind: portability.Emulated, How: portability.OneMessage, Source: pageTrigger},
		portability.Window:        {Kind: portability.Emulated, How: portability.OneMessage, Source: pageTrigger},
		portability.Deduplicate:   {Kind: portability.Native, Source: "https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection"},
		portability.Delay: {
			Kind: portability.Refused, How: portability.NotOnQueues,
			Source: "https://learn.microsoft.com/azure/service-bus-messaging/message-sequencing#scheduled-messages",
		},
		portability.TopicFilter: {
			Kind: portability.Native, Source: "https://learn.microsoft.com/azure/service-bus-messaging/topic-filters#correlation-filters",
		},
		portability.TopicFunctions: {Kind: portability.Native, Max: maxTopicFunctions, Source: pageTemplates},

		portability.Timezone: {Kind: portability.Native, Only: []string{"UTC", "Etc/UTC"}, Source: pageTimer + "#ncrontab-time-zones"},
		portability.Cron:     {Kind: portability.Emulated, How: portability.CronRewritten, Source: pageTimer + "#ncrontab-expressions"},
	}
}

// ofResources is what keeps messages, objects, items and secrets.
func ofResources() portability.Table {
	return portability.Table{
		portability.AppQueues: {Kind: portability.Native, Max: maxEntities, Source: pageTemplates},
		portability.AppTopics: {Kind: portability.Native, Max: maxEntities, Source: pageTemplates},
		portability.AppBucketEvents: {
			Kind: portability.Native, Max: maxNotifications,
			Source: "https://learn.microsoft.com/azure/event-grid/quotas-limits#custom-topic-system-topic-and-partner-topic-resource-limits",
		},
		portability.AppTableEvents:  {Kind: portability.Native, Source: pageCosmosLimit},
		portability.AppOrders:       {Kind: portability.Native, Source: pageCosmosLimit + "#per-container-limits"}, // TableIndexes bounds them
		portability.AppBuckets:      {Kind: portability.Native, Max: maxBuckets, Source: pageLifecycle},
		portability.AppTables:       {Kind: portability.Native, Max: maxTables, Source: pageCosmosLimit + "#control-plane"},
		portability.AppWorkflows:    {Kind: portability.Native, Source: pageLogicApps},
		portability.WorkflowTrigger: {Kind: portability.Emulated, How: portability.StartedByCode, Source: pageLogicApps},
		portability.TaskTimeout:     {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTask, Source: pageLogicApps},
		portability.AppSecrets:      {Kind: portability.Native, Max: maxSecrets, Source: pageTemplates},

		portability.BucketName: { // of a container, in an account of its own
			Kind:   portability.Native,
			Source: "https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#container-names",
		},
		portability.BucketFunctions: {Kind: portability.Native, Max: maxBucketFunctions, Source: pageTemplates},
		portability.BucketDeleted: {
			Kind: portability.Native, Source: "https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage#available-event-types",
		},
		portability.BucketSuffix:   {Kind: portability.Native, Source: pageEventGrid + "#subject-filtering"},
		portability.BucketOverlap:  {Kind: portability.Native, Source: pageEventGrid},
		portability.BucketVersions: {Kind: portability.Emulated, How: portability.WholeAccount, Source: "https://learn.microsoft.com/azure/storage/blobs/versioning-overview"},
		portability.BucketExpiry:   {Kind: portability.Native, Source: pageLifecycle},
		portability.VersionExpiry:  {Kind: portability.Native, Source: pageLifecycle},
		portability.BucketKept:     {Kind: portability.Emulated, How: portability.WholeAccount, Source: pageLocks},

		portability.TableFunctions: {Kind: portability.Native, Max: maxTableFunctions, Source: pageTemplates},
		portability.TableUpserted:  {Kind: portability.Degraded, How: portability.LatestOnly, Source: pageChangeFeed},
		portability.TableDeleted:   {Kind: portability.Refused, How: portability.NoDeletes, Source: pageChangeFeed},
		portability.TableOld:       {Kind: portability.Refused, How: portability.NoOldImage, Source: pageChangeFeed},
		portability.TableOrder: { // within a value of the key
			Kind: portability.Native, Source: "https://learn.microsoft.com/azure/cosmos-db/change-feed#sort-order-of-items-in-change-feed",
		},
		portability.TableIndexes: {Kind: portability.Native, Max: maxIndexes, Source: pageCosmosLimit + "#per-container-limits"},
		portability.TableRecovery: {
			Kind: portability.Emulated, How: portability.WholeAccount,
			Source: "https://learn.microsoft.com/azure/cosmos-db/continuous-backup-restore-introduction",
		},
		portability.TableKept: {Kind: portability.Emulated, How: portability.WholeAccount, Source: pageLocks},
	}
}
