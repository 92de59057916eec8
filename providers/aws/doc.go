// Package aws is the wing for Amazon Web Services: an app becomes a CloudFormation template and the entrypoint of one zip that
// all its Lambda functions run.
//
//	of the spec   on AWS
//	function      AWS::Lambda::Function on provided.al2023, with a role and a log group of its own
//	http          routes of one AWS::ApiGatewayV2::Api; what matches none of them goes to one more function, http,
//	              which answers 404 and 405 as on every cloud
//	queue         AWS::SQS::Queue with a dead-letter queue, and AWS::Lambda::EventSourceMapping with partial batch responses
//	schedule      AWS::Scheduler::Schedule in the app's own group, with a role that may invoke that one function
//
// The files are template.yaml and bootstrap/main.go, and nested/*.yaml for an app that a single template cannot hold.
//
// Pages: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html,
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html.
package aws
