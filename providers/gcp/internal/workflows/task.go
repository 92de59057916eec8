package workflows

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// task compiles a task: the call, what becomes of its result, and what is done about its errors.
func (c *compiler) task(s *asl.State, t *asl.Task, name, after string) []Step {
	sc := c.input(s)
	input := any(sc.data)
	if t.Parameters != nil {
		input = c.value(t.Parameters, sc)
	}
	fields, result := c.invoke(t, input)
	w := work{like: name, fields: fields, result: result, fails: canFail(t.Parameters), otherwise: otherwise(t.Parameters, t.ResultSelector, t.ResultPath)}
	return c.outputTo(s, c.attempt(s, &t.Outcome, w), after)
}

// invoke is the call of a resource, without a place for its result, and the result of one that gives none.
func (c *compiler) invoke(t *asl.Task, input any) (Map, any) {
	callee := c.callee(t.Resource)
	address := Expr(fmt.Sprintf("sys.get_env(%q)", callee.Variable))
	switch t.Resource.Kind {
	case asl.Topic, asl.Queue:
		c.needed["publish"] = publish()
		return call("publish", Map{{"topic", address}, {"message", input}}, ""), Map{}
	case asl.Workflow:
		c.needed["start_workflow"] = start()
		return call("start_workflow", Map{{"workflow", address}, {"input", input}}, ""), Map{}
	}
	helper := callFunction(c.timeout(t))
	c.needed[helper.Name] = helper
	return call(helper.Name, Map{{"url", address}, {"input", input}}, ""), nil
}

// timeout is how long a call of the task's function may take.
func (c *compiler) timeout(t *asl.Task) time.Duration {
	d := t.Timeout.Value
	switch {
	case t.Timeout.Path != nil:
		c.refuse(t.Timeout.Path.Pos, "timeout-path", "TimeoutSecondsPath")
	case !t.Timeout.IsSet() && c.options.Timeout != nil:
		d = c.options.Timeout(t.Resource.Name)
	}
	if d > maxCall {
		c.refuse(t.Timeout.Pos, "call-timeout", "a task that takes up to %s", d)
	}
	return d
}

// work is what a state does that can fail, and be tried again.
type work struct {
	// like is the state's step; names of more begin with it.
	like string
	// steps come first, and then a call: its fields without a result. A state without a call has no fields.
	steps  []Step
	fields Map
	// result is what the call gives, for one that gives nothing of its own; with steps alone, the expression of their result.
	result any
	// fails tells whether the arguments can, and otherwise how an error of the engine is called that is not about what is missing.
	fails     bool
	otherwise string
	// inner is true of a state with graphs in it: an error that has no name comes from there, and nothing may catch it.
	inner bool
}

// attempt has work done, its result selected and put into data, and its errors retried and caught.
func (c *compiler) attempt(s *asl.State, o *asl.Outcome, w work) []Step {
	handled := len(o.Retry)+len(o.Catch) > 0
	plain := w.fields != nil && w.result == nil && o.ResultSelector == nil // the call's result is the state's
	fails := w.fails || canFail(o.ResultSelector) || !o.ResultPath.IsRoot() && !o.ResultPath.IsNull()
	first := w.like
	steps := w.steps
	switch {
	case plain && o.ResultPath.IsRoot():
		fields := append(w.fields, Field{"result", "data"})
		if handled || c.watched && fails {
			return c.tried(s, o, w, fields, fails)
		}
		return append(steps, step(first, fields...))
	case plain && o.ResultPath.IsNull():
		if handled || c.watched && fails {
			return c.tried(s, o, w, w.fields, fails)
		}
		return append(steps, step(first, w.fields...))
	}
	guard := handled || c.watched && fails
	if guard && w.fields != nil {
		first = c.name(w.like + "_call")
	}
	result := w.result
	if w.fields != nil {
		fields := w.fields
		if result == nil {
			fields, result = append(fields, Field{"result", "result"}), Expr("result")
		}
		steps = append(steps, step(first, fields...))
	}
	if o.ResultSelector != nil {
		sc := c.scope
		sc.state = s.Name.Value
		sc.data = emptyMap
		if e, ok := result.(Expr); ok {
			sc.data = e
		}
		result = c.value(o.ResultSelector, sc)
	}
	label := c.name(w.like + "_result")
	kept := c.put(label, w.like, o.ResultPath, result)
	if w.inner && guard && fails && len(kept) > 0 { // what has no name would be the end
		if len(kept) > 1 {
			label = c.name(w.like + "_outcome")
		}
		kept = c.guarded(label, kept, otherwise(nil, o.ResultSelector, o.ResultPath))
	}
	steps = append(steps, kept...)
	if !guard {
		return steps
	}
	return c.tried(s, o, w, Map{{"steps", steps}}, fails)
}

