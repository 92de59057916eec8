package gcp

import "github.com/isobar-dev/isobar/codegen/portability"

// Vendor pages that more than one row refers to.
const (
	pageEnv          = "https://cloud.google.com/run/docs/configuring/services/environment-variables"
	pageQuotas       = "https://cloud.google.com/run/quotas"
	pageSubscription = "https://cloud.google.com/pubsub/docs/subscription-properties"
	pageTimeout      = "https://cloud.google.com/functions/quotas#time_limits"
)

// Limits, in the units of their keys.
const (
	maxEventTimeout = 540         // of event-driven functions, in seconds
	maxHTTPTimeout  = 3600 - 5    // of HTTP functions, less the margin, in seconds
	maxMemory       = 32 * 1024   // MiB
	minMemory       = 128         // MiB
	maxServices     = 1000        // Cloud Run services of a project in a region
	accountQuota    = 100         // service accounts of a project
	ownAccounts     = 3           // of the API, the builder and the event caller
	minAckDeadline  = 10          // seconds
	maxAckDeadline  = 600         // seconds
	minRetention    = 600         // seconds
	maxRetention    = 31 * 86_400 // seconds
)

// capabilities is what Cloud Functions, Pub/Sub and Cloud Scheduler can do.
func capabilities() portability.Table {
	return portability.Table{
		portability.AppFunctions: {
			Kind: portability.Native, Max: maxServices - 1, Quota: accountQuota - ownAccounts, // an account for each function
			Source: "https://cloud.google.com/iam/quotas#limits",
		},
		portability.AppQueues: {
			Kind: portability.Native, Max: 5_000, // of 10,000 topics and subscriptions in a project each, a queue takes two
			Source: "https://cloud.google.com/pubsub/quotas#resource_limits",
		},
		portability.HTTPFunctions: {Kind: portability.Native, Source: pageQuotas},
		portability.HTTPRoutes: { // the router is in the process
			Kind: portability.Native, Source: pageQuotas,
		},
		portability.HTTPBasePath: {Kind: portability.Native, Source: pageQuotas},
		portability.HTTPTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxHTTPTimeout, Source: pageTimeout},
		portability.QueueTimeout: {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxEventTimeout, Source: pageTimeout},
		portability.TickTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxEventTimeout, Source: pageTimeout},
		portability.HTTPMemory: {
			Kind: portability.Emulated, How: portability.SharedHTTP, Min: minMemory, Max: maxMemory,
			Source: "https://cloud.google.com/run/docs/configuring/services/memory-limits",
		},
		portability.Memory: {
			Kind: portability.Native, Min: minMemory, Max: maxMemory,
			Source: "https://cloud.google.com/run/docs/configuring/services/memory-limits",
		},
		portability.FunctionName: {
			Kind: portability.Native, Never: []string{callerName, builder}, // accounts of the module have these names
			Source: "https://cloud.google.com/functions/docs/configuring#name",
		},
		portability.EnvName: {
			Kind: portability.Native, NeverPrefix: []string{"X_GOOGLE_"},
			Never:  []string{"PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION", "FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE"},
			Source: "https://cloud.google.com/functions/docs/configuring/env-var#reserved_environment_variables",
		},
		portability.EnvValue: { // Terraform keeps texts in NFC
			Kind: portability.Native, Composed: true,
			Source: "https://developer.hashicorp.com/terraform/language/expressions/types#types",
		},
		portability.EnvSize:     {Kind: portability.Native, Max: 32 << 10, Source: pageEnv},
		portability.EnvAppWide:  {Kind: portability.Native, Source: pageEnv},
		portability.EnvHTTPWide: {Kind: portability.Refused, How: portability.HTTPUnitEnv, Source: pageEnv},
		portability.EventOnPath: { // every function has a service and a host name of its own
			Kind: portability.Native, Source: "https://cloud.google.com/run/docs/triggering/https-request",
		},
		portability.Visibility: {
			Kind: portability.Emulated, How: portability.BackedOff, Min: minAckDeadline, Max: maxAckDeadline, Source: pageSubscription + "#ack_deadline",
		},
		portability.Retention: {
			Kind: portability.Native, Min: minRetention, Max: maxRetention, Source: pageSubscription + "#message_retention_duration",
		},
		portability.Deliveries: {
			Kind: portability.Emulated, How: portability.Approximate, Min: 5, Max: 100,
			Source: "https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic",
		},
		portability.Batch:  {Kind: portability.Emulated, How: portability.OneMessage, Source: "https://cloud.google.com/pubsub/docs/push"},
		portability.Window: {Kind: portability.Emulated, How: portability.OneMessage, Source: "https://cloud.google.com/pubsub/docs/push"},
		portability.Timezone: {
			Kind: portability.Native, Source: "https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules#time_zone",
		},
		portability.Cron: {
			Kind: portability.Native, Source: "https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules",
		},
	}
}
