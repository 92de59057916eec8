package aws

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// need is a set of actions that something needs, and no more than it needs.
type need struct {
	// sid names the statement in the policy.
	sid     string
	actions []string
}

// The needs. Each is granted on named resources alone.
var (
	// Of every function, on its own log group. The template makes the group, so the function need not.
	// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
	writeLogs = need{"WriteLogs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}}

	// Of a function that a queue triggers, on the queue.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
	consumeQueue = need{"ConsumeQueue", []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}}

	// Of a schedule, on the function that it calls.
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
	invokeFunction = need{"InvokeFunction", []string{"lambda:InvokeFunction"}}
)

// grant lets a role do what something needs on one resource.
type grant struct {
	need
	on cfn.Value
}

// grants is what a function's trigger needs of its role. API Gateway and the Scheduler call the function, and need nothing.
func (l *lowering) grants(f *plan.Function) []grant {
	if m, ok := f.Trigger.(plan.Message); ok {
		return []grant{{consumeQueue, arnOf(id(m.Queue, idQueue))}}
	}
	return nil
}

// trust is who may take a role: a service, under a condition or none.
type trust struct {
	service   string
	condition cfn.Value
}

const policyVersion = "2012-10-17"

// role is a role with one inline policy, so that the role and what it may do come and go together. CloudFormation names it:
// a name of our own would need a stronger capability of whoever deploys.
func (l *lowering) role(id string, who trust, policy string, grants ...grant) cfn.Resource {
	statements := make(cfn.List, len(grants))
	for i, g := range grants {
		statements[i] = cfn.Map{
			{"Sid", cfn.String(g.sid)},
			{"Effect", cfn.String("Allow")},
			{"Action", cfn.Strings(g.actions...)},
			{"Resource", g.on},
		}
	}
	return cfn.Resource{ID: id, Type: "AWS::IAM::Role", Properties: cfn.Map{
		{"AssumeRolePolicyDocument", cfn.Map{
			{"Version", cfn.String(policyVersion)},
			{"Statement", cfn.List{cfn.Map{
				{"Effect", cfn.String("Allow")},
				{"Principal", cfn.Map{{"Service", cfn.String(who.service)}}},
				{"Action", cfn.String("sts:AssumeRole")},
				{"Condition", who.condition},
			}}},
		}},
		{"Policies", cfn.List{cfn.Map{
			{"PolicyName", cfn.String(policy)},
			{"PolicyDocument", cfn.Map{{"Version", cfn.String(policyVersion)}, {"Statement", statements}}},
		}}},
		{"Tags", l.tags},
	}}
}

// permissions is how the cloud grants what functions can do.
func permissions() access.Table { return nil }

// grants lists every permission that the generated files give.
func grants(*plan.App, plan.Target) []access.Grant { return nil }
