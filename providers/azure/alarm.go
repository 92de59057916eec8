package azure

import "github.com/isobar-dev/isobar/providers/azure/internal/bicep"

// alarms are the alarm on dead letters: on those that Service Bus keeps beside each queue and subscription, and on the queues of those
// that the runtime sends.
// https://learn.microsoft.com/azure/service-bus-messaging/monitor-service-bus-reference#message-metrics
func (l *lowering) alarms() bicep.File {
	if !usesServiceBus(l.app) {
		return nil
	}
	f := bicep.File{alarm(symAlarm, "dead-letters", "Messages were given up: see the dead-letter queues.", "DeadletteredMessages", bicep.Array{bicep.String("*")})}
	var queues bicep.Array
	for i := range l.app.Functions {
		if fn := &l.app.Functions[i]; sendsDeadLetters(fn) {
			queues = append(queues, stagedName(fn.DeadLetters()))
		}
	}
	if len(queues) == 0 {
		return f
	}
	return append(f, alarm(symSentAlarm, "sent-dead-letters", "Ticks or changes were given up: see the dead-letter queues.", "ActiveMessages", queues))
}

// alarm is raised when a metric of one of the entities is above nothing. It tells an action group, when there is one.
// https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#metric-alerts
func alarm(symbol bicep.Symbol, name, description, metric string, entities bicep.Array) bicep.Resource {
	const warning = 2
	return bicep.Resource{Symbol: symbol, Type: typeAlarm, Body: bicep.Object{
		{Key: "name", Value: stagedName(name)},
		{Key: "location", Value: bicep.String("global")},
		{Key: "tags", Value: varTags},
		{Key: "properties", Value: bicep.Object{
			{Key: "description", Value: bicep.String(description)},
			{Key: "severity", Value: bicep.Int(warning)},
			{Key: "enabled", Value: bicep.Bool(true)},
			{Key: "scopes", Value: bicep.Array{bicep.Path(symServiceBus, "id")}},
			{Key: "evaluationFrequency", Value: bicep.String("PT5M")},
			{Key: "windowSize", Value: bicep.String("PT5M")},
			{Key: "criteria", Value: bicep.Object{
				{Key: "odata.type", Value: bicep.String("Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria")},
				{Key: "allOf", Value: bicep.Array{bicep.Object{
					{Key: "criterionType", Value: bicep.String("StaticThresholdCriterion")},
					{Key: "name", Value: bicep.String(name)},
					{Key: "metricNamespace", Value: bicep.String("Microsoft.ServiceBus/namespaces")},
					{Key: "metricName", Value: bicep.String(metric)},
					{Key: "dimensions", Value: bicep.Array{bicep.Object{
						{Key: "name", Value: bicep.String("EntityName")},
						{Key: "operator", Value: bicep.String("Include")},
						{Key: "values", Value: entities},
					}}},
					{Key: "operator", Value: bicep.String("GreaterThan")},
					{Key: "threshold", Value: bicep.Int(0)},
					{Key: "timeAggregation", Value: bicep.String("Maximum")},
				}}},
			}},
			{Key: "actions", Value: bicep.Conditional{
				If:   bicep.Func("empty", paramAlarm),
				Then: bicep.Array{},
				Else: bicep.Array{bicep.Object{{Key: "actionGroupId", Value: paramAlarm}}},
			}},
		}},
	}}
}
