package aws

import "github.com/isobar-dev/isobar/providers/aws/internal/cfn"

// hasAlarms is the condition that a deployment names whom to tell of dead letters.
const hasAlarms = "HasAlarmTopic"

// alarm adds an alarm on a dead-letter queue: it holds a message. It is there in any case, and tells the deployment's topic if there is one.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html
func (l *lowering) alarm(b *block, id, queue string) {
	b.uses = append(b.uses, paramAlarms)
	b.add(cfn.Resource{ID: id, Type: "AWS::CloudWatch::Alarm", Properties: cfn.Map{
		{"AlarmDescription", cfn.Sub{cfn.GetAtt{Resource: queue, Attribute: "QueueName"}, cfn.String(" holds dead letters.")}},
		{"Namespace", cfn.String("AWS/SQS")},
		{"MetricName", cfn.String("ApproximateNumberOfMessagesVisible")},
		{"Dimensions", cfn.List{cfn.Map{{"Name", cfn.String("QueueName")}, {"Value", cfn.GetAtt{Resource: queue, Attribute: "QueueName"}}}}},
		{"Statistic", cfn.String("Maximum")},
		{"Period", cfn.Int(alarmPeriod)},
		{"EvaluationPeriods", cfn.Int(1)},
		{"ComparisonOperator", cfn.String("GreaterThanThreshold")},
		{"Threshold", cfn.Int(0)},
		{"TreatMissingData", cfn.String("notBreaching")},
		{"AlarmActions", cfn.If(hasAlarms, cfn.List{cfn.Ref(paramAlarms)}, cfn.Ref("AWS::NoValue"))},
		{"Tags", l.tags},
	}})
}

// alarmPeriod is how often SQS tells how many messages there are, in seconds.
const alarmPeriod = 60

// conditions are those of a template that has a parameter for alarms.
func conditions() []cfn.Entry {
	return []cfn.Entry{{ID: hasAlarms, Value: cfn.Map{
		{"Fn::Not", cfn.List{cfn.Map{{"Fn::Equals", cfn.List{cfn.Ref(paramAlarms), cfn.String("")}}}}},
	}}}
}
