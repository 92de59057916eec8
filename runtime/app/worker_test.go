package app

import (
	"sync"
	"sync/atomic"
	"testing"
)

// Calls that begin at the same time, more than workers are kept for, all end; so do those that begin while others do not.
func TestWorkersCallEverything(t *testing.T) {
	var calls atomic.Int64
	release := make(chan struct{})
	for range 2 * maxIdle {
		goCall(func() { <-release; calls.Add(1) })
	}
	var wg sync.WaitGroup
	for range 4 * maxIdle {
		wg.Go(func() {
			for range 100 {
				done := make(chan struct{})
				goCall(func() { calls.Add(1); close(done) })
				<-done
			}
		})
	}
	wg.Wait()
	if got, want := calls.Load(), int64(400*maxIdle); got != want {
		t.Errorf("%d calls of %d", got, want)
	}
	close(release)
}
