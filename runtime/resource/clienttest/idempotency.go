package clienttest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource"
)

func (s *suite) idempotency() {
	store := resource.Idempotency("users")
	event := func(id string) fn.Message[int] {
		return fn.Message[int]{Event: fn.Event{ID: id, Source: "/queues/orders"}}
	}
	s.run("an event is handled once", func(t *testing.T) {
		calls := 0
		h := fn.Idempotent(store, func(context.Context, fn.Message[int]) error { calls++; return nil })
		for range 3 {
			if err := h(s.all(), event("once/✓")); err != nil {
				t.Fatal(err)
			}
		}
		if calls != 1 {
			t.Errorf("it was handled %d times", calls)
		}
	})
	s.run("an event that failed is handled again", func(t *testing.T) {
		calls, failure := 0, errors.New("no")
		h := fn.Idempotent(store, func(context.Context, fn.Message[int]) error {
			if calls++; calls == 1 {
				return failure
			}
			return nil
		})
		if err := h(s.all(), event("fails")); !errors.Is(err, failure) {
			t.Errorf("got %v", err)
		}
		if err := h(s.all(), event("fails")); err != nil || calls != 2 {
			t.Errorf("%d calls, %v", calls, err)
		}
	})
	s.run("each function handles an event that comes to several", func(t *testing.T) {
		calls := map[string]int{}
		for _, function := range []string{"all", "other", "all", "other"} {
			h := fn.Idempotent(store, func(context.Context, fn.Message[int]) error { calls[function]++; return nil })
			if err := h(s.resources.Context(function), event("of two")); err != nil {
				t.Fatal(err)
			}
		}
		if calls["all"] != 1 || calls["other"] != 1 {
			t.Errorf("they handled it %v times", calls)
		}
	})
	s.run("one of many at the same time handles it", func(t *testing.T) {
		var calls, refused atomic.Int32
		started := make(chan struct{})
		release := make(chan struct{})
		h := fn.Idempotent(store, func(context.Context, fn.Message[int]) error {
			if calls.Add(1) == 1 {
				close(started)
			}
			<-release
			return nil
		})
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if err := h(s.all(), event("many")); errors.Is(err, fn.ErrInProgress) {
					if refused.Add(1) == 4 {
						close(release)
					}
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		<-started
		select {
		case <-release:
		case <-time.After(20 * time.Second):
			t.Errorf("%d were refused", refused.Load())
			close(release)
		}
		wg.Wait()
		if calls.Load() != 1 {
			t.Errorf("%d handled it", calls.Load())
		}
	})
	s.run("a claim that has expired is another's", func(t *testing.T) {
		first, err := store.Claim(s.all(), "expires", -10*time.Second)
		if err != nil || first.Token == "" {
			t.Fatalf("%+v, %v", first, err)
		}
		second, err := store.Claim(s.all(), "expires", time.Minute)
		if err != nil || second.Token == "" || second.Token == first.Token {
			t.Fatalf("%+v, %v", second, err)
		}
		if err := store.Complete(s.all(), "expires", first.Token, time.Hour); err == nil {
			t.Error("the claim that has expired completes it")
		}
		if err := store.Release(s.all(), "expires", first.Token); err != nil {
			t.Error(err)
		}
		if err := store.Complete(s.all(), "expires", second.Token, time.Hour); err != nil {
			t.Error(err)
		}
		if third, err := store.Claim(s.all(), "expires", time.Minute); err != nil || !third.Done {
			t.Errorf("%+v, %v", third, err)
		}
	})
}
