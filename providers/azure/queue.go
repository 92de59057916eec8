package azure

import (
	"fmt"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
)

// maxLock is the longest lock of a message; the host renews it while a handler runs.
// https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement#peeklock
const maxLock = 5 * time.Minute

// duplicateWindow is for how long Service Bus remembers the IDs of messages: as long as AWS does, which has no choice.
// https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection
const duplicateWindow = 5 * time.Minute

// capacity is the size of a queue, or of a topic with its subscriptions: the most that there is, and five times what Azure gives without
// being asked. Dead letters count, and what is full takes no message.
// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas
var capacity = bicep.Property{Key: "maxSizeInMegabytes", Value: bicep.Int(5 * 1024)}

// serviceBusTrigger hands one message at a time to the handler, its body as it is. Text would let a message's body overwrite its
// metadata, and of a batch the host could only settle all messages alike. With sessions, messages of one key come one by one.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger
type serviceBusTrigger struct {
	binding
	QueueName         string `json:"queueName,omitempty"`
	TopicName         string `json:"topicName,omitempty"`
	SubscriptionName  string `json:"subscriptionName,omitempty"`
	Connection        string `json:"connection"`
	Cardinality       string `json:"cardinality"`
	DataType          string `json:"dataType"`
	IsSessionsEnabled bool   `json:"isSessionsEnabled,omitempty"`
}

func newServiceBusTrigger(ordered bool) serviceBusTrigger {
	return serviceBusTrigger{
		binding:           binding{Type: "serviceBusTrigger", Direction: "in", Name: "message"},
		Connection:        connection,
		Cardinality:       "one",
		DataType:          "binary",
		IsSessionsEnabled: ordered,
	}
}

func (l *lowering) queueFunction(f plan.Triggered[plan.Message]) functionFile {
	q := l.app.Queue(f.On.Queue)
	b := newServiceBusTrigger(q != nil && q.Ordered.Value)
	b.QueueName = lookup(setting(settingQueue, f.On.Queue))
	return functionFile{Bindings: []any{b}}
}

// usesServiceBus tells whether the app has queues, topics, or functions whose events wait in queues.
func usesServiceBus(app *plan.App) bool {
	return len(app.Queues)+len(app.Topics) > 0 || len(channels(app)) > 0
}

// channels are the functions other than those of queues whose events pass through Service Bus, or end there.
func channels(app *plan.App) []*plan.Function {
	var found []*plan.Function
	for i := range app.Functions {
		if f := &app.Functions[i]; f.Channel() != "" {
			found = append(found, f)
		}
	}
	return found
}

// serviceBus is the namespace of all queues and topics.
func (l *lowering) serviceBus() bicep.File {
	if !usesServiceBus(l.app) {
		return nil
	}
	return bicep.File{bicep.Resource{Symbol: symServiceBus, Type: typeNamespace, Body: body(globalName(),
		bicep.Property{Key: "sku", Value: bicep.Object{{Key: "name", Value: bicep.String("Standard")}, {Key: "tier", Value: bicep.String("Standard")}}},
		bicep.Property{Key: "properties", Value: bicep.Object{
			{Key: "disableLocalAuth", Value: bicep.Bool(true)},
			{Key: "minimumTlsVersion", Value: bicep.String("1.2")},
		}})}}
}

// queue is a queue of the spec. Its dead-letter queue is a part of it.
func (l *lowering) queue(q *plan.Queue) bicep.File {
	comment := "Queue " + q.Name + ", which no function consumes."
	if q.Consumer != "" {
		comment = "Queue " + q.Name + ", which " + q.Consumer + " consumes."
	}
	symbol := symbolOf(wordQueue, q.Name)
	properties := append(channel(q.Retention.Value, q.Visibility.Value, q.Deliveries.Value, q.Ordered.Value), capacity)
	properties = append(properties, deduplication(q.Deduplicate.Value)...)
	f := bicep.File{bicep.Resource{Comment: comment, Symbol: symbol, Type: typeQueue, Body: bicep.Object{
		{Key: "parent", Value: symServiceBus},
		{Key: "name", Value: stagedName(q.Name)},
		{Key: "properties", Value: properties},
	}}}
	return l.assign(f, l.usesOf(spec.KindQueue, q.Name), onItself, of(symbol, q.Name))
}

