package aws

import (
	"fmt"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Bounds that are known only once something is lowered, as it is put together of what several lines of the spec ask for.

// maxPolicy is how many characters all inline policies of a role have together, without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
const maxPolicy = 10_240

// maxOperation is how many resources a deployment of nested stacks makes, changes or deletes, all together.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const maxOperation = 2_500

// bounds are those that can be met, why there is a bound, and what to do.
var bounds = map[string]struct{ why, hint string }{
	"policy": {fmt.Sprintf("a role there has %d characters of policy at most", maxPolicy), "split it in two, so that each needs less"},
	"environment": {
		fmt.Sprintf("one function answers there when the rest of a path is empty, and has %d bytes of environment at most", maxEnvBytes),
		"give the functions whose path ends in a rest access to less",
	},
	"path": {"API Gateway takes letters, digits and . _ - in the path of a route", "leave ~ out of it"},
	"operation": {
		fmt.Sprintf("CloudFormation makes %d at a time at most", maxOperation),
		"deploy a part of the functions first",
	},
}

// refuse notes that something is beyond a bound.
func (l *lowering) refuse(pos diag.Position, bound, format string, args ...any) {
	b, name := bounds[bound], Wing{}.Name()
	l.refused = append(l.refused, diag.Diagnostic{
		Severity: diag.Error, Code: diag.Refused, Pos: pos, Targets: []string{name},
		Message: fmt.Sprintf(format, args...) + ", cannot be had on " + name + ": " + b.why,
		Hint:    b.hint + ", or leave " + name + " out of targets",
	})
}

// boundOperation warns of more resources than a first deployment makes.
func (l *lowering) boundOperation(files []file) diag.List {
	n := 0
	for i := range files {
		n += len(files[i].template.Resources)
	}
	if n <= maxOperation {
		return nil
	}
	b, name := bounds["operation"], Wing{}.Name()
	return diag.List{{
		Severity: diag.Warning, Code: diag.Degraded, Pos: l.app.Pos, Targets: []string{name},
		Message: fmt.Sprintf("an app of %d resources cannot be deployed at once on %s: %s", n, name, b.why),
		Hint:    b.hint,
	}}
}

// boundPolicy refuses what needs a longer policy than a role can have. The position is that of the first statement that is too much.
func (l *lowering) boundPolicy(principal string, permitted []statement) {
	size, beyond := len(`{"Version":"","Statement":[]}`)+len(policyVersion), diag.Position{}
	for _, s := range permitted {
		size += len(`{"Sid":"","Effect":"Allow","Action":[],"Resource":""},`) + len(s.sid) + longest(s.on)
		for _, action := range s.actions {
			size += len(`"",`) + len(action)
		}
		if size > maxPolicy && beyond == (diag.Position{}) {
			beyond = s.pos
		}
	}
	if size > maxPolicy {
		l.refuse(beyond, "policy", "all that %s may do, up to %d characters of policy", diag.Quote(principal), size)
	}
}

// boundEnvironment refuses what the function behind $default could not hold. What the spec's own functions hold has been looked at before.
func (l *lowering) boundEnvironment(pos diag.Position, env []plan.Variable, resources cfn.Map) {
	size := 0
	for _, v := range env {
		size += len(v.Name) + len(v.Value)
	}
	for _, r := range resources {
		size += len(r.Key) + longest(r.Value)
	}
	if size > maxEnvBytes {
		l.refuse(pos, "environment", "all that functions for the rest of a path have access to, up to %d bytes of environment", size)
	}
}

// longestOf are how long what a deployment gives can get.
var longestOf = map[cfn.Ref]int{
	paramStage: maxStage, "AWS::AccountId": accountDigits,
	"AWS::Partition": len("aws-us-gov"), "AWS::Region": len("ap-southeast-1"), "AWS::URLSuffix": len("amazonaws.com.cn"),
}

// longestARN is how long the ARN of anything in the template can get; that of a table's stream is the longest.
const longestARN = 180

// longest is how long a text can get.
func longest(v cfn.Value) int {
	switch v := v.(type) {
	case cfn.String:
		return len(v)
	case cfn.Ref:
		if n, ok := longestOf[v]; ok {
			return n
		}
	case cfn.Sub:
		n := 0
		for _, part := range v {
			n += longest(part)
		}
		return n
	}
	return longestARN
}
