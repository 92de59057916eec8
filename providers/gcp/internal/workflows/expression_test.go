package workflows_test

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// This file evaluates expressions: https://cloud.google.com/workflows/docs/reference/syntax/expressions

// broken is a program that the engine would not deploy.
type broken struct{ why string }

func brokenf(format string, args ...any) broken { return broken{fmt.Sprintf(format, args...)} }

// evaluator evaluates one expression; skip is true in what a short-circuit leaves out.
type evaluator struct {
	engine *engine
	env    *env
	rest   string
	skip   int
}

// evaluate gives the value of an expression without its ${ and }.
func (e *engine) evaluate(text string, v *env) any {
	ev := &evaluator{engine: e, env: v, rest: text}
	result := ev.or()
	if ev.space(); ev.rest != "" {
		panic(brokenf("the expression %q ends before %q", text, ev.rest))
	}
	return result
}

func (ev *evaluator) space() { ev.rest = strings.TrimLeft(ev.rest, " \t\n") }

func (ev *evaluator) take(token string) bool {
	ev.space()
	after, ok := strings.CutPrefix(ev.rest, token)
	if ok && isWord(token[0]) && after != "" && isWord(after[0]) {
		return false
	}
	if ok {
		ev.rest = after
	}
	return ok
}

func (ev *evaluator) want(token string) {
	if !ev.take(token) {
		panic(brokenf("the expression wants %s before %q", token, ev.rest))
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func (ev *evaluator) or() any { return ev.circuit("or", true, ev.and) }
func (ev *evaluator) and() any {
	return ev.circuit("and", false, ev.comparison)
}

// circuit evaluates operands until one decides, and reads the others without evaluating them.
func (ev *evaluator) circuit(op string, decides bool, operand func() any) any {
	v := operand()
	for ev.take(op) {
		if ev.skip > 0 {
			operand()
			continue
		}
		b, ok := v.(bool)
		if !ok {
			panic(typeError("%s is not a boolean", typeOf(v)))
		}
		if b == decides {
			ev.skip++
			operand()
			ev.skip--
			continue
		}
		if v = operand(); typeOf(v) != "boolean" {
			panic(typeError("%s is not a boolean", typeOf(v)))
		}
	}
	return v
}

func (ev *evaluator) comparison() any {
	v := ev.sum()
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">", "in"} {
		if ev.take(op) {
			w := ev.sum()
			if ev.skip > 0 {
				return nil
			}
			return operate(op, v, w)
		}
	}
	return v
}

func (ev *evaluator) sum() any { return ev.binary([]string{"+", "-"}, ev.product) }
func (ev *evaluator) product() any {
	return ev.binary([]string{"*", "//", "/"}, ev.unary)
}

func (ev *evaluator) binary(ops []string, operand func() any) any {
	v := operand()
	for {
		op := ""
		for _, o := range ops {
			if ev.take(o) {
				op = o
				break
			}
		}
		if op == "" {
			return v
		}
		if w := operand(); ev.skip == 0 {
			v = operate(op, v, w)
		}
	}
}

func (ev *evaluator) unary() any {
	if ev.take("not") {
		v := ev.unary()
		if ev.skip > 0 {
			return nil
		}
		b, ok := v.(bool)
		if !ok {
			panic(typeError("%s is not a boolean", typeOf(v)))
		}
		return !b
	}
	v := ev.primary()
	for {
		switch {
		case strings.HasPrefix(ev.rest, ".") && len(ev.rest) > 1 && !unicode.IsDigit(rune(ev.rest[1])):
			ev.rest = ev.rest[1:]
			name := ev.word()
			if ev.skip == 0 {
				v = field(v, name)
			}
		case strings.HasPrefix(ev.rest, "["):
			ev.rest = ev.rest[1:]
			key := ev.or()
			ev.want("]")
			if ev.skip == 0 {
				v = item(v, key)
			}
		default:
			return v
		}
	}
}

func field(v any, name string) any {
	m := asMap(v)
	f, ok := m[name]
	if !ok {
		panic(keyError(name))
	}
	return f
}

func item(v, key any) any {
	l, ok := v.([]any)
	if !ok {
		return field(v, asText(key))
	}
	i, ok := key.(int64)
	if !ok {
		panic(typeError("an index is an integer"))
	}
	if i < 0 || i >= int64(len(l)) {
		panic(fault("index out of range", "IndexError", "LookupError"))
	}
	return l[i]
}

func (ev *evaluator) word() string {
	end := 0
	for end < len(ev.rest) && isWord(ev.rest[end]) {
		end++
	}
	word := ev.rest[:end]
	ev.rest = ev.rest[end:]
	return word
}

func (ev *evaluator) primary() any {
	ev.space()
	switch {
	case ev.take("("):
		v := ev.or()
		ev.want(")")
		return v
	case ev.take("["):
		return ev.arguments("]")
	case strings.HasPrefix(ev.rest, `"`):
		return ev.text()
	case ev.rest == "":
		panic(brokenf("the expression ends early"))
	case ev.rest[0] >= '0' && ev.rest[0] <= '9' || ev.rest[0] == '-':
		return ev.number()
	}
	word := ev.word()
	switch word {
	case "true", "false":
		return word == "true"
	case "null":
		return nil
	case "":
		panic(brokenf("the expression has nothing before %q", ev.rest))
	}
	name, rest := word, ev.rest
	for strings.HasPrefix(rest, ".") {
		next := &evaluator{rest: rest[1:]}
		name, rest = name+"."+next.word(), next.rest
	}
	if after, ok := strings.CutPrefix(rest, "("); ok {
		ev.rest = after
		return ev.call(name)
	}
	if ev.skip > 0 {
		return nil
	}
	return ev.env.get(word)
}

func (ev *evaluator) arguments(end string) []any {
	list := []any{}
	for !ev.take(end) {
		list = append(list, ev.or())
		if !ev.take(",") {
			ev.want(end)
			return list
		}
	}
	return list
}

func (ev *evaluator) call(name string) any {
	switch name {
	case "default":
		a := ev.arguments(")")
		if a[0] == nil {
			return a[1]
		}
		return a[0]
	case "if":
		a := ev.arguments(")")
		if a[0] == true {
			return a[1]
		}
		return a[2]
	}
	a := ev.arguments(")")
	if ev.skip > 0 {
		return nil
	}
	if name == "sys.get_env" {
		return ev.engine.variable(asText(a[0]))
	}
	f, ok := functions[name]
	if !ok {
		panic(brokenf("there is no function %s", name))
	}
	return f(a)
}

func (ev *evaluator) number() any {
	end := 1
	for end < len(ev.rest) && (isWord(ev.rest[end]) || ev.rest[end] == '.') {
		end++
	}
	text := ev.rest[:end]
	ev.rest = ev.rest[end:]
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(brokenf("%q is not a number", text))
	}
	return f
}

func (ev *evaluator) text() any {
	for end := 1; end < len(ev.rest); end++ {
		switch ev.rest[end] {
		case '\\':
			end++
		case '"':
			s, err := strconv.Unquote(ev.rest[:end+1])
			if err != nil {
				panic(brokenf("%s is not text", ev.rest[:end+1]))
			}
			ev.rest = ev.rest[end+1:]
			return s
		}
	}
	panic(brokenf("a text does not end"))
}
