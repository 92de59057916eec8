package workflowtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// Random draws a workflow, an input and what its tasks do. It is nil for one that the checker refuses, or that runs without an end.
func Random(t *rapid.T, tb testing.TB, features Features) *Scenario {
	g := &generator{t: t, features: features, script: map[string]any{}}
	definition, input := g.graph(0), g.object(2)
	m, diags := asl.Load("random.asl.json", text(definition), nil)
	if diags.HasErrors() {
		return nil
	}
	s := &Scenario{Name: "random", Machine: m, Input: decoded(text(input)), script: text(g.script), definition: text(definition)}
	if _, err := workflow.Run(tb.Context(), m, s.Input, workflow.Options{Tasks: s.Tasks(tb), MaxSteps: 300}); err != nil {
		return nil
	}
	return s
}

// Text is the text of a scenario, for messages.
func (s *Scenario) Text() string {
	return fmt.Sprintf("%s\n-- input --\n%s\n-- tasks --\n%s", s.definition, workflow.Encode(s.Input), s.script)
}

// Features are what random workflows have beside tasks, choices and passes.
type Features struct {
	// Loops are choices that lead back. Joins are states to which several lead.
	Loops, Joins bool
	// Inner are Parallel and Map states, in one another up to this depth.
	Inner int
	// Paths are InputPath, OutputPath, ResultSelector and their like.
	Paths bool
	// Fast are retries with an interval below five seconds, several retriers, and rates above 2.
	Fast bool
	// Fractions are rates that make delays of parts of seconds.
	Fractions bool
}

