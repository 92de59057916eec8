package aws

import "github.com/isobar-dev/isobar/codegen/change"

// Pages of CloudFormation. A property's page says whether to update it requires a replacement.
const (
	pageReference = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
	pageDeletion  = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"
)

// Consequences is what a stack's update does when something changes: a resource that the template no longer has is deleted, and one
// with a new value of a property that cannot be updated is made anew before the old one is deleted.
func (Wing) Consequences() change.Table {
	return change.Table{Gone: change.Removed, GoneSource: pageDeletion, Types: consequences(), Everybody: []string{"*"}}
}

// replacement has properties whose update requires a replacement.
func replacement(page string, properties ...string) map[string]change.Rule {
	rules := map[string]change.Rule{}
	for _, p := range properties {
		rules[p] = change.Rule{Effect: change.Replaced, Source: pageReference + page}
	}
	return rules
}

// about adds what properties are about; those that are there keep their effect.
func about(rules map[string]change.Rule, class change.Class, properties ...string) map[string]change.Rule {
	for _, p := range properties {
		r := rules[p]
		r.Class = class
		rules[p] = r
	}
	return rules
}

// Values of DeletionPolicy and UpdateReplacePolicy that keep a resource.
var (
	keepsGone = []change.Condition{
		{Path: "DeletionPolicy", Value: "Retain"}, {Path: "DeletionPolicy", Value: "RetainExceptOnCreate"}, {Path: "DeletionPolicy", Value: "Snapshot"},
	}
	keepsReplaced = []change.Condition{{Path: "UpdateReplacePolicy", Value: "Retain"}, {Path: "UpdateReplacePolicy", Value: "Snapshot"}}
)

