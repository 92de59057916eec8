package asl

import (
	"slices"
	"strconv"
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// The defaults of a retrier.
const (
	DefaultInterval    = time.Second
	DefaultMaxAttempts = 3
	DefaultBackoff     = 2.0
)

// ParseTimestamp reads a moment.
func ParseTimestamp(s string) (time.Time, bool) {
	if !timestamp.MatchString(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

// outcome reads what Task, Parallel and Map have in common.
func (o *object) outcome() Outcome {
	out := Outcome{ResultSelector: o.template("ResultSelector"), ResultPath: o.reference("ResultPath")}
	retriers := o.few("Retry")
	for _, t := range retriers {
		if r := o.p.object(t, "a retrier of "+o.what, retrierFields); r != nil {
			out.Retry = append(out.Retry, r.retrier())
		}
	}
	catchers := o.few("Catch")
	if t, ok := o.get("Catch"); ok && len(catchers) != len(t.items) || t.kind != sequence && ok {
		o.p.lost = true
	}
	for _, t := range catchers {
		if c := o.p.object(t, "a catcher of "+o.what, catcherFields); c != nil {
			out.Catch = append(out.Catch, Catcher{
				Pos: c.t.pos, Comment: c.text("Comment").Value, Errors: c.errors(), ResultPath: c.reference("ResultPath"), Next: c.required("Next"),
			})
		}
		o.p.lost = o.p.lost || len(out.Catch) == 0 || !out.Catch[len(out.Catch)-1].Next.IsSet()
	}
	return out
}

// maxHandlers is how many retriers, catchers, or names of errors of one of them there can be: each is compared with each.
const maxHandlers = 100

// few reads a list that is not long.
func (o *object) few(name string) []tree {
	items, _ := o.list(name)
	if len(items) > maxHandlers {
		o.p.errorf(diag.InvalidValue, o.t.pos, "%s of %s has %d entries, at most %d are allowed", name, o.what, len(items), maxHandlers)
		items = items[:maxHandlers]
	}
	return items
}

func (o *object) retrier() Retrier {
	r := Retrier{Pos: o.t.pos, Errors: o.errors()}
	r.Interval = span(o.whole("IntervalSeconds", 1, maxSeconds), DefaultInterval)
	r.MaxDelay = span(o.whole("MaxDelaySeconds", 1, maxDelay), 0)
	r.MaxAttempts = o.whole("MaxAttempts", 0, maxSeconds)
	if !r.MaxAttempts.Set {
		r.MaxAttempts.Value = DefaultMaxAttempts
	}
	r.Backoff = o.rate()
	if r.MaxDelay.Set && r.MaxDelay.Value <= r.Interval.Value {
		o.p.errorf(diag.InvalidValue, r.MaxDelay.Pos, "MaxDelaySeconds is greater than IntervalSeconds")
	}
	if j := o.text("JitterStrategy"); j.IsSet() {
		if j.Value != "FULL" && j.Value != "NONE" {
			o.p.errorf(diag.InvalidValue, j.Pos, "JitterStrategy is FULL or NONE, found %s", diag.Quote(j.Value))
		}
		r.Jitter = Setting[bool]{j.Value == "FULL", j.Pos, true}
	}
	return r
}

// maxDelay is the longest time between two retries: a year and a day, less one second.
const maxDelay = 31_622_399

func span(n Setting[int], fallback time.Duration) Setting[time.Duration] {
	if !n.Set {
		return Setting[time.Duration]{Value: fallback}
	}
	return Setting[time.Duration]{time.Duration(n.Value) * time.Second, n.Pos, true}
}

func (o *object) rate() Setting[float64] {
	t, ok := o.get("BackoffRate")
	if !ok {
		return Setting[float64]{Value: DefaultBackoff}
	}
	rate, err := strconv.ParseFloat(t.text, 64)
	if t.kind != number || err != nil || rate < 1 || rate > 1000 {
		o.p.errorf(diag.InvalidValue, t.pos, "BackoffRate is a number from 1 to 1000, found %s", t.describe())
		return Setting[float64]{Value: DefaultBackoff}
	}
	return Setting[float64]{rate, t.pos, true}
}

// errors reads the names of errors.
func (o *object) errors() []Text {
	if _, ok := o.get("ErrorEquals"); !ok {
		o.p.errorf(diag.MissingKey, o.t.pos, "ErrorEquals is missing in %s", o.what).Hint = examples["ErrorEquals"]
		return nil
	}
	items := o.few("ErrorEquals")
	if len(items) == 0 {
		o.p.errorf(diag.InvalidValue, o.t.pos, "ErrorEquals is empty in %s", o.what).Hint = examples["ErrorEquals"]
	}
	var names []Text
	for _, t := range items {
		if t.kind != text || t.text == "" {
			o.p.errorf(diag.WrongType, t.pos, "the name of an error is text, found %s", t.describe())
			continue
		}
		name := o.p.errorName(Text{t.text, t.pos})
		if name.Value != t.text && slices.ContainsFunc(names, func(n Text) bool { return n.Value == name.Value }) {
			continue // several names of one cloud are one name here
		}
		names = append(names, name)
	}
	return names
}
