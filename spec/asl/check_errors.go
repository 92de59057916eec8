package asl

import (
	"fmt"
	"slices"

	"github.com/isobar-dev/isobar/spec/diag"
)

// handlerOf is a retrier or a catcher.
type handlerOf struct {
	what   string
	pos    diag.Position
	errors []Text
}

// outcome checks the retriers and the catchers of a state.
func (c *checker) outcome(s *State, o *Outcome) {
	var retriers, catchers []handlerOf
	for _, r := range o.Retry {
		retriers = append(retriers, handlerOf{"retrier", r.Pos, r.Errors})
	}
	for _, h := range o.Catch {
		catchers = append(catchers, handlerOf{"catcher", h.Pos, h.Errors})
	}
	c.handlers(s, retriers)
	c.handlers(s, catchers)
	if last := len(o.Retry) - 1; last >= 0 && o.Retry[last].MaxAttempts.Set && o.Retry[last].MaxAttempts.Value == 0 {
		e := c.warnf(diag.NeverMatches, o.Retry[last].Pos, "the retrier has no attempts, and none comes after it: it does nothing")
		e.Hint = "remove it; without a retrier nothing is tried again"
	}
}

// handlers checks that each can be the one for an error.
func (c *checker) handlers(s *State, all []handlerOf) {
	for i, h := range all {
		dead := 0
		for j, name := range h.errors {
			reason := c.reserved(s, name)
			if reason == "" {
				reason = taken(all[:i], h.errors[:j], name, h.what)
			}
			if reason == "" {
				continue
			}
			dead++
			c.warnf(diag.NeverMatches, name.Pos, "%s never comes to this %s", diag.Quote(name.Value), h.what).Reason = reason
		}
		all := slices.ContainsFunc(h.errors, func(n Text) bool { return n.Value == ErrAll })
		if all && len(h.errors) > 1 {
			c.errorf(diag.InvalidValue, h.pos, "%s stands alone, it stands for every error", ErrAll).Hint = "remove the other names"
		}
	}
	for i, h := range all {
		if i < len(all)-1 && slices.ContainsFunc(h.errors, func(n Text) bool { return n.Value == ErrAll }) {
			e := c.errorf(diag.InvalidValue, h.pos, "a %s for %s is the last one", h.what, ErrAll)
			e.Reason = "what comes after it would never be used"
			e.Related = []diag.Related{{Pos: all[i+1].pos, Message: "this comes after it"}}
			return
		}
	}
}

// taken says what takes an error before this place: an earlier name of the same list, or an earlier handler.
func taken(earlier []handlerOf, before []Text, name Text, what string) string {
	if slices.ContainsFunc(before, func(n Text) bool { return n.Value == name.Value }) {
		return "it stands twice"
	}
	for _, h := range earlier {
		for _, n := range h.errors {
			switch {
			case n.Value == ErrAll:
				return "" // that one is not the last, which is said
			case n.Value == name.Value:
				return fmt.Sprintf("the %s of line %d takes it", what, n.Pos.Line)
			case n.Value == ErrTaskFailed && name.Value != ErrTimeout && name.Value != ErrAll:
				return fmt.Sprintf("%s of line %d stands for every error but a timeout", ErrTaskFailed, n.Pos.Line)
			}
		}
	}
	return ""
}

// reserved checks a name of the language's own, and returns why the error cannot come here.
func (c *checker) reserved(s *State, name Text) string {
	known, ok := errorNames[name.Value]
	if isReserved(name.Value) && !ok {
		c.errorf(diag.InvalidValue, name.Pos, "there is no error %s%s", diag.Quote(name.Value), diag.DidYouMean(name.Value, reservedNames())).Reason = "names that begin with States. are the language's own"
		return ""
	}
	if known.never != "" {
		return known.never
	}
	if !ok {
		return sends(s, name.Value)
	}
	f := c.faultsOf(s)
	switch name.Value {
	case ErrNoChoice:
		return unless(f.choices, "no Choice without a Default is within the state")
	case ErrIntrinsic:
		return unless(f.calls, "no intrinsic function is called in the state")
	case ErrResultPath:
		return unless(f.places, "the state has no ResultPath that a result might not fit")
	case ErrTimeout:
		return unless(f.tasks, "no task is within the state")
	}
	return ""
}

func unless(can bool, reason string) string {
	if can {
		return ""
	}
	return reason
}

// sends says why an error with a name of its own cannot come from a state that calls no function.
func sends(s *State, name string) string {
	if t, ok := s.Body.(*Task); ok && t.Resource.Kind != Function && t.Resource.Kind != "" && name != ErrTransient {
		return "only functions have errors with names of their own; a failed " + string(t.Resource.Kind) + " is " + ErrTransient
	}
	return ""
}

// faults are the errors of the language's own that a state, or one within it, can raise.
type faults struct{ choices, calls, places, tasks bool }

// faultsOf returns the errors that a state can raise, found once for each state.
func (c *checker) faultsOf(s *State) *faults {
	if f, ok := c.faults[s]; ok {
		return f
	}
	f := &faults{}
	f.state(s)
	for _, inner := range s.Inner() {
		for _, within := range inner.Graph.States {
			f.add(c.faultsOf(within))
		}
	}
	c.faults[s] = f
	return f
}

func (f *faults) add(other *faults) {
	f.choices = f.choices || other.choices
	f.calls = f.calls || other.calls
	f.places = f.places || other.places
	f.tasks = f.tasks || other.tasks
}

func (f *faults) state(s *State) {
	switch b := s.Body.(type) {
	case *Task:
		f.tasks = true
		f.template(b.Parameters)
	case *Choice:
		f.choices = f.choices || !b.Default.IsSet()
	case *Parallel:
		f.template(b.Parameters)
	case *Map:
		f.template(b.ItemSelector)
	case *Pass:
		f.template(b.Parameters)
		f.places = f.places || !b.ResultPath.IsRoot() && !b.ResultPath.IsNull()
	case *Fail:
		f.template(b.Error)
		f.template(b.Cause)
	}
	if o := s.Outcome(); o != nil {
		f.template(o.ResultSelector)
		f.places = f.places || !o.ResultPath.IsRoot() && !o.ResultPath.IsNull()
	}
}

func (f *faults) template(v Value) {
	eachCall(v, func(*Call) { f.calls = true })
}
