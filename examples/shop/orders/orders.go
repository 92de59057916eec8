// Package orders takes the shop's orders from their queue, has a workflow fulfil them, and settles at night what has been paid for by then.
package orders

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource"
)

// Order is what a customer ordered, as it stands in a message.
type Order struct {
	ID    string `json:"id"`
	User  string `json:"user"`
	Items []Item `json:"items"`
}

// Item is a line of an order.
type Item struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
	// Cents is the price of one.
	Cents int64 `json:"cents"`
}

// Limits that keep a total within an int64.
const (
	maxItems    = 1_000
	maxQuantity = 1_000
	maxCents    = 100_000_000
)

// check says what is wrong with an order. Sending it again would not mend it.
func (o Order) check() error {
	switch {
	case o.ID == "":
		return errors.New("the order has no ID")
	case o.User == "":
		return fmt.Errorf("order %s has no user", o.ID)
	case len(o.Items) == 0 || len(o.Items) > maxItems:
		return fmt.Errorf("order %s has %d items, 1 to %d are allowed", o.ID, len(o.Items), maxItems)
	}
	for i, item := range o.Items {
		if item.SKU == "" || item.Quantity < 1 || item.Quantity > maxQuantity || item.Cents < 0 || item.Cents > maxCents {
			return fmt.Errorf("item %d of order %s is not one: %+v", i+1, o.ID, item)
		}
	}
	return nil
}

func (o Order) total() int64 {
	var cents int64
	for _, item := range o.Items {
		cents += int64(item.Quantity) * item.Cents
	}
	return cents
}

// fulfilment is the workflow that fulfils an order: order.asl.yaml.
const fulfilment = "order"

// Process takes one order in, and starts the workflow that fulfils it. The same message may come again, and the same order in another
// message: it is taken in once, as it came first, and the workflow has it once that is noted. Where the process ends in between it is
// started again under the same name, which is why its tasks act once for an order.
func Process(ctx context.Context, m fn.Message[Order]) error {
	if err := m.Data.check(); err != nil {
		return fn.Permanent(err)
	}
	placed := m.Time
	if placed.IsZero() {
		placed = now()
	}
	kept, err := store.Add(ctx, Pending{Order: m.Data, Cents: m.Data.total(), Placed: placed})
	if err != nil {
		return fmt.Errorf("keeping order %s: %w", m.Data.ID, err)
	}
	if kept.Started {
		slog.InfoContext(ctx, "order is known", "order", m.Data.ID, "event", m.ID)
		return nil
	}
	if err := resource.Start(ctx, fulfilment, kept.Order, resource.ExecutionName(kept.Order.ID)); err != nil {
		return fmt.Errorf("starting to fulfil order %s: %w", m.Data.ID, err)
	}
	if err := store.Started(ctx, kept.Order.ID); err != nil {
		return fmt.Errorf("noting that order %s is being fulfilled: %w", m.Data.ID, err)
	}
	slog.InfoContext(ctx, "order taken in", "order", m.Data.ID, "event", m.ID, "cents", kept.Cents)
	return nil
}

// grace is how long an order may still be cancelled.
const grace = time.Hour

// SettlePending settles every order whose time to cancel had passed when the schedule said. An order that fails does not keep
// the others from being settled; the tick is tried again, and settles what is left.
func SettlePending(ctx context.Context, t fn.Tick) error {
	scheduled := t.Scheduled
	if scheduled.IsZero() {
		scheduled = now()
	}
	due, err := store.PlacedBefore(ctx, scheduled.Add(-grace))
	if err != nil {
		return fmt.Errorf("looking for pending orders: %w", err)
	}
	var failed []error
	settled := 0
	for _, p := range due {
		if err := ctx.Err(); err != nil {
			failed = append(failed, err)
			break
		}
		if err := store.Settle(ctx, p.Order.ID); err != nil {
			failed = append(failed, fmt.Errorf("settling order %s: %w", p.Order.ID, err))
			continue
		}
		settled++
	}
	slog.InfoContext(ctx, "pending orders settled", "settled", settled, "failed", len(failed))
	return errors.Join(failed...)
}

var now = time.Now
