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

// function is the block of a function, with what its events come through.
func (l *lowering) function(f *plan.Function) block {
	b := block{key: f.Name}
	c := compute{
		name: f.Name, memory: l.memory(f), timeout: f.Timeout.Value, env: f.Env, resources: l.resourceEnv(f),
		comment: comment(l.app, f), statements: l.statements(f),
	}
	switch f.Trigger.(type) {
	case plan.HTTP, plan.Stream, plan.Task:
		// Of the others the mapping keeps the bound: what Lambda throttles would count as tried.
		c.concurrency = f.Concurrency.Value
	}
	b.used(f)
	l.compute(&b, c)
	switch t := f.Trigger.(type) {
	case plan.HTTP:
		l.route(&b, f, t)
	case plan.Message:
		l.consumed(&b, f, t)
	case plan.Subscription:
		l.subscribed(&b, f, t)
	case plan.ObjectEvents:
		b.key = t.Bucket // which waits for the function's queue
		l.stored(&b, f, t)
	case plan.Stream:
		b.key = t.Table // whose stream has a name of AWS's making
		l.changed(&b, f, t)
	case plan.Schedule:
		l.schedule(&b, f, t)
	}
	return b
}

// comment says what a function is, for a reviewer.
func comment(app *plan.App, f *plan.Function) string {
	what, call := "", " calls "
	switch t := f.Trigger.(type) {
	case plan.HTTP:
		what = t.Method + " " + routePath(app, t)
	case plan.Message:
		what = "each message of the queue " + t.Queue
	case plan.Subscription:
		what = "each message of the topic " + t.Topic
	case plan.ObjectEvents:
		what, call = "objects of the bucket "+t.Bucket, " call "
	case plan.Stream:
		what = "each change of an item of the table " + t.Table
	case plan.Task:
		return f.Name + ": workflows call " + f.Handler.Package + "." + f.Handler.Func
	case plan.Schedule:
		what = "the schedule " + t.Expr.String() + " (" + t.Timezone.Value + ")"
	}
	return f.Name + ": " + what + call + f.Handler.Package + "." + f.Handler.Func
}

// compute is what a Lambda function is made of. All of an app run the same zip, and ISOBAR_FUNCTION tells each which it is.
type compute struct {
	name, comment string
	memory        cfn.Value
	timeout       time.Duration
	env           []plan.Variable
	resources     cfn.Map // of the environment
	concurrency   int     // 0 is no bound
	statements    []statement
}

// compute adds a log group, a role that may do what statements say, and a Lambda function.
func (l *lowering) compute(b *block, c compute) {
	logs := id(c.name, idLogGroup)
	b.uses = append(b.uses, paramStage, paramBucket, paramKey, paramRetention)
	b.add(cfn.Resource{ID: logs, Comment: c.comment, Type: "AWS::Logs::LogGroup", Properties: cfn.Map{
		{"LogGroupName", append(cfn.Sub{cfn.String("/aws/lambda/")}, l.physical(c.name, maxFunctionName)...)},
		{"RetentionInDays", cfn.Ref(paramRetention)},
		{"Tags", l.tags},
	}})
	l.role(b, id(c.name, idRole), trust{service: "lambda.amazonaws.com"}, c.name, c.statements...)
	b.add(cfn.Resource{ID: id(c.name, idFunction), Type: "AWS::Lambda::Function", Properties: cfn.Map{
		{"FunctionName", l.physical(c.name, maxFunctionName)},
		{"Runtime", cfn.String("provided.al2023")},
		{"Handler", cfn.String("bootstrap")},
		{"Architectures", cfn.Strings(l.settings.Architecture.Value)},
		{"Code", cfn.Map{{"S3Bucket", cfn.Ref(paramBucket)}, {"S3Key", cfn.Ref(paramKey)}}},
		{"Role", arnOf(id(c.name, idRole))},
		{"MemorySize", c.memory},
		{"Timeout", seconds(lambdaTimeout(c.timeout))},
		{"ReservedConcurrentExecutions", unlessZero(cfn.Int(c.concurrency))},
		{"Environment", cfn.Map{{"Variables", l.environment(b, c)}}},
		// Lambda drops lines below INFO unless told otherwise; what to log is the app's to decide.
		{"LoggingConfig", cfn.Map{
			{"LogFormat", cfn.String("JSON")}, {"ApplicationLogLevel", cfn.String("TRACE")}, {"LogGroup", cfn.Ref(logs)},
		}},
		{"Tags", l.tags},
	}})
	if c.memory == cfn.Ref(paramMemory) {
		b.uses = append(b.uses, paramMemory)
	}
}

// opening begins a reference within a Sub.
const opening = "${"

// literal is text as it is. Linters take ${x} in a plain string for a reference that somebody forgot to mark, and so does a hasty
// reviewer; where text looks like that, it comes in two pieces.
func literal(s string) cfn.Value {
	if !looksLikeReference(s) {
		return cfn.String(s)
	}
	pieces := strings.Split(s, opening)
	for i := range pieces[1:] {
		pieces[i] += opening[:1]
		pieces[i+1] = opening[1:] + pieces[i+1]
	}
	return cfn.Map{{"Fn::Join", cfn.List{cfn.String(""), cfn.Strings(pieces...)}}}
}
