package aws

import "github.com/isobar-dev/isobar/codegen/portability"

// Vendor pages that more than one row refers to.
const (
	pageStates    = "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"
	pageLetters   = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
	pageFIFO      = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"
	pageNotify    = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"
	pageEvents    = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"
	pageLifecycle = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html"
	pageStreams   = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"
	pageStreamMap = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html"
	pageTables    = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"
)

// Limits, in the units of their keys.
const (
	maxVisibility    = 43_200    // seconds
	minRetention     = 60        // seconds
	maxRetention     = 1_209_600 // seconds
	maxDelay         = 900       // seconds
	maxReceives      = 1_000     // before dead letters
	maxStreamTries   = 10_000 + 1
	maxSubscriptions = 100 // of a FIFO topic; of others there are more, which all could be filtered: 200 of a topic
	// Of a bucket's 100 notifications a deletion takes two; and its functions are in one stack with it, which bounds them further.
	maxNotified = 30
	maxReaders  = 2  // of a stream at the same time
	maxIndexes  = 20 // of a table
)

// ofEvents is what SQS, SNS, the Scheduler and Lambda's mappings can do.
func ofEvents() portability.Table {
	return portability.Table{
		portability.Visibility:     {Kind: portability.Native, Max: maxVisibility, Source: pageQueue},
		portability.Retention:      {Kind: portability.Native, Min: minRetention, Max: maxRetention, Source: pageQueue},
		portability.TopicRetention: {Kind: portability.Native, Min: minRetention, Max: maxRetention, Source: pageQueue},
		portability.Delay:          {Kind: portability.Native, Max: maxDelay, Source: pageQueue},
		portability.Deliveries:     {Kind: portability.Native, Min: 1, Max: maxReceives, Source: pageLetters},
		portability.Attempts:       {Kind: portability.Native, Min: 1, Max: maxReceives, Source: pageLetters},
		portability.TickAttempts:   {Kind: portability.Native, Min: 1, Max: maxReceives, Source: pageLetters},
		portability.TickLetters:    {Kind: portability.Native, Source: pageLetters},
		portability.TableAttempts:  {Kind: portability.Native, Min: 1, Max: maxStreamTries, Source: pageStreamMap},
		portability.TableLetters: {
			Kind: portability.Degraded, How: portability.RecordsNamed,
			Source: "https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html",
		},

		portability.Batch:         {Kind: portability.Native, Min: 1, Max: 10_000, Source: pageMapping},
		portability.Window:        {Kind: portability.Native, Max: 300, Source: pageMapping},
		portability.OrderedBatch:  {Kind: portability.Emulated, How: portability.OneMessage, Source: pageMapping},
		portability.OrderedWindow: {Kind: portability.Emulated, How: portability.OneMessage, Source: pageMapping},
		portability.QueueOrdered:  {Kind: portability.Native, Source: pageFIFO},
		portability.TopicOrdered: {
			Kind: portability.Native, Source: "https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html",
		},
		portability.Deduplicate: {
			Kind:   portability.Native,
			Source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html",
		},
		portability.TopicFilter: {
			Kind: portability.Native, Source: "https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html",
		},
		portability.TopicFunctions: {Kind: portability.Native, Max: maxSubscriptions, Source: "https://docs.aws.amazon.com/general/latest/gr/sns.html"},

		portability.Timezone: {Kind: portability.Native, Source: pageSchedule},
		portability.Cron:     {Kind: portability.Emulated, How: portability.CronRewritten, Source: pageSchedule + "#cron-based"},
	}
}

// ofResources is what keeps messages, objects, items and secrets.
func ofResources() portability.Table {
	return portability.Table{
		portability.AppQueues: { // no limit is documented
			Kind: portability.Native, Source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html",
		},
		portability.AppTopics:       {Kind: portability.Native, Quota: 1_000, Source: "https://docs.aws.amazon.com/general/latest/gr/sns.html"}, // FIFO
		portability.AppBucketEvents: {Kind: portability.Native, Source: pageEvents},                                                             // BucketFunctions and TableFunctions bound them
		portability.AppTableEvents:  {Kind: portability.Native, Source: pageStreams},
		portability.AppOrders:       {Kind: portability.Native, Source: pageTables},
		portability.AppBuckets:      {Kind: portability.Native, Quota: 10_000, Source: "https://docs.aws.amazon.com/general/latest/gr/s3.html"},
		portability.AppTables:       {Kind: portability.Native, Quota: 2_500, Source: pageTables},
		portability.AppWorkflows:    {Kind: portability.Native, Source: pageStates},
		portability.WorkflowTrigger: {Kind: portability.Emulated, How: portability.StartedByCode, Source: pageStates},
		portability.TaskTimeout:     {Kind: portability.Native, Max: int64(maxTimeout.Seconds()), Source: pageStates},
		portability.AppSecrets: {
			Kind: portability.Native, Max: 500_000, Source: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html",
		},

		portability.BucketName: { // those that end in -s3alias, .mrap and so on end in no account's number
			Kind: portability.Native, NeverPrefix: []string{"amzn-s3-demo-", "sthree-"},
			Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
		},
		portability.BucketFunctions: {Kind: portability.Native, Max: maxNotified, Source: pageEvents},
		portability.BucketDeleted:   {Kind: portability.Native, Source: pageEvents},
		portability.BucketSuffix:    {Kind: portability.Native, Source: pageNotify},
		portability.BucketOverlap:   {Kind: portability.Refused, How: portability.Overlapping, Source: pageNotify},
		portability.BucketVersions:  {Kind: portability.Native, Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"},
		portability.BucketExpiry:    {Kind: portability.Native, Source: pageLifecycle},
		portability.VersionExpiry:   {Kind: portability.Native, Source: pageLifecycle},
		portability.BucketKept: {
			Kind: portability.Native, Source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html",
		},

		portability.TableFunctions: {Kind: portability.Native, Max: maxReaders, Source: pageStreams},
		portability.TableUpserted:  {Kind: portability.Native, Source: "https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html"},
		portability.TableDeleted:   {Kind: portability.Native, Source: "https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html"},
		portability.TableOld:       {Kind: portability.Native, Source: pageStreams},
		portability.TableOrder:     {Kind: portability.Native, Source: pageStreamMap},
		portability.TableIndexes:   {Kind: portability.Native, Max: maxIndexes, Source: pageTables},
		portability.TableRecovery: {
			Kind: portability.Native, Source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
		},
		portability.TableKept: {
			Kind:   portability.Native,
			Source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection",
		},
	}
}
