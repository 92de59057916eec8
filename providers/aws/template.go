package aws

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
)

// The parameters of the template.
const (
	paramStage     = "Stage"
	paramBucket    = "ArtifactBucket"
	paramKey       = "ArtifactKey"
	paramRetention = "LogRetentionDays"
	paramAlarms    = "AlarmTopicArn"
	paramMemory    = "Memory"
)

// retentions are the numbers of days for which CloudWatch Logs can keep events.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = cfn.List{
	cfn.Int(1), cfn.Int(3), cfn.Int(5), cfn.Int(7), cfn.Int(14), cfn.Int(30), cfn.Int(60), cfn.Int(90), cfn.Int(120), cfn.Int(150),
	cfn.Int(180), cfn.Int(365), cfn.Int(400), cfn.Int(545), cfn.Int(731), cfn.Int(1096), cfn.Int(1827), cfn.Int(2192),
	cfn.Int(2557), cfn.Int(2922), cfn.Int(3288), cfn.Int(3653),
}

// parameters are what a deployment chooses. The artifact has no default, as none could be true; and Lambda takes new code only
// when the key changes.
func (l *lowering) parameters() []cfn.Parameter {
	all := []cfn.Parameter{
		{
			ID: paramStage, Type: "String", Default: cfn.String("dev"), AllowedPattern: spec.StagePattern,
			Description:           "The stage, which is part of all names.",
			ConstraintDescription: "A stage is one to eight lower-case letters and digits, a letter first.",
		},
		{
			ID: paramBucket, Type: "String", AllowedPattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
			Description:           "The S3 bucket, in the stack's region, that holds the zip.",
			ConstraintDescription: "The name of an S3 bucket.",
		},
		{
			ID: paramKey, Type: "String", AllowedPattern: "^.{1,1024}$",
			Description:           "The key of the zip, which holds the executable bootstrap for linux/" + architectures[l.settings.Architecture.Value] + ". New code needs a new key.",
			ConstraintDescription: "The key of an S3 object.",
		},
		{
			ID: paramRetention, Type: "Number", Default: cfn.Int(30), AllowedValues: retentions,
			Description: "How many days CloudWatch keeps the logs.",
		},
	}
	if l.app.HasDeadLetters() {
		all = append(all, cfn.Parameter{
			ID: paramAlarms, Type: "String", Default: cfn.String(""), AllowedPattern: "^(|arn:[a-z-]+:sns:.+)$",
			Description:           "The ARN of the SNS topic that is told of dead letters; nobody is when it is empty.",
			ConstraintDescription: "The ARN of an SNS topic, or nothing.",
		})
	}
	return append(all, l.stageParameters()...)
}

// template is the one that is deployed, with the blocks that it has itself.
func (l *lowering) template(blocks []block) cfn.Template {
	t := cfn.Template{
		Comment: gogen.Header + "\n\nDeploy with: aws cloudformation deploy --template-file template.yaml --stack-name " + l.app.Name +
			"-dev --s3-bucket BUCKET\n  --capabilities CAPABILITY_IAM --parameter-overrides ArtifactBucket=BUCKET ArtifactKey=KEY",
		Description: l.app.Name + ", by isobar",
		Parameters:  l.parameters(),
		Rules:       l.settings.rules(),
	}
	contents(&t, blocks)
	return t
}

// contents puts the blocks into a template.
func contents(t *cfn.Template, blocks []block) {
	var resources, outputs int
	for i := range blocks {
		resources += len(blocks[i].resources)
		outputs += len(blocks[i].outputs)
	}
	t.Resources, t.Outputs = slices.Grow(t.Resources, resources), slices.Grow(t.Outputs, outputs)
	for i := range blocks {
		b := &blocks[i]
		t.Resources = append(t.Resources, b.resources...)
		t.Outputs = append(t.Outputs, b.outputs...)
		if slices.Contains(b.uses, paramAlarms) && t.Conditions == nil {
			t.Conditions = conditions()
		}
	}
}

// keptOnceMade is what CloudFormation leaves alone when it is deleted from the template, or replaced, unless that is for a deployment that did
// not succeed: the next one could not make what is there.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
var keptOnceMade = cfn.Map{{"DeletionPolicy", cfn.String("RetainExceptOnCreate")}, {"UpdateReplacePolicy", cfn.String("Retain")}}
