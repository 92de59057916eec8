package orders

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/fn"
)

var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func with(t *testing.T, s Store) {
	t.Helper()
	before := store
	store = s
	t.Cleanup(func() { store = before })
}

func message(id string, placed time.Time, items ...Item) fn.Message[Order] {
	m := fn.Message[Order]{Data: Order{ID: id, User: "ada", Items: items}}
	m.ID, m.Time = "event-"+id, placed
	return m
}

func tick(at time.Time) fn.Tick { return fn.Tick{Scheduled: at} }

var book = Item{SKU: "book", Quantity: 2, Cents: 1250}

func TestProcessTakesAnOrderInOnce(t *testing.T) {
	m := NewMemory()
	with(t, m)
	for range 3 {
		if err := Process(t.Context(), message("o1", monday, book, Item{SKU: "pen", Quantity: 1, Cents: 99})); err != nil {
			t.Fatal(err)
		}
	}
	due, _ := m.PlacedBefore(t.Context(), monday.Add(time.Second))
	if len(due) != 1 || due[0].Cents != 2599 || !due[0].Placed.Equal(monday) {
		t.Errorf("pending are %+v", due)
	}
}

func TestProcessRefusesForGoodWhatNoRetryMends(t *testing.T) {
	with(t, NewMemory())
	for name, m := range map[string]fn.Message[Order]{
		"no ID":          message("", monday, book),
		"no items":       message("o1", monday),
		"no SKU":         message("o1", monday, Item{Quantity: 1}),
		"no quantity":    message("o1", monday, Item{SKU: "book"}),
		"negative price": message("o1", monday, Item{SKU: "book", Quantity: 1, Cents: -1}),
		"too many":       message("o1", monday, Item{SKU: "book", Quantity: 1001}),
	} {
		if err := Process(t.Context(), m); !fn.IsPermanent(err) {
			t.Errorf("%s: got %v, want a permanent error", name, err)
		}
	}
}

// broken is a store whose disk is full, and which cannot settle one order.
type broken struct {
	*Memory
	err  error
	hurt string
}

func (b broken) Add(context.Context, Pending) (bool, error) { return false, b.err }

func (b broken) Settle(ctx context.Context, id string) error {
	if id == b.hurt {
		return b.err
	}
	return b.Memory.Settle(ctx, id)
}

func TestProcessTriesAgainWhenTheStoreFails(t *testing.T) {
	full := errors.New("full")
	with(t, broken{Memory: NewMemory(), err: full})
	if err := Process(t.Context(), message("o1", monday, book)); !errors.Is(err, full) || fn.IsPermanent(err) {
		t.Errorf("got %v, want one that can be tried again", err)
	}
}

func TestSettlePendingLeavesWhatCanStillBeCancelled(t *testing.T) {
	m := NewMemory()
	with(t, m)
	for id, placed := range map[string]time.Time{"old": monday, "older": monday.Add(-time.Hour), "new": monday.Add(2 * time.Hour)} {
		if err := Process(t.Context(), message(id, placed, book)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // a tick may come twice
		if err := SettlePending(t.Context(), tick(monday.Add(2*time.Hour))); err != nil {
			t.Fatal(err)
		}
	}
	if got := pending(m); !slices.Equal(got, []string{"new"}) {
		t.Errorf("pending are %v", got)
	}
	// A settled order is not taken in again.
	if err := Process(t.Context(), message("old", monday, book)); err != nil || len(pending(m)) != 1 {
		t.Errorf("%v, pending are %v", err, pending(m))
	}
}

func TestSettlePendingGoesOnAfterAFailure(t *testing.T) {
	m := NewMemory()
	with(t, m)
	for _, id := range []string{"a", "b", "c"} {
		if err := Process(t.Context(), message(id, monday, book)); err != nil {
			t.Fatal(err)
		}
	}
	locked := errors.New("locked")
	with(t, broken{Memory: m, err: locked, hurt: "b"})
	if err := SettlePending(t.Context(), tick(monday.Add(24*time.Hour))); !errors.Is(err, locked) {
		t.Errorf("got %v", err)
	}
	if got := pending(m); !slices.Equal(got, []string{"b"}) {
		t.Errorf("pending are %v", got)
	}
}

func TestSettlePendingStopsAtItsDeadline(t *testing.T) {
	m := NewMemory()
	with(t, m)
	if err := Process(t.Context(), message("a", monday, book)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := SettlePending(ctx, tick(monday.Add(24*time.Hour))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := pending(m); len(got) != 1 {
		t.Errorf("pending are %v", got)
	}
}

func pending(m *Memory) []string {
	due, _ := m.PlacedBefore(context.Background(), monday.Add(1000*time.Hour))
	ids := make([]string, len(due))
	for i, p := range due {
		ids[i] = p.Order.ID
	}
	return ids
}
