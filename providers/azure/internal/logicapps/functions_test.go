package logicapps_test

import (
	"encoding/base64"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/isobar-dev/isobar/runtime/workflow"
)

// This file is the functions of expressions: https://learn.microsoft.com/azure/logic-apps/expression-functions-reference

var functions map[string]func(e *engine, a []any) any

func init() { // they call one another
	functions = map[string]func(e *engine, a []any) any{
		"outputs":     func(e *engine, a []any) any { return e.outcome(a[0]).outputs },
		"body":        func(e *engine, a []any) any { return index(e.outcome(a[0]).outputs, "body", true) },
		"actions":     func(e *engine, a []any) any { return map[string]any{"status": e.outcome(a[0]).status} },
		"variables":   func(e *engine, a []any) any { return e.variable(a[0].(string)).value },
		"parameters":  func(_ *engine, a []any) any { return parameter(a[0].(string)) },
		"triggerBody": func(e *engine, _ []any) any { return fromJSON(e.trigger) },
		"item":        func(e *engine, _ []any) any { return e.item },
		"items":       func(e *engine, a []any) any { return e.items[a[0].(string)] },
		"concat":      concat,
		"string":      func(_ *engine, a []any) any { return toText(a[0]) },
		"json":        func(_ *engine, a []any) any { return parse(asText(a[0])) },
		"createArray": func(_ *engine, a []any) any { return slices.Clone(atLeast(a, 1)) },
		"equals":      func(_ *engine, a []any) any { return equal(a[0], a[1]) },
		"not":         func(_ *engine, a []any) any { return !asBool(a[0]) },
		"and": func(_ *engine, a []any) any {
			return !slices.ContainsFunc(a, func(v any) bool { return !asBool(v) }) && true
		},
		"or":              or,
		"if":              choose,
		"toLower":         func(_ *engine, a []any) any { return strings.ToLower(asText(a[0])) },
		"add":             func(_ *engine, a []any) any { return a[0].(int64) + a[1].(int64) },
		"coalesce":        coalesce,
		"contains":        contains,
		"length":          length,
		"substring":       substring,
		"sub":             func(_ *engine, a []any) any { return a[0].(int64) - a[1].(int64) },
		"greater":         func(_ *engine, a []any) any { return numeric(a[0]) > numeric(a[1]) },
		"greaterOrEquals": func(_ *engine, a []any) any { return numeric(a[0]) >= numeric(a[1]) },
		"less":            func(_ *engine, a []any) any { return numeric(a[0]) < numeric(a[1]) },
		"lessOrEquals":    func(_ *engine, a []any) any { return numeric(a[0]) <= numeric(a[1]) },
		"float":           toFloat,
		"setProperty":     setProperty,
		"startsWith": func(_ *engine, a []any) any {
			return strings.HasPrefix(strings.ToLower(asText(a[0])), strings.ToLower(asText(a[1])))
		},
		"take": func(_ *engine, a []any) any {
			u := utf16.Encode([]rune(asText(a[0])))
			return string(utf16.Decode(u[:min(int64(len(u)), a[1].(int64))]))
		},
		"skip":           func(_ *engine, a []any) any { l := asList(a[0]); return l[min(int64(len(l)), a[1].(int64)):] },
		"first":          first,
		"base64":         func(_ *engine, a []any) any { return base64.StdEncoding.EncodeToString([]byte(asText(a[0]))) },
		"base64ToString": fromBase64,
		"guid":           func(*engine, []any) any { return "00000000-0000-4000-8000-000000000000" },
	}
}

func parameter(name string) any {
	if kind, id, ok := strings.Cut(name, "_"); ok {
		return "https://bus/" + kind + "/" + strings.ReplaceAll(id, "_", "-")
	}
	v, ok := parameters[name]
	if !ok {
		panic(brokenf("there is no parameter %s", name))
	}
	return v
}

func (e *engine) outcome(name any) *outcome {
	o := e.done[name.(string)]
	if o == nil {
		panic(brokenf("the action %s has not run before", name))
	}
	return o
}

func asText(v any) string {
	s, ok := v.(string)
	if !ok {
		panic(failure{"want a string, found " + typeOf(v)})
	}
	return s
}

