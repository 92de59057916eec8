package aws

import "github.com/isobar-dev/isobar/codegen/change"

// Pages of CloudFormation. A property's page says whether to update it requires a replacement.
const (
	pageReference = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
	pageDeletion  = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"
	// What an update has to delete and cannot is tried three times, and then left.
	pageCleanup = "https://repost.aws/knowledge-center/cloudformation-stack-cleanup-stuck"
	pageRules   = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html"
	pageIndexes = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html"
)

// Consequences is what a stack's update does when something changes: a resource that the template no longer has is deleted, and one
// with a new value of a property that cannot be updated is made anew before the old one is deleted.
func (Wing) Consequences() change.Table {
	return change.Table{
		Gone: change.Removed, GoneSource: pageDeletion, Undeleted: change.LeftBehind, UndeletedSource: pageCleanup,
		Types: consequences(), Everybody: []string{"*"},
	}
}

// replacement has properties whose update requires a replacement.
func replacement(page string, properties ...string) change.Rules {
	rules := change.Rules{}
	for _, p := range properties {
		rules[p] = change.Rule{Effect: change.Replaced, Source: pageReference + page}
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

// expirations are after how many days objects, and their versions, are deleted.
var expirations = []string{"LifecycleConfiguration.Rules.ExpirationInDays", "LifecycleConfiguration.Rules.NoncurrentVersionExpiration"}

func consequences() map[string]change.Type {
	types := map[string]change.Type{
		"AWS::Lambda::Function": {
			Fixed: "FunctionName", Source: pageReference + "aws-resource-lambda-function.html",
			Rules: replacement("aws-resource-lambda-function.html", "FunctionName", "PackageType", "TenancyConfig").
				About(change.Delivery, "Timeout", "ReservedConcurrentExecutions").
				About(change.Cost, "MemorySize", "Architectures", "EphemeralStorage"),
		},
		"AWS::Lambda::EventSourceMapping": {
			Ties: true, Source: pageReference + "aws-resource-lambda-eventsourcemapping.html",
			Rules: replacement("aws-resource-lambda-eventsourcemapping.html", "EventSourceArn", "StartingPosition", "StartingPositionTimestamp",
				"SelfManagedEventSource").
				About(change.Delivery, "EventSourceArn", "StartingPosition", "BatchSize", "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts",
					"FunctionResponseTypes", "FilterCriteria", "ScalingConfig", "BisectBatchOnFunctionError", "DestinationConfig",
					"ParallelizationFactor", "MaximumRecordAgeInSeconds"),
		},
		"AWS::Lambda::Permission": {
			Class: change.Permission, Source: pageReference + "aws-resource-lambda-permission.html",
			Rules: replacement("aws-resource-lambda-permission.html", "FunctionName", "FunctionUrlAuthType", "InvokedViaFunctionUrl",
				"SourceAccount", "SourceArn", "Principal", "PrincipalOrgID", "Action", "EventSourceToken"),
			Open: []change.Condition{{Path: "Principal", Value: "*"}},
		},
		"AWS::Lambda::EventInvokeConfig": {
			Ties: true, Source: pageReference + "aws-resource-lambda-eventinvokeconfig.html",
			Rules: replacement("aws-resource-lambda-eventinvokeconfig.html", "FunctionName", "Qualifier").
				About(change.Delivery, "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"),
		},
		"AWS::IAM::Role": {
			Fixed: "RoleName", Source: pageReference + "aws-resource-iam-role.html",
			Rules: replacement("aws-resource-iam-role.html", "Path", "RoleName").
				About(change.Permission, "Policies", "ManagedPolicyArns", "AssumeRolePolicyDocument", "PermissionsBoundary"),
		},
		"AWS::Logs::LogGroup": {
			Holds: change.Logs, Fixed: "LogGroupName", Source: pageReference + "aws-resource-logs-loggroup.html",
			Rules: replacement("aws-resource-logs-loggroup.html", "LogGroupName").About(change.Cost, "RetentionInDays"),
		},
		"AWS::SQS::Queue": {
			Holds: change.Messages, Fixed: "QueueName", Source: pageReference + "aws-resource-sqs-queue.html",
			Rules: replacement("aws-resource-sqs-queue.html", "QueueName", "FifoQueue").
				About(change.Delivery, "FifoQueue", "VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "RedrivePolicy",
					"RedriveAllowPolicy", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit").
				// Messages that are there already are as old as they are.
				// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
				Loses(change.Lowered, change.Messages, "MessageRetentionPeriod"),
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
			Rules: replacement("aws-resource-sns-topic.html", "TopicName", "FifoTopic").
				About(change.Delivery, "FifoTopic", "ContentBasedDeduplication", "ArchivePolicy"),
		},
		"AWS::SNS::Subscription": {
			Ties: true, Source: pageReference + "aws-resource-sns-subscription.html",
			Rules: replacement("aws-resource-sns-subscription.html", "Endpoint", "Protocol", "TopicArn").
				About(change.Delivery, "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "DeliveryPolicy"),
		},
		"AWS::S3::Bucket": {
			Holds: change.Objects, Fixed: "BucketName", Kept: keepsGone, KeptReplaced: keepsReplaced, Source: pageReference + "aws-resource-s3-bucket.html",
			// A bucket that is not empty cannot be deleted.
			Filled: change.Always,
			Rules: replacement("aws-resource-s3-bucket.html", "BucketName").
				About(change.Exposure, "PublicAccessBlockConfiguration", "OwnershipControls", "AccessControl", "WebsiteConfiguration", "CorsConfiguration").
				About(change.Cost, "LifecycleConfiguration", "ReplicationConfiguration", expirations[0], expirations[1]).
				About(change.Protection, "VersioningConfiguration").
				About(change.Delivery, "NotificationConfiguration").
				Loses(change.Lowered, change.Objects, expirations...).
				Worse(change.Off, "VersioningConfiguration", "PublicAccessBlockConfiguration").
				Worse(change.Dropped|change.Turned, "OwnershipControls").
				Worse(change.Gained, "AccessControl", "WebsiteConfiguration", "CorsConfiguration"),
			Open: []change.Condition{
				{Path: "PublicAccessBlockConfiguration.BlockPublicAcls", Value: "false"},
				{Path: "PublicAccessBlockConfiguration.BlockPublicPolicy", Value: "false"},
				{Path: "PublicAccessBlockConfiguration.IgnorePublicAcls", Value: "false"},
				{Path: "PublicAccessBlockConfiguration.RestrictPublicBuckets", Value: "false"},
			},
		},
		"AWS::S3::BucketPolicy": {
			Ties: true, Class: change.Permission, Source: pageReference + "aws-resource-s3-bucketpolicy.html",
			Rules: replacement("aws-resource-s3-bucketpolicy.html", "Bucket"),
		},
		"AWS::DynamoDB::Table": {
			Holds: change.Items, Fixed: "TableName", Kept: keepsGone, KeptReplaced: keepsReplaced, Source: pageReference + "aws-resource-dynamodb-table.html",
			Protected: []change.Condition{{Path: "DeletionProtectionEnabled", Value: "true"}},
			Rules: func() change.Rules {
				rules := replacement("aws-resource-dynamodb-table.html", "TableName", "ImportSourceSpecification", "KeySchema")
				// A definition that is there cannot become another one; for a new index one is added.
				rules["AttributeDefinitions"] = change.Rule{Effect: change.Replaced, Edited: true, Source: pageReference + "aws-resource-dynamodb-table.html"}
				return rules.About(change.Cost, "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes", "TableClass").
					About(change.Delivery, "StreamSpecification").
					About(change.Protection, "PointInTimeRecoverySpecification", "DeletionProtectionEnabled").
					Worse(change.Off, "PointInTimeRecoverySpecification", "DeletionProtectionEnabled")
			}(),
			Lists: map[string]change.List{"GlobalSecondaryIndexes": {Most: 1, Sealed: []string{"KeySchema", "Projection"}, Source: pageIndexes}},
		},
		"AWS::SecretsManager::Secret": {
			Holds: change.Values, Billed: true, Fixed: "Name", Kept: keepsGone, KeptReplaced: keepsReplaced,
			Source: pageReference + "aws-resource-secretsmanager-secret.html",
			Rules:  replacement("aws-resource-secretsmanager-secret.html", "Name"),
		},
		"AWS::ApiGatewayV2::Api": {
			Source: pageReference + "aws-resource-apigatewayv2-api.html",
			Rules: replacement("aws-resource-apigatewayv2-api.html", "ProtocolType").
				About(change.Exposure, "CorsConfiguration", "DisableExecuteApiEndpoint").
				Worse(change.Gained, "CorsConfiguration").
				Worse(change.Off, "DisableExecuteApiEndpoint"),
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
			Rules: replacement("aws-resource-apigatewayv2-authorizer.html", "ApiId").
				About(change.Exposure, "AuthorizerType", "JwtConfiguration", "JwtConfiguration.Audience", "IdentitySource").
				Worse(change.Turned, "AuthorizerType", "JwtConfiguration").
				Worse(change.Gained, "JwtConfiguration.Audience"),
		},
		"AWS::ApiGatewayV2::Route": {
			Source: pageReference + "aws-resource-apigatewayv2-route.html",
			Rules: replacement("aws-resource-apigatewayv2-route.html", "ApiId").
				About(change.Exposure, "AuthorizationType", "AuthorizationScopes", "AuthorizerId", "RouteKey").
				Worse(change.Dropped, "AuthorizationScopes").
				Worse(change.Turned, "AuthorizationType", "AuthorizerId"),
			Open: []change.Condition{{Path: "AuthorizationType", Absent: true}, {Path: "AuthorizationType", Value: "NONE"}},
		},
		"AWS::CloudWatch::Alarm": {
			Billed: true, Fixed: "AlarmName", Source: pageReference + "aws-resource-cloudwatch-alarm.html",
			Rules: replacement("aws-resource-cloudwatch-alarm.html", "AlarmName"),
		},
		"AWS::Scheduler::Schedule": {
			Fixed: "Name", Source: pageReference + "aws-resource-scheduler-schedule.html",
			Rules: replacement("aws-resource-scheduler-schedule.html", "Name").
				About(change.Delivery, "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "State", "Target"),
		},
		"AWS::Scheduler::ScheduleGroup": {
			Fixed: "Name", Source: pageReference + "aws-resource-scheduler-schedulegroup.html",
			Rules: replacement("aws-resource-scheduler-schedulegroup.html", "Name"),
		},
		"AWS::StepFunctions::StateMachine": {
			Holds: change.Executions, Fixed: "StateMachineName", Source: pageReference + "aws-resource-stepfunctions-statemachine.html",
			Rules: replacement("aws-resource-stepfunctions-statemachine.html", "StateMachineName", "StateMachineType"),
		},
		"AWS::CloudFormation::Stack": {
			Source: pageReference + "aws-resource-cloudformation-stack.html",
			Rules:  change.Rules{}.About(change.Name, "Parameters", "TemplateURL"),
		},
		typeOutput:    {Class: change.Name},
		typeParameter: {Class: change.Name},
		// A stack stays in its region, and the rule of a template that names another one fails.
		typeSetting: {Class: change.Name, Rules: change.Rules{"Assertions": {Effect: change.Refused, Edited: true, Source: pageRules}}},
		typeStage:   {},

		change.TypeHandler:    change.HandlerType(),
		change.TypeEntrypoint: change.EntrypointType(),
		change.TypeClient:     change.ClientType(),
	}
	for _, t := range types {
		if t.Rules != nil {
			t.Rules.About(change.Name, "Tags", "DependsOn")
		}
		if len(t.Kept) > 0 {
			t.Rules.About(change.Protection, "DeletionPolicy", "UpdateReplacePolicy").
				Worse(change.Off, "DeletionPolicy", "UpdateReplacePolicy")
		}
	}
	return types
}
