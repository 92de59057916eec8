package app

import (
	"context"
	"sync/atomic"

	"github.com/isobar-dev/isobar/runtime/metric"
	"github.com/isobar-dev/isobar/runtime/trace"
)

// Call is one call of a handler, as an Observer sees it.
type Call struct {
	Scope
	// Kind is the kind of the function's trigger.
	Kind Kind
	// Source is the route's pattern, "GET /api/users/{id}", or the event's source, "/queues/orders".
	Source string
}

// Result is how a call ended.
type Result struct {
	// Err is why the event is not acknowledged, or the request answered with an error of the runtime's own; nil otherwise.
	Err error
	// Status is the status of the answer to a request; 0 for events.
	Status int
}

// Observer sees every call of a handler begin and end, to record spans for example. The handler has the context that Begin returns.
// It is safe for concurrent use, and what it does counts as part of the call.
type Observer interface {
	Begin(ctx context.Context, c Call) (context.Context, func(Result))
}

var observer atomic.Pointer[Observer]

// Observe makes an observer the one that sees all calls, as slog has a default logger. It is called before the host is: by the init
// function of a package with handlers.
func Observe(o Observer) { observer.Store(&o) }

// begin prepares the context of a call. What it returns is called when the call has ended.
func begin(ctx context.Context, c Call) (context.Context, func(Result)) {
	ctx = trace.Within(c.within(ctx), c.Trace)
	ctx, measured := metric.Collect(ctx, c.Function)
	o := observer.Load()
	if o == nil {
		return ctx, func(Result) { measured.End() }
	}
	ctx, end := (*o).Begin(ctx, c)
	return ctx, func(r Result) {
		end(r)
		measured.End()
	}
}
