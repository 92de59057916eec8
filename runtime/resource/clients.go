package resource

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// Drivers open the resources of one cloud, by what the cloud itself calls them. A kind that the app does not use has none.
type Drivers struct {
	Bucket func(ctx context.Context, id string) (*blob.Bucket, error)
	// Table has the names of the attributes of the table's key: one or two.
	Table func(ctx context.Context, id string, key []string) (*docstore.Collection, error)
	// Local says what of a query of a table with these keys, its own and those of its indexes, is looked at here; nil where the cloud does
	// all. The query is one that every cloud answers.
	Local func(q *driver.Query, keys [][]string) Local
	// Queue and Topic open what messages are sent to.
	Queue, Topic func(ctx context.Context, id string, ordered bool) (*pubsub.Topic, error)
	// Secret reads a secret's value.
	Secret func(ctx context.Context, id string) (string, error)
	// Start starts an execution of a workflow with an input, JSON. Of two starts under the same name a cloud may drop the second.
	Start func(ctx context.Context, id, execution string, input []byte) error
	// SecretPrefix begins the variables of secrets, where ISOBAR_SECRET_ means something else.
	SecretPrefix string
}

// Clients are the resources of an app, opened when they are first used. They are safe for concurrent use.
type Clients struct {
	app    app.App
	lookup func(variable string) string

	mu      sync.Mutex
	drivers Drivers
	slots   map[slotKey]*slot
}

// slotKey names what is opened: a resource, and of a bucket or a table what may be done with it.
type slotKey struct {
	kind        Kind
	name, verbs string
}

// slot is something that is opened once.
type slot struct {
	turn   chan struct{} // has room for the one that opens it, or looks at it
	client any
	until  time.Time // when it is opened again; zero for never
	stale  time.Time // until when it will do if it cannot be opened again
	close  func() error
}

// take waits until no other call opens it, or looks at it, but not longer than its own call may take.
func (s *slot) take(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	default:
	}
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *slot) leave() { <-s.turn }

// NewClients returns the resources of an app. What the cloud calls each of them is looked up in variables named by [Variable].
func NewClients(a app.App, drivers Drivers, lookup func(variable string) string) *Clients {
	return &Clients{app: a, drivers: drivers, lookup: lookup, slots: map[slotKey]*slot{}}
}

// Variable is the environment variable with what a cloud calls a resource: ISOBAR_BUCKET_UPLOADS. Every wing sets it for the
// functions that have access.
func Variable(kind Kind, name string) string {
	return "ISOBAR_" + strings.ToUpper(string(kind)) + "_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

var process struct {
	sync.Mutex
	clients *Clients
}

// Register gives the process drivers for the resources of an app. The options of a generated entrypoint call it.
func Register(ctx context.Context, add func(*Drivers)) error {
	process.Lock()
	defer process.Unlock()
	if process.clients == nil {
		process.clients = NewClients(app.Prepared(ctx), Drivers{}, os.Getenv)
		app.AtShutdown(func() { _ = process.clients.Close() })
	}
	process.clients.mu.Lock()
	defer process.clients.mu.Unlock()
	add(&process.clients.drivers)
	return nil
}

type clientsKey struct{}

// Within returns a context in which resources are those of c, and not the process's. Tests use it.
func (c *Clients) Within(ctx context.Context) context.Context {
	return context.WithValue(ctx, clientsKey{}, c)
}

func clientsOf(ctx context.Context) (*Clients, error) {
	if c, ok := ctx.Value(clientsKey{}).(*Clients); ok {
		return c, nil
	}
	process.Lock()
	defer process.Unlock()
	if process.clients == nil {
		return nil, errors.New("the process has no drivers of resources: generate the entrypoint anew with isobar gen, and in tests use resourcetest")
	}
	return process.clients, nil
}

// find returns what the app says of a resource, and what the cloud calls it.
func (c *Clients) find(kind Kind, name string) (*app.Resource, string, error) {
	i := slices.IndexFunc(c.app.Resources, func(r app.Resource) bool { return r.Kind == string(kind) && r.Name == name })
	if i < 0 {
		return nil, "", fmt.Errorf("the app %s has no %s %s that a function has access to", c.app.Name, kind, name)
	}
	variable := Variable(kind, name)
	if prefix := c.drives().SecretPrefix; kind == KindSecret && prefix != "" {
		variable = prefix + strings.TrimPrefix(variable, "ISOBAR_SECRET_")
	}
	id := c.lookup(variable)
	if id == "" {
		return nil, "", fmt.Errorf("%s is not set, so it is not known what the cloud calls the %s %s: deploy the infrastructure that isobar gen writes", variable, kind, name)
	}
	return &c.app.Resources[i], id, nil
}

// drives are the drivers that there are by now.
func (c *Clients) drives() Drivers {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drivers
}

// awayFor is how long what is kept longer than it should be is not asked for again, so that each call does not wait for who is away.
const awayFor = 30 * time.Second

// open opens what is not open yet, once; what failed to open is tried again when it is asked for again.
func open[T any](ctx context.Context, c *Clients, key slotKey, opener func(context.Context) (T, time.Time, func() error, error)) (T, error) {
	c.mu.Lock()
	s := c.slots[key]
	if s == nil {
		s = &slot{turn: make(chan struct{}, 1)}
		c.slots[key] = s
	}
	c.mu.Unlock()
	if err := s.take(ctx); err != nil {
		var none T
		return none, fmt.Errorf("%s %s: %w", key.kind, key.name, err)
	}
	defer s.leave()
	if client, ok := s.client.(T); ok && (s.until.IsZero() || time.Now().Before(s.until)) {
		return client, nil
	}
	client, until, closer, err := opener(ctx)
	if old, ok := s.client.(T); ok && rest.IsAway(err) && time.Now().Before(s.stale) {
		s.until = time.Now().Add(awayFor)
		return old, nil
	}
	if err != nil {
		var none T
		if key.verbs != "" { // what it is made of has said which resource it is
			return none, err
		}
		return none, fmt.Errorf("%s %s: %w", key.kind, key.name, err)
	}
	s.client, s.until, s.stale, s.close = client, until, time.Now().Add(SecretStale), closer
	return client, nil
}

// missing is the error of a kind that the entrypoint has no driver for.
func missing(kind Kind) error {
	return fmt.Errorf("the entrypoint links no driver for a %s: generate it anew with isobar gen", kind)
}

// Close closes all that was opened.
func (c *Clients) Close() error {
	c.mu.Lock()
	slots := c.slots
	c.slots = map[slotKey]*slot{}
	c.mu.Unlock()
	var errs []error
	for _, s := range slots {
		_ = s.take(context.Background())
		if s.close != nil {
			errs = append(errs, s.close())
		}
		s.leave()
	}
	return errors.Join(errs...)
}
