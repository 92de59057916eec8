package orders

import (
	"context"
	"time"
)

// Pending is an order that was taken in and not settled yet.
type Pending struct {
	Order  Order
	Cents  int64
	Placed time.Time
	// Started says that the workflow has the order.
	Started bool
}

// Store keeps orders. It is safe for concurrent use.
type Store interface {
	// Add keeps an order as pending, unless there is or was one with its ID, and returns the one that is kept.
	Add(ctx context.Context, p Pending) (Pending, error)
	// Started notes that the workflow has an order.
	Started(ctx context.Context, id string) error
	// PlacedBefore returns the pending orders that were placed before a moment, the oldest first.
	PlacedBefore(ctx context.Context, moment time.Time) ([]Pending, error)
	// Settle makes a pending order a settled one. A settled one stays so.
	Settle(ctx context.Context, id string) error
}

// store is what the handlers use.
var store Store = table{}
