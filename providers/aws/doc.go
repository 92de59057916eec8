// Package aws is the wing for Amazon Web Services: an app becomes a CloudFormation template and the entrypoint of one zip that
// all its Lambda functions run.
//
//	of the spec   on AWS
//	function      AWS::Lambda::Function on provided.al2023, with a role and a log group of its own
//	http          routes of one AWS::ApiGatewayV2::Api; what matches none of them goes to one more function, http,
//	              which answers 404, 405 and preflight requests as on every cloud
//	queue         AWS::SQS::Queue with a dead-letter queue, and AWS::Lambda::EventSourceMapping with partial batch responses
//	topic         AWS::SNS::Topic, and for each function a queue of its own, its channel, with a dead-letter queue
//	schedule      AWS::Scheduler::Schedule in the app's own group, which sends to the function's channel
//	bucket        AWS::S3::Bucket, which sends to the function's channel
//	table         AWS::DynamoDB::Table, whose stream a function reads one change at a time, with a dead-letter queue
//	workflow      AWS::StepFunctions::StateMachine, which calls functions in a role of its own
//	secret        AWS::SecretsManager::Secret without a value, which the runtime reads when an instance starts
//	access        statements of the function's role, each on one named resource
//	stages        parameters of the template, and parameters.<stage>.json
//
// All that is asynchronous comes out of a queue or a stream, because only there attempts and dead letters can be declared as the spec has
// them: of what is handed to Lambda asynchronously it makes three at most. Every dead-letter queue has an alarm.
//
// The files are template.yaml and bootstrap/main.go, and nested/*.yaml for an app that a single template cannot hold.
//
// Pages: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html,
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html,
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html.
package aws