// channel is what queues and subscriptions have in common.
func channel(retention, visibility time.Duration, deliveries int, ordered bool) bicep.Object {
	properties := bicep.Object{
		{Key: "deadLetteringOnMessageExpiration", Value: bicep.Bool(true)},
		{Key: "defaultMessageTimeToLive", Value: bicep.String(isoDuration(retention))},
		{Key: "lockDuration", Value: bicep.String(isoDuration(min(visibility, maxLock)))},
		{Key: "maxDeliveryCount", Value: bicep.Int(deliveries)},
	}
	if ordered {
		properties = append(properties, bicep.Property{Key: "requiresSession", Value: bicep.Bool(true)})
	}
	return properties
}

// deduplication is what queues and topics have that drop duplicates.
func deduplication(is bool) bicep.Object {
	if !is {
		return nil
	}
	return bicep.Object{
		{Key: "duplicateDetectionHistoryTimeWindow", Value: bicep.String(isoDuration(duplicateWindow))},
		{Key: "requiresDuplicateDetection", Value: bicep.Bool(true)},
	}
}

// longestVisibility is for how long a lock may have to be renewed, and never shorter than a consumer's timeout.
func longestVisibility(app *plan.App) time.Duration {
	var longest time.Duration
	for i := range app.Queues {
		if q := &app.Queues[i]; q.Consumer != "" {
			longest = max(longest, q.Visibility.Value)
		}
	}
	for i := range app.Functions {
		switch f := &app.Functions[i]; f.Trigger.(type) {
		case plan.Subscription, plan.ObjectEvents:
			longest = max(longest, f.Visibility())
		}
	}
	return longest
}

func serviceBusOutputs(app *plan.App) bicep.File {
	if !usesServiceBus(app) {
		return nil
	}
	f := bicep.File{bicep.Output{
		Name: "serviceBusNamespace", Type: bicep.TypeString, Description: "The namespace of all queues and topics.", Value: bicep.Path(symServiceBus, "name"),
	}}
	if len(app.Queues) > 0 {
		f = append(f, names("queueNames", "Each queue of the spec by its name in the namespace.", app.Queues, func(q plan.Queue) string { return q.Name }, stagedName))
	}
	if len(app.Topics) > 0 {
		f = append(f, names("topicNames", "Each topic of the spec by its name in the namespace.", app.Topics, func(t plan.Topic) string { return t.Name }, stagedName))
	}
	if own := ownDeadLetters(app); len(own) > 0 {
		f = append(f, names("deadLetterNames", "Of each function whose dead letters have a queue of their own its name in the namespace.",
			own, func(f *plan.Function) string { return f.Name }, func(function string) bicep.Interpolation { return stagedName(app.Function(function).DeadLetters()) }))
	}
	return f
}

// isoDuration writes a span as ISO 8601 has it: P14D, PT5M, P1DT12H.
func isoDuration(d time.Duration) string {
	const day = 24 * time.Hour
	var b strings.Builder
	b.WriteByte('P')
	if days := d / day; days > 0 {
		fmt.Fprintf(&b, "%dD", days)
	}
	if d%day == 0 {
		return b.String()
	}
	b.WriteByte('T')
	for _, part := range []struct {
		n    time.Duration
		unit byte
	}{{d % day / time.Hour, 'H'}, {d % time.Hour / time.Minute, 'M'}, {d % time.Minute / time.Second, 'S'}} {
		if part.n > 0 {
			fmt.Fprintf(&b, "%d%c", part.n, part.unit)
		}
	}
	return b.String()
}
