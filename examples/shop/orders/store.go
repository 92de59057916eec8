package orders

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// Pending is an order that was taken in and not settled yet.
type Pending struct {
	Order  Order
	Cents  int64
	Placed time.Time
}

// Store keeps orders. It is safe for concurrent use.
type Store interface {
	// Add keeps an order as pending, unless there is or was one with its ID, and tells whether it did.
	Add(ctx context.Context, p Pending) (bool, error)
	// PlacedBefore returns the pending orders that were placed before a moment, the oldest first.
	PlacedBefore(ctx context.Context, moment time.Time) ([]Pending, error)
	// Settle makes a pending order a settled one. A settled one stays so.
	Settle(ctx context.Context, id string) error
}

// store is what the handlers use: memory, until the shop has a table. Every instance of a function has its own.
var store Store = NewMemory()

// Memory is a Store in memory.
type Memory struct {
	mu      sync.Mutex
	pending map[string]Pending
	settled map[string]Pending
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{pending: map[string]Pending{}, settled: map[string]Pending{}}
}

// Add implements Store.
func (m *Memory) Add(_ context.Context, p Pending) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, isPending := m.pending[p.Order.ID]
	_, isSettled := m.settled[p.Order.ID]
	if isPending || isSettled {
		return false, nil
	}
	m.pending[p.Order.ID] = p
	return true, nil
}

// PlacedBefore implements Store.
func (m *Memory) PlacedBefore(_ context.Context, moment time.Time) ([]Pending, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []Pending
	for _, p := range m.pending {
		if p.Placed.Before(moment) {
			due = append(due, p)
		}
	}
	slices.SortFunc(due, func(a, b Pending) int {
		return cmp.Or(a.Placed.Compare(b.Placed), cmp.Compare(a.Order.ID, b.Order.ID))
	})
	return due, nil
}

// Settle implements Store.
func (m *Memory) Settle(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.pending[id]; ok {
		delete(m.pending, id)
		m.settled[id] = p
	}
	return nil
}
