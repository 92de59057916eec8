package asl

import (
	"regexp"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// This file reads the addresses of Amazon's services that stand in definitions written for them. They are taken by the names at
// their ends, so that an existing file is a workflow of an app that has functions, topics and queues of those names. It is the one
// file of the language that knows a cloud.

// addresses are the forms in which a resource stands as it is; the name is the first group.
var addresses = []struct {
	kind ResourceKind
	form *regexp.Regexp
}{
	{Function, regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)(:[A-Za-z0-9_$-]+)?$`)},
	{Topic, regexp.MustCompile(`^arn:aws[a-z-]*:sns:[^:]*:[^:]*:([A-Za-z0-9_-]+)(\.fifo)?$`)},
	{Queue, regexp.MustCompile(`^arn:aws[a-z-]*:sqs:[^:]*:[^:]*:([A-Za-z0-9_-]+)(\.fifo)?$`)},
	{Queue, regexp.MustCompile(`^https://[^/]+/[^/]+/([A-Za-z0-9_-]+)(\.fifo)?$`)},
	{Workflow, regexp.MustCompile(`^arn:aws[a-z-]*:states:[^:]*:[^:]*:stateMachine:([A-Za-z0-9_-]+)$`)},
}

// integration is a service that a task names in its resource, and whose address is among its parameters.
type integration struct {
	kind ResourceKind
	// name and payload are the parameters that hold the address, and what is sent there.
	name, payload string
	// wraps is the field of the result in which the function's own result is; empty where there is none.
	wraps string
}

// integrations are the services, by the end of the resource:
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
var integrations = map[string]integration{
	"lambda:invoke":         {Function, "FunctionName", "Payload", "Payload"},
	"sns:publish":           {Topic, "TopicArn", "Message", ""},
	"sqs:sendMessage":       {Queue, "QueueUrl", "MessageBody", ""},
	"states:startExecution": {Workflow, "StateMachineArn", "Input", ""},
}

var (
	arn     = regexp.MustCompile(`^arn:`)
	service = regexp.MustCompile(`^arn:aws[a-z-]*:states:[^:]*:[^:]*:([A-Za-z0-9-]+:[A-Za-z0-9]+)(\.[A-Za-z:0-9]+)?$`)
)

// foreign reads the resource of a task that is another system's address, and makes of the task what it means here. It tells
// whether the resource is one.
func (p *parser) foreign(t *Task, resource Text) bool {
	if !arn.MatchString(resource.Value) {
		return false
	}
	t.Resource = Resource{Pos: resource.Pos, Text: resource.Value, Foreign: true}
	if kind, name, ok := named(resource.Value); ok && kind == Function {
		t.Resource.Kind, t.Resource.Name = kind, name
		return true
	}
	m := service.FindStringSubmatch(resource.Value)
	if m == nil {
		p.unsupported(resource.Pos, "the resource "+diag.Quote(resource.Value), "it is of one cloud alone", "write isobar:function:NAME, and do what it does in the function")
		return true
	}
	i, ok := integrations[m[1]]
	switch {
	case !ok:
		p.unsupported(resource.Pos, "the service "+diag.Quote(m[1]), "it is of one cloud alone", "write isobar:function:NAME, and do what it does in the function")
	case m[2] != "":
		p.unsupported(resource.Pos, "waiting for an answer from outside ("+m[2]+")", "not every target has it", "have the task call a function that returns when it is done, or poll with a Wait and a Choice")
	default:
		p.integrate(t, i)
	}
	return true
}

// integrate turns the parameters of a service into those of the resource that they name.
func (p *parser) integrate(t *Task, i integration) {
	parameters, _ := t.Parameters.(*Object)
	t.Parameters = nil
	if parameters == nil {
		p.errorf(diag.MissingKey, t.Resource.Pos, "the resource %s wants parameters with %s", diag.Quote(t.Resource.Text), i.name)
		return
	}
	for _, f := range parameters.Fields {
		switch f.Name.Value {
		case i.name:
			p.address(t, i, f)
		case i.payload:
			t.Parameters = f.Value
		default:
			p.unsupported(f.Name.Pos, "the parameter "+f.Name.Value, "it is of one cloud alone", "leave it out")
		}
	}
	if t.Resource.Name == "" {
		return
	}
	if t.Parameters == nil {
		t.Parameters = &Object{Pos: t.Resource.Pos}
	}
	if i.wraps != "" {
		p.unwrap(t, i.wraps)
	}
}

// address reads the parameter that names the resource.
func (p *parser) address(t *Task, i integration, f Field) {
	l, _ := f.Value.(*Literal)
	name := ""
	if l != nil {
		name, _ = l.Value.(string)
	}
	switch kind, end, ok := named(name); {
	case ok && kind == i.kind:
		t.Resource.Name = end
	case plainName.MatchString(name):
		t.Resource.Name = name
	default:
		e := p.errorf(diag.InvalidValue, f.Value.Position(), "%s is not the address of a %s", f.Name.Value, i.kind)
		e.Hint = "write " + resourceScheme + string(i.kind) + ":NAME as the resource"
		return
	}
	t.Resource.Kind = i.kind
}

var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// unwrap has the result be as if it were in a field of that name.
func (p *parser) unwrap(t *Task, wraps string) {
	if t.ResultSelector == nil {
		t.ResultSelector = &Object{Pos: t.Resource.Pos, Fields: []Field{{
			Name:  Text{wraps, t.Resource.Pos},
			Value: &Path{Pos: t.Resource.Pos, Text: "$"},
		}}}
		return
	}
	EachPath(t.ResultSelector, func(path *Path) {
		switch {
		case path.Context:
		case len(path.Steps) > 0 && path.Steps[0].Kind == Member && path.Steps[0].Name == wraps:
			path.Steps = slices.Clone(path.Steps[1:])
			path.Text = path.String()
		default:
			p.unsupported(path.Pos, path.Text+" of the result", "only "+wraps+" is the same on every cloud", "take what the function returns: $."+wraps)
		}
	})
	eachCall(t.ResultSelector, func(c *Call) { c.Text = "" }) // has the paths as they were
}

// named takes the name and the kind out of an address.
func named(address string) (ResourceKind, string, bool) {
	for _, a := range addresses {
		if m := a.form.FindStringSubmatch(address); m != nil {
			return a.kind, m[1], true
		}
	}
	return "", "", false
}

// sameName tells whether a foreign name is a declared one: upper case, hyphens and underscores aside.
func sameName(foreign, declared string) bool {
	plain := strings.NewReplacer("-", "", "_", "")
	return strings.EqualFold(plain.Replace(foreign), plain.Replace(declared))
}

// foreignErrors are the names that the clouds' own errors have elsewhere, and what they are here.
var foreignErrors = map[string]string{
	"Lambda.ServiceException":                ErrTransient,
	"Lambda.AWSLambdaException":              ErrTransient,
	"Lambda.SdkClientException":              ErrTransient,
	"Lambda.TooManyRequestsException":        ErrTransient,
	"Lambda.Unknown":                         ErrTransient,
	"Runtime.ExitError":                      ErrTransient,
	"Lambda.ClientExecutionTimeoutException": ErrTimeout,
	"Sandbox.Timedout":                       ErrTimeout,
}

// errorName reads the name of an error, and takes one that is of one cloud for its like.
func (p *parser) errorName(t Text) Text {
	own, ok := foreignErrors[t.Value]
	if !ok {
		return t
	}
	e := p.errorf(diag.TakenByName, t.Pos, "the error %s is of one cloud alone, and taken as %s", diag.Quote(t.Value), own)
	e.Severity = diag.Warning
	e.Hint = "write " + own + ", and the warning goes away"
	return Text{own, t.Pos}
}
