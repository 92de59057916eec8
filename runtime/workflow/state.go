package workflow

import (
	"errors"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
)

// graph runs the states of a graph, from the first to an end.
func (e *execution) graph(g *asl.Graph, f frame, input any) (any, error) {
	name := g.StartAt.Value
	for {
		s := g.State(name)
		if s == nil {
			return nil, faultf(asl.ErrRuntime, "there is no state %q", name)
		}
		output, next, err := e.state(s, f, input)
		if err != nil || next == "" {
			return output, err
		}
		name, input = next, output
	}
}

// visit is a state that is being run.
type visit struct {
	*execution
	state   *asl.State
	frame   frame
	place   string
	raw     any // the input before InputPath
	entered time.Time
	retries int
	fault   *Fault // the last that was recorded
}

// state runs a state. Next is empty at an end.
func (e *execution) state(s *asl.State, f frame, raw any) (output any, next string, err error) {
	if err := e.step(); err != nil {
		return nil, "", err
	}
	v := &visit{execution: e, state: s, frame: f, place: f.within + s.Name.Value, raw: raw, entered: e.clock.Now()}
	e.record(Event{Kind: Entered, Place: v.place, Value: raw})
	if err := small(raw, "the input of state "+s.Name.Value); err != nil {
		return nil, "", v.failed(err)
	}
	output, next, caught, err := v.run()
	if err == nil && !caught {
		output, err = v.finish(output)
	}
	if err != nil {
		return nil, "", v.failed(err)
	}
	e.record(Event{Kind: Exited, Place: v.place, Value: output, Next: next})
	return output, next, nil
}

// failed records what ends a state, unless that has been done.
func (v *visit) failed(err error) error {
	if fault, ok := errors.AsType[*Fault](err); ok && fault != v.fault {
		v.record(Event{Kind: Failed, Place: v.place, Fault: fault})
	}
	return err
}

// finish makes a state's output of what came of it.
func (v *visit) finish(output any) (any, error) {
	output, fault := data{output, v.context(v.state.Name.Value, v.entered, v.retries)}.path(v.state.OutputPath)
	if fault != nil {
		return nil, fault
	}
	return output, small(output, "the output of state "+v.state.Name.Value)
}

// data is what the paths of the state are about.
func (v *visit) data() (data, error) {
	d := data{v.raw, v.context(v.state.Name.Value, v.entered, v.retries)}
	input, fault := d.path(v.state.InputPath)
	if fault != nil {
		return d, fault
	}
	d.input = input
	return d, nil
}

// run does what a state is for. The output is that before OutputPath, unless an error was caught.
func (v *visit) run() (output any, next string, caught bool, err error) {
	next = v.state.Next.Value
	if o := v.state.Outcome(); o != nil {
		output, to, err := v.attempts(o)
		if to != "" {
			return output, to, true, err
		}
		return output, next, false, err
	}
	d, err := v.data()
	if err != nil {
		return nil, "", false, err
	}
	output = d.input
	switch b := v.state.Body.(type) {
	case *asl.Choice:
		next, err = choose(b, d)
	case *asl.Wait:
		err = v.wait(b, d)
	case *asl.Pass:
		output, err = v.pass(b, d)
	case *asl.Fail:
		err = v.fail(b, d)
	}
	return output, next, false, err
}

func choose(c *asl.Choice, d data) (string, error) {
	for _, r := range c.Rules {
		ok, fault := holds(r.Condition, d)
		if fault != nil {
			return "", fault
		}
		if ok {
			return r.Next.Value, nil
		}
	}
	if !c.Default.IsSet() {
		return "", faultf(asl.ErrNoChoice, "no rule holds, and there is no Default")
	}
	return c.Default.Value, nil
}

func (v *visit) wait(w *asl.Wait, d data) error {
	var delay time.Duration
	if w.Timestamp != nil {
		at, fault := v.evaluate(w.Timestamp, d)
		if fault != nil {
			return fault
		}
		s, _ := at.(string)
		t, ok := asl.ParseTimestamp(s)
		if !ok {
			return faultf(asl.ErrRuntime, "%s is not a moment", shorten(string(Encode(at))))
		}
		delay = max(0, t.Sub(v.clock.Now()))
	} else {
		var err error
		if delay, err = span(w.Seconds, d, 0); err != nil {
			return err
		}
	}
	v.record(Event{Kind: Waited, Place: v.place, Delay: delay})
	return v.sleep(delay)
}

// span is a time of a definition, or of the input.
func span(s asl.Seconds, d data, least int64) (time.Duration, error) {
	if s.Path == nil {
		return s.Value, nil
	}
	value, fault := d.path(s.Path)
	if fault != nil {
		return 0, fault
	}
	const most = 99_999_999
	n, ok := whole(value)
	if !ok || n < least || n > most {
		return 0, faultf(asl.ErrRuntime, "a time is a whole number of seconds from %d to %d, found %s at %s", least, most, typeName(value), s.Path.Text)
	}
	return time.Duration(n) * time.Second, nil
}

func (v *visit) pass(p *asl.Pass, d data) (any, error) {
	output := d.input
	template := p.Parameters
	if p.Result != nil {
		template = p.Result
	}
	if template != nil {
		var fault *Fault
		if output, fault = v.evaluate(template, d); fault != nil {
			return nil, fault
		}
	}
	output, fault := put(v.raw, p.ResultPath, output)
	if fault != nil {
		return nil, fault
	}
	return output, nil
}

func (v *visit) fail(f *asl.Fail, d data) error {
	var texts [2]string
	for i, t := range []asl.Value{f.Error, f.Cause} {
		if t == nil {
			continue
		}
		value, fault := v.evaluate(t, d)
		if fault != nil {
			return fault
		}
		s, ok := value.(string)
		if !ok {
			return faultf(asl.ErrRuntime, "an error and its cause are text, found %s", typeName(value))
		}
		texts[i] = s
	}
	return &Fault{texts[0], texts[1]}
}
