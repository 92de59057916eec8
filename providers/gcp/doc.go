// Package gcp is the wing for Google Cloud: Terraform, and an entrypoint for Cloud Functions on Cloud Run.
//
//	http      one function for the whole API, which anybody may call; the router is in the process
//	queue     a Pub/Sub topic, and a push subscription that calls a function with an OIDC token; dead letters go to a topic of
//	          their own, where a subscription holds them
//	schedule  a Cloud Scheduler job that calls a function with an OIDC token
//
// Subscriptions are the app's own, and not those that Eventarc makes for an event_trigger, because only so can deadlines, backoff and
// dead letters be declared. Event functions take calls from inside the project alone, and of those only from the app's own caller.
//
//   - https://cloud.google.com/pubsub/docs/push
//   - https://cloud.google.com/scheduler/docs/http-target-auth
//   - https://cloud.google.com/run/docs/securing/ingress
//   - https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudfunctions2_function
package gcp
