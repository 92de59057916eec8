package workflow

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Clock is what time is to a run, and how things happen at the same time.
type Clock interface {
	// Now is the moment that it is.
	Now() time.Time
	// Sleep returns when a time has passed, or with the context's error.
	Sleep(ctx context.Context, d time.Duration) error
	// Each calls f with 0 to n-1, at most limit of them at the same time, 0 for no bound, and returns when all have returned.
	Each(n, limit int, f func(i int))
	// Within returns a context for something that may take a time.
	Within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
}

// System returns the clock of the machine.
func System() Clock { return system{} }

type system struct{}

func (system) Now() time.Time { return time.Now() }

func (system) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (system) Each(n, limit int, f func(i int)) {
	var all sync.WaitGroup
	next := make(chan int)
	for range workers(n, limit) {
		all.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

func (system) Within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}

func workers(n, limit int) int {
	if limit <= 0 {
		return n
	}
	return min(n, limit)
}

// Virtual returns a clock that starts at a moment and jumps to the next one at which something happens. One goroutine runs at a time,
// and of those that wake at the same moment the one that fell asleep first, so that a run is the same each time. Only the run that
// it is given to may use it.
func Virtual(start time.Time) Clock { return &virtual{now: start} }

type virtual struct {
	mu      sync.Mutex
	now     time.Time
	count   int
	waiting sleepers
}

// sleeper is a goroutine that does not run.
type sleeper struct {
	at    time.Time
	order int
	wake  chan struct{}
}

type sleepers []*sleeper

func (s sleepers) Len() int { return len(s) }
func (s sleepers) Less(i, j int) bool {
	if s[i].at.Equal(s[j].at) {
		return s[i].order < s[j].order
	}
	return s[i].at.Before(s[j].at)
}
func (s sleepers) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *sleepers) Push(x any)   { *s = append(*s, x.(*sleeper)) }
func (s *sleepers) Pop() any {
	last := len(*s) - 1
	x := (*s)[last]
	*s = (*s)[:last]
	return x
}

func (c *virtual) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *virtual) Within(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

func (c *virtual) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := c.enqueue(max(d, 0))
	c.pass()
	<-s.wake
	return ctx.Err()
}

// enqueue has a goroutine run after a time.
func (c *virtual) enqueue(d time.Duration) *sleeper {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	s := &sleeper{c.now.Add(d), c.count, make(chan struct{})}
	heap.Push(&c.waiting, s)
	return s
}

// pass lets the next goroutine run: the one that calls it stops doing so.
func (c *virtual) pass() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return // the last goroutine of an Each wakes the one that waits for it
	}
	next := heap.Pop(&c.waiting).(*sleeper)
	if next.at.After(c.now) {
		c.now = next.at
	}
	close(next.wake)
}

func (c *virtual) Each(n, limit int, f func(i int)) {
	if n == 0 {
		return
	}
	running := workers(n, limit)
	next := 0
	done := make(chan struct{})
	for range running {
		s := c.enqueue(0)
		go func() {
			<-s.wake
			for next < n {
				i := next
				next++
				f(i)
			}
			if running--; running > 0 {
				c.pass()
				return
			}
			close(done)
		}()
	}
	c.pass()
	<-done
}
