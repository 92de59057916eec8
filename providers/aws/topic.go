package aws

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// topic is the block of a topic. AWS's own key encrypts it, which everybody may use by way of SNS who may publish.
// https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
func (l *lowering) topic(t *plan.Topic) block {
	b := block{key: t.Name, uses: []string{paramStage}}
	ordered, deduplicate := t.Ordered.Value, t.Deduplicate.Value
	isFIFO := fifo(ordered, deduplicate)
	b.add(cfn.Resource{ID: id(t.Name, idTopic), Comment: "Topic " + t.Name, Type: "AWS::SNS::Topic", Properties: cfn.Map{
		{"TopicName", l.named(t.Name, maxTopicName, isFIFO)},
		{"FifoTopic", unless(!isFIFO, cfn.Bool(true))},
		// https://docs.aws.amazon.com/sns/latest/dg/fifo-high-throughput.html
		{"FifoThroughputScope", unless(!ordered || deduplicate, cfn.String("MessageGroup"))},
		{"KmsMasterKeyId", cfn.String("alias/aws/sns")},
		{"Tags", l.tags},
	}})
	b.export(id(t.Name, idTopic), "The ARN of the topic "+t.Name+".")
	return b
}

// subscribed adds a function's own queue, its subscription to the topic, and what calls the function. Messages arrive as they were
// published, their attributes too.
// https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
func (l *lowering) subscribed(b *block, f *plan.Function, on plan.Subscription) {
	t := l.app.Topic(on.Topic)
	topic := id(t.Name, idTopic)
	m := batches(on.Batch, on.Window, f.Concurrency.Value, t.Ordered.Value, fifo(t.Ordered.Value, t.Deduplicate.Value))
	m.queue = id(f.Name, idChannel)
	c := l.channelOf(f, m.window)
	c.retention, c.ordered, c.deduplicate = t.Retention.Value, t.Ordered.Value, t.Deduplicate.Value
	b.uses = append(b.uses, topic)
	l.channel(b, c)
	b.senders(id(f.Name, idChannelPolicy), sender{service: "sns.amazonaws.com", principal: "sns", source: cfn.Ref(topic)}, on.Pos, c.main, c.dead)
	b.add(cfn.Resource{
		ID: id(f.Name, idSubscription), Type: "AWS::SNS::Subscription",
		Attributes: after(id(f.Name, idChannelPolicy)),
		Properties: cfn.Map{
			{"TopicArn", cfn.Ref(topic)},
			{"Protocol", cfn.String("sqs")},
			{"Endpoint", arnOf(c.main)},
			{"RawMessageDelivery", cfn.Bool(true)},
			{"FilterPolicy", policyOf(on.Filter)},
			{"RedrivePolicy", cfn.Map{{"deadLetterTargetArn", arnOf(c.dead)}}},
		},
	})
	for _, a := range on.Filter {
		b.text += textBytes(a.Name, a.Value)
	}
	l.mapping(b, f, m)
}

// policyOf is a filter: every attribute has its value. There is none without attributes.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
func policyOf(attributes []plan.Variable) cfn.Value {
	if len(attributes) == 0 {
		return nil
	}
	policy := make(cfn.Map, len(attributes))
	for i, a := range attributes {
		policy[i] = cfn.Field{Key: a.Name, Value: cfn.List{literal(a.Value)}}
	}
	return policy
}

// after makes a resource wait for what its properties do not refer to.
func after(ids ...string) cfn.Map { return cfn.Map{{"DependsOn", cfn.Strings(ids...)}} }
