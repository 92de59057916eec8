package gcp

import (
	"maps"

	"github.com/isobar-dev/isobar/codegen/portability"
)

// Vendor pages that more than one row refers to.
const (
	pageBucketNames = "https://cloud.google.com/storage/docs/buckets#naming"
	pageCORS        = "https://cloud.google.com/functions/docs/writing/write-http-functions#handling_cors_requests"
	pageEnv         = "https://cloud.google.com/run/docs/configuring/services/environment-variables"
	pageInstances   = "https://cloud.google.com/run/docs/configuring/max-instances"
	pageQuotas      = "https://cloud.google.com/run/quotas"
	pageTimeout     = "https://cloud.google.com/functions/quotas#time_limits"
)

// googles are words that no bucket's name can have in it, as all the world shares them.
var googles = []string{"google", "g00gle"}

// Limits, in the units of their keys.
const (
	maxTask         = 1800 - 5  // of functions that workflows call, less the margin, in seconds
	maxEventTimeout = 540       // of functions that subscriptions push to, which wait for 600 seconds, in seconds
	maxTableTimeout = 540 - 5   // of event-driven functions, less the margin, in seconds
	maxHTTPTimeout  = 3600 - 5  // of HTTP functions, less the margin, in seconds
	maxInstances    = 1000      // of a function, each of which makes one call at a time
	maxMemory       = 32 * 1024 // MiB
	minMemory       = 128       // MiB
	maxServices     = 1000      // Cloud Run services of a project in a region
	accountQuota    = 100       // service accounts of a project
	ownAccounts     = 3         // of the API, the builder and the event caller
)

// capabilities is what Cloud Functions, Pub/Sub, Cloud Scheduler, Cloud Storage, Firestore and Secret Manager can do.
func capabilities() portability.Table {
	table := portability.Table{}
	for _, rows := range []portability.Table{ofFunctions(), ofEvents(), ofResources()} {
		maps.Copy(table, rows)
	}
	return table
}

// ofFunctions is what Cloud Functions can do.
func ofFunctions() portability.Table {
	return portability.Table{
		portability.AppName: { // begins what is published to
			Kind: portability.Native, NeverPrefix: []string{"goog"}, Source: "https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names",
		},
		portability.StageName: {Kind: portability.Native, NeverWithin: googles, Source: pageBucketNames}, // is part of buckets' names
		portability.AppFunctions: {
			Kind: portability.Native, Max: maxServices - 1, Source: pageQuotas, // a service for each, and one for the API
		},
		portability.AppIdentities: { // an account for each
			Kind: portability.Native, Quota: accountQuota - ownAccounts, Source: "https://cloud.google.com/iam/quotas#limits",
		},
		portability.AppRoles:       {Kind: portability.Native, Source: "https://cloud.google.com/iam/quotas#limits"}, // AppIdentities bounds them
		portability.AppEvents:      {Kind: portability.Native, Source: pageInstances},                                // each scales by itself
		portability.AppConcurrency: {Kind: portability.Native, Source: pageInstances},                                // nothing is reserved
		portability.HTTPFunctions:  {Kind: portability.Native, Source: pageQuotas},
		portability.HTTPRoutes: { // the router is in the process
			Kind: portability.Native, Source: pageQuotas,
		},
		portability.HTTPBasePath:  {Kind: portability.Native, Source: pageQuotas},
		portability.HTTPTimeout:   {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxHTTPTimeout, Source: pageTimeout},
		portability.QueueTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxEventTimeout, Source: pageTimeout},
		portability.TopicTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxEventTimeout, Source: pageTimeout},
		portability.TickTimeout:   {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxEventTimeout, Source: pageTimeout},
		portability.BucketTimeout: {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxEventTimeout, Source: pageTimeout},
		portability.TableTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTableTimeout, Source: pageTimeout},
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
		portability.SpecText: {Kind: portability.Native, Composed: true, Source: "https://developer.hashicorp.com/terraform/language/expressions/types#types"},
		portability.SecretEnv: {
			Kind: portability.Native, Source: "https://cloud.google.com/functions/docs/configuring/secrets",
		},
		portability.HTTPCORS: {Kind: portability.Emulated, How: portability.RuntimeAnswers, Source: pageCORS},
		portability.HTTPAuth: {
			Kind: portability.Emulated, How: portability.RuntimeAnswers, Source: "https://cloud.google.com/run/docs/authenticating/end-users",
		},
		portability.HTTPConcurrency: {Kind: portability.Degraded, How: portability.SharedBound, Max: maxInstances, Source: pageInstances},
		// Cloud Run answers 429, which to Pub/Sub is a delivery that failed.
		portability.Concurrency:      {Kind: portability.Degraded, How: portability.TurnedAway, Max: maxInstances, Source: pageInstances},
		portability.TableConcurrency: {Kind: portability.Degraded, How: portability.TurnedAway, Max: maxInstances, Source: pageInstances},
		portability.TaskConcurrency:  {Kind: portability.Degraded, How: portability.CallRefused, Max: maxInstances, Source: pageInstances},
		portability.Isolation: {
			Kind: portability.Degraded, How: portability.SharedHTTPRole, Source: "https://cloud.google.com/run/docs/configuring/services/service-identity",
		},
	}
}
