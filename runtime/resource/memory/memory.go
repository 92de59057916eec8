// Package memory has the drivers of resources in memory: for tests, and for what runs on one machine. They keep to the limits of the
// clouds, as those are checked before any driver is called.
package memory

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
	"gocloud.dev/docstore/memdocstore"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/internal/itemkey"
	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
)

// Memory is a cloud in memory. It is safe for concurrent use.
type Memory struct {
	mu      sync.Mutex
	sent    map[string][]Message
	count   int // of all that were sent
	secrets map[string]string
}

// Message is a message that was sent.
type Message struct {
	Body []byte
	// Attributes are those that the sender gave it, and the trace context.
	Attributes  map[string]string
	OrderingKey string
	// ID is the one that the sender gave it, or one that no other message of this memory has.
	ID string
}

// New returns an empty cloud.
func New() *Memory { return &Memory{sent: map[string][]Message{}, secrets: map[string]string{}} }

// Drivers are the drivers of all kinds.
func (m *Memory) Drivers() resource.Drivers {
	return resource.Drivers{
		Bucket: func(context.Context, string) (*blob.Bucket, error) { return memblob.OpenBucket(nil), nil },
		Table:  table,
		Queue:  m.target,
		Topic:  m.target,
		Secret: m.secret,
		Start:  m.start,
	}
}

func table(_ context.Context, _ string, key []string) (*docstore.Collection, error) {
	return memdocstore.OpenCollectionWithKeyFunc(func(item docstore.Document) any {
		doc, err := driver.NewDocument(item)
		if err != nil {
			return nil
		}
		texts, err := itemkey.Of(doc, key)
		if err != nil {
			return nil
		}
		return itemkey.Name(texts)
	}, nil)
}

func (m *Memory) target(_ context.Context, id string, _ bool) (*pubsub.Topic, error) {
	return sending.Topic(sender{m, id}), nil
}

type sender struct {
	memory *Memory
	id     string
}

func (s sender) Send(_ context.Context, message sending.Message) error {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	s.memory.count++
	s.memory.sent[s.id] = append(s.memory.sent[s.id], Message{
		Body: slices.Clone(message.Body), Attributes: maps.Clone(message.Attributes), OrderingKey: message.OrderingKey,
		ID: cmp.Or(message.ID, "message-"+strconv.Itoa(s.memory.count)),
	})
	return nil
}

func (sender) As(any) bool { return false }

// start keeps an input as a message, whose ID is the name of the execution.
func (m *Memory) start(_ context.Context, id, execution string, input []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent[id] = append(m.sent[id], Message{Body: slices.Clone(input), ID: execution})
	return nil
}

// Sent returns the messages of a queue or topic, or the inputs of a workflow's executions, that it has not returned before, in the order in which they were sent.
func (m *Memory) Sent(id string) []Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	sent := m.sent[id]
	delete(m.sent, id)
	return sent
}

// SetSecret gives a secret a value.
func (m *Memory) SetSecret(id, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.secrets[id] = value
}

func (m *Memory) secret(_ context.Context, id string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.secrets[id]
	if !ok {
		return "", errors.New("it has no value: set one with SetSecret")
	}
	return value, nil
}
