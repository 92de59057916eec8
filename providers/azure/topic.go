package azure

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
)

func (l *lowering) topicFunction(f plan.Triggered[plan.Subscription]) functionFile {
	t := l.app.Topic(f.On.Topic)
	b := newServiceBusTrigger(t != nil && t.Ordered.Value)
	b.TopicName, b.SubscriptionName = lookup(setting(settingTopic, f.On.Topic)), f.Name
	return functionFile{Bindings: []any{b}}
}

// topic is a topic, and a subscription for each function that it triggers. A subscription's dead-letter queue is a part of it.
func (l *lowering) topic(t *plan.Topic, functions []plan.Triggered[plan.Subscription]) bicep.File {
	symbol := symbolOf(wordTopic, t.Name)
	properties := bicep.Object{{Key: "defaultMessageTimeToLive", Value: bicep.String(isoDuration(t.Retention.Value))}, capacity}
	properties = append(properties, deduplication(t.Deduplicate.Value)...)
	if t.Ordered.Value {
		properties = append(properties, bicep.Property{Key: "supportOrdering", Value: bicep.Bool(true)})
	}
	f := bicep.File{bicep.Resource{Comment: "Topic " + t.Name + ".", Symbol: symbol, Type: typeTopic, Body: bicep.Object{
		{Key: "parent", Value: symServiceBus},
		{Key: "name", Value: stagedName(t.Name)},
		{Key: "properties", Value: properties},
	}}}
	f = l.assign(f, l.usesOf(spec.KindTopic, t.Name), onItself, of(symbol, t.Name))
	for _, consumer := range functions {
		f = append(f, subscription(t, consumer), filter(consumer))
		f = l.assign(f, trigger(consumer.Function), onChannel, forFunction(symbolOf(wordSubscription, consumer.Name), consumer.Name))
	}
	return f
}

func subscription(t *plan.Topic, f plan.Triggered[plan.Subscription]) bicep.Resource {
	return bicep.Resource{Comment: "What " + f.Name + " gets of topic " + t.Name + ".", Symbol: symbolOf(wordSubscription, f.Name), Type: typeSubscription, Body: bicep.Object{
		{Key: "parent", Value: symbolOf(wordTopic, t.Name)},
		{Key: "name", Value: bicep.String(f.Name)},
		{Key: "properties", Value: append(channel(t.Retention.Value, f.Visibility(), f.Attempts.Value, t.Ordered.Value),
			bicep.Property{Key: "deadLetteringOnFilterEvaluationExceptions", Value: bicep.Bool(true)})},
	}}
}

// filter is the rule that every subscription has from the start, and that lets everything pass unless there is another of its name. So
// what the spec says holds, also when it once said something else.
// https://learn.microsoft.com/azure/service-bus-messaging/topic-filters
func filter(f plan.Triggered[plan.Subscription]) bicep.Resource {
	properties := bicep.Object{
		{Key: "filterType", Value: bicep.String("SqlFilter")},
		{Key: "sqlFilter", Value: bicep.Object{{Key: "sqlExpression", Value: bicep.String("1=1")}}},
	}
	if len(f.On.Filter) > 0 {
		attributes := make(bicep.Object, len(f.On.Filter))
		for i, a := range f.On.Filter {
			attributes[i] = bicep.Property{Key: a.Name, Value: bicep.String(a.Value)}
		}
		properties = bicep.Object{
			{Key: "filterType", Value: bicep.String("CorrelationFilter")},
			{Key: "correlationFilter", Value: bicep.Object{{Key: "properties", Value: attributes}}},
		}
	}
	return bicep.Resource{Symbol: symbolOf(wordFilter, f.Name), Type: typeRule, Body: bicep.Object{
		{Key: "parent", Value: symbolOf(wordSubscription, f.Name)},
		{Key: "name", Value: bicep.String("$Default")},
		{Key: "properties", Value: properties},
	}}
}
