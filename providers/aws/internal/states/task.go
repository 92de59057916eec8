package states

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// services are what tasks call that is no function: the action of a service, with the key of its address, and its parameters.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
var services = map[asl.ResourceKind]struct {
	key, action, name, payload string
	// text is true where the payload is text, and what is no object has to be made one.
	text bool
}{
	asl.Topic:    {"SnsPublish", "sns:publish", "TopicArn", "Message", true},
	asl.Queue:    {"SqsSendMessage", "sqs:sendMessage", "QueueUrl", "MessageBody", true},
	asl.Workflow: {"StatesStartExecution", "states:startExecution", "StateMachineArn", "Input", false},
}

// alone gives a message a group and an ID that no other has, as a client does that names none.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-message-identifiers.html
var alone = object{{"MessageGroupId.$", "States.UUID()"}, {"MessageDeduplicationId.$", "States.UUID()"}}

// task writes what a task calls, and with what.
func (c *compiler) task(s *asl.State, t *asl.Task, state object) object {
	if t.Resource.Kind == asl.Function {
		state = append(state, field{"Resource", c.address(t.Resource)})
		switch p := t.Parameters.(type) {
		case nil:
		case *asl.Object:
			state = append(state, field{"Parameters", template(p, "")})
		case *asl.Path:
			for i := range state {
				if state[i].key == "InputPath" {
					state[i].value = within(s.InputPath, p)
				}
			}
		default:
			c.refuse(t.Parameters.Position(), "payload", "what the task is given")
		}
		state = append(state, c.outcome(&t.Outcome)...)
		return append(state, c.timeout(t)...)
	}
	service := services[t.Resource.Kind]
	payload := field{service.payload + ".$", "$"}
	switch p := t.Parameters.(type) {
	case nil:
		if service.text {
			payload.value = "States.JsonToString($)"
		}
	case *asl.Object:
		payload = field{service.payload, template(p, "")}
	default:
		payload.value = reference(p, "")
		if service.text {
			payload.value = "States.JsonToString(" + reference(p, "") + ")"
		}
	}
	action := c.substitute(Substitution{Key: service.key, Action: service.action})
	parameters := object{{service.name, c.address(t.Resource)}, payload}
	if c.options.FIFO != nil && c.options.FIFO(t.Resource) {
		parameters = append(parameters, alone...)
	}
	state = append(state, field{"Resource", action}, field{"Parameters", parameters})
	selector := any(object{}) // the result is {} in a workflow
	if t.ResultPath.IsNull() {
		selector = nil
	}
	if t.ResultSelector != nil {
		selector = template(t.ResultSelector, "")
		asl.EachPath(t.ResultSelector, func(p *asl.Path) {
			if !p.Context {
				c.refuse(p.Pos, "selector", "%s of a message's result", p.Text)
			}
		})
	}
	state = append(state, field{"ResultSelector", selector}, field{"ResultPath", path(t.ResultPath)})
	state = append(state, c.handlers(anyFailure(t.Outcome))...)
	return append(state, c.timeout(t)...)
}

// anyFailure has Transient, the one error of a message that is not taken, stand for all that the service calls it.
func anyFailure(o asl.Outcome) *asl.Outcome {
	widened := func(names []asl.Text) []asl.Text {
		var all []asl.Text
		for _, n := range names {
			if n.Value == asl.ErrTransient {
				n.Value = asl.ErrTaskFailed
			}
			all = append(all, n)
		}
		return all
	}
	o.Retry, o.Catch = append([]asl.Retrier{}, o.Retry...), append([]asl.Catcher{}, o.Catch...)
	for i := range o.Retry {
		o.Retry[i].Errors = widened(o.Retry[i].Errors)
	}
	for i := range o.Catch {
		o.Catch[i].Errors = widened(o.Catch[i].Errors)
	}
	return &o
}

// timeout is the task's, or its function's own: without one a call could take years.
func (c *compiler) timeout(t *asl.Task) object {
	switch {
	case t.Timeout.Path != nil:
		return object{{"TimeoutSecondsPath", t.Timeout.Path.Text}}
	case t.Timeout.IsSet():
		return object{{"TimeoutSeconds", int(t.Timeout.Value / time.Second)}}
	case t.Resource.Kind == asl.Function && c.options.Timeout != nil:
		return object{{"TimeoutSeconds", int((c.options.Timeout(t.Resource.Name) + time.Second - 1) / time.Second)}}
	}
	return nil
}

// within is a path in what another one takes.
func within(outer, inner *asl.Path) any {
	if outer == nil || inner.Context {
		return inner.Text
	}
	if outer.IsNull() {
		return null{}
	}
	return outer.Text + strings.TrimPrefix(inner.Text, "$")
}

// reference is a path or a call as text, with a prefix behind each $.
func reference(v asl.Value, prefix string) string {
	switch v := v.(type) {
	case *asl.Path:
		if v.Context || prefix == "" {
			return v.Text
		}
		return "$" + prefix + strings.TrimPrefix(v.Text, "$")
	case *asl.Call:
		if prefix == "" {
			return v.Text
		}
		var arguments []string
		if v.Template != nil {
			parts := make([]string, len(v.Template))
			for i, part := range v.Template {
				parts[i] = quote.Replace(part)
			}
			arguments = append(arguments, "'"+strings.Join(parts, "{}")+"'")
		}
		for _, a := range v.Arguments {
			arguments = append(arguments, reference(a, prefix))
		}
		return "States." + v.Function + "(" + strings.Join(arguments, ", ") + ")"
	case *asl.Literal:
		switch l := v.Value.(type) {
		case string:
			return "'" + quote.Replace(l) + "'"
		case json.Number:
			return l.String()
		case bool:
			if l {
				return "true"
			}
			return "false"
		}
	}
	return "null"
}

var quote = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `{`, `\{`, `}`, `\}`)
