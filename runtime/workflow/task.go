package workflow

import (
	"errors"
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// attempts runs a Task, a Parallel or a Map state, as often as its retriers say. To is not empty when an error was caught.
func (v *visit) attempts(o *asl.Outcome) (output any, to string, err error) {
	used := make([]int, len(o.Retry))
	for {
		output, err := v.attempt(o)
		fault, ok := errors.AsType[*Fault](err)
		if !ok {
			return output, "", err
		}
		v.fault = fault
		v.record(Event{Kind: Failed, Place: v.place, Fault: fault})
		delay, again := v.retry(o, used, fault)
		if !again {
			return v.caught(o, fault)
		}
		v.retries++
		v.record(Event{Kind: Retrying, Place: v.place, Fault: fault, Retry: v.retries, Delay: delay})
		if err := v.sleep(delay); err != nil {
			return nil, "", err
		}
	}
}

// retry tells whether an error is tried again, and after what time. The first retrier that is for the error decides.
func (v *visit) retry(o *asl.Outcome, used []int, fault *Fault) (time.Duration, bool) {
	for i := range o.Retry {
		r := &o.Retry[i]
		if !asl.MatchesError(r.Errors, fault.Name) {
			continue
		}
		if used[i] >= r.MaxAttempts.Value {
			return 0, false
		}
		delay := r.Delay(used[i])
		if r.Jitter.Value {
			delay = time.Duration(v.random(int64(delay) + 1)).Round(time.Millisecond)
		}
		used[i]++
		return delay, true
	}
	return 0, false
}

// caught goes on where the first catcher that is for the error leads.
func (v *visit) caught(o *asl.Outcome, fault *Fault) (any, string, error) {
	for _, c := range o.Catch {
		if !asl.MatchesError(c.Errors, fault.Name) {
			continue
		}
		info := map[string]any{"Error": fault.Name, "Cause": fault.Cause}
		output, failed := put(v.raw, c.ResultPath, info)
		if failed != nil {
			return nil, "", failed
		}
		v.record(Event{Kind: Caught, Place: v.place, Fault: fault, Next: c.Next.Value})
		return output, c.Next.Value, nil
	}
	return nil, "", fault
}

// attempt runs the state once, and makes of its result what its output will be.
func (v *visit) attempt(o *asl.Outcome) (any, error) {
	d, err := v.data()
	if err != nil {
		return nil, err
	}
	var result any
	switch b := v.state.Body.(type) {
	case *asl.Task:
		result, err = v.task(b, d)
	case *asl.Parallel:
		result, err = v.parallel(b, d)
	case *asl.Map:
		result, err = v.each(b, d)
	}
	if err != nil {
		return nil, err
	}
	if o.ResultSelector != nil {
		var fault *Fault
		d.input = result
		if result, fault = v.evaluate(o.ResultSelector, d); fault != nil {
			return nil, fault
		}
	}
	output, fault := put(v.raw, o.ResultPath, result)
	if fault != nil {
		return nil, fault
	}
	return output, nil
}

// parameters is what a state gives to what it runs.
func (v *visit) parameters(template asl.Value, d data) (any, error) {
	if template == nil {
		return d.input, nil
	}
	input, fault := v.evaluate(template, d)
	if fault != nil {
		return nil, fault
	}
	return input, small(input, "what state "+v.state.Name.Value+" gives")
}

func (v *visit) task(t *asl.Task, d data) (any, error) {
	input, err := v.parameters(t.Parameters, d)
	if err != nil {
		return nil, err
	}
	limit, err := span(t.Timeout, d, 1)
	if err != nil {
		return nil, err
	}
	ctx, cancel := v.ctx, func() {}
	if t.Timeout.IsSet() {
		ctx, cancel = v.clock.Within(v.ctx, limit)
	}
	defer cancel()
	resource := string(t.Resource.Kind) + ":" + t.Resource.Name
	v.record(Event{Kind: Called, Place: v.place, Resource: resource, Value: input})
	if v.options.Tasks == nil {
		return nil, errors.New("there is nothing that does tasks")
	}
	began := v.clock.Now()
	reply, err := v.options.Tasks.Call(ctx, Call{Resource: t.Resource, Place: v.place, Input: input, Retry: v.retries})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.place, err)
	}
	if took := v.clock.Now().Sub(began); t.Timeout.IsSet() && took+reply.After > limit {
		reply = Reply{Fault: &Fault{Name: asl.ErrTimeout}, After: max(0, limit-took)}
	}
	if err := v.sleep(reply.After); err != nil {
		return nil, err
	}
	if reply.Fault != nil {
		return nil, reply.Fault
	}
	if err := sound(reply.Output, 0); err != nil {
		return nil, fmt.Errorf("%s: the result of %s: %w", v.place, resource, err)
	}
	if err := small(reply.Output, "the result of "+resource); err != nil {
		return nil, err
	}
	v.record(Event{Kind: Returned, Place: v.place, Value: reply.Output})
	return reply.Output, nil
}

func (v *visit) parallel(p *asl.Parallel, d data) (any, error) {
	input, err := v.parameters(p.Parameters, d)
	if err != nil {
		return nil, err
	}
	return v.all(len(p.Branches), 0, func(i int) (any, error) {
		return v.graph(p.Branches[i], v.inner(i), input)
	})
}

// inner is the frame of a branch or an item.
func (v *visit) inner(i int) frame {
	return frame{within: fmt.Sprintf("%s[%d]/", v.place, i)}
}

func (v *visit) each(m *asl.Map, d data) (any, error) {
	value, fault := d.path(m.ItemsPath)
	if fault != nil {
		return nil, fault
	}
	items, ok := value.([]any)
	if !ok {
		return nil, faultf(asl.ErrRuntime, "the items are a list, found %s", typeName(value))
	}
	limit, err := concurrency(m, d)
	if err != nil {
		return nil, err
	}
	return v.all(len(items), limit, func(i int) (any, error) {
		input := items[i]
		if m.ItemSelector != nil {
			var err error
			context := v.context(v.state.Name.Value, v.entered, v.retries)
			context["Map"] = map[string]any{"Item": map[string]any{"Index": number(int64(i)), "Value": items[i]}}
			if input, err = v.parameters(m.ItemSelector, data{d.input, context}); err != nil {
				return nil, err
			}
		}
		return v.graph(m.Processor, v.inner(i), input)
	})
}

func concurrency(m *asl.Map, d data) (int, error) {
	if m.MaxConcurrencyPath == nil {
		return m.MaxConcurrency.Value, nil
	}
	value, fault := d.path(m.MaxConcurrencyPath)
	if fault != nil {
		return 0, fault
	}
	const most = 99_999_999
	n, ok := whole(value)
	if !ok || n < 0 || n > most {
		return 0, faultf(asl.ErrRuntime, "the concurrency is a whole number from 0, found %s", typeName(value))
	}
	return int(n), nil
}

// all runs parts of a state to their ends, at most limit at the same time. It returns their results in their order, or the error of
// the first of them, in their order, that failed.
func (v *visit) all(n, limit int, run func(i int) (any, error)) (any, error) {
	results, errs := make([]any, n), make([]error, n)
	v.clock.Each(n, limit, func(i int) { results[i], errs[i] = run(i) })
	var first error
	for _, err := range errs {
		_, fault := errors.AsType[*Fault](err)
		switch {
		case err == nil:
		case !fault:
			return nil, err // the execution as a whole cannot go on
		case first == nil:
			first = err
		}
	}
	if first != nil {
		return nil, first
	}
	if err := small(results, "the result of state "+v.state.Name.Value); err != nil {
		return nil, err
	}
	return results, nil
}