func text(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

func decoded(data []byte) any {
	v, err := workflow.Decode(data)
	if err != nil {
		panic(err)
	}
	return v
}

type object = map[string]any

type generator struct {
	t        *rapid.T
	features Features
	count    int
	script   object
	inMap    int
}

func (g *generator) chance(percent int) bool {
	return rapid.IntRange(1, 100).Draw(g.t, "chance") > 100-percent
}

func (g *generator) number(low, high int) int { return rapid.IntRange(low, high).Draw(g.t, "number") }

func pick[T any](g *generator, of ...T) T { return rapid.SampledFrom(of).Draw(g.t, "pick") }

// graph draws states in a row, each of which can lead to any behind it.
func (g *generator) graph(depth int) object {
	n := g.number(1, 5)
	names := make([]string, n)
	for i := range names {
		g.count++
		names[i] = fmt.Sprint("S", g.count)
	}
	states := object{}
	reached := make([]bool, n+1)
	for i, name := range names {
		later := names[i+1:]
		must := i+1 < n && !reached[i+1]
		states[name] = g.state(name, names[:i+1], later, must, depth, func(to string) {
			reached[slices.Index(names, to)] = true
		})
	}
	return object{"StartAt": names[0], "States": states}
}

func (g *generator) state(name string, earlier, later []string, must bool, depth int, reach func(string)) object {
	kinds := []string{"Task", "Task", "Task", "Pass", "Pass", "Wait"}
	if len(later) > 0 {
		kinds = append(kinds, "Choice", "Choice")
	}
	if !must {
		kinds = append(kinds, "Succeed", "Fail")
	}
	if depth < g.features.Inner {
		kinds = append(kinds, "Parallel", "Map")
	}
	s := object{"Type": pick(g, kinds...)}
	to := func() string {
		next := later[0]
		if !must && g.features.Joins {
			next = pick(g, later...)
		}
		must = false
		reach(next)
		return next
	}
	switch s["Type"] {
	case "Choice":
		var rules []any
		for range g.number(1, 3) {
			rule := g.condition(2)
			rule["Next"] = to()
			if g.features.Loops && g.chance(10) {
				rule["Next"] = pick(g, earlier...)
			}
			rules = append(rules, rule)
		}
		s["Choices"] = rules
		s["Default"] = to()
		return g.paths(s)
	case "Succeed":
		return g.paths(s)
	case "Fail":
		s["Error"], s["Cause"] = pick(g, "E1", "E2", "Bad"), "because"
		return s
	case "Task":
		g.task(name, s)
	case "Pass":
		g.pass(s)
	case "Wait":
		s["Seconds"] = g.number(1, 9)
		if g.features.Paths && g.chance(30) {
			delete(s, "Seconds")
			s["SecondsPath"] = pick(g, "$.n", "$.n", "$.a")
		}
	case "Parallel":
		var branches []any
		for range g.number(1, 3) {
			branches = append(branches, g.graph(depth+1))
		}
		s["Branches"] = branches
	case "Map":
		g.inMap++
		s["ItemProcessor"] = g.graph(depth + 1)
		g.inMap--
		s["ItemsPath"] = pick(g, "$.list", "$.list", "$.list", "$.a")
		s["MaxConcurrency"] = g.number(0, 3)
		if g.chance(40) {
			s["ItemSelector"] = object{"a.$": "$$.Map.Item.Value", "n.$": "$$.Map.Item.Index", "s": "x", "list": []any{1}}
		}
	}
	if s["Type"] != "Pass" && s["Type"] != "Wait" {
		g.outcome(s, later, to)
	}
	if len(later) > 0 && (must || g.chance(75)) {
		s["Next"] = to()
	} else {
		s["End"] = true
	}
	return g.paths(s)
}

func (g *generator) task(name string, s object) {
	function := "f-" + name[1:]
	s["Resource"] = "isobar:function:" + function
	if g.chance(10) {
		s["Resource"] = "isobar:topic:t"
	}
	if g.features.Paths && g.chance(30) {
		s["Parameters"] = g.template(2)
	}
	if g.chance(15) {
		s["TimeoutSeconds"] = 2
	}
	var plays []any
	if g.inMap == 0 { // items call in an order of their own
		for range g.number(0, 3) {
			plays = append(plays, g.play())
		}
	}
	g.script[function] = append(plays, g.play())
}

func (g *generator) play() object {
	p := object{}
	switch g.number(0, 4) {
	case 0:
		p["error"], p["message"] = pick(g, "E1", "E2", "Transient", "Permanent"), "no"
	case 1:
		p["echo"] = true
	default:
		p["result"] = g.object(2)
	}
	if g.chance(40) {
		p["after"] = pick(g, "500ms", "1s", "3s")
	}
	return p
}

func (g *generator) pass(s object) {
	switch g.number(0, 3) {
	case 0:
		s["Result"] = g.value(2)
	case 1:
		s["Parameters"] = g.template(2)
	}
	if g.chance(40) {
		s["ResultPath"] = pick(g, "$.a", "$.c", "$.a.b", "$.new.deep")
	}
}

func (g *generator) outcome(s object, later []string, to func() string) {
	if g.chance(50) {
		paths := []any{"$.a", "$.list", "$.r", nil}
		if g.features.Paths {
			paths = append(paths, "$.a.b", "$.x.y.z")
		}
		s["ResultPath"] = pick(g, paths...)
	}
	if g.features.Paths && g.chance(20) {
		selector := object{"b.$": "$", "s": "sel"}
		switch path, _ := s["ResultPath"].(string); {
		case strings.Count(path, ".") > 1: // where a result may have no place: it could be wrong twice at once, as in templates
		case s["Type"] == "Task":
			selector["c.$"] = pick(g, "$.a", "$.s", "$.n")
		default:
			selector["first.$"] = "$[0]"
		}
		s["ResultSelector"] = selector
	}
	if g.chance(35) {
		retriers := 1
		if g.features.Fast {
			retriers = g.number(1, 2)
		}
		var all []any
		names := []string{"E1", "E2", "Transient", "States.Timeout"}
		for i := range retriers {
			r := object{"ErrorEquals": []any{names[2*i], names[2*i+1]}, "IntervalSeconds": g.number(5, 6), "MaxAttempts": g.number(1, 3), "BackoffRate": g.number(1, 2)}
			if g.features.Fast {
				r["IntervalSeconds"], r["BackoffRate"] = g.number(1, 2), pick(g, 1.0, 2.0, 3.0)
				if g.features.Fractions && g.chance(30) {
					r["BackoffRate"] = 1.5
				}
				if g.chance(30) {
					r["MaxDelaySeconds"] = 3
				}
			}
			if retriers == 1 && g.chance(40) {
				r["ErrorEquals"] = []any{pick(g, "States.ALL", "States.TaskFailed")}
			}
			all = append(all, r)
		}
		s["Retry"] = all
	}
	if len(later) > 0 && g.chance(40) {
		all := []any{object{"ErrorEquals": []any{pick(g, "E1", "E2", "States.Timeout")}, "Next": to(), "ResultPath": pick(g, "$.error", "$.a")}}
		if g.chance(60) {
			last := object{"ErrorEquals": []any{"States.ALL"}, "Next": to()}
			if g.chance(70) {
				last["ResultPath"] = "$.error"
			}
			all = append(all, last)
		}
		s["Catch"] = all
	}
}

func (g *generator) paths(s object) object {
	if !g.features.Paths {
		return s
	}
	if g.chance(10) {
		s["InputPath"] = pick[any](g, "$.a", "$.list", nil)
	}
	if g.chance(10) {
		s["OutputPath"] = pick[any](g, "$.a", "$.r", nil)
	}
	return s
}

// condition draws a comparison, or several.
func (g *generator) condition(depth int) object {
	if depth > 0 && g.chance(25) {
		switch g.number(0, 2) {
		case 0:
			return object{"And": []any{g.condition(depth - 1), g.condition(depth - 1)}}
		case 1:
			return object{"Or": []any{g.condition(depth - 1), g.condition(depth - 1)}}
		}
		return object{"Not": g.condition(depth - 1)}
	}
	variable := pick(g, "$.a", "$.b", "$.n", "$.s", "$.list", "$.a.b", "$.error.Error", "$.list[0]")
	switch g.number(0, 9) {
	case 0:
		return object{"Variable": variable, "IsNull": g.chance(50)}
	case 1:
		return object{"Variable": variable, pick(g, "IsString", "IsNumeric", "IsBoolean"): g.chance(50)}
	case 2:
		return object{"Variable": variable, pick(g, "NumericEquals", "NumericLessThan", "NumericGreaterThanEquals"): g.number(-1, 3)}
	case 3:
		return object{"Variable": variable, pick(g, "StringEquals", "StringLessThan", "StringGreaterThanEquals"): pick(g, "x", "E1", "y")}
	case 4:
		return object{"Variable": variable, "BooleanEquals": g.chance(50)}
	case 5:
		return object{"Variable": variable, pick(g, "StringEqualsPath", "NumericLessThanPath", "BooleanEqualsPath"): pick(g, "$.a", "$.n", "$.s")}
	}
	return object{"Variable": variable, "IsPresent": g.chance(70)}
}

// template draws a payload template: one that calls a function, or has paths. With both, two things can be wrong at once, and which
// one is found first is nobody's business.
func (g *generator) template(depth int) object {
	if g.chance(25) {
		return object{"s": "x", "all.$": "$", "a.$": pick(g, "States.Format('n is {}', $.n)", "States.Array($.a, 1)", "States.MathAdd($.n, 1)",
			"States.ArrayLength($.list)", "States.Format('{}-{}', $.s, $.n)", "States.JsonToString($.list)", "States.ArrayContains($.list, 1)", "States.ArrayGetItem($.list, 1)")}
	}
	o := object{}
	for _, name := range []string{"a", "b", "n", "s", "list", "r"} {
		switch g.number(0, 4) {
		case 0, 1:
			o[name+".$"] = pick(g, "$", "$.a", "$.n", "$.s", "$.list", "$.a.b")
		case 2:
			o[name] = g.value(1)
		case 3:
			if depth > 0 {
				o[name] = g.nested(depth - 1)
			}
		}
	}
	return o
}

func (g *generator) nested(depth int) object {
	o := object{"n.$": pick(g, "$.a", "$.n"), "list": []any{1, "x"}}
	if depth > 0 && g.chance(30) {
		o["s"] = g.nested(depth - 1)
	}
	return o
}

func (g *generator) value(depth int) any {
	switch g.number(0, 7) {
	case 0:
		return nil
	case 1:
		return g.chance(50)
	case 2:
		return g.number(-2, 3)
	case 3:
		return 1.5
	case 4:
		if depth > 0 {
			return g.object(depth - 1)
		}
	case 5:
		if depth > 0 {
			return []any{g.value(depth - 1), g.value(depth - 1)}
		}
	}
	return pick(g, "x", "E1", "y", "", "it's ${a} \"q\" @{b} @c")
}

// object draws an input, or a result, that has most of the fields that paths ask for.
func (g *generator) object(depth int) object {
	o := object{}
	if g.chance(90) {
		o["a"] = g.value(depth)
	}
	if g.chance(60) {
		o["b"] = g.chance(50)
	}
	if g.chance(90) {
		o["n"] = g.number(-1, 3)
	}
	if g.chance(90) {
		o["s"] = pick(g, "x", "y", "it's")
	}
	if g.chance(80) {
		list := []any{}
		for range g.number(0, 3) {
			list = append(list, g.value(1))
		}
		o["list"] = list
	}
	return o
}
