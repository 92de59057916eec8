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
		return append(c.call(s, t, state), c.timeout(t)...)
	}
	return append(c.send(t, state), c.timeout(t)...)
}

// call writes the call of a function.
func (c *compiler) call(s *asl.State, t *asl.Task, state object) object {
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
	return append(state, c.outcome(&t.Outcome)...)
}

// send writes what sends a message, or starts a workflow.
func (c *compiler) send(t *asl.Task, state object) object {
	service := services[t.Resource.Kind]
	action := c.substitute(Substitution{Key: service.key, Action: service.action})
	parameters := object{{service.name, c.address(t.Resource)}, payload(t, service.payload, service.text)}
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
	return append(state, c.handlers(anyFailure(t.Outcome))...)
}

// payload is the field of a message with what it says.
func payload(t *asl.Task, name string, text bool) field {
	said := "$"
	switch p := t.Parameters.(type) {
	case nil:
	case *asl.Object:
		return field{name, template(p, "")}
	default:
		said = reference(p, "")
	}
	if text {
		said = "States.JsonToString(" + said + ")"
	}
	return field{name + ".$", said}
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
		if prefix == "" && v.Text != "" {
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
