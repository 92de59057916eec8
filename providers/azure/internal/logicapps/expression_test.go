package logicapps_test

import (
	"encoding/json"
	"fmt"
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
