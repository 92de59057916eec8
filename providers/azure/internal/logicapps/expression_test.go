package logicapps_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/runtime/workflow"
)

// This file evaluates expressions: https://learn.microsoft.com/azure/logic-apps/expression-functions-reference

// broken is a definition that would not be deployed, or that must not be.
type broken struct{ why string }

func brokenf(format string, args ...any) broken { return broken{fmt.Sprintf(format, args...)} }

// failure is an expression that cannot be evaluated: the action fails.
type failure struct{ why string }

func fromJSON(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = fromJSON(item)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, f := range v {
			m[k] = fromJSON(f)
		}
		return m
	}
	return v
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return workflow.Encode(mustDecode(data))
}

func mustDecode(data []byte) any {
	v, err := workflow.Decode(data)
	if err != nil {
		panic(err)
	}
	return v
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case int64:
		return "integer"
	case float64:
		return "float"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

// value evaluates what stands in a definition: a string that begins with @ is an expression.
func (e *engine) value(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, f := range v {
			if strings.HasPrefix(k, "@") || strings.Contains(k, "@{") {
				panic(brokenf("the key %q", k))
			}
			m[k] = e.value(f)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = e.value(item)
		}
		return list
	case string:
		text, ok := strings.CutPrefix(v, "@")
		switch {
		case !ok && strings.Contains(v, "@{"):
			panic(brokenf("%q has an expression in it", v))
		case !ok:
			return v
		case strings.HasPrefix(text, "@") || strings.HasPrefix(text, "{"):
			panic(brokenf("%q", v))
		case len(text) > 8192:
			panic(brokenf("an expression of %d characters", len(text)))
		}
		p := &parser{engine: e, rest: text}
		result := p.expression()
		if p.space(); p.rest != "" {
			panic(brokenf("the expression %q ends before %q", text, p.rest))
		}
		return result
	}
	return v
}

type parser struct {
	engine *engine
	rest   string
}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " ") }

func (p *parser) take(token string) bool {
	p.space()
	after, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = after
	}
	return ok
}

func (p *parser) expression() any {
	v := p.primary()
	for {
		switch {
		case p.take("?["):
			v = index(v, p.closed(), true)
		case p.take("["):
			v = index(v, p.closed(), false)
		default:
			return v
		}
	}
}

func (p *parser) closed() any {
	v := p.expression()
	if !p.take("]") {
		panic(brokenf("a ] is missing before %q", p.rest))
	}
	return v
}

// index is a property, or an item. Behind a question mark a property of null, or one that is not there, is null.
func index(v, key any, maybe bool) any {
	switch v := v.(type) {
	case nil:
		if maybe {
			return nil
		}
	case map[string]any:
		k, ok := key.(string)
		f, there := v[k]
		if ok && (there || maybe) {
			return f
		}
	case []any:
		if i, ok := key.(int64); ok && i >= 0 && i < int64(len(v)) {
			return v[i]
		}
	}
	panic(failure{fmt.Sprintf("there is no %v in %s", key, typeOf(v))})
}

func (p *parser) primary() any {
	p.space()
	if p.take("'") {
		var b strings.Builder
		for i := 0; i < len(p.rest); i++ {
			if p.rest[i] == '\'' {
				if strings.HasPrefix(p.rest[i:], "''") {
					i++
				} else {
					p.rest = p.rest[i+1:]
					return b.String()
				}
			}
			b.WriteByte(p.rest[i])
		}
		panic(brokenf("a text does not end"))
	}
	end := 0
	for end < len(p.rest) && (p.rest[end] == '-' || p.rest[end] == '.' || p.rest[end] == '_' || p.rest[end] >= '0' && p.rest[end] <= '9' || p.rest[end]|0x20 >= 'a' && p.rest[end]|0x20 <= 'z') {
		end++
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	if p.take("(") {
		return p.call(word)
	}
	switch word {
	case "null":
		return nil
	case "true", "false":
		return word == "true"
	}
	if i, err := strconv.ParseInt(word, 10, 64); err == nil {
		return i
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil {
		panic(brokenf("%q is nothing, before %q", word, p.rest))
	}
	return f
}

func (p *parser) call(name string) any {
	arguments := []any{}
	for !p.take(")") {
		arguments = append(arguments, p.expression())
		if !p.take(",") {
			if p.take(")") {
				break
			}
			panic(brokenf("a ) is missing before %q", p.rest))
		}
	}
	f, ok := functions[name]
	if !ok {
		panic(brokenf("there is no function %s", name))
	}
	return f(p.engine, arguments)
}

var functions map[string]func(e *engine, a []any) any

func init() { // they call one another
	functions = map[string]func(e *engine, a []any) any{
		"outputs":     func(e *engine, a []any) any { return e.outcome(a[0]).outputs },
		"body":        func(e *engine, a []any) any { return index(e.outcome(a[0]).outputs, "body", true) },
		"actions":     func(e *engine, a []any) any { return map[string]any{"status": e.outcome(a[0]).status} },
		"variables":   func(e *engine, a []any) any { return e.variable(a[0].(string)).value },
		"parameters":  func(_ *engine, a []any) any { return parameter(a[0].(string)) },
		"triggerBody": func(e *engine, _ []any) any { return fromJSON(e.trigger) },
		"items":       func(e *engine, a []any) any { return e.items[a[0].(string)] },
		"concat":      concat,
		"string":      func(_ *engine, a []any) any { return toText(a[0]) },
		"json":        func(_ *engine, a []any) any { return parse(asText(a[0])) },
		"createArray": func(_ *engine, a []any) any { return slices.Clone(a) },
		"equals":      func(_ *engine, a []any) any { return equal(a[0], a[1]) },
		"not":         func(_ *engine, a []any) any { return !asBool(a[0]) },
		"and": func(_ *engine, a []any) any {
			return !slices.ContainsFunc(a, func(v any) bool { return !asBool(v) }) && true
		},
		"or":              or,
		"if":              choose,
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
			r := []rune(asText(a[0]))
			return string(r[:min(int64(len(r)), a[1].(int64))])
		},
		"skip":           func(_ *engine, a []any) any { l := asList(a[0]); return l[min(int64(len(l)), a[1].(int64)):] },
		"first":          first,
		"base64":         func(_ *engine, a []any) any { return base64.StdEncoding.EncodeToString([]byte(asText(a[0]))) },
		"base64ToString": fromBase64,
		"guid":           func(*engine, []any) any { return "00000000-0000-4000-8000-000000000000" },
	}
}

func parameter(name string) any {
	if id, ok := strings.CutPrefix(name, "workflow_"); ok {
		return "id:" + strings.ReplaceAll(id, "_", "-")
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

func concat(_ *engine, a []any) any {
	var b strings.Builder
	for _, v := range a {
		b.WriteString(toText(v))
	}
	return b.String()
}

// equal compares values of one type.
func equal(a, b any) bool { return typeOf(a) == typeOf(b) && string(encode(a)) == string(encode(b)) }

func or(_ *engine, a []any) any {
	any := false
	for _, v := range a {
		any = asBool(v) || any
	}
	return any
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
	if s, ok := a[0].(string); ok {
		return int64(len([]rune(s)))
	}
	return int64(len(asList(a[0])))
}

func substring(_ *engine, a []any) any {
	r := []rune(asText(a[0]))
	from, n := a[1].(int64), a[2].(int64)
	if from < 0 || n < 0 || from+n > int64(len(r)) {
		panic(failure{"substring beyond the text"})
	}
	return string(r[from : from+n])
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
