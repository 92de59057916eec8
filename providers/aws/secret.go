package aws

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// secret is the block of a secret, without a value: that is put in by a person, and stands in no template. A function that holds one
// fails to start as long as it has none. It is kept when it is deleted from the template: CloudFormation would delete the value for good,
// without the days in which Secrets Manager could restore it.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-secret-value.html
func (l *lowering) secret(s *plan.Secret) block {
	b := block{key: s.Name, uses: []string{paramStage}}
	name := id(s.Name, idSecret)
	b.add(cfn.Resource{ID: name, Comment: "Secret " + s.Name, Type: "AWS::SecretsManager::Secret", Attributes: keptOnceMade, Properties: cfn.Map{
		{"Name", l.physical(s.Name, maxSecretName)},
		{"Description", cfn.String("The secret " + s.Name + " of " + l.app.Name + ".")},
		{"Tags", l.tags},
	}})
	b.export(name, "The ARN of the secret "+s.Name+", whose value is put in with: aws secretsmanager put-secret-value")
	return b
}
