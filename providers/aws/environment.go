package aws

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
)

// What a function is told of resources, in its environment. A name is in upper case, with _ for each hyphen: ISOBAR_QUEUE_ORDERS.
//
//	ISOBAR_SECRET_<VARIABLE>  the ARN of the secret whose value the runtime is to put into VARIABLE, for each of the function's secrets
//	ISOBAR_QUEUE_<NAME>       the URL of a queue
//	ISOBAR_WORKFLOW_<NAME>    the ARN of a workflow's state machine
//	ISOBAR_TOPIC_<NAME>       the ARN of a topic
//	ISOBAR_BUCKET_<NAME>      the name of a bucket
//	ISOBAR_TABLE_<NAME>       the name of a table
//	ISOBAR_VAULT_<NAME>       the ARN of a secret that the function reads itself
//
// All but the first are of the resources that the function has access to, and of no others.
const (
	envSecret   = "ISOBAR_SECRET_"
	envQueue    = "ISOBAR_QUEUE_"
	envWorkflow = "ISOBAR_WORKFLOW_"
	envTopic    = "ISOBAR_TOPIC_"
	envBucket   = "ISOBAR_BUCKET_"
	envTable    = "ISOBAR_TABLE_"
	envVault    = "ISOBAR_VAULT_"
)

// environment is what a function finds in its environment: which it is, where its resources are, and the variables of the spec. One that a
// stage has another value for is a parameter of the template.
func (l *lowering) environment(b *block, c compute) cfn.Map {
	env := append(cfn.Map{{"ISOBAR_FUNCTION", cfn.String(c.name)}, {"ISOBAR_STAGE", cfn.Ref(paramStage)}}, c.resources...)
	b.text += resourceEnvBytes * len(c.resources)
	for _, v := range c.env {
		value := literal(v.Value)
		if parameter, ok := l.staged[v.Name]; ok && v.Shared {
			value = cfn.Ref(parameter)
			b.uses = append(b.uses, parameter)
		}
		env = append(env, cfn.Field{Key: v.Name, Value: value})
		b.text += textBytes(v.Name, v.Value)
	}
	return env
}

// resourceEnv tells a function where its resources are.
func (l *lowering) resourceEnv(f *plan.Function) cfn.Map {
	var env cfn.Map
	for i, a := range f.Access {
		if i > 0 && f.Access[i-1].Resource == a.Resource { // another verb
			continue
		}
		prefix, value := l.located(a)
		env = append(env, cfn.Field{Key: prefix + strings.ToUpper(strings.ReplaceAll(a.Resource, "-", "_")), Value: value})
	}
	for _, s := range f.Secrets {
		env = append(env, cfn.Field{Key: envSecret + s.Name, Value: cfn.Ref(id(s.Secret, idSecret))})
	}
	return env
}

// located is the variable's prefix, and where the resource is.
func (l *lowering) located(a plan.Access) (prefix string, where cfn.Value) {
	switch a.Kind {
	case spec.KindQueue:
		return envQueue, l.queueURL(a.Resource)
	case spec.KindWorkflow:
		return envWorkflow, onStateMachine(l, a.Resource)[0]
	case spec.KindTopic:
		return envTopic, cfn.Ref(id(a.Resource, idTopic))
	case spec.KindBucket:
		return envBucket, l.bucketName(a.Resource)
	case spec.KindTable:
		return envTable, l.tableName(a.Resource)
	}
	return envVault, cfn.Ref(id(a.Resource, idSecret))
}
