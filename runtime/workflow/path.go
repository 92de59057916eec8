package workflow

import (
	"fmt"
	"maps"
	"slices"

	"github.com/isobar-dev/isobar/spec/asl"
)

// Fault is an error of a workflow: what retriers and catchers see, and how an execution fails.
type Fault struct {
	// Name is what ErrorEquals compares, and Cause says more.
	Name  string `json:"error"`
	Cause string `json:"cause,omitempty"`
}

// Error gives the name and the cause.
func (f *Fault) Error() string {
	if f.Cause == "" {
		return f.Name
	}
	return f.Name + ": " + f.Cause
}

func faultf(name, format string, args ...any) *Fault {
	return &Fault{name, fmt.Sprintf(format, args...)}
}

// data is what the paths of a state are about.
type data struct {
	input   any // $
	context any // $$
}

// path returns what is at a path; that there is nothing is a fault.
func (d data) path(p *asl.Path) (any, *Fault) {
	v, ok := d.find(p)
	if !ok {
		return nil, faultf(asl.ErrRuntime, "there is nothing at %s", p.Text)
	}
	return v, nil
}

// find returns what is at a path, and whether there is anything.
func (d data) find(p *asl.Path) (any, bool) {
	switch {
	case p == nil:
		return d.input, true
	case p.Null:
		return map[string]any{}, true
	}
	v := d.input
	if p.Context {
		v = d.context
	}
	for i, s := range p.Steps {
		if s.Kind > asl.Index {
			return several([]any{v}, p.Steps[i:]), true
		}
		var ok bool
		if v, ok = one(v, s); !ok {
			return nil, false
		}
	}
	return v, true
}

// one takes a step that leads to one value.
func one(v any, s asl.Step) (any, bool) {
	if s.Kind == asl.Member {
		m, _ := v.(map[string]any)
		value, ok := m[s.Name]
		return value, ok
	}
	l, _ := v.([]any)
	i := s.Index
	if i < 0 {
		i += len(l)
	}
	if i < 0 || i >= len(l) {
		return nil, false
	}
	return l[i], true
}

// several takes steps that lead to any number of values.
func several(from []any, steps []asl.Step) []any {
	for _, s := range steps {
		next := []any{}
		for _, v := range from {
			next = appendStep(next, v, s)
		}
		from = next
	}
	return from
}

func appendStep(to []any, v any, s asl.Step) []any {
	switch s.Kind {
	case asl.Wildcard:
		return append(to, children(v)...)
	case asl.Slice:
		l, _ := v.([]any)
		from, end := bounds(s, len(l))
		return append(to, l[from:end]...)
	case asl.Union:
		for _, i := range s.Of {
			if value, ok := one(v, asl.Step{Kind: asl.Index, Index: i}); ok {
				to = append(to, value)
			}
		}
		return to
	case asl.Descend:
		to = append(to, v)
		for _, c := range children(v) {
			to = appendStep(to, c, s)
		}
		return to
	}
	if value, ok := one(v, s); ok {
		to = append(to, value)
	}
	return to
}

// children are the items of a list, or the values of an object in the order of their names.
func children(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		var values []any
		for _, name := range slices.Sorted(maps.Keys(v)) {
			values = append(values, v[name])
		}
		return values
	}
	return nil
}

// bounds are where a slice of a list begins and ends; below zero counts from the list's end.
func bounds(s asl.Step, length int) (from, end int) {
	end = length
	if s.From != nil {
		from = *s.From
	}
	if s.To != nil {
		end = *s.To
	}
	if from < 0 {
		from += length
	}
	if end < 0 {
		end += length
	}
	from = min(max(from, 0), length)
	return from, min(max(end, from), length)
}

// put returns a value like v with another one where a reference path says. Objects that are missing on the way are made.
func put(v any, p *asl.Path, value any) (any, *Fault) {
	switch {
	case p.IsRoot():
		return value, nil
	case p.IsNull():
		return v, nil
	}
	out, ok := putAt(v, p.Steps, value)
	if !ok {
		return nil, faultf(asl.ErrResultPath, "nothing can be put at %s", p.Text)
	}
	return out, nil
}

func putAt(v any, steps []asl.Step, value any) (any, bool) {
	if len(steps) == 0 {
		return value, true
	}
	switch s := steps[0]; s.Kind {
	case asl.Member:
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		inner, there := m[s.Name]
		if !there {
			inner = map[string]any{}
		}
		changed, ok := putAt(inner, steps[1:], value)
		if !ok {
			return nil, false
		}
		m = maps.Clone(m)
		m[s.Name] = changed
		return m, true
	case asl.Index:
		l, _ := v.([]any)
		if s.Index < 0 || s.Index >= len(l) {
			return nil, false
		}
		changed, ok := putAt(l[s.Index], steps[1:], value)
		if !ok {
			return nil, false
		}
		l = slices.Clone(l)
		l[s.Index] = changed
		return l, true
	}
	return nil, false
}
