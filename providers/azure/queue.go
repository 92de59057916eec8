package azure

import (
	"fmt"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// connection begins the names of the app settings that say where Service Bus is.
const connection = "SERVICEBUS"

// maxLock is the longest lock of a message; the host renews it while a handler runs.
// https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement#peeklock
const maxLock = 5 * time.Minute

// serviceBusTrigger hands one message at a time to the handler, its body as it is. Text would let a message's body overwrite its
// metadata, and of a batch the host could only settle all messages alike.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger
type serviceBusTrigger struct {
	binding
	QueueName   string `json:"queueName"`
	Connection  string `json:"connection"`
	Cardinality string `json:"cardinality"`
	DataType    string `json:"dataType"`
}

func queueFunction(m plan.Message) functionFile {
	return functionFile{Bindings: []any{serviceBusTrigger{
		binding:     binding{Type: "serviceBusTrigger", Direction: "in", Name: "message"},
		QueueName:   "%" + queueSetting(m.Queue) + "%",
		Connection:  connection,
		Cardinality: "one",
		DataType:    "binary",
	}}}
}

// queues are the namespace and its queues, each with its consumer's permission to receive. A queue's dead-letter queue is a part
// of it.
func queues(app *plan.App) bicep.File {
	if len(app.Queues) == 0 {
		return nil
	}
	f := make(bicep.File, 0, 1+2*len(app.Queues))
	f = append(f, bicep.Resource{Symbol: symServiceBus, Type: typeNamespace, Body: body(globalName(),
		bicep.Property{Key: "sku", Value: bicep.Object{{Key: "name", Value: bicep.String("Standard")}, {Key: "tier", Value: bicep.String("Standard")}}},
		bicep.Property{Key: "properties", Value: bicep.Object{
			{Key: "disableLocalAuth", Value: bicep.Bool(true)},
			{Key: "minimumTlsVersion", Value: bicep.String("1.2")},
		}})})
	for i := range app.Queues {
		q := &app.Queues[i]
		f = append(f, queue(q))
		if q.Consumer != "" {
			f = append(f, assignment(receiverSymbol(q.Name), queueSymbol(q.Name), queueReceiver))
		}
	}
	return f
}

func queue(q *plan.Queue) bicep.Resource {
	comment := "Queue " + q.Name + ", which no function consumes."
	if q.Consumer != "" {
		comment = "Queue " + q.Name + ", which " + q.Consumer + " consumes."
	}
	return bicep.Resource{Comment: comment, Symbol: queueSymbol(q.Name), Type: typeQueue, Body: bicep.Object{
		{Key: "parent", Value: symServiceBus},
		{Key: "name", Value: stagedName(q.Name)},
		{Key: "properties", Value: bicep.Object{
			{Key: "deadLetteringOnMessageExpiration", Value: bicep.Bool(true)},
			{Key: "defaultMessageTimeToLive", Value: bicep.String(isoDuration(q.Retention.Value))},
			{Key: "lockDuration", Value: bicep.String(isoDuration(min(q.Visibility.Value, maxLock)))},
			{Key: "maxDeliveryCount", Value: bicep.Int(q.Deliveries.Value)},
		}},
	}}
}

// queueSettings say where Service Bus is, and how the queues are named that function.json files speak of.
func queueSettings(app *plan.App, client bicep.Expr) bicep.Object {
	if len(app.Queues) == 0 {
		return nil
	}
	settings := bicep.Object{
		{Key: connection + "__clientId", Value: client},
		{Key: connection + "__credential", Value: bicep.String("managedidentity")},
		{Key: connection + "__fullyQualifiedNamespace", Value: bicep.Interpolation{bicep.Path(symServiceBus, "name"), bicep.String(".servicebus.windows.net")}},
	}
	for i := range app.Queues {
		if q := &app.Queues[i]; q.Consumer != "" {
			settings = append(settings, bicep.Property{Key: queueSetting(q.Name), Value: bicep.Path(queueSymbol(q.Name), "name")})
		}
	}
	return settings
}

// serviceBusHost is host.json's part for queues: a lock is renewed for as long as the longest visibility asks, which is never
// shorter than a consumer's timeout.
func serviceBusHost(app *plan.App) *serviceBusExtension {
	var longest time.Duration
	for i := range app.Queues {
		if q := &app.Queues[i]; q.Consumer != "" {
			longest = max(longest, q.Visibility.Value)
		}
	}
	if longest == 0 {
		return nil
	}
	return &serviceBusExtension{MaxAutoLockRenewalDuration: clock(longest)}
}

func queueOutputs(app *plan.App) bicep.File {
	if len(app.Queues) == 0 {
		return nil
	}
	names := make(bicep.Object, len(app.Queues))
	for i := range app.Queues {
		name := app.Queues[i].Name
		names[i] = bicep.Property{Key: name, Value: bicep.Path(queueSymbol(name), "name")}
	}
	return bicep.File{
		bicep.Output{Name: "serviceBusNamespace", Type: bicep.TypeString, Description: "The namespace of all queues.", Value: bicep.Path(symServiceBus, "name")},
		bicep.Output{Name: "queueNames", Type: bicep.TypeObject, Description: "Each queue of the spec by its name in the namespace.", Value: names},
	}
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