func consequences() map[string]change.Type {
	types := map[string]change.Type{
		"AWS::Lambda::Function": {
			Fixed: "FunctionName", Source: pageReference + "aws-resource-lambda-function.html",
			Rules: about(about(replacement("aws-resource-lambda-function.html", "FunctionName", "PackageType", "TenancyConfig"),
				change.Delivery, "Timeout", "ReservedConcurrentExecutions"),
				change.Cost, "MemorySize", "Architectures", "EphemeralStorage"),
		},
		"AWS::Lambda::EventSourceMapping": {
			Source: pageReference + "aws-resource-lambda-eventsourcemapping.html",
			Rules: about(replacement("aws-resource-lambda-eventsourcemapping.html", "EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "SelfManagedEventSource"),
				change.Delivery, "EventSourceArn", "StartingPosition", "BatchSize", "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts", "FunctionResponseTypes",
				"FilterCriteria", "ScalingConfig", "BisectBatchOnFunctionError", "DestinationConfig", "ParallelizationFactor", "MaximumRecordAgeInSeconds"),
		},
		"AWS::Lambda::Permission": {
			Class: change.Permission, Source: pageReference + "aws-resource-lambda-permission.html",
			Rules: replacement("aws-resource-lambda-permission.html", "FunctionName", "FunctionUrlAuthType", "InvokedViaFunctionUrl", "SourceAccount", "SourceArn", "Principal",
				"PrincipalOrgID", "Action", "EventSourceToken"),
			Open: []change.Condition{{Path: "Principal", Value: "*"}},
		},
		"AWS::Lambda::EventInvokeConfig": {
			Source: pageReference + "aws-resource-lambda-eventinvokeconfig.html",
			Rules: about(replacement("aws-resource-lambda-eventinvokeconfig.html", "FunctionName", "Qualifier"),
				change.Delivery, "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"),
		},
		"AWS::IAM::Role": {
			Fixed: "RoleName", Source: pageReference + "aws-resource-iam-role.html",
			Rules: about(replacement("aws-resource-iam-role.html", "Path", "RoleName"),
				change.Permission, "Policies", "ManagedPolicyArns", "AssumeRolePolicyDocument", "PermissionsBoundary"),
		},
		"AWS::Logs::LogGroup": {
			Holds: change.Logs, Fixed: "LogGroupName", Source: pageReference + "aws-resource-logs-loggroup.html",
			Rules: about(replacement("aws-resource-logs-loggroup.html", "LogGroupName"), change.Cost, "RetentionInDays"),
		},
		"AWS::SQS::Queue": {
			Holds: change.Messages, Fixed: "QueueName", Source: pageReference + "aws-resource-sqs-queue.html",
			Rules: about(replacement("aws-resource-sqs-queue.html", "QueueName", "FifoQueue"),
				change.Delivery, "FifoQueue", "VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "RedrivePolicy", "RedriveAllowPolicy",
				"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"),
		},
		"AWS::SQS::QueuePolicy": {
			Class: change.Permission, Source: pageReference + "aws-resource-sqs-queuepolicy.html",
			Open: []change.Condition{{Path: "PolicyDocument.Statement.Principal", Value: "*"}},
		},
		"AWS::SNS::TopicPolicy": {
			Class: change.Permission, Source: pageReference + "aws-resource-sns-topicpolicy.html",
			Open: []change.Condition{{Path: "PolicyDocument.Statement.Principal", Value: "*"}},
		},
		"AWS::SNS::Topic": {
			Fixed: "TopicName", Source: pageReference + "aws-resource-sns-topic.html",
			Rules: about(replacement("aws-resource-sns-topic.html", "TopicName", "FifoTopic"),
				change.Delivery, "FifoTopic", "ContentBasedDeduplication", "ArchivePolicy"),
		},
		"AWS::SNS::Subscription": {
			Source: pageReference + "aws-resource-sns-subscription.html",
			Rules: about(replacement("aws-resource-sns-subscription.html", "Endpoint", "Protocol", "TopicArn"),
				change.Delivery, "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "DeliveryPolicy"),
		},
		"AWS::S3::Bucket": {
			Holds: change.Objects, Fixed: "BucketName", Kept: keepsGone, KeptReplaced: keepsReplaced, Source: pageReference + "aws-resource-s3-bucket.html",
			// A bucket that is not empty cannot be deleted.
			Filled: change.Always,
			Rules: about(about(about(replacement("aws-resource-s3-bucket.html", "BucketName"),
				change.Exposure, "PublicAccessBlockConfiguration", "OwnershipControls", "AccessControl", "WebsiteConfiguration", "CorsConfiguration"),
				change.Cost, "VersioningConfiguration", "LifecycleConfiguration", "ReplicationConfiguration"),
				change.Delivery, "NotificationConfiguration"),
			Open: []change.Condition{
				{Path: "PublicAccessBlockConfiguration.BlockPublicAcls", Value: "false"},
				{Path: "PublicAccessBlockConfiguration.BlockPublicPolicy", Value: "false"},
				{Path: "PublicAccessBlockConfiguration.IgnorePublicAcls", Value: "false"},
				{Path: "PublicAccessBlockConfiguration.RestrictPublicBuckets", Value: "false"},
			},
		},
		"AWS::S3::BucketPolicy": {
			Class: change.Permission, Source: pageReference + "aws-resource-s3-bucketpolicy.html",
			Rules: replacement("aws-resource-s3-bucketpolicy.html", "Bucket"),
		},
		"AWS::DynamoDB::Table": {
			Holds: change.Items, Fixed: "TableName", Kept: keepsGone, KeptReplaced: keepsReplaced, Source: pageReference + "aws-resource-dynamodb-table.html",
			Protected: []change.Condition{{Path: "DeletionProtectionEnabled", Value: "true"}},
			Rules: func() map[string]change.Rule {
				rules := replacement("aws-resource-dynamodb-table.html", "TableName", "ImportSourceSpecification", "KeySchema")
				// A definition that is there cannot become another one; for a new index one is added.
				rules["AttributeDefinitions"] = change.Rule{Effect: change.Replaced, Edited: true, Source: pageReference + "aws-resource-dynamodb-table.html"}
				return about(about(rules, change.Cost, "BillingMode", "ProvisionedThroughput", "PointInTimeRecoverySpecification", "GlobalSecondaryIndexes", "TableClass"),
					change.Delivery, "StreamSpecification")
			}(),
		},
		"AWS::SecretsManager::Secret": {
			Holds: change.Values, Billed: true, Fixed: "Name", Kept: keepsGone, KeptReplaced: keepsReplaced, Source: pageReference + "aws-resource-secretsmanager-secret.html",
			Rules: replacement("aws-resource-secretsmanager-secret.html", "Name"),
		},
		"AWS::ApiGatewayV2::Api": {
			Source: pageReference + "aws-resource-apigatewayv2-api.html",
			Rules: about(replacement("aws-resource-apigatewayv2-api.html", "ProtocolType"), change.Exposure, "CorsConfiguration",
				"DisableExecuteApiEndpoint"),
		},
		"AWS::ApiGatewayV2::Stage": {
			Source: pageReference + "aws-resource-apigatewayv2-stage.html",
			Rules:  replacement("aws-resource-apigatewayv2-stage.html", "StageName", "ApiId"),
		},
		"AWS::ApiGatewayV2::Integration": {
			Source: pageReference + "aws-resource-apigatewayv2-integration.html",
			Rules:  replacement("aws-resource-apigatewayv2-integration.html", "ApiId"),
		},
		"AWS::ApiGatewayV2::Authorizer": {
			Source: pageReference + "aws-resource-apigatewayv2-authorizer.html",
			Rules: about(replacement("aws-resource-apigatewayv2-authorizer.html", "ApiId"), change.Exposure, "AuthorizerType", "JwtConfiguration",
				"IdentitySource"),
		},
		"AWS::ApiGatewayV2::Route": {
			Source: pageReference + "aws-resource-apigatewayv2-route.html",
			Rules: about(replacement("aws-resource-apigatewayv2-route.html", "ApiId"), change.Exposure, "AuthorizationType", "AuthorizationScopes",
				"AuthorizerId", "RouteKey"),
			Open: []change.Condition{{Path: "AuthorizationType", Absent: true}, {Path: "AuthorizationType", Value: "NONE"}},
		},
		"AWS::CloudWatch::Alarm": {
			Billed: true, Fixed: "AlarmName", Source: pageReference + "aws-resource-cloudwatch-alarm.html",
			Rules: replacement("aws-resource-cloudwatch-alarm.html", "AlarmName"),
		},
		"AWS::Scheduler::Schedule": {
			Fixed: "Name", Source: pageReference + "aws-resource-scheduler-schedule.html",
			Rules: about(replacement("aws-resource-scheduler-schedule.html", "Name"),
				change.Delivery, "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "State", "Target"),
		},
		"AWS::Scheduler::ScheduleGroup": {
			Fixed: "Name", Source: pageReference + "aws-resource-scheduler-schedulegroup.html",
			Rules: replacement("aws-resource-scheduler-schedulegroup.html", "Name"),
		},
		"AWS::StepFunctions::StateMachine": {
			Fixed: "StateMachineName", Source: pageReference + "aws-resource-stepfunctions-statemachine.html",
			Rules: replacement("aws-resource-stepfunctions-statemachine.html", "StateMachineName", "StateMachineType"),
		},
		"AWS::CloudFormation::Stack": {
			Source: pageReference + "aws-resource-cloudformation-stack.html",
			Rules:  about(map[string]change.Rule{}, change.Name, "Parameters", "TemplateURL"),
		},
		typeOutput:    {Class: change.Name},
		typeParameter: {Class: change.Name},
		typeSetting:   {Class: change.Name},
		typeStage:     {},

		change.TypeHandler:    change.HandlerType(),
		change.TypeEntrypoint: change.EntrypointType(),
	}
	for _, t := range types {
		if t.Rules != nil {
			about(t.Rules, change.Name, "Tags", "DependsOn")
		}
	}
	return types
}
