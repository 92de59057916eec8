package states

import (
	"encoding/json"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// named is a state with its name.
type named struct {
	name  string
	state object
}

// state writes a state: one, unless it is wrapped.
func (c *compiler) state(s *asl.State) []named {
	if o := s.Outcome(); o != nil && c.wraps(s) {
		return c.wrapped(s, o)
	}
	return []named{{s.Name.Value, c.plain(s)}}
}

// plain writes a state as it is.
func (c *compiler) plain(s *asl.State) object {
	state := object{{"Type", s.Body.Type()}, {"Comment", nonEmpty(s.Comment)}, {"InputPath", path(s.InputPath)}}
	switch b := s.Body.(type) {
	case *asl.Task:
		return append(c.task(s, b, state), c.goOn(s)...)
	case *asl.Choice:
		state = append(state, c.choice(b)...)
	case *asl.Parallel:
		var branches array
		for _, g := range b.Branches {
			branches = append(branches, c.graph(g))
		}
		state = append(state, field{"Parameters", optional(b.Parameters)}, field{"Branches", branches})
		state = append(state, c.outcome(&b.Outcome)...)
	case *asl.Map:
		state = append(state, c.mapFields(b, c.graph(b.Processor))...)
		state = append(state, c.outcome(&b.Outcome)...)
	case *asl.Wait:
		state = append(state, c.wait(b)...)
	case *asl.Pass:
		state = append(state, field{"Parameters", optional(b.Parameters)}, field{"Result", optional(b.Result)}, field{"ResultPath", path(b.ResultPath)})
	case *asl.Fail:
		state = object{state[0], state[1]}
		state = append(state, expression("Error", b.Error), expression("Cause", b.Cause))
	}
	return append(state, c.goOn(s)...)
}

// goOn is OutputPath, and what follows.
func (c *compiler) goOn(s *asl.State) object {
	o := object{{"OutputPath", path(s.OutputPath)}, {"Next", nonEmpty(s.Next.Value)}}
	if s.End {
		o = append(o, field{"End", true})
	}
	return o
}

// expression is a field whose value is a text, or what a path gives.
func expression(name string, v asl.Value) field {
	switch v := v.(type) {
	case *asl.Literal:
		return field{name, v.Value}
	case *asl.Path, *asl.Call:
		return field{name + "Path", reference(v, "")}
	}
	return field{}
}

func (c *compiler) wait(b *asl.Wait) object {
	switch {
	case b.Seconds.Value > maxExecution:
		c.refuse(b.Seconds.Pos, "wait", "a wait of %s", b.Seconds.Value)
	case b.Timestamp != nil:
		return object{expression("Timestamp", b.Timestamp)}
	case b.Seconds.Path != nil:
		return object{{"SecondsPath", b.Seconds.Path.Text}}
	}
	return object{{"Seconds", int(b.Seconds.Value / time.Second)}}
}

// mapFields are those of a Map state, with what it does with an item.
func (c *compiler) mapFields(b *asl.Map, processor object) object {
	o := object{{"ItemsPath", path(b.ItemsPath)}, {"ItemSelector", optional(b.ItemSelector)}}
	if b.MaxConcurrency.Set {
		o = append(o, field{"MaxConcurrency", b.MaxConcurrency.Value})
	}
	return append(o, field{"MaxConcurrencyPath", path(b.MaxConcurrencyPath)},
		field{"ItemProcessor", append(object{{"ProcessorConfig", object{{"Mode", "INLINE"}}}}, processor...)})
}

func (c *compiler) choice(b *asl.Choice) object {
	var rules array
	for _, r := range b.Rules {
		rule := append(condition(r.Condition), field{"Comment", nonEmpty(r.Comment)}, field{"Next", r.Next.Value})
		rules = append(rules, rule)
	}
	return object{{"Choices", rules}, {"Default", nonEmpty(b.Default.Value)}}
}

func condition(c asl.Condition) object {
	several := func(of []asl.Condition) array {
		var all array
		for _, o := range of {
			all = append(all, condition(o))
		}
		return all
	}
	switch c := c.(type) {
	case *asl.All:
		return object{{"And", several(c.Of)}}
	case *asl.Any:
		return object{{"Or", several(c.Of)}}
	case *asl.Not:
		return object{{"Not", condition(c.Of)}}
	case *asl.Comparison:
		f := expression(c.Operator.String(), c.With)
		return object{{"Variable", c.Variable.Text}, f}
	}
	return nil
}

// outcome is what Task, Parallel and Map have in common.
func (c *compiler) outcome(o *asl.Outcome) object {
	return append(object{{"ResultSelector", optional(o.ResultSelector)}, {"ResultPath", path(o.ResultPath)}}, c.handlers(o)...)
}

func (c *compiler) handlers(o *asl.Outcome) object {
	var retriers, catchers array
	for _, r := range o.Retry {
		retrier := object{{"ErrorEquals", errors(r.Errors)}}
		if r.Interval.Set {
			retrier = append(retrier, field{"IntervalSeconds", int(r.Interval.Value / time.Second)})
		}
		if r.MaxAttempts.Set {
			retrier = append(retrier, field{"MaxAttempts", r.MaxAttempts.Value})
		}
		if r.Backoff.Set {
			retrier = append(retrier, field{"BackoffRate", r.Backoff.Value})
		}
		if r.MaxDelay.Set {
			retrier = append(retrier, field{"MaxDelaySeconds", int(r.MaxDelay.Value / time.Second)})
		}
		if r.Jitter.Value {
			retrier = append(retrier, field{"JitterStrategy", "FULL"})
		}
		retriers = append(retriers, retrier)
	}
	for _, k := range o.Catch {
		catchers = append(catchers, object{{"ErrorEquals", errors(k.Errors)}, {"ResultPath", path(k.ResultPath)}, {"Comment", nonEmpty(k.Comment)}, {"Next", k.Next.Value}})
	}
	fields := object{}
	if retriers != nil {
		fields = append(fields, field{"Retry", retriers})
	}
	if catchers != nil {
		fields = append(fields, field{"Catch", catchers})
	}
	return fields
}

// alsoNamed are the service's own names of errors that have one in workflows.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
var alsoNamed = map[string][]string{
	asl.ErrTransient: {
		"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
		"Lambda.TooManyRequestsException", "Lambda.Unknown", "Runtime.ExitError",
	},
	asl.ErrTimeout: {"Sandbox.Timedout", "Lambda.ClientExecutionTimeoutException"},
}

func errors(names []asl.Text) array {
	var all array
	for _, n := range names {
		all = append(all, n.Value)
		for _, also := range alsoNamed[n.Value] {
			all = append(all, also)
		}
	}
	return all
}

// optional is a template as a field has it; nil where it is not written.
func optional(v asl.Value) any {
	if v == nil {
		return nil
	}
	return template(v, "")
}

// template writes a payload template. Each path in it gets a prefix behind its $.
func template(v asl.Value, prefix string) any {
	switch v := v.(type) {
	case *asl.Literal:
		if v.Value == nil {
			return null{}
		}
		if n, ok := v.Value.(json.Number); ok {
			return json.RawMessage(n)
		}
		return v.Value
	case *asl.Array:
		list := array{}
		for _, item := range v.Items {
			list = append(list, template(item, prefix))
		}
		return list
	case *asl.Object:
		o := object{}
		for _, f := range v.Fields {
			switch f.Value.(type) {
			case *asl.Path, *asl.Call:
				o = append(o, field{f.Name.Value + ".$", reference(f.Value, prefix)})
			default:
				o = append(o, field{f.Name.Value, template(f.Value, prefix)})
			}
		}
		return o
	}
	return reference(v, prefix)
}
