package workflows

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// task compiles a task: the call, what becomes of its result, and what is done about its errors.
func (c *compiler) task(s *asl.State, t *asl.Task, name, after string) []Step {
	w := work{like: name, raw: canFail(t.Parameters)}
	sc := c.input(s)
	input := any(sc.data)
	if t.Parameters != nil {
		w.steps, input = c.made(name, t.Parameters, sc, c.heard(&t.Outcome))
	}
	w.fields, w.result = c.invoke(t, input)
	return c.outputTo(s, c.attempt(s, &t.Outcome, w), after)
}

// heard tells whether something catches or retries errors of a state.
func (c *compiler) heard(o *asl.Outcome) bool { return c.watched || handled(o) }

func handled(o *asl.Outcome) bool { return len(o.Retry)+len(o.Catch) > 0 }

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
	// like is what the names of its steps begin with.
	like string
	// steps come first, and then a call: its fields without a result. A state without a call has no fields.
	steps  []Step
	fields Map
	// result is what a call gives that gives nothing of its own, or the expression of what the steps have made.
	result any
	// raw tells whether errors of the engine can come up: they have no name, and nothing may catch them.
	raw bool
}

// attempt has work done, its result selected and put into data, and its errors retried and caught.
func (c *compiler) attempt(s *asl.State, o *asl.Outcome, w work) []Step {
	steps, result := w.steps, w.result
	own := w.fields != nil && result == nil                                                      // the call gives the result
	direct := own && o.ResultSelector == nil && (o.ResultPath.IsRoot() || o.ResultPath.IsNull()) // which goes where it belongs
	if w.fields != nil {
		fields := w.fields
		switch {
		case direct && o.ResultPath.IsRoot():
			fields = append(fields, Field{"result", "data"})
		case own && !direct:
			fields, result = append(fields, Field{"result", "result"}), Expr("result")
		}
		steps = append(steps, step(c.name(w.like+"_call"), fields...))
	}
	if o.ResultSelector != nil {
		sc := c.scope
		sc.state, sc.data = s.Name.Value, emptyMap
		if e, ok := result.(Expr); ok {
			sc.data = e
		}
		var before []Step
		before, result = c.made(w.like+"_selected", o.ResultSelector, sc, c.heard(o))
		steps = append(steps, before...)
		w.raw = w.raw || canFail(o.ResultSelector)
		if o.ResultPath.IsNull() {
			steps = append(steps, c.dropped(w.like, result))
		}
	}
	if !direct {
		w.raw = w.raw || !o.ResultPath.IsRoot() && !o.ResultPath.IsNull()
		steps = append(steps, c.put(w.like, o.ResultPath, result, c.heard(o))...)
	}
	if handled(o) {
		return c.tried(o, w, steps)
	}
	return steps
}

// tried stands steps in a try, with what is done about their errors.
func (c *compiler) tried(o *asl.Outcome, w work, steps []Step) []Step {
	body := Map{{"steps", steps}}
	if len(steps) == 1 {
		body = steps[0].Fields
	}
	h := handlers{c: c, o: o, like: w.like, raw: w.raw}
	try := Step{Name: c.name(w.like + "_try"), Fields: Map{{"try", body}}}
	if !h.native() {
		counters, again := h.loop(try.Name)
		try.Fields = append(try.Fields, h.except(again))
		return []Step{counters, try}
	}
	if len(o.Retry) > 0 {
		try.Fields = append(try.Fields, h.retry())
	}
	if len(o.Catch) > 0 {
		try.Fields = append(try.Fields, h.except(nil))
	}
	return []Step{try}
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
						{"raise", Map{{"Error", asl.ErrTimeout}, {"Cause", ""}}},
					}}}),
					step("failed", Field{"switch", List{
						Map{
							{"condition", Expr(answered + " and e.body.error.type == " + textExpression(asl.ErrDataLimit))},
							{"raise", Map{{"message", "the function's result is too large"}}}, // without a name, nothing catches it
						},
						Map{{"condition", Expr(answered)}, {"raise", Map{{"Error", Expr("e.body.error.type")}, {"Cause", Expr(cause)}}}},
					}}),
					step("unreachable", Field{"raise", transient}),
				}}}},
			),
			step("answer", Field{"return", Expr("response.body")}),
		},
	}
}

// answered tells whether an error is the function's own.
const answered = `get_type(map.get(e, "body")) == "map" and get_type(map.get(e.body, "error")) == "map" and "type" in e.body.error`

// cause is the cause of a function's error, as the States Language has it: JSON of the message and the name.
const cause = `"{\"errorMessage\":" + json.encode_to_string(default(map.get(e.body.error, "message"), "")) + ",\"errorType\":" + json.encode_to_string(e.body.error.type) + "}"`

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
