package aws

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
)

// Vendor pages on actions: what each of them permits, and on which resources.
const (
	pageLogsActions    = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html"
	pageSQSActions     = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html"
	pageSNSActions     = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html"
	pageS3Actions      = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"
	pageTableActions   = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html"
	pageSecretActions  = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html"
	pageLambdaActions  = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html"
	pageStatesActions  = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html"
	pageStreamConsumer = "https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html"
	pageQueueConsumer  = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
)

// right is a set of actions on one kind of thing.
type right struct {
	// suffix ends the statement's name, where a verb takes several.
	suffix  string
	actions []string
	// on are the things, given the name of the resource.
	on func(l *lowering, name string) []cfn.Value
}

// rule is what a verb takes: the function's own rights, what others need for it, and where a reviewer finds that this is so.
type rule struct {
	// sid names the statement where the verb and the resource do not.
	sid    string
	rights []right
	// others are the actions that a service of AWS needs, and whoOn says which, and on what.
	others []string
	whoOn  string
	source string
}

// The actions of a consumer of a queue: of the app's, or of its own channel.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
var consumeQueue = []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}

const sendMessage = "sqs:SendMessage"

// rules are what verbs take. No action is a wildcard, and every resource is named; objects and streams by what they belong to.
var rules = map[access.Key]rule{
	// The template makes the log group, so the function need not.
	{Kind: access.KindFunction, Verb: access.Run}: {
		sid: "WriteLogs", rights: []right{{"", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, onLogs}},
		whoOn: "the function's log group", source: pageLogsActions,
	},
	{Kind: spec.KindQueue, Verb: access.Consume}: {
		rights: []right{{"", consumeQueue, onQueue}},
		whoOn:  "the queue", source: pageQueueConsumer,
	},
	{Kind: spec.KindTopic, Verb: access.Consume}: {
		rights: []right{{"", consumeQueue, onChannel}}, others: []string{sendMessage},
		whoOn:  "the function's own queue; to SNS that, and its dead-letter queue",
		source: "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
	},
	{Kind: spec.KindBucket, Verb: access.Consume}: {
		rights: []right{{"", consumeQueue, onChannel}}, others: []string{sendMessage},
		whoOn:  "the function's own queue; to S3 that",
		source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
	},
	{Kind: access.KindSchedule, Verb: access.Consume}: {
		rights: []right{{"", consumeQueue, onChannel}}, others: []string{sendMessage},
		whoOn:  "the function's own queue; to the Scheduler that, and its dead-letter queue",
		source: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html",
	},
	{Kind: spec.KindTable, Verb: access.Consume}: {
		rights: []right{
			{"", []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, onStream},
			{"List", []string{"dynamodb:ListStreams"}, onStreams},
			{"DeadLetters", []string{sendMessage}, onDeadLetters},
		},
		whoOn: "the table's stream; its streams; the function's dead-letter queue", source: pageStreamConsumer,
	},

	{Kind: access.KindFunction, Verb: access.Call}: {
		others: []string{"lambda:InvokeFunction"}, whoOn: "the function, to the workflow's role", source: pageLambdaActions,
	},
	{Kind: spec.KindWorkflow, Verb: "start"}: {
		rights: []right{{"", []string{"states:StartExecution"}, onStateMachine}}, whoOn: "the workflow's state machine", source: pageStatesActions,
	},

	{Kind: spec.KindQueue, Verb: "send"}: {
		rights: []right{{"", []string{sendMessage}, (*lowering).queueARN}}, whoOn: "the queue", source: pageSQSActions,
	},
	{Kind: spec.KindTopic, Verb: "publish"}: {
		rights: []right{{"", []string{"sns:Publish"}, onTopic}}, whoOn: "the topic", source: pageSNSActions,
	},
	{Kind: spec.KindBucket, Verb: "read"}: {
		rights: []right{
			{"", []string{"s3:ListBucket"}, (*lowering).bucketARN},
			{"Objects", []string{"s3:GetObject"}, (*lowering).objectsARN},
		},
		whoOn: "the bucket; its objects", source: pageS3Actions,
	},
	{Kind: spec.KindBucket, Verb: "write"}: {
		rights: []right{{"Objects", []string{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"}, (*lowering).objectsARN}},
		whoOn:  "the bucket's objects", source: pageS3Actions,
	},
	{Kind: spec.KindTable, Verb: "read"}: {
		rights: []right{
			{"", []string{"dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"}, (*lowering).tableARN},
			{"Indexes", []string{"dynamodb:Query", "dynamodb:Scan"}, (*lowering).indexARNs},
		},
		whoOn: "the table; each of its indexes", source: pageTableActions,
	},
	{Kind: spec.KindTable, Verb: "write"}: {
		rights: []right{{"", []string{
			"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:PutItem", "dynamodb:UpdateItem",
		}, (*lowering).tableARN}},
		whoOn: "the table", source: pageTableActions,
	},
	{Kind: spec.KindSecret, Verb: "read"}: {
		rights: []right{{"", []string{"secretsmanager:GetSecretValue"}, onSecret}}, whoOn: "the secret", source: pageSecretActions,
	},
}

// permissions is how AWS grants what functions can do: to the role that each function has of its own.
func permissions() access.Table {
	table := access.Table{}
	for key, r := range rules {
		var actions []string
		for _, right := range r.rights {
			actions = append(actions, right.actions...)
		}
		actions = append(actions, r.others...)
		slices.Sort(actions)
		table[key] = access.Row{Actions: slices.Compact(actions), On: r.whoOn, Source: r.source}
	}
	return table
}

// What is in the same template is named by its reference, and what may be in another by its ARN, which is made of names.

func onLogs(_ *lowering, function string) []cfn.Value {
	return []cfn.Value{arnOf(id(function, idLogGroup))}
}

func onQueue(_ *lowering, queue string) []cfn.Value { return []cfn.Value{arnOf(id(queue, idQueue))} }

func onChannel(_ *lowering, function string) []cfn.Value {
	return []cfn.Value{arnOf(id(function, idChannel))}
}

func onDeadLetters(_ *lowering, function string) []cfn.Value {
	return []cfn.Value{arnOf(id(function, idDeadLetters))}
}

func onTopic(_ *lowering, topic string) []cfn.Value { return []cfn.Value{cfn.Ref(id(topic, idTopic))} }

func onSecret(_ *lowering, secret string) []cfn.Value {
	return []cfn.Value{cfn.Ref(id(secret, idSecret))}
}

func onStateMachine(l *lowering, workflow string) []cfn.Value {
	return []cfn.Value{arnNamed("states", "stateMachine:", l.physical(workflow, maxStateMachineName))}
}

func onStream(l *lowering, function string) []cfn.Value {
	return []cfn.Value{streamOf(l.streamed(function))}
}

func onStreams(l *lowering, function string) []cfn.Value {
	return []cfn.Value{arn("dynamodb", cfn.String("table/"), cfn.Ref(id(l.streamed(function), idTable)), cfn.String("/stream/*"))}
}

// streamOf is the ARN of a table's stream.
func streamOf(table string) cfn.GetAtt {
	return cfn.GetAtt{Resource: id(table, idTable), Attribute: "StreamArn"}
}

func (l *lowering) queueARN(queue string) []cfn.Value {
	return []cfn.Value{arn("sqs", l.queueName(l.app.Queue(queue))...)}
}

func (l *lowering) bucketARN(bucket string) []cfn.Value {
	return []cfn.Value{l.inBucket(bucket, "")}
}

func (l *lowering) objectsARN(bucket string) []cfn.Value {
	return []cfn.Value{l.inBucket(bucket, "/*")}
}

// inBucket is the ARN of a bucket, or of what is in it. It names no account and no region.
func (l *lowering) inBucket(bucket, rest string) cfn.Sub {
	all := append(cfn.Sub{cfn.String("arn:"), cfn.Ref("AWS::Partition"), cfn.String(":s3:::")}, l.bucketName(bucket)...)
	if rest != "" {
		all = append(all, cfn.String(rest))
	}
	return all
}

func (l *lowering) tableARN(table string) []cfn.Value {
	return []cfn.Value{arnNamed("dynamodb", "table/", l.tableName(table))}
}

func (l *lowering) indexARNs(table string) []cfn.Value {
	var all []cfn.Value
	t := l.app.Table(table)
	for i := range t.Indexes {
		all = append(all, arnNamed("dynamodb", "table/", append(l.tableName(table), cfn.String("/index/"+indexName(t.Indexes[i].Name)))))
	}
	return all
}
