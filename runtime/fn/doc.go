// Package fn is what a handler imports: the events it is given and the errors it may return.
//
// A handler is a plain function. Its shape depends on its trigger:
//
//	func Get(w http.ResponseWriter, r *http.Request)                   // http
//	func Process(ctx context.Context, m fn.Message[Order]) error       // queue, topic
//	func Thumbnail(ctx context.Context, o fn.Object) error             // bucket
//	func Index(ctx context.Context, c fn.Change[User]) error           // table
//	func SettlePending(ctx context.Context, t fn.Tick) error           // schedule
//	func Validate(ctx context.Context, in Order) (Order, error)        // task of a workflow
//
// # Delivery
//
// One event per call, at least once: a handler must be idempotent on [Event.ID], for which there is [Idempotent]. Batches are the host's
// matter.
//
// A nil error acknowledges the event. Any other error, a panic, or a deadline that passed does not: the event comes back
// and, when its attempts are used up, ends in the dead-letter queue. An event is never acknowledged whose handler did not
// return nil, and a payload that cannot be decoded is an error of that event.
//
// The context carries the function's timeout as its deadline; a handler that returns after it has failed, whatever it
// returns.
//
// The package depends on the standard library alone.
package fn
