package orders

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
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

// TestProcessHasTheWorkflowFulfilAnOrder takes an order all the way: from its message to the parcel that the customer hears of.
func TestProcessHasTheWorkflowFulfilAnOrder(t *testing.T) {
	partners(t, &shelves{each: 10}, &tills{limit: 100_00})
	r := shop(t)
	again := message("o1", monday.Add(time.Minute), book, book)
	again.ID = "another event"
	for _, m := range []fn.Message[Order]{message("o1", monday, book), message("o1", monday, book), again} {
		if err := Process(r.Context(work), m); err != nil {
			t.Fatal(err)
		}
	}
	started := r.Started(fulfilment)
	if len(started) != 1 {
		t.Fatalf("the order is fulfilled %d times: %s", len(started), started)
	}
	var o Order
	if err := json.Unmarshal(started[0], &o); err != nil || len(o.Items) != 1 {
		t.Errorf("the workflow has %s (%v)", started[0], err)
	}
	if result, path, published := fulfil(t, o); result.Fault != nil || len(published) != 1 || !strings.Contains(published[0], "parcel-o1") {
		t.Errorf("%s: %v, published %q", path, result.Fault, published)
	}
}

// A process may end after the order is kept, or after its workflow is started: the message comes back, and the order is not lost.
func TestProcessGoesOnWhereItEnded(t *testing.T) {
	full := errors.New("full")
	for ended, c := range map[string]struct {
		store Store
		took  int // executions
	}{
		"before the workflow is started": {ending{Store: table{}, added: full}, 1},
		"before that is noted":           {ending{Store: table{}, started: full}, 2},
	} {
		r := shop(t)
		with(t, c.store)
		if err := Process(r.Context(work), message("o1", monday, book)); !errors.Is(err, full) || fn.IsPermanent(err) {
			t.Errorf("it ended %s: got %v, want one that can be tried again", ended, err)
		}
		store = table{}
		for range 2 {
			if err := Process(r.Context(work), message("o1", monday, book)); err != nil {
				t.Errorf("it ended %s: %v", ended, err)
			}
		}
		if got := r.Started(fulfilment); len(got) != c.took {
			t.Errorf("it ended %s: the workflow was started %d times, want %d", ended, len(got), c.took)
		}
	}
}

// ending is a store whose process ends once an order is added, or before it is noted that its workflow is started.
type ending struct {
	Store
	added, started error
}

func (e ending) Add(ctx context.Context, p Pending) (Pending, error) {
	kept, err := e.Store.Add(ctx, p)
	return kept, errors.Join(err, e.added)
}

func (e ending) Started(ctx context.Context, id string) error {
	if e.started != nil {
		return e.started
	}
	return e.Store.Started(ctx, id)
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

func (b broken) Add(context.Context, Pending) (Pending, error) { return Pending{}, b.err }

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
