package states

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// This file has Parallel and Map states let all their parts end. By itself the service stops the others when one fails, and fails with
// the error of the one that was first in time; workflows fail with that of the first in order, when all have ended.
//
// A part that can fail stands in a Parallel state of one branch, which catches what it fails with: it gives {"output"} or {"failure"}.
// They all stand in a Parallel state of one branch with the name, the Retry and the Catch of the state, which looks for failures.

// wraps tells whether a state is one of those: it has several parts, one of which can fail.
func (c *compiler) wraps(s *asl.State) bool {
	switch b := s.Body.(type) {
	case *asl.Parallel:
		return len(b.Branches) > 1 && slices.ContainsFunc(b.Branches, canFail)
	case *asl.Map:
		return canFail(b.Processor)
	}
	return false
}

// canFail tells whether a graph can fail with an error that could be caught.
func canFail(g *asl.Graph) bool {
	fails := false
	g.Walk(func(_ *asl.Graph, s *asl.State) {
		switch b := s.Body.(type) {
		case *asl.Task, *asl.Fail:
			fails = true
		case *asl.Choice:
			fails = fails || !b.Default.IsSet()
		case *asl.Pass:
			fails = fails || !asl.IsConstant(b.Parameters) || !b.ResultPath.IsRoot()
		}
		if o := s.Outcome(); o != nil {
			fails = fails || o.ResultSelector != nil || !o.ResultPath.IsRoot()
		}
	})
	return fails
}

func (c *compiler) wrapped(s *asl.State, o *asl.Outcome) []named {
	name := s.Name.Value
	state := object{{"Type", "Parallel"}, {"Comment", nonEmpty(s.Comment)}, {"InputPath", path(s.InputPath)}}
	var parts object
	all := c.name(name, "parts")
	switch b := s.Body.(type) {
	case *asl.Parallel:
		state = append(state, field{"Parameters", optional(b.Parameters)})
		var branches array
		for i, g := range b.Branches {
			branches = append(branches, c.part(name, fmt.Sprint("branch ", i+1), g))
		}
		parts = object{{"Type", "Parallel"}, {"Branches", branches}}
	case *asl.Map:
		inner := *b
		inner.ItemSelector = stateName(b.ItemSelector, name)
		parts = append(object{{"Type", "Map"}}, c.mapFields(&inner, c.part(name, "item", b.Processor))...)
	}
	failures, join, failed, result := c.name(name, "failures"), c.name(name, "join"), c.name(name, "failed"), c.name(name, "result")
	state = append(state, field{"Branches", array{object{{"StartAt", all}, {"States", object{
		{all, append(parts, field{"Next", failures})},
		{failures, object{{"Type", "Pass"}, {"Parameters", object{{"all.$", "$"}, {"failures.$", "$[*].failure"}}}, {"Next", join}}},
		{join, object{{"Type", "Choice"}, {"Choices", array{object{{"Variable", "$.failures[0]"}, {"IsPresent", true}, {"Next", failed}}}}, {"Default", result}}},
		{failed, object{{"Type", "Fail"}, {"ErrorPath", "$.failures[0].Error"}, {"CausePath", "$.failures[0].Cause"}}},
		{result, object{{"Type", "Pass"}, {"OutputPath", "$.all[*].output"}, {"End", true}}},
	}}}}})
	return c.unwrapped(s, o, state)
}

// stateName is a template in which $$.State.Name is a text, as it goes into a state with another name.
func stateName(v asl.Value, name string) asl.Value {
	switch v := v.(type) {
	case *asl.Path:
		if v.Context && v.String() == "$$.State.Name" {
			return &asl.Literal{Pos: v.Pos, Value: name}
		}
	case *asl.Array:
		list := &asl.Array{Pos: v.Pos}
		for _, item := range v.Items {
			list.Items = append(list.Items, stateName(item, name))
		}
		return list
	case *asl.Object:
		o := &asl.Object{Pos: v.Pos}
		for _, f := range v.Fields {
			o.Fields = append(o.Fields, asl.Field{Name: f.Name, Value: stateName(f.Value, name)})
		}
		return o
	case *asl.Call:
		call := *v
		call.Text, call.Arguments = "", nil // is written anew
		for _, a := range v.Arguments {
			call.Arguments = append(call.Arguments, stateName(a, name))
		}
		return &call
	}
	return v
}

// part is a graph that gives {"output"}, or {"failure"}.
func (c *compiler) part(name, what string, g *asl.Graph) object {
	try, failed := c.name(name, what), c.name(name, what+" failed")
	return object{{"StartAt", try}, {"States", object{
		{try, object{
			{"Type", "Parallel"},
			{"Branches", array{c.graph(g)}},
			{"ResultSelector", object{{"output.$", "$[0]"}}},
			{"Catch", array{object{{"ErrorEquals", array{asl.ErrAll}}, {"Next", failed}}}},
			{"End", true},
		}},
		{failed, object{{"Type", "Pass"}, {"Parameters", object{{"failure.$", "$"}}}, {"End", true}}},
	}}}
}

// unwrapped adds what becomes of the result, which is in a list of one.
func (c *compiler) unwrapped(s *asl.State, o *asl.Outcome, state object) []named {
	name := s.Name.Value
	handlers := c.handlers(o)
	switch {
	case o.ResultSelector != nil:
		state = append(state, field{"ResultSelector", template(o.ResultSelector, "[0]")}, field{"ResultPath", path(o.ResultPath)})
		return []named{{name, append(append(state, handlers...), c.goOn(s)...)}}
	case o.ResultPath.IsNull():
		state = append(state, field{"ResultPath", null{}})
		return []named{{name, append(append(state, handlers...), c.goOn(s)...)}}
	case o.ResultPath.IsRoot():
		goOn := c.goOn(s)
		switch {
		case s.OutputPath.IsNull():
		case s.OutputPath != nil && s.OutputPath.Context:
		case s.OutputPath != nil:
			goOn[0].value = "$[0]" + strings.TrimPrefix(s.OutputPath.Text, "$")
		default:
			goOn[0].value = "$[0]"
		}
		return []named{{name, append(append(state, handlers...), goOn...)}}
	}
	take := c.name(name, "take")
	at := o.ResultPath.Text
	state = append(append(state, field{"ResultPath", at}), handlers...)
	return []named{
		{name, append(state, field{"Next", take})},
		{take, append(object{{"Type", "Pass"}, {"InputPath", at + "[0]"}, {"ResultPath", at}}, c.goOn(s)...)},
	}
}
