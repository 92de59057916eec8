// Package gcp is the wing for Google Cloud: Terraform, and an entrypoint for Cloud Functions on Cloud Run.
//
//	http      one function for the whole API, which anybody may call; the router is in the process
//	queue     a Pub/Sub topic, and a push subscription that calls a function with an OIDC token; dead letters go to a topic of
//	          their own, where a subscription holds them
//	topic     a Pub/Sub topic, and for each of its functions a push subscription as a queue has it
//	schedule  a Cloud Scheduler job that publishes each tick to a topic, which a subscription pushes to a function
//	bucket    a bucket, whose notifications are published to a topic of each function
//	table     a collection of the app's one Firestore database, whose changes an event_trigger tells a function of
//	workflow  a workflow of Workflows, which calls functions with an OIDC token
//	secret    a secret of Secret Manager without a value, which the platform puts into a variable when an instance starts
//	access    roles of the function's account, each on one thing where Google Cloud has them so; HTTP functions share one account
//	stages    variables of the module, and <stage>.tfvars
//
// Subscriptions are the app's own, and not those that Eventarc makes for an event_trigger, because only so can deadlines, backoff and
// dead letters be declared. Event functions take calls from inside the project alone, and of those only from the app's own caller.
//
//   - https://cloud.google.com/pubsub/docs/push
//   - https://cloud.google.com/scheduler/docs/creating#pubsub
//   - https://cloud.google.com/run/docs/securing/ingress
//   - https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudfunctions2_function
package gcp