// tried stands steps in a try, with what is done about their errors.
func (c *compiler) tried(s *asl.State, o *asl.Outcome, w work, body Map, fails bool) []Step {
	h := handlers{c: c, s: s, o: o, w: w, e: "e", fails: fails && !w.inner}
	try := Step{Name: w.like, Fields: Map{{"try", body}}}
	if h.native() {
		if len(o.Retry) > 0 {
			try.Fields = append(try.Fields, h.retry())
		}
		if except := h.except(nil); except != nil {
			try.Fields = append(try.Fields, *except)
		}
		return []Step{try}
	}
	try.Name = c.name(w.like + "_try")
	counters, again := h.loop(try.Name)
	try.Fields = append(try.Fields, *h.except(again))
	return []Step{counters, try}
}

// callFunction is the subworkflow that calls a function as the workflow's service account, and gives its errors their names.
func callFunction(timeout time.Duration) Block {
	args := Map{
		{"url", Expr("url")},
		{"auth", Map{{"type", "OIDC"}, {"audience", Expr("url")}}},
		{"headers", Map{{"Content-Type", "application/json"}}},
		{"body", Expr("json.encode(input)")},
	}
	name, within := "call_function", ""
	if timeout > 0 {
		name += fmt.Sprintf("_within_%ds", int(timeout.Seconds()))
		within = fmt.Sprintf(" within %s", timeout)
		args = append(args, Field{"timeout", seconds(timeout)})
	}
	tags := Expr(`default(map.get(e, "tags"), [])`)
	return Block{
		Comment: "Calls a function" + within + ".",
		Name:    name,
		Params:  []string{"url", "input"},
		Steps: []Step{
			step("post",
				Field{"try", call("http.post", args, "response")},
				Field{"except", Map{{"as", "e"}, {"steps", []Step{
					step("timed_out", Field{"switch", List{Map{
						{"condition", `"TimeoutError" in ` + tags + ` or map.get(e, "code") == 504`},
						{"raise", Map{{"Error", asl.ErrTimeout}, {"Cause", "the function did not answer in time"}}},
					}}}),
					step("failed", Field{"switch", List{Map{
						{"condition", Expr(`get_type(map.get(e, "body")) == "map" and "error" in e.body`)},
						{"raise", Map{{"Error", Expr("e.body.error.type")}, {"Cause", Expr(`default(map.get(e.body.error, "message"), "")`)}}},
					}}}),
					step("unreachable", Field{"raise", transient}),
				}}}},
			),
			step("answer", Field{"return", Expr("response.body")}),
		},
	}
}

// transient is the error of a call that could not be made.
var transient = Map{{"Error", asl.ErrTransient}, {"Cause", Expr(`default(map.get(e, "message"), "")`)}}

// sends is a subworkflow that makes a call whose answer does not matter.
func sends(comment, name string, params []string, label, connector string, args Map) Block {
	return Block{Comment: comment, Name: name, Params: params, Steps: []Step{step(label,
		Field{"try", call(connector, args, "")},
		Field{"except", Map{{"as", "e"}, {"steps", []Step{step("not_"+label, Field{"raise", transient})}}}},
	)}}
}

// publish is the subworkflow that publishes a message: https://cloud.google.com/workflows/docs/reference/googleapis/pubsub/v1/projects.topics/publish
func publish() Block {
	return sends("Publishes a message.", "publish", []string{"topic", "message"}, "published", "googleapis.pubsub.v1.projects.topics.publish", Map{
		{"topic", Expr("topic")},
		{"body", Map{{"messages", List{Map{{"data", Expr("base64.encode(json.encode(message))")}}}}}},
	})
}

// start is the subworkflow that starts another workflow, and does not wait for its end:
// https://cloud.google.com/workflows/docs/reference/googleapis/workflowexecutions/v1/projects.locations.workflows.executions/create
func start() Block {
	return sends("Starts a workflow.", "start_workflow", []string{"workflow", "input"}, "started", "googleapis.workflowexecutions.v1.projects.locations.workflows.executions.create", Map{
		{"parent", Expr("workflow")},
		{"body", Map{{"argument", Expr("json.encode_to_string(input)")}}},
	})
}
