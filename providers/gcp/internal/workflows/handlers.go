package workflows

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// handlers are what is done about the errors of a state.
type handlers struct {
	c    *compiler
	o    *asl.Outcome
	like string
	// raw tells whether errors without a name come here.
	raw bool
}

// native tells whether retry says what the retriers do: there is one, and its delays are whole seconds.
func (h *handlers) native() bool {
	for _, r := range h.o.Retry {
		if r.Jitter.Value {
			h.c.refuse(r.Jitter.Pos, "jitter", "JitterStrategy FULL")
		}
	}
	switch len(h.o.Retry) {
	case 0:
		return true
	case 1:
		r := h.o.Retry[0]
		return r.Backoff.Value == math.Trunc(r.Backoff.Value) && r.MaxAttempts.Value > 0
	}
	return false
}

// retry is the engine's own retry of one retrier.
func (h *handlers) retry() Field {
	r := h.o.Retry[0]
	longest := r.MaxDelay.Value
	if longest == 0 {
		longest = min(r.Delay(min(r.MaxAttempts.Value-1, 60)), maxSleep)
	}
	return Field{"retry", Map{
		{"predicate", h.predicate(r.Errors)},
		{"max_retries", r.MaxAttempts.Value},
		{"backoff", Map{
			{"initial_delay", seconds(r.Interval.Value)},
			{"max_delay", seconds(longest)},
			{"multiplier", int(r.Backoff.Value)},
		}},
	}}
}

// predicate is a subworkflow that tells whether an error has one of some names.
func (h *handlers) predicate(errors []asl.Text) Expr {
	var words []string
	for _, e := range errors {
		words = append(words, strings.TrimPrefix(e.Value, "States."))
	}
	like := "is_" + strings.Join(words, "_or_")
	if len(like) > 60 {
		like = "is_one_of_" + strconv.Itoa(len(errors))
	}
	b := Block{
		Comment: "Tells whether an error is to be retried.",
		Params:  []string{"e"},
		Steps:   []Step{step("compare", Field{"return", h.matches(errors)})},
	}
	for name, known := range h.c.needed { // the same question may have been asked before
		if strings.HasPrefix(name, "is_") && slices.EqualFunc(known.Steps, b.Steps, sameStep) {
			return Expr(name)
		}
	}
	b.Name = h.c.name(like)
	h.c.needed[b.Name] = b
	return Expr(b.Name)
}

func sameStep(a, b Step) bool {
	one, two := Program{Blocks: []Block{{Steps: []Step{a}}}}, Program{Blocks: []Block{{Steps: []Step{b}}}}
	return string(one.Source()) == string(two.Source())
}

// matches tells whether an error has one of some names. One without a name is the execution's end.
func (h *handlers) matches(errors []asl.Text) Expr {
	var names []string
	all, failed := false, false
	for _, n := range errors {
		switch n.Value {
		case asl.ErrAll:
			all = true
		case asl.ErrTaskFailed:
			failed = true
		default:
			names = append(names, textExpression(n.Value))
		}
	}
	var parts []string
	switch {
	case len(names) == 1:
		parts = append(parts, "e.Error == "+names[0])
	case len(names) > 1:
		parts = append(parts, "e.Error in ["+strings.Join(names, ", ")+"]")
	}
	if failed {
		parts = append(parts, "e.Error != "+textExpression(asl.ErrTimeout))
	}
	matched := strings.Join(parts, " or ")
	switch {
	case all:
		matched = named
	case h.raw && len(parts) > 1:
		matched = named + " and (" + matched + ")"
	case h.raw:
		matched = named + " and " + matched
	}
	return h.c.short(position(errors), Expr(matched))
}

// named tells whether an error has a name.
const named = `"Error" in e`

func position(errors []asl.Text) diag.Position {
	if len(errors) == 0 {
		return diag.Position{}
	}
	return errors[0].Pos
}

// except is what is done about an error: again, the steps that try once more, and then the catchers.
func (h *handlers) except(again []Step) Field {
	c, like := h.c, h.like
	steps := again
	var rules List
	for _, k := range h.o.Catch {
		fields := Map{{"condition", h.matches(k.Errors)}}
		failure := Map{{"Error", Expr("e.Error")}, {"Cause", Expr("e.Cause")}}
		caught := c.put(like+"_caught", k.ResultPath, failure, c.watched)
		next := Field{"next", c.steps[k.Next.Value]}
		switch {
		case len(caught) == 1 && caught[0].Fields[0].Key == "assign":
			fields = append(fields, caught[0].Fields[0], next)
		case len(caught) == 0:
			fields = append(fields, next)
		default:
			last := &caught[len(caught)-1]
			last.Fields = append(last.Fields, next)
			fields = append(fields, Field{"steps", caught})
		}
		rules = append(rules, fields)
	}
	if len(rules) > maxConditions {
		c.refuse(h.o.Catch[maxConditions].Pos, "conditions", "%d catchers", len(rules))
	}
	if len(rules) > 0 {
		steps = append(steps, step(c.name(like+"_catch"), Field{"switch", rules}))
	}
	steps = append(steps, step(c.name(like+"_uncaught"), Field{"raise", Expr("e")}))
	return Field{"except", Map{{"as", "e"}, {"steps", steps}}}
}

// loop is what several retriers do: the step that sets their counters, and the steps of an except that try again. The first retrier
// that takes an error is the one that counts.
func (h *handlers) loop(try string) (Step, []Step) {
	c, like := h.c, h.like
	var counters, rules List
	given := c.name(like + "_given_up")
	for _, r := range h.o.Retry {
		count, delay := c.name(like+"_retries"), c.name(like+"_delay")
		counters = append(counters, Map{{count, 0}}, Map{{delay, seconds(r.Interval.Value)}})
		longer := Expr(delay + " * " + strconv.FormatFloat(r.Backoff.Value, 'f', -1, 64))
		most := r.MaxDelay.Value
		if most == 0 {
			most = maxSleep
		}
		limit := Expr(strconv.Itoa(int(most / time.Second)))
		rules = append(rules, Map{{"condition", h.matches(r.Errors)}, {"steps", []Step{
			step(c.name(like+"_limit"), Field{"switch", List{Map{{"condition", Expr(count + " >= " + strconv.Itoa(r.MaxAttempts.Value))}, {"next", given}}}}),
			step(c.name(like+"_pause"), call("sys.sleep", Map{{"seconds", Expr(delay)}}, "")...),
			step(c.name(like+"_again"),
				Field{"assign", List{Map{{count, Expr(count + " + 1")}}, Map{{delay, "if(" + longer + " > " + limit + ", " + limit + ", " + longer + ")"}}}},
				Field{"next", try}),
		}}})
	}
	if len(rules) > maxConditions {
		c.refuse(h.o.Retry[0].Pos, "conditions", "%d retriers", len(h.o.Retry))
	}
	if len(counters) > maxAssignments {
		c.refuse(h.o.Retry[0].Pos, "conditions", "%d retriers", len(h.o.Retry))
	}
	again := []Step{
		step(c.name(like+"_retry"), Field{"switch", rules}),
		step(given, assign("data", Expr("data"))),
	}
	return step(c.name(like+"_start"), Field{"assign", counters}), again
}
