// Package sending makes topics of gocloud.dev that are only sent to. A cloud's driver sends one message; all else is the same on
// every cloud.
package sending

import (
	"context"
	"maps"

	"gocloud.dev/gcerrors"
	"gocloud.dev/pubsub"
	"gocloud.dev/pubsub/batcher"
	"gocloud.dev/pubsub/driver"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// What a message has beside its attributes travels through gocloud.dev's metadata, under names that no attribute can have.
const (
	KeyOrdering = ":ordering-key"
	KeyID       = ":id"
)

// Message is a message to send.
type Message struct {
	Body       []byte
	Attributes map[string]string
	// OrderingKey is set for what is ordered, and for nothing else.
	OrderingKey string
	// ID tells messages apart, where the sender gave one: what is sent twice is the same message.
	ID string
}

// Sender sends messages to one queue or topic. It is safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, m Message) error
	// As gives access to the cloud's own types.
	As(i any) bool
}

// Topic returns a topic that sends with a sender: each message by itself, as soon as it is there.
func Topic(s Sender) *pubsub.Topic {
	const concurrency = 100
	return pubsub.NewTopic(topic{s}, &batcher.Options{MaxBatchSize: 1, MaxHandlers: concurrency})
}

// Within has a message sent in the context of the call that sends it, as its BeforeSend: package pubsub keeps that to itself, and sends in
// one that ends with the topic. A message whose call is over by its turn is not sent.
func Within(call context.Context) func(asFunc func(any) bool) error {
	return func(asFunc func(any) bool) error {
		var ctx *context.Context
		if asFunc(&ctx) {
			*ctx = call
		}
		return call.Err()
	}
}

type topic struct{ sender Sender }

func (t topic) SendBatch(all context.Context, messages []*driver.Message) error {
	for _, m := range messages {
		ctx := all
		if m.BeforeSend != nil {
			err := m.BeforeSend(func(i any) bool {
				target, ok := i.(**context.Context)
				if ok {
					*target = &ctx
				}
				return ok
			})
			if err != nil {
				return err
			}
		}
		if err := t.sender.Send(ctx, Read(m.Body, m.Metadata)); err != nil {
			return err
		}
		if m.AfterSend != nil {
			if err := m.AfterSend(func(any) bool { return false }); err != nil {
				return err
			}
		}
	}
	return nil
}

// Read takes a message of gocloud.dev apart.
func Read(body []byte, metadata map[string]string) Message {
	m := Message{Body: body, Attributes: maps.Clone(metadata), OrderingKey: metadata[KeyOrdering], ID: metadata[KeyID]}
	if m.Attributes == nil {
		m.Attributes = map[string]string{}
	}
	delete(m.Attributes, KeyOrdering)
	delete(m.Attributes, KeyID)
	return m
}

// IsRetryable is false: package rest has tried again already.
func (topic) IsRetryable(error) bool { return false }

func (t topic) As(i any) bool { return t.sender.As(i) }

func (topic) ErrorAs(err error, i any) bool { return rest.ErrorAs(err, i) }

func (topic) ErrorCode(err error) gcerrors.ErrorCode { return rest.Code(err) }

func (topic) Close() error { return nil }
