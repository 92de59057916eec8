package aws

import (
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// maxTimeout is the longest that a Lambda function runs.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxTimeout = 900 * time.Second

// lambdaTimeout leaves the runtime a second after the handler's own deadline. Otherwise Lambda would end the process at the same
// moment, and of a batch with one handler that hangs all messages would come back.
func lambdaTimeout(handler time.Duration) time.Duration {
	return min(handler+time.Second, maxTimeout)
}

func seconds(d time.Duration) cfn.Int { return cfn.Int(d / time.Second) }

// function is the block of a function, still without its trigger.
func (l *lowering) function(f *plan.Function) block {
	b := block{key: f.Name}
	l.compute(&b, compute{
		name: f.Name, memory: f.Memory.Value, timeout: f.Timeout.Value, env: f.Env,
		comment: comment(l.app, f), grants: l.grants(f),
	})
	return b
}

// comment says what a function is, for a reviewer.
func comment(app *plan.App, f *plan.Function) string {
	handler := f.Handler.Package + "." + f.Handler.Func
	switch t := f.Trigger.(type) {
	case plan.HTTP:
		return f.Name + ": " + t.Method + " " + routePath(app, t) + " calls " + handler
	case plan.Message:
		return f.Name + ": each message of the queue " + t.Queue + " calls " + handler
	case plan.Schedule:
		return f.Name + ": the schedule " + t.Expr.String() + " (" + t.Timezone.Value + ") calls " + handler
	}
	return f.Name + " calls " + handler
}

// compute is what a Lambda function is made of. All of an app run the same zip, and ISOBAR_FUNCTION tells each which it is.
type compute struct {
	name, comment string
	memory        int
	timeout       time.Duration
	env           []plan.Variable
	grants        []grant
}

// compute adds a log group, a role that may do what grants say, and a Lambda function.
func (l *lowering) compute(b *block, c compute) {
	name := l.physical(c.name, maxFunctionName)
	logs := id(c.name, idLogGroup)
	env := cfn.Map{{"ISOBAR_FUNCTION", cfn.String(c.name)}, {"ISOBAR_STAGE", cfn.Ref(paramStage)}}
	for _, v := range c.env {
		env = append(env, cfn.Field{Key: v.Name, Value: literal(v.Value)})
		b.text += textBytes(v.Name, v.Value)
	}
	b.uses = append(b.uses, paramStage, paramBucket, paramKey, paramRetention)
	b.resources = append(b.resources,
		cfn.Resource{ID: logs, Comment: c.comment, Type: "AWS::Logs::LogGroup", Properties: cfn.Map{
			{"LogGroupName", append(cfn.Sub{cfn.String("/aws/lambda/")}, name...)},
			{"RetentionInDays", cfn.Ref(paramRetention)},
			{"Tags", l.tags},
		}},
		l.role(id(c.name, idRole), trust{service: "lambda.amazonaws.com"}, c.name,
			append([]grant{{writeLogs, arnOf(logs)}}, c.grants...)...),
		cfn.Resource{ID: id(c.name, idFunction), Type: "AWS::Lambda::Function", Properties: cfn.Map{
			{"FunctionName", name},
			{"Runtime", cfn.String("provided.al2023")},
			{"Handler", cfn.String("bootstrap")},
			{"Architectures", cfn.Strings(l.settings.Architecture.Value)},
			{"Code", cfn.Map{{"S3Bucket", cfn.Ref(paramBucket)}, {"S3Key", cfn.Ref(paramKey)}}},
			{"Role", arnOf(id(c.name, idRole))},
			{"MemorySize", cfn.Int(c.memory)},
			{"Timeout", seconds(lambdaTimeout(c.timeout))},
			{"Environment", cfn.Map{{"Variables", env}}},
			// Lambda drops lines below INFO unless told otherwise; what to log is the app's to decide.
			{"LoggingConfig", cfn.Map{
				{"LogFormat", cfn.String("JSON")}, {"ApplicationLogLevel", cfn.String("TRACE")}, {"LogGroup", cfn.Ref(logs)},
			}},
			{"Tags", l.tags},
		}},
	)
}

// literal is text as it is. Linters take ${x} in a plain string for a reference that somebody forgot to mark, and so does a hasty
// reviewer; where text looks like that, it comes in two pieces.
func literal(s string) cfn.Value {
	const opening = "${"
	if !strings.Contains(s, opening) {
		return cfn.String(s)
	}
	pieces := strings.Split(s, opening)
	for i := range pieces[1:] {
		pieces[i] += opening[:1]
		pieces[i+1] = opening[1:] + pieces[i+1]
	}
	return cfn.Map{{"Fn::Join", cfn.List{cfn.String(""), cfn.Strings(pieces...)}}}
}
