package fn

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Idempotent returns a handler that lets h handle each event once, however often it is delivered: it remembers in store which
// events h has handled. Use it around a handler of messages or ticks:
//
//	var once = fn.Idempotent(store, process)
//
//	func Process(ctx context.Context, m fn.Message[Order]) error { return once(ctx, m) }
//
// An event is in one of three states in the store:
//
//   - In progress: some call is handling it. Another delivery of it waits a little, the longer the more attempts there were, and when that
//     call is not done by then fails with ErrInProgress, and so comes back later. A call claims an event for as long as its deadline
//     allows, and a little longer; when it is gone without a trace by then, the claim has expired, and the next delivery is handled.
//   - Done: h returned nil. Another delivery is acknowledged without h being called, for as long as the store remembers.
//   - Unknown: h was not called, or failed, or panicked, or its claim expired. The next delivery is handled.
//
// What h does and what the store remembers are two things. When the process ends between them, or the store fails just then,
// the event is handled again: h should do what matters last, or in one transaction. A store must be shared by all instances of
// the function to be of use, and by no other function: an event of a topic comes to each of its functions under the same ID, and what one
// has handled would count as handled by all. (resource.Idempotency keeps functions that share a table apart.)
func Idempotent[E interface {
	idempotencyKey() (string, error)
	patience() time.Duration
}](store IdempotencyStore, h func(context.Context, E) error) func(context.Context, E) error {
	return func(ctx context.Context, event E) error {
		key, err := event.idempotencyKey()
		if err != nil {
			return err
		}
		claim, err := store.Claim(ctx, key, lease(ctx))
		if err == nil && claim == (Claim{}) && wait(ctx, event.patience()) {
			claim, err = store.Claim(ctx, key, lease(ctx))
		}
		switch {
		case err != nil:
			return fmt.Errorf("claiming event %s: %w", key, err)
		case claim.Done:
			return nil
		case claim.Token == "":
			return fmt.Errorf("event %s: %w", key, ErrInProgress)
		}
		return handleClaimed(ctx, store, key, claim.Token, func() error { return h(ctx, event) })
	}
}

// ErrInProgress is in the error of a call whose event another call is handling. The event comes back, and counts as one that failed.
var ErrInProgress = errors.New("another call is handling the event")

// IdempotencyKeep is how long an event that was handled is remembered: as long as a queue keeps messages unless told otherwise.
const IdempotencyKeep = 7 * 24 * time.Hour

// A claim lasts to the call's deadline and for leaseMargin more, or for leaseUnbounded when the call has none.
const (
	leaseMargin    = 10 * time.Second
	leaseUnbounded = 15 * time.Minute
)

func lease(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return max(time.Until(deadline), 0) + leaseMargin
	}
	return leaseUnbounded
}

// patience is how long a delivery waits for a call that handles the same event. Where what fails comes back at once, as on Azure, the
// attempts would otherwise be used up before the claim of a process that is gone expires.
func (e Event) patience() time.Duration {
	n := time.Duration(max(e.Attempt, 1))
	return n * n * time.Second
}

// wait waits for a time, but for no more than half of what the call has left. It tells whether there is time left to go on.
func wait(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok {
		d = min(d, time.Until(deadline)/2)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// handleClaimed handles an event and tells the store how that went, whether or not the call's time is up by then.
func handleClaimed(ctx context.Context, store IdempotencyStore, key, token string, handle func() error) error {
	handled := false
	defer func() {
		if !handled { // a panic is on its way up
			after, cancel := afterwards(ctx)
			defer cancel()
			_ = store.Release(after, key, token) // the claim expires if this fails
		}
	}()
	err := handle()
	handled = true
	after, cancel := afterwards(ctx)
	defer cancel()
	if err == nil {
		err = ctx.Err() // a handler that returns too late has failed
	}
	if err != nil {
		return errors.Join(err, store.Release(after, key, token))
	}
	if err := store.Complete(after, key, token, IdempotencyKeep); err != nil {
		return fmt.Errorf("event %s was handled, which could not be remembered: %w", key, err)
	}
	return nil
}

// afterwards returns a context for what is to be told to a store when a call has been handled, as long as its claim holds.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), leaseMargin)
}

// idempotencyKey tells events apart: the Source, and the ID within it.
func (e Event) idempotencyKey() (string, error) {
	if e.ID == "" {
		return "", Permanent(errors.New("the event has no ID, so that it cannot be told whether it was handled before"))
	}
	return e.Source + "#" + e.ID, nil
}

// IdempotencyStore remembers events. Its methods are safe for concurrent use, by several processes at once where it is shared, and
// each is atomic. They end with their context, which for Complete and Release lives on a little after that of the call. An error of any of
// them fails the call, and so brings the event back.
type IdempotencyStore interface {
	// Claim claims an event for a time, unless it is done or another claim on it has not expired.
	Claim(ctx context.Context, key string, lease time.Duration) (Claim, error)
	// Complete remembers for a time that an event is done. It fails, and changes nothing, unless token is that of the last
	// claim.
	Complete(ctx context.Context, key, token string, keep time.Duration) error
	// Release gives up a claim. Unless token is that of the last claim it does nothing.
	Release(ctx context.Context, key, token string) error
}

// Claim is the answer to a claim on an event.
type Claim struct {
	// Done is true when the event has been handled before.
	Done bool
	// Token is the proof of the claim. It is empty when the event is done, or claimed by another call.
	Token string
}
