package gcp

import (
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
)

// When an instance is told to end it has 10 seconds. What is not answered by then comes again.
// https://cloud.google.com/run/docs/container-contract#instance-shutdown
const (
	drainTimeout = 9 * time.Second
	// settled is how long there is nothing under way before the process ends: answers leave it after their handlers have returned.
	settled = 100 * time.Millisecond
)

// drain is what is under way in this process, which the framework would leave unfinished when it is told to end.
type drain struct {
	calls atomic.Int64
	watch sync.Once
}

// end ends the process when it is told to, after what is under way.
func (d *drain) end() {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	<-told
	d.wait()
	app.Shutdown()
	os.Exit(0)
}

// wait waits until nothing has been under way for a moment, but not for ever.
func (d *drain) wait() {
	const step = settled / 10
	idle := time.Duration(0)
	for end := time.Now().Add(drainTimeout); idle < settled && time.Now().Before(end); idle += step {
		if d.calls.Load() > 0 {
			idle = 0
		}
		time.Sleep(step)
	}
}

// counted counts the calls of a handler that are under way. The first makes the process hear of signals, which takes threads that a start
// should not wait for: before it there is nothing to finish.
func (d *drain) counted(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.watch.Do(func() { go d.end() })
		d.calls.Add(1)
		defer d.calls.Add(-1)
		h(w, r)
	}
}
