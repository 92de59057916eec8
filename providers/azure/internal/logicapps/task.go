package logicapps

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// none is the retry policy of every call: the engine's own is four retries.
// https://learn.microsoft.com/azure/logic-apps/error-exception-handling#retry-policies
var none = Object{{"type", "none"}}

// called adds the call of a task, an action with the state's name, and gives its result.
func (c *compiler) called(s *sequence, state *asl.State, t *asl.Task, sc scope) expr {
	name := c.states[state.Name.Value]
	payload := any(asJSON(sc.data).value())
	if t.Parameters != nil {
		// In an action of its own, what is not there ends the run, and is no failure of the call.
		input := c.name(name + "_input")
		s.add(input, "Compose", Field{"inputs", c.template(t.Parameters, sc)})
		payload = outputs(input).value()
		if _, object := t.Parameters.(*asl.Object); !object {
			payload = asJSON(outputs(input)).value()
		}
	}
	uri, audience := c.endpoint(t.Resource)
	c.checkTimeout(t)
	headers := Object{{"Content-Type", "application/json"}}
	if t.Timeout.IsSet() {
		headers = append(headers, Field{"Prefer", fmt.Sprintf("wait=%d", int(t.Timeout.Value/time.Second))})
	}
	s.add(name, "Http", Field{"inputs", Object{
		{"method", "POST"},
		{"uri", uri.value()},
		{"headers", headers},
		{"body", payload},
		{"authentication", Object{{"type", "ManagedServiceIdentity"}, {"identity", call("parameters", quoted(ParamIdentity)).value()}, {"audience", audience}}},
		{"retryPolicy", none},
	}}, Field{"operationOptions", "DisableAsyncPattern"})
	if t.Resource.Kind == asl.Function {
		return body(name)
	}
	return emptyObject
}

// endpoint is where a resource is called, and what the token is for. A workflow is started by its trigger's address, as anything else
// that starts one does: the action Workflow wants one that answers, and knows no parameters.
// https://learn.microsoft.com/azure/logic-apps/logic-apps-http-endpoint
func (c *compiler) endpoint(r asl.Resource) (expr, string) {
	c.parameters[ParamIdentity] = true
	switch r.Kind {
	case asl.Function:
		c.parameters[ParamApp], c.parameters[ParamAudience] = true, true
		return call("concat", call("parameters", quoted(ParamApp)), quoted(c.options.TaskPath+r.Name)), call("parameters", quoted(ParamAudience)).value()
	case asl.Workflow:
		c.parameters[ParamManagement] = true
		if c.options.LeadsBack != nil && c.options.LeadsBack(r.Name) {
			c.refuse(r.Pos, "circle", "a workflow that starts itself, or one that leads back to it")
		}
		return c.callee(r), call("parameters", quoted(ParamManagement)).value()
	}
	// https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
	return c.callee(r), "https://servicebus.azure.net"
}

// checkTimeout refuses a call that may take too long. The engine does not bound a call by less than it bounds all by: the timeout in an
// action's limits is about retries and asynchronous answers, and "does not alter the request timeout of a single request". So the runtime
// is told how long the workflow waits, and answers in time.
// https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#change-asynchronous-duration
func (c *compiler) checkTimeout(t *asl.Task) {
	limit, pos := t.Timeout.Value+margin, t.Timeout.Pos
	switch {
	case t.Timeout.Path != nil:
		c.refuse(t.Timeout.Path.Pos, "timeout-path", "TimeoutSecondsPath")
	case t.Timeout.IsSet() && t.Resource.Kind != asl.Function:
		c.refuse(pos, "message-timeout", "TimeoutSeconds of a task that calls no function")
	case !t.Timeout.IsSet() && t.Resource.Kind == asl.Function && c.options.Timeout != nil:
		limit, pos = c.options.Timeout(t.Resource.Name), t.Resource.Pos
	}
	if limit > maxCall {
		c.refuse(pos, "call-timeout", "a task that takes up to %s", limit)
	}
}

// failure adds the actions that give the error of a call that failed: what the function says, or that it did not answer. They can run
// whatever came back. Bad tells whether the result of one that worked could not be put in its place.
func (c *compiler) failure(s *sequence, name, failure string, t *asl.Task, bad expr) {
	late := call("equals", status(name), "'TimedOut'")
	if t.Resource.Kind != asl.Function {
		kind := misplaced(bad, call("if", late, quoted(asl.ErrTimeout), quoted(asl.ErrTransient)))
		s.add(failure, "Compose", Field{"inputs", Object{{"Error", kind.value()}, {"Cause", ""}}})
		return
	}
	answer := c.name(name + "_answer")
	text := call("string", body(name))
	s.add(answer, "Compose", Field{"inputs", call("json", call("if", call("and", call("equals", status(name), "'Failed'"), call("startsWith", text, `'{"error":{'`)), text, `'{"error":{"type":"`+asl.ErrTransient+`"}}'`)).member("error").value()})
	kind, message := outputs(answer).member("type"), call("coalesce", outputs(answer).maybe("message"), "''")
	late = call("or", late, call("equals", kind, quoted(asl.ErrTimeout)))
	cause := call("concat", `'{"errorMessage":'`, asJSON(message), `',"errorType":'`, asJSON(kind), "'}'")
	silent := late // has no cause of the function's
	if bad != "" {
		silent = call("or", late, bad)
	}
	s.add(failure, "Compose", Field{"inputs", Object{
		{"Error", misplaced(bad, call("if", late, quoted(asl.ErrTimeout), kind)).value()},
		{"Cause", call("if", silent, "''", cause).value()},
	}})
}

// misplaced is the name of an error, or that of a result without a place.
func misplaced(bad, kind expr) expr {
	if bad == "" {
		return kind
	}
	return call("if", bad, quoted(asl.ErrResultPath), kind)
}

// try adds one attempt of a state, and an action that gives its error. It gives the result, and whether the attempt failed.
func (c *compiler) try(s *sequence, state *asl.State, ctx *graph, sc scope, failure string, bad expr) (result, failed expr) {
	switch b := state.Body.(type) {
	case *asl.Parallel:
		return c.parallel(s, state, b, ctx, sc, failure, bad)
	case *asl.Map:
		return c.items(s, state, b, ctx, sc, failure, bad)
	}
	name := c.states[state.Name.Value]
	task := state.Body.(*asl.Task)
	result = c.called(s, state, task, sc)
	s.last = Object{{name, anyEnd}}
	failed = call("not", worked(name))
	if bad != "" {
		misplaced := c.name(name + "_misplaced")
		s.add(misplaced, "Compose", Field{"inputs", call("and", worked(name), bad).value()})
		bad = outputs(misplaced)
		failed = call("or", failed, bad)
	}
	c.failure(s, name, failure, task, bad)
	return result, failed
}
