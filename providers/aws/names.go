package aws

import (
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// The endings of logical IDs, which begin with the name that they belong to. None of them ends in another, so that no two names
// can make the same ID.
const (
	idFunction    = "Function"
	idLogGroup    = "LogGroup"
	idRole        = "Role"
	idIntegration = "Integration"
	idRoute       = "Route"
	idHead        = "RouteHead"
	idPermission  = "Permission"
	idMapping     = "EventSourceMapping"
	idSchedule    = "Schedule"
	idScheduler   = "Scheduler" // the role that the schedule takes

	// Of a function's own queue, from which its events come.
	idChannel          = "Channel"
	idChannelPolicy    = "ChannelPolicy"
	idDeadLetters      = "DeadLetters"
	idDeadLettersAlarm = "DeadLettersAlarm"
	idSubscription     = "Subscription"

	// Of the app's resources.
	idQueue           = "Queue"
	idDeadLetter      = "DeadLetterQueue" // queue names do not end in -dead-letter
	idDeadLetterAlarm = "DeadLetterAlarm"
	idTopic           = "Topic"
	idBucket          = "Bucket"
	idBucketPolicy    = "BucketPolicy"
	idTable           = "Table"
	idSecret          = "Secret"
	idAuthorizer      = "Authorizer"
	idStateMachine    = "StateMachine"
	idExecutor        = "Executor" // the role that the state machine takes
)

// The logical IDs of what there is once.
const (
	idAPI   = "HttpApi"
	idStage = "HttpApiStage"
	idGroup = "ScheduleGroup"
)

// The types of resources that more than one place makes.
const (
	typeMapping = "AWS::Lambda::EventSourceMapping"
	typeQueue   = "AWS::SQS::Queue"
)

// The longest names, in characters.
const (
	maxFunctionName = 64  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	maxScheduleName = 64  // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
	maxQueueName    = 80  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
	maxTopicName    = 256 // https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
	maxBucketName   = 63  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	maxTableName    = 255 // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
	maxSecretName   = 256 // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html

	maxStateMachineName = 80 // https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
)

// accountDigits is how long the number of an account is.
const accountDigits = 12

// maxStage is the longest stage that the template's parameter allows.
const maxStage = 8

// id makes a logical ID of a name: get-user becomes GetUserFunction.
func id(name, ending string) string {
	made := naming.Pascal(name) + ending
	if made == paramBucket { // the bucket artifact would have the parameter's ID
		made += "OfApp"
	}
	return made
}

// physical is a resource's name, <app>-<stage>-<name>. A name that could get longer than longest is cut, and ends in a part of
// its digest instead.
func (l *lowering) physical(name string, longest int) cfn.Sub {
	return cfn.Sub{cfn.String(l.app.Name + "-"), cfn.Ref(paramStage), cfn.String("-" + naming.Shorten(name, longest-len(l.app.Name)-maxStage-2))}
}

// arn builds the ARN of a resource of this account and region from its service and the rest.
func arn(service string, rest ...cfn.Part) cfn.Sub {
	return append(cfn.Sub{
		cfn.String("arn:"), cfn.Ref("AWS::Partition"), cfn.String(":" + service + ":"),
		cfn.Ref("AWS::Region"), cfn.String(":"), cfn.Ref("AWS::AccountId"), cfn.String(":"),
	}, rest...)
}

// arnNamed builds the ARN of what another template can have, which is known by its name.
func arnNamed(service, prefix string, name cfn.Sub) cfn.Sub {
	return arn(service, append(cfn.Sub{cfn.String(prefix)}, name...)...)
}

// arnOf is the ARN of a resource of the same template.
func arnOf(id string) cfn.GetAtt { return cfn.GetAtt{Resource: id, Attribute: "Arn"} }

// The tags of every resource that takes tags.
const (
	tagApp   = "isobar:app"
	tagStage = "isobar:stage"
)

// tagList is the tags as most resources have them.
func tagList(app *plan.App) cfn.List {
	return cfn.List{
		cfn.Map{{"Key", cfn.String(tagApp)}, {"Value", cfn.String(app.Name)}},
		cfn.Map{{"Key", cfn.String(tagStage)}, {"Value", cfn.Ref(paramStage)}},
	}
}

// tagMap is the tags as API Gateway has them.
func tagMap(app *plan.App) cfn.Map {
	return cfn.Map{{tagApp, cfn.String(app.Name)}, {tagStage, cfn.Ref(paramStage)}}
}