func asBool(v any) bool {
	b, ok := v.(bool)
	if !ok {
		panic(failure{"want a boolean, found " + typeOf(v)})
	}
	return b
}

func asList(v any) []any {
	l, ok := v.([]any)
	if !ok {
		panic(failure{"want an array, found " + typeOf(v)})
	}
	return l
}

func toText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return string(encode(v))
}

func parse(s string) any {
	v, err := workflow.Decode([]byte(s))
	if err != nil {
		panic(failure{"not JSON"})
	}
	return fromJSON(v)
}

// atLeast is the arguments of a function that wants some: one that is given fewer is not deployed.
func atLeast(a []any, n int) []any {
	if len(a) < n {
		panic(brokenf("%d arguments, where there are %d at least", len(a), n))
	}
	return a
}

func concat(_ *engine, a []any) any {
	var b strings.Builder
	for _, v := range atLeast(a, 2) {
		b.WriteString(toText(v))
	}
	return b.String()
}

// equal compares values. Where it is not documented how types that differ compare, they are taken for equal where one could think so:
// "equals(true, 1)" is true. https://learn.microsoft.com/azure/logic-apps/expression-functions-reference#equals
func equal(a, b any) bool {
	if x, ok := a.(bool); ok && typeOf(b) != "boolean" {
		text := strings.Trim(string(encode(b)), `"`)
		return strings.EqualFold(text, strconv.FormatBool(x)) || x && text == "1" || !x && text == "0"
	}
	if typeOf(b) == "boolean" && typeOf(a) != "boolean" {
		return equal(b, a)
	}
	if s, ok := a.(string); ok && typeOf(b) != "string" {
		return s == toText(b) // null is no text then
	}
	if typeOf(b) == "string" && typeOf(a) != "string" {
		return equal(b, a)
	}
	return typeOf(a) == typeOf(b) && string(encode(a)) == string(encode(b))
}

func or(_ *engine, a []any) any {
	one := false
	for _, v := range a {
		one = asBool(v) || one
	}
	return one
}

func choose(_ *engine, a []any) any {
	if asBool(a[0]) {
		return a[1]
	}
	return a[2]
}

func coalesce(_ *engine, a []any) any {
	for _, v := range a {
		if v != nil {
			return v
		}
	}
	return nil
}

func contains(_ *engine, a []any) any {
	switch v := a[0].(type) {
	case string:
		return strings.Contains(v, asText(a[1]))
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return equal(item, a[1]) })
	case map[string]any:
		_, ok := v[asText(a[1])]
		return ok
	}
	panic(failure{"contains of " + typeOf(a[0])})
}

func length(_ *engine, a []any) any {
	if s, ok := a[0].(string); ok { // .NET has text in UTF-16
		return int64(len(utf16.Encode([]rune(s))))
	}
	return int64(len(asList(a[0])))
}

func substring(_ *engine, a []any) any {
	u := utf16.Encode([]rune(asText(a[0])))
	from, n := a[1].(int64), a[2].(int64)
	if from < 0 || n < 0 || from+n > int64(len(u)) {
		panic(failure{"substring beyond the text"})
	}
	return string(utf16.Decode(u[from : from+n]))
}

func numeric(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	panic(failure{typeOf(v) + " is not a number"})
}

func toFloat(_ *engine, a []any) any {
	f, err := strconv.ParseFloat(asText(a[0]), 64)
	if err != nil || math.IsNaN(f) {
		panic(failure{"not a number"})
	}
	return f
}

func setProperty(_ *engine, a []any) any {
	m, ok := a[0].(map[string]any)
	if !ok {
		panic(failure{"setProperty of " + typeOf(a[0])})
	}
	m = maps.Clone(m)
	m[asText(a[1])] = a[2]
	return m
}

func first(_ *engine, a []any) any {
	if l := asList(a[0]); len(l) > 0 {
		return l[0]
	}
	return nil
}

func fromBase64(_ *engine, a []any) any {
	b, err := base64.StdEncoding.DecodeString(asText(a[0]))
	if err != nil {
		panic(failure{"not base64"})
	}
	return string(b)
}
