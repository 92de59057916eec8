// Package resourcetest gives the test of a handler all of its app's resources, in memory: there is no process to start, and nothing
// is sent over a network.
//
//	func TestWelcome(t *testing.T) {
//		r := resourcetest.New(t, "../isobar.yaml")
//		ctx := r.Context("welcome-user")
//		if err := users.Welcome(ctx, fn.Message[users.Created]{Data: users.Created{ID: "ada"}}); err != nil {
//			t.Fatal(err)
//		}
//	}
//
// The context is that of a call of the named function, which may do what the spec grants it and nothing else. What a test prepares and
// looks at it reaches through the methods of [Resources], which ask for no access.
package resourcetest

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"testing"

	"gocloud.dev/blob"
	"gocloud.dev/docstore"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
)

// Resources are the resources of an app, for one test.
type Resources struct {
	t       testing.TB
	app     app.App
	memory  *memory.Memory
	clients *resource.Clients
}

// New returns the resources that a spec declares, all of them empty. The path is relative to the folder of the test.
func New(t testing.TB, spec string) *Resources {
	t.Helper()
	data, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	m := memory.New()
	return open(t, read(t, spec, data), m, m.Drivers(), func(variable string) string { return variable })
}

// NewWith returns the resources that a spec declares over other drivers, such as those of an emulator; lookup finds what that calls
// each, by the variables of [resource.Variable].
func NewWith(t testing.TB, spec string, drivers resource.Drivers, lookup func(variable string) string) *Resources {
	t.Helper()
	data, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	return open(t, read(t, spec, data), nil, drivers, lookup)
}

func open(t testing.TB, a app.App, m *memory.Memory, drivers resource.Drivers, lookup func(string) string) *Resources {
	t.Helper()
	r := &Resources{t: t, app: a, memory: m, clients: resource.NewClients(a, drivers, lookup)}
	t.Cleanup(func() {
		if err := r.clients.Close(); err != nil {
			t.Errorf("closing the resources: %v", err)
		}
	})
	return r
}

// Context returns the context of a call of a function of the spec. It ends with the test.
func (r *Resources) Context(function string) context.Context {
	r.t.Helper()
	f := r.app.Lookup(function)
	if f == nil {
		r.t.Fatalf("the spec has no function %q", function)
	}
	return r.call(app.Granted{Function: f.Name, Access: f.Access})
}

func (r *Resources) call(g app.Granted) context.Context {
	return r.clients.Within(app.WithGranted(r.t.Context(), g))
}

// all is the context of a test itself, which may do everything.
func (r *Resources) all(name string) context.Context {
	var access []string
	for _, verb := range []string{resource.VerbRead, resource.VerbWrite, resource.VerbSend, resource.VerbPublish, resource.VerbStart} {
		access = append(access, name+":"+verb)
	}
	return r.call(app.Granted{Function: "of the test", Access: access})
}

// Bucket returns a bucket, to prepare it and to look into it.
func (r *Resources) Bucket(name string) *blob.Bucket {
	r.t.Helper()
	b, err := resource.Bucket(r.all(name), name)
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

// Table returns a table, to prepare it and to look into it.
func (r *Resources) Table(name string) *docstore.Collection {
	r.t.Helper()
	c, err := resource.Table(r.all(name), name)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// SetSecret gives a secret a value. It has none unless a test gives it one.
func (r *Resources) SetSecret(name, value string) {
	r.t.Helper()
	r.inMemory()
	r.declared(resource.KindSecret, name)
	r.memory.SetSecret(resource.Variable(resource.KindSecret, name), value)
}

// Sent returns the messages that were sent to a queue since it was called last, in their order.
func (r *Resources) Sent(queue string) []memory.Message {
	r.t.Helper()
	r.inMemory()
	r.declared(resource.KindQueue, queue)
	return r.memory.Sent(resource.Variable(resource.KindQueue, queue))
}

// Published returns the messages that were published to a topic since it was called last, in their order.
func (r *Resources) Published(topic string) []memory.Message {
	r.t.Helper()
	r.inMemory()
	r.declared(resource.KindTopic, topic)
	return r.memory.Sent(resource.Variable(resource.KindTopic, topic))
}

// Started returns the inputs of the executions of a workflow that were started since it was called last, in their order. They do not run.
func (r *Resources) Started(workflow string) []json.RawMessage {
	r.t.Helper()
	r.inMemory()
	r.declared(resource.KindWorkflow, workflow)
	var inputs []json.RawMessage
	for _, m := range r.memory.Sent(resource.Variable(resource.KindWorkflow, workflow)) {
		inputs = append(inputs, m.Body)
	}
	return inputs
}

func (r *Resources) inMemory() {
	r.t.Helper()
	if r.memory == nil {
		r.t.Fatal("these resources are not in memory")
	}
}

func (r *Resources) declared(kind resource.Kind, name string) {
	r.t.Helper()
	for _, d := range r.app.Resources {
		if d.Kind == string(kind) && d.Name == name {
			return
		}
	}
	r.t.Fatalf("the spec has no %s %q", kind, name)
}

// Message is a message as its consumer gets it on every cloud, to be handed to a handler.
func Message[T any](t testing.TB, m memory.Message) fn.Message[T] {
	t.Helper()
	out := fn.Message[T]{OrderingKey: m.OrderingKey, Attributes: map[string]string{}}
	out.ID, out.Attempt = m.ID, 1
	for name, value := range m.Attributes {
		switch name {
		case "traceparent":
			out.Trace.Parent = value
		case "tracestate":
			out.Trace.State = value
		default:
			out.Attributes[name] = value
		}
	}
	if raw, ok := any(&out.Data).(*[]byte); ok {
		*raw = m.Body
		return out
	}
	decoder := json.NewDecoder(bytes.NewReader(m.Body))
	decoder.UseNumber() // as hosts do
	if err := decoder.Decode(&out.Data); err != nil {
		t.Fatalf("the payload %s: %v", m.Body, err)
	}
	return out
}
