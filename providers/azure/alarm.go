package azure

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// alarm is raised when a metric of a resource is above nothing.
type alarm struct {
	symbol            bicep.Symbol
	name, description string
	// on is the resource, of the type kind.
	on                        bicep.Symbol
	kind, metric, aggregation string
	// entities are those of the namespace that are meant; nil where the metric is not of entities.
	entities bicep.Array
}

// Types as metrics name them.
// https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index
const (
	metricsOfServiceBus = "Microsoft.ServiceBus/namespaces"
	metricsOfEventGrid  = "Microsoft.EventGrid/systemTopics"
)

// alarms are those on dead letters: on those that Service Bus keeps beside each queue and subscription, on the queues of those that the
// runtime sends, and on events that Event Grid could not deliver.
// https://learn.microsoft.com/azure/service-bus-messaging/monitor-service-bus-reference#message-metrics
// https://learn.microsoft.com/azure/event-grid/monitor-push-reference#metrics
func (l *lowering) alarms() bicep.File {
	if !l.app.HasDeadLetters() {
		return nil
	}
	f := bicep.File{alarm{
		symAlarm, "dead-letters", "Messages were given up: see the dead-letter queues.",
		symServiceBus, metricsOfServiceBus, "DeadletteredMessages", "Maximum",
		bicep.Array{bicep.String("*")},
	}.resource()}
	if queues := sentDeadLetters(l.app); len(queues) > 0 {
		f = append(f, alarm{
			symSentAlarm, "sent-dead-letters", "Ticks or changes were given up: see the dead-letter queues.",
			symServiceBus, metricsOfServiceBus, "ActiveMessages", "Maximum", queues,
		}.resource())
	}
	if len(plan.Of[plan.ObjectEvents](l.app)) > 0 {
		f = append(f, alarm{
			symUndeliveredAlarm, "undelivered", "Events of buckets could not be delivered: see the container undelivered.",
			symEvents, metricsOfEventGrid, "DeadLetteredCount", "Total", nil,
		}.resource())
	}
	return f
}

// sentDeadLetters are the names of the queues of what the runtime gives up.
func sentDeadLetters(app *plan.App) bicep.Array {
	var queues bicep.Array
	for _, f := range ownDeadLetters(app) {
		queues = append(queues, stagedName(f.DeadLetters()))
	}
	return queues
}

// resource tells an action group of the alarm, when there is one.
// https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#metric-alerts
func (a alarm) resource() bicep.Resource {
	const warning = 2
	return bicep.Resource{Symbol: a.symbol, Type: typeAlarm, Body: bicep.Object{
		{Key: "name", Value: stagedName(a.name)},
		{Key: "location", Value: bicep.String("global")},
		{Key: "tags", Value: varTags},
		{Key: "properties", Value: bicep.Object{
			{Key: "description", Value: bicep.String(a.description)},
			{Key: "severity", Value: bicep.Int(warning)},
			{Key: "enabled", Value: bicep.Bool(true)},
			{Key: "scopes", Value: bicep.Array{bicep.Path(a.on, "id")}},
			{Key: "evaluationFrequency", Value: bicep.String("PT5M")},
			{Key: "windowSize", Value: bicep.String("PT5M")},
			{Key: "criteria", Value: bicep.Object{
				{Key: "odata.type", Value: bicep.String("Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria")},
				{Key: "allOf", Value: bicep.Array{a.criterion()}},
			}},
			{Key: "actions", Value: bicep.Conditional{
				If:   bicep.Func("empty", paramAlarm),
				Then: bicep.Array{},
				Else: bicep.Array{bicep.Object{{Key: "actionGroupId", Value: paramAlarm}}},
			}},
		}},
	}}
}

func (a alarm) criterion() bicep.Object {
	criterion := bicep.Object{
		{Key: "criterionType", Value: bicep.String("StaticThresholdCriterion")},
		{Key: "name", Value: bicep.String(a.name)},
		{Key: "metricNamespace", Value: bicep.String(a.kind)},
		{Key: "metricName", Value: bicep.String(a.metric)},
	}
	if len(a.entities) > 0 {
		criterion = append(criterion, bicep.Property{Key: "dimensions", Value: bicep.Array{bicep.Object{
			{Key: "name", Value: bicep.String("EntityName")},
			{Key: "operator", Value: bicep.String("Include")},
			{Key: "values", Value: a.entities},
		}}})
	}
	return append(criterion,
		bicep.Property{Key: "operator", Value: bicep.String("GreaterThan")},
		bicep.Property{Key: "threshold", Value: bicep.Int(0)},
		bicep.Property{Key: "timeAggregation", Value: bicep.String(a.aggregation)},
	)
}
