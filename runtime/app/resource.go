package app

import (
	"context"
	"sync"
)

// Resource is something that the app's functions can have access to.
type Resource struct {
	// Kind is "queue", "topic", "bucket", "table" or "secret".
	Kind string
	Name string
	// Key are the names of the attributes of a table's key.
	Key []string
	// Indexes are those of a table's indexes.
	Indexes [][]string
	// Ordered says that a queue or a topic is ordered.
	Ordered bool
}

// Option prepares the process before its host serves an app. A generated entrypoint has one for each kind of resource that the app's
// functions have access to, which links the clients of that kind and no others. The context is one of [App.Prepare].
type Option func(context.Context) error

type appKey struct{}

// Prepare calls options, one after another, with a context that has the app.
func (a App) Prepare(ctx context.Context, options []Option) error {
	ctx = context.WithValue(ctx, appKey{}, a)
	for _, option := range options {
		if err := option(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Prepared returns the app that an option's context has.
func Prepared(ctx context.Context) App {
	a, _ := ctx.Value(appKey{}).(App)
	return a
}

// Granted is what the function of a call may do.
type Granted struct {
	// Function is the function's name.
	Function string
	// Access are resources with a verb each, as the spec grants them: "users:read".
	Access []string
}

type grantedKey struct{}

// WithGranted returns a context of a call of a function. Hosts have it by themselves.
func WithGranted(ctx context.Context, g Granted) context.Context {
	return context.WithValue(ctx, grantedKey{}, g)
}

// GrantedTo returns what the function may do whose call has a context, and false when it is no such context.
func GrantedTo(ctx context.Context) (Granted, bool) {
	g, ok := ctx.Value(grantedKey{}).(Granted)
	return g, ok
}

// granted is the context of a call of the function.
func (f *Function) granted(ctx context.Context) context.Context {
	return WithGranted(ctx, Granted{Function: f.Name, Access: f.Access})
}

var shutdown struct {
	sync.Mutex
	functions []func()
}

// AtShutdown has a function called when the host ends, after the last call of a handler.
func AtShutdown(f func()) {
	shutdown.Lock()
	defer shutdown.Unlock()
	shutdown.functions = append(shutdown.functions, f)
}

// Shutdown calls what AtShutdown was given, the last one first, once.
func Shutdown() {
	shutdown.Lock()
	functions := shutdown.functions
	shutdown.functions = nil
	shutdown.Unlock()
	for i := len(functions) - 1; i >= 0; i-- {
		functions[i]()
	}
}
