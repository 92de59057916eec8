package fn_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/runtime/fn"
)

func message(id string) fn.Message[string] {
	return fn.Message[string]{Event: fn.Event{ID: id, Source: "/queues/orders"}}
}

// clock is a clock that a test turns.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func TestAnEventThatIsDoneIsNotHandledAgain(t *testing.T) {
	calls := 0
	h := fn.Idempotent(&fn.MemoryStore{}, func(context.Context, fn.Message[string]) error { calls++; return nil })
	for range 3 {
		if err := h(t.Context(), message("a")); err != nil {
			t.Fatal(err)
		}
	}
	if err := h(t.Context(), message("b")); err != nil || calls != 2 {
		t.Errorf("%d calls for two events, %v", calls, err)
	}
}

func TestTheSameIDOfAnotherSourceIsAnotherEvent(t *testing.T) {
	calls := 0
	h := fn.Idempotent(&fn.MemoryStore{}, func(context.Context, fn.Tick) error { calls++; return nil })
	for _, source := range []string{"/schedules/a", "/schedules/b"} {
		if err := h(t.Context(), fn.Tick{Event: fn.Event{ID: "1", Source: source}}); err != nil {
			t.Fatal(err)
		}
	}
	if calls != 2 {
		t.Errorf("%d calls for two events", calls)
	}
}

func TestAnEventThatFailedIsHandledAgain(t *testing.T) {
	outcomes := []func(){
		func() {},
		func() { panic("oh") },
	}
	failure := errors.New("no")
	for _, fail := range outcomes {
		calls := 0
		h := fn.Idempotent(&fn.MemoryStore{}, func(context.Context, fn.Message[string]) error {
			calls++
			if calls == 1 {
				fail()
				return failure
			}
			return nil
		})
		func() {
			defer func() { _ = recover() }()
			if err := h(t.Context(), message("a")); !errors.Is(err, failure) {
				t.Errorf("got %v", err)
			}
		}()
		if err := h(t.Context(), message("a")); err != nil || calls != 2 {
			t.Errorf("%d calls, %v", calls, err)
		}
	}
}

func TestANilThatComesTooLateIsAFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	h := fn.Idempotent(&fn.MemoryStore{}, func(context.Context, fn.Message[string]) error { calls++; cancel(); return nil })
	if err := h(ctx, message("a")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := h(t.Context(), message("a")); err != nil || calls != 2 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestConcurrentDuplicatesAreHandledOnce(t *testing.T) {
	const duplicates = 50
	for took, want := range map[time.Duration]error{500 * time.Millisecond: nil, 5 * time.Second: fn.ErrInProgress} {
		synctest.Test(t, func(t *testing.T) {
			var calls atomic.Int32
			h := fn.Idempotent(&fn.MemoryStore{}, func(context.Context, fn.Message[string]) error {
				calls.Add(1)
				time.Sleep(took)
				return nil
			})
			var all sync.WaitGroup
			all.Go(func() {
				if err := h(t.Context(), message("a")); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
			for range duplicates {
				all.Go(func() {
					if err := h(t.Context(), message("a")); !errors.Is(err, want) {
						t.Errorf("while a call takes %v a duplicate ends with %v, want %v", took, err, want)
					}
				})
			}
			all.Wait()
			if calls.Load() != 1 {
				t.Errorf("%d calls", calls.Load())
			}
		})
	}
}

// A process that is gone has claimed the event. Where it comes back at once, it is not given up before it is handled.
func TestAttemptsOutlastAClaim(t *testing.T) {
	for timeout, outlast := range map[time.Duration]bool{time.Second: false, 30 * time.Second: true, 5 * time.Minute: true} {
		synctest.Test(t, func(t *testing.T) {
			store := &fn.MemoryStore{}
			if _, err := store.Claim(t.Context(), "/queues/orders#a", timeout+10*time.Second); err != nil {
				t.Fatal(err)
			}
			handled := false
			h := fn.Idempotent(store, func(context.Context, fn.Message[string]) error { handled = true; return nil })
			for attempt := 2; attempt <= 10; attempt++ {
				ctx, cancel := context.WithTimeout(t.Context(), timeout)
				m := message("a")
				m.Attempt = attempt
				began := time.Now()
				err := h(ctx, m)
				if took := time.Since(began); took > timeout/2 {
					t.Errorf("with a timeout of %v an attempt took %v", timeout, took)
				}
				cancel()
				if err == nil {
					break
				}
			}
			if handled != outlast {
				t.Errorf("with a timeout of %v it is handled: %v, want %v", timeout, handled, outlast)
			}
		})
	}
}

func TestAClaimExpires(t *testing.T) {
	c := &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	store := &fn.MemoryStore{Now: c.Now}
	first, err := store.Claim(t.Context(), "k", time.Minute)
	if err != nil || first.Token == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	c.now = c.now.Add(59 * time.Second)
	if again, _ := store.Claim(t.Context(), "k", time.Minute); again != (fn.Claim{}) {
		t.Errorf("claimed twice: %+v", again)
	}
	c.now = c.now.Add(time.Second)
	second, _ := store.Claim(t.Context(), "k", time.Minute)
	if second.Token == "" || second.Token == first.Token {
		t.Errorf("an expired claim is not claimed anew: %+v", second)
	}
	// The call that held the first claim was only slow. It can neither complete nor release what is another's now.
	if err := store.Complete(t.Context(), "k", first.Token, time.Hour); err == nil {
		t.Error("an expired claim completes")
	}
	if err := store.Release(t.Context(), "k", first.Token); err != nil {
		t.Error(err)
	}
	if again, _ := store.Claim(t.Context(), "k", time.Minute); again != (fn.Claim{}) {
		t.Errorf("another's claim was released: %+v", again)
	}
	if err := store.Complete(t.Context(), "k", second.Token, time.Hour); err != nil {
		t.Error(err)
	}
	if done, _ := store.Claim(t.Context(), "k", time.Minute); !done.Done {
		t.Error("it is not done")
	}
	c.now = c.now.Add(time.Hour)
	if forgotten, _ := store.Claim(t.Context(), "k", time.Minute); forgotten.Token == "" {
		t.Error("it is remembered for longer than asked")
	}
}

func TestAnEventWithoutAnIDIsRefused(t *testing.T) {
	h := fn.Idempotent(&fn.MemoryStore{}, func(context.Context, fn.Message[string]) error { t.Error("it is handled"); return nil })
	if err := h(t.Context(), message("")); !fn.IsPermanent(err) {
		t.Errorf("got %v", err)
	}
}

// failing is a store that is down, before a call or after it.
type failing struct {
	fn.MemoryStore
	claim, complete error
}

func (f *failing) Claim(ctx context.Context, key string, lease time.Duration) (fn.Claim, error) {
	if f.claim != nil {
		return fn.Claim{}, f.claim
	}
	return f.MemoryStore.Claim(ctx, key, lease)
}

func (f *failing) Complete(ctx context.Context, key, token string, keep time.Duration) error {
	if f.complete != nil {
		return f.complete
	}
	return f.MemoryStore.Complete(ctx, key, token, keep)
}

func TestNothingIsAcknowledgedThatTheStoreDidNotHear(t *testing.T) {
	down := errors.New("down")
	for name, store := range map[string]*failing{"before": {claim: down}, "after": {complete: down}} {
		h := fn.Idempotent(store, func(context.Context, fn.Message[string]) error { return nil })
		if err := h(t.Context(), message("a")); !errors.Is(err, down) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// remote is a store over a network: it heeds contexts.
type remote struct{ fn.MemoryStore }

func (r *remote) Complete(ctx context.Context, key, token string, keep time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return r.MemoryStore.Complete(ctx, key, token, keep)
}

func (r *remote) Release(ctx context.Context, key, token string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return r.MemoryStore.Release(ctx, key, token)
}

// However long a call takes, there is time afterwards to tell the store of it: of what was handled, what failed, and what panicked.
func TestTheStoreHearsOfALongCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		defer cancel()
		calls := 0
		h := fn.Idempotent(&remote{}, func(context.Context, fn.Message[string]) error {
			time.Sleep(2 * time.Minute)
			switch calls++; calls {
			case 1:
				return errors.New("no")
			case 2:
				panic("oh")
			}
			return nil
		})
		for range 4 {
			func() {
				defer func() { _ = recover() }()
				if err := h(ctx, message("a")); errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fn.ErrInProgress) {
					t.Errorf("got %v", err)
				}
			}()
		}
		if calls != 3 {
			t.Errorf("it was handled %d times, want twice in vain and once well", calls)
		}
	})
}

// TestAtMostOneClaim makes claims, gives them up and lets them expire in any order: no event ever has two holders.
func TestAtMostOneClaim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
		store := &fn.MemoryStore{Now: c.Now}
		holder, until, done := "", time.Time{}, time.Time{}
		t.Repeat(map[string]func(*rapid.T){
			"wait": func(t *rapid.T) {
				c.now = c.now.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second)
			},
			"claim": func(t *rapid.T) {
				claim, err := store.Claim(context.Background(), "k", time.Minute)
				free := !c.now.Before(until) && !c.now.Before(done)
				if err != nil || (claim.Token != "") != free || claim.Done != c.now.Before(done) {
					t.Fatalf("claimed %+v, %v; free: %v", claim, err, free)
				}
				if claim.Token != "" {
					holder, until = claim.Token, c.now.Add(time.Minute)
				}
			},
			"complete": func(t *rapid.T) {
				if err := store.Complete(context.Background(), "k", holder, time.Minute); err == nil {
					holder, until, done = "", time.Time{}, c.now.Add(time.Minute)
				}
			},
			"release": func(*rapid.T) {
				if holder != "" {
					_ = store.Release(context.Background(), "k", holder)
					holder, until = "", time.Time{}
				}
			},
		})
	})
}
