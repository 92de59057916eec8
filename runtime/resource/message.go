package resource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
	"github.com/isobar-dev/isobar/runtime/trace"
)

// Limits of a message, on every cloud: what the tightest takes. They are docs/portability.md's.
const (
	// MaxMessage is how many bytes a message has at most: its payload, its attributes, and the trace context.
	MaxMessage = 192 << 10
	// MaxAttributes is how many attributes it has at most. SQS takes ten, of which two are for the trace context.
	MaxAttributes = 8
	// MaxAttribute is how many bytes the value of an attribute has at most, as on Pub/Sub.
	MaxAttribute = 1024
	// MaxKey is how many characters an ordering key or an ID has at most: those of Service Bus and SQS have 128.
	MaxKey = 128
)

// ErrInvalidMessage is in the errors of messages that no cloud may be sent, as some cloud would not take them. Trying again is no use.
var ErrInvalidMessage = errors.New("the message cannot be sent")

var (
	// reserved are the beginnings of names that a cloud has for itself.
	reserved = []string{"aws", "amazon", "goog"}
	// taken are names that the runtime reads.
	taken = []string{"traceparent", "tracestate", "diagnostic-id"}
)

// MessageOption says more of a message than its payload.
type MessageOption func(*outgoing)

// outgoing is a message on its way.
type outgoing struct {
	attributes map[string]string
	key, id    string
}

// Attribute sets an attribute, by which topics can filter: a name of lower-case letters, digits, - and _, and a text of 1 to 1,024 bytes.
func Attribute(name, value string) MessageOption {
	return func(o *outgoing) { o.attributes[name] = value }
}

// OrderingKey puts the message behind those of the same key. An ordered queue or topic wants one, and no other takes it.
func OrderingKey(key string) MessageOption { return func(o *outgoing) { o.key = key } }

// ID tells messages apart for a queue or topic that deduplicates: one that is sent again under the same ID is dropped.
func ID(id string) MessageOption { return func(o *outgoing) { o.id = id } }

// Publish publishes to a topic: data as JSON, or as it is when it is a []byte. The trace context of the call goes with it. When it
// returns nil the cloud has the message; when it fails the cloud may have it all the same, as when an answer was lost. A message that some
// cloud would not take fails with [ErrInvalidMessage], and a function that may not publish to the topic with an [*AccessError].
func Publish(ctx context.Context, topic string, data any, options ...MessageOption) error {
	return send(ctx, KindTopic, VerbPublish, topic, data, options)
}

// Send sends to a queue, as [Publish] publishes to a topic.
func Send(ctx context.Context, queue string, data any, options ...MessageOption) error {
	return send(ctx, KindQueue, VerbSend, queue, data, options)
}

func send(ctx context.Context, kind Kind, verb, name string, data any, options []MessageOption) error {
	if _, err := granted(ctx, kind, name, verb); err != nil {
		return err
	}
	c, err := clientsOf(ctx)
	if err != nil {
		return err
	}
	to, err := c.target(ctx, kind, name)
	if err != nil {
		return err
	}
	m, err := compose(ctx, data, to.ordered, options)
	if err != nil {
		return fmt.Errorf("%s %s: %w", kind, name, err)
	}
	if err := to.Send(ctx, m); err != nil {
		return fmt.Errorf("%s %s: %w", kind, name, err)
	}
	return nil
}

// compose makes a message that every cloud takes, or says why it is none.
func compose(ctx context.Context, data any, ordered bool, options []MessageOption) (*pubsub.Message, error) {
	body, ok := data.([]byte)
	if !ok {
		var err error
		if body, err = json.Marshal(data); err != nil {
			return nil, fmt.Errorf("%w: the payload is no JSON: %w", ErrInvalidMessage, err)
		}
	}
	o := outgoing{attributes: map[string]string{}}
	for _, option := range options {
		option(&o)
	}
	problems := []error{checkBody(body), checkAttributes(o.attributes), checkKeys(o, ordered)}
	metadata := maps.Clone(o.attributes)
	if t := trace.FromContext(ctx); t.Parent != "" {
		metadata["traceparent"] = t.Parent
		if t.State != "" {
			metadata["tracestate"] = t.State
		}
	}
	size := len(body)
	for name, value := range metadata {
		size += len(name) + len(value)
	}
	if size > MaxMessage {
		problems = append(problems, fmt.Errorf("it has %d bytes with its attributes, at most %d are taken: put what is large into a bucket and send its key", size, MaxMessage))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidMessage, err)
	}
	if o.key != "" {
		metadata[sending.KeyOrdering] = o.key
	}
	if o.id != "" {
		metadata[sending.KeyID] = o.id
	}
	return &pubsub.Message{Body: body, Metadata: metadata, BeforeSend: sending.Within(ctx)}, nil
}

// checkBody refuses what SQS does: nothing at all, and what is no text of XML.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func checkBody(body []byte) error {
	switch {
	case len(body) == 0:
		return errors.New("the payload is empty")
	case !isText(string(body)):
		return errors.New("the payload is no text in UTF-8 without control characters: encode what is binary, as base64 for example")
	}
	return nil
}

func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
	})
}

func checkAttributes(attributes map[string]string) error {
	var problems []error
	if len(attributes) > MaxAttributes {
		problems = append(problems, fmt.Errorf("it has %d attributes, at most %d are taken", len(attributes), MaxAttributes))
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		isReserved := slices.ContainsFunc(reserved, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		switch {
		case !isName(name):
			problems = append(problems, fmt.Errorf("the attribute %.80q is not a lower-case letter and up to 63 letters, digits, - and _", name))
		case isReserved || slices.Contains(taken, name):
			problems = append(problems, fmt.Errorf("the attribute name %q is reserved", name))
		case value == "" || len(value) > MaxAttribute || !isText(value):
			problems = append(problems, fmt.Errorf("the value of the attribute %q is not text of 1 to %d bytes", name, MaxAttribute))
		}
	}
	return errors.Join(problems...)
}

// isName tells whether a text can name an attribute. (Regular expressions would be compiled at every start.)
func isName(s string) bool {
	const most = 64
	return s != "" && len(s) <= most && s[0] >= 'a' && s[0] <= 'z' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

func isKey(s string) bool {
	return len(s) <= MaxKey && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:") == ""
}

func checkKeys(o outgoing, ordered bool) error {
	var problems []error
	if ordered && o.key == "" {
		problems = append(problems, errors.New("it has no ordering key, and what it is sent to is ordered: pass resource.OrderingKey"))
	}
	if !ordered && o.key != "" {
		problems = append(problems, errors.New("it has an ordering key, and what it is sent to is not ordered: add ordered: true to it in the spec"))
	}
	for what, text := range map[string]string{"the ordering key": o.key, "the ID": o.id} {
		if !isKey(text) {
			problems = append(problems, fmt.Errorf("%s is not 1 to %d letters, digits, and any of : . _ -", what, MaxKey))
		}
	}
	return errors.Join(problems...)
}
