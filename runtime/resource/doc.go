// Package resource gives handlers the resources of their app, by the names that the spec gives them, on every cloud:
//
//	b, err := resource.Bucket(ctx, "uploads")      // *blob.Bucket of gocloud.dev
//	t, err := resource.Table(ctx, "users")         // *docstore.Collection
//	err = resource.Publish(ctx, "user-created", u) // to a topic; resource.Send to a queue
//	s, err := resource.Secret(ctx, "payment-key")
//	err = resource.Start(ctx, "order", order)      // an execution of a workflow
//
// [Idempotency] has [fn.Idempotent] remember events in a table.
//
// The context is that of the handler's call: it says which function is calling, and so what it may do. What the spec's access does
// not grant fails at once, here as in tests, with an [AccessError] that has the line to add.
//
// Clients are opened when they are first asked for, once for the process, and closed when it ends: a handler does not close what it
// gets. They are safe for concurrent use. Which drivers there are the generated entrypoint says, which links those of its own cloud
// alone, and of those only the kinds that the app uses. They sign in as the function itself and take no keys.
//
// What a cloud has beyond these types is reached with their As methods; a handler that does so is no longer portable. Tests get all
// resources in memory from package resourcetest.
package resource
