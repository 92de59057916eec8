package orders

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource/resourcetest"
)

var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// night is the function of the schedule, and work that of the queue.
const (
	night = "settle-pending"
	work  = "process-order"
)

// shop is the shop's resources in memory.
func shop(t *testing.T) *resourcetest.Resources {
	t.Helper()
	r := resourcetest.New(t, "../isobar.yaml")
	r.SetSecret(secretKey, "key of a test")
	return r
}

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
	r := shop(t)
	for range 3 {
		if err := Process(r.Context(work), message("o1", monday, book, Item{SKU: "pen", Quantity: 1, Cents: 99})); err != nil {
			t.Fatal(err)
		}
	}
	due, err := store.PlacedBefore(r.Context(night), monday.Add(time.Second))
	if err != nil || len(due) != 1 || due[0].Cents != 2599 || !due[0].Placed.Equal(monday) || due[0].Order.Items[1].SKU != "pen" {
		t.Errorf("pending are %+v (%v)", due, err)
	}
	kept := &row{ID: "o1"}
	if err := r.Table(tableOrders).Get(t.Context(), kept); err != nil || len(kept.Receipt) != 64 {
		t.Errorf("the table has %+v (%v)", kept, err)
	}
}

func TestProcessRefusesForGoodWhatNoRetryMends(t *testing.T) {
	ctx := shop(t).Context(work)
	for name, m := range map[string]fn.Message[Order]{
		"no ID":          message("", monday, book),
		"no items":       message("o1", monday),
		"no SKU":         message("o1", monday, Item{Quantity: 1}),
		"no quantity":    message("o1", monday, Item{SKU: "book"}),
		"negative price": message("o1", monday, Item{SKU: "book", Quantity: 1, Cents: -1}),
		"too many":       message("o1", monday, Item{SKU: "book", Quantity: 1001}),
	} {
		if err := Process(ctx, m); !fn.IsPermanent(err) {
			t.Errorf("%s: got %v, want a permanent error", name, err)
		}
	}
}

// broken is a store whose disk is full, and which cannot settle one order.
type broken struct {
	Store
	err  error
	hurt string
}

func (b broken) Add(context.Context, Pending) (bool, error) { return false, b.err }

func (b broken) Settle(ctx context.Context, id string) error {
	if id == b.hurt {
		return b.err
	}
	return b.Store.Settle(ctx, id)
}

func TestProcessTriesAgainWhenTheStoreFails(t *testing.T) {
	full := errors.New("full")
	with(t, broken{err: full})
	if err := Process(t.Context(), message("o1", monday, book)); !errors.Is(err, full) || fn.IsPermanent(err) {
		t.Errorf("got %v, want one that can be tried again", err)
	}
}

// An order is not taken in before there is a key to sign it with: it comes back.
func TestProcessNeedsItsKey(t *testing.T) {
	r := resourcetest.New(t, "../isobar.yaml")
	if err := Process(r.Context(work), message("o1", monday, book)); err == nil || fn.IsPermanent(err) {
		t.Errorf("got %v, want one that can be tried again", err)
	}
}

func TestSettlePendingLeavesWhatCanStillBeCancelled(t *testing.T) {
	r := shop(t)
	for id, placed := range map[string]time.Time{"old": monday, "older": monday.Add(-time.Hour), "new": monday.Add(2 * time.Hour)} {
		if err := Process(r.Context(work), message(id, placed, book)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // a tick may come twice
		if err := SettlePending(r.Context(night), tick(monday.Add(2*time.Hour))); err != nil {
			t.Fatal(err)
		}
	}
	if got := pending(t, r); !slices.Equal(got, []string{"new"}) {
		t.Errorf("pending are %v", got)
	}
	// A settled order is not taken in again.
	if err := Process(r.Context(work), message("old", monday, book)); err != nil || len(pending(t, r)) != 1 {
		t.Errorf("%v, pending are %v", err, pending(t, r))
	}
}

func TestSettlePendingGoesOnAfterAFailure(t *testing.T) {
	r := shop(t)
	for _, id := range []string{"a", "b", "c"} {
		if err := Process(r.Context(work), message(id, monday, book)); err != nil {
			t.Fatal(err)
		}
	}
	locked := errors.New("locked")
	with(t, broken{Store: table{}, err: locked, hurt: "b"})
	if err := SettlePending(r.Context(night), tick(monday.Add(24*time.Hour))); !errors.Is(err, locked) {
		t.Errorf("got %v", err)
	}
	if got := pending(t, r); !slices.Equal(got, []string{"b"}) {
		t.Errorf("pending are %v", got)
	}
}

func TestSettlePendingStopsAtItsDeadline(t *testing.T) {
	r := shop(t)
	if err := Process(r.Context(work), message("a", monday, book)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(r.Context(night))
	cancel()
	if err := SettlePending(ctx, tick(monday.Add(24*time.Hour))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := pending(t, r); len(got) != 1 {
		t.Errorf("pending are %v", got)
	}
}

func pending(t *testing.T, r *resourcetest.Resources) []string {
	t.Helper()
	due, err := table{}.PlacedBefore(r.Context(night), monday.Add(1000*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(due))
	for i, p := range due {
		ids[i] = p.Order.ID
	}
	return ids
}
