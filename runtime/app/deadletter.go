package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// DeadLetter is an event that is given up.
type DeadLetter struct {
	// Function is the name of the function that could not handle it.
	Function string
	// Event is the event as the handler saw it; its Raw is not to be sent.
	Event fn.Event
	// Error is why it was given up.
	Error string
	// Payload is the provider's payload of this event.
	Payload []byte
}

// DeadLetters sends an event to a dead-letter queue. A host has one for the triggers whose cloud has none.
type DeadLetters interface {
	Send(ctx context.Context, letter DeadLetter) error
}

// DeliverOrGiveUp delivers an event as Deliver does; if that fails for good, because this was the last attempt or the error is
// permanent, the event is sent to the dead letters, and nil means that it is either handled or safe there. Without dead letters, or
// when they cannot be reached, the event fails as it would have: it is never lost.
func (f *Function) DeliverOrGiveUp(ctx context.Context, d Delivery, last bool, payload []byte, letters DeadLetters) error {
	err := f.Deliver(ctx, d)
	if err == nil || !last && !fn.IsPermanent(err) {
		return err
	}
	return f.giveUp(ctx, d, err, payload, letters)
}

// RefuseOrGiveUp refuses an event as Refuse does, and sends it to the dead letters.
func (f *Function) RefuseOrGiveUp(ctx context.Context, d Delivery, err error, payload []byte, letters DeadLetters) error {
	return f.giveUp(ctx, d, f.Refuse(ctx, d, err), payload, letters)
}

// giveUp sends an event to the dead letters, if there are any.
func (f *Function) giveUp(ctx context.Context, d Delivery, err error, payload []byte, letters DeadLetters) error {
	if letters == nil {
		return err
	}
	f.complete(&d)
	letter := DeadLetter{Function: f.Name, Event: d.Event, Error: err.Error(), Payload: payload}
	if sending := letters.Send(ctx, letter); sending != nil {
		sending = fmt.Errorf("sending to the dead-letter queue: %w", sending)
		slog.ErrorContext(ctx, "event not given up", "function", f.Name, "event", d.Event.ID, "error", sending.Error())
		return errors.Join(err, sending)
	}
	slog.WarnContext(ctx, "event given up", "function", f.Name, "event", d.Event.ID, "attempt", d.Event.Attempt)
	return nil
}
