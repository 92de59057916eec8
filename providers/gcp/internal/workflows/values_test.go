package workflows_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/runtime/workflow"
)

// This file is the standard library of the engine, as far as compiled programs use it, written from
// https://cloud.google.com/workflows/docs/reference/stdlib/overview. Values are nil, bool, int64, float64, string, []byte, []any and
// map[string]any.

// raised is an error of the language: a map.
type raised struct{ value any }

func (r raised) Error() string { return fmt.Sprint(r.value) }

// fault makes an error of the engine: https://cloud.google.com/workflows/docs/reference/syntax/error-types
func fault(message string, tags ...string) raised {
	list := make([]any, len(tags))
	for i, t := range tags {
		list[i] = t
	}
	return raised{map[string]any{"message": message, "tags": list}}
}

func typeError(format string, args ...any) raised {
	return fault(fmt.Sprintf(format, args...), "TypeError")
}
func keyError(key string) raised { return fault("key not found: "+key, "KeyError", "LookupError") }

// typeOf is get_type.
func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case int64:
		return "integer"
	case float64:
		return "double"
	case string:
		return "string"
	case []byte:
		return "bytes"
	case []any:
		return "list"
	}
	return "map"
}

// fromJSON makes a value of one that encoding/json has read with numbers as they are written.
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

func decode(data []byte) any {
	v, err := workflow.Decode(data)
	if err != nil {
		panic(fault("not JSON", "ValueError"))
	}
	return fromJSON(v)
}

func encode(v any) []byte {
	if _, ok := v.([]byte); ok {
		panic(typeError("bytes are not JSON"))
	}
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

// copied is what an assignment makes: variables are passed by value.
func copied(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = copied(item)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, f := range v {
			m[k] = copied(f)
		}
		return m
	}
	return v
}

func asText(v any) string {
	s, ok := v.(string)
	if !ok {
		panic(typeError("want a string, found %s", typeOf(v)))
	}
	return s
}

func asList(v any) []any {
	l, ok := v.([]any)
	if !ok {
		panic(typeError("want a list, found %s", typeOf(v)))
	}
	return l
}

func asMap(v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		panic(typeError("want a map, found %s", typeOf(v)))
	}
	return m
}

func asBytes(v any) []byte {
	b, ok := v.([]byte)
	if !ok {
		panic(typeError("want bytes, found %s", typeOf(v)))
	}
	return b
}

// functions are those that expressions call.
var functions = map[string]func(a []any) any{
	"get_type":              func(a []any) any { return typeOf(a[0]) },
	"len":                   length,
	"string":                func(a []any) any { return toText(a[0]) },
	"int":                   toInteger,
	"keys":                  func(a []any) any { return keysOf(asMap(a[0])) },
	"json.decode":           jsonDecode,
	"json.encode":           func(a []any) any { return encode(a[0]) },
	"json.encode_to_string": func(a []any) any { return string(encode(a[0])) },
	"base64.encode":         func(a []any) any { return base64.StdEncoding.EncodeToString(asBytes(a[0])) },
	"base64.decode":         base64Decode,
	"text.encode":           func(a []any) any { return []byte(asText(a[0])) },
	"text.decode":           func(a []any) any { return string(asBytes(a[0])) },
	"text.match_regex":      func(a []any) any { return regexp.MustCompile(asText(a[1])).MatchString(asText(a[0])) },
	"list.concat":           func(a []any) any { return append(slices.Clone(asList(a[0])), a[1]) },
	"map.merge":             mapMerge,
	"map.get":               mapGet,
	"uuid.generate":         func([]any) any { return "00000000-0000-4000-8000-000000000000" },
}

func length(a []any) any {
	switch v := a[0].(type) {
	case string:
		return int64(len([]rune(v)))
	case []any:
		return int64(len(v))
	case map[string]any:
		return int64(len(v))
	}
	panic(typeError("%s has no length", typeOf(a[0])))
}

func toInteger(a []any) any {
	if f, ok := a[0].(float64); ok {
		return int64(f)
	}
	panic(typeError("%s is no double", typeOf(a[0])))
}

func toText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64, bool:
		return fmt.Sprint(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	panic(typeError("%s cannot be a string", typeOf(v)))
}

func keysOf(m map[string]any) []any {
	list := []any{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		list = append(list, k)
	}
	return list
}

func jsonDecode(a []any) any {
	if s, ok := a[0].(string); ok {
		return decode([]byte(s))
	}
	return decode(asBytes(a[0]))
}

func base64Decode(a []any) any {
	b, err := base64.StdEncoding.DecodeString(asText(a[0]))
	if err != nil {
		panic(fault("not base64", "ValueError"))
	}
	return b
}

func mapMerge(a []any) any {
	m := maps.Clone(asMap(a[0]))
	maps.Copy(m, asMap(a[1]))
	return m
}

// mapGet gives null for what is not there.
func mapGet(a []any) any {
	keys, ok := a[1].([]any)
	if !ok {
		keys = []any{a[1]}
	}
	v := a[0]
	for _, k := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[asText(k)]
	}
	return v
}

// operate is a binary operator: https://cloud.google.com/workflows/docs/reference/syntax/datatypes#implicit-conversions
func operate(op string, a, b any) any {
	switch op {
	case "==", "!=":
		if x, y := kindOf(a), kindOf(b); x != y && x != "null" && y != "null" {
			panic(typeError("%s and %s are not compared", x, y))
		}
		return equal(a, b) == (op == "==")
	case "in":
		return contained(a, b)
	}
	if x, ok := a.(string); ok {
		if op == "+" {
			return x + toText(b)
		}
		if y, ok := b.(string); ok {
			return ordered(op, strings.Compare(x, y))
		}
	}
	if y, ok := b.(string); ok && op == "+" {
		return toText(a) + y
	}
	x, y := numeric(a), numeric(b)
	if result, ok := arithmetic(op, a, b, x, y); ok {
		return result
	}
	switch {
	case x < y:
		return ordered(op, -1)
	case x > y:
		return ordered(op, 1)
	}
	return ordered(op, 0)
}

func arithmetic(op string, a, b any, x, y float64) (any, bool) {
	i, whole := a.(int64)
	j, both := b.(int64)
	whole = whole && both
	switch op {
	case "+":
		if whole {
			return i + j, true
		}
		return x + y, true
	case "-":
		if whole {
			return i - j, true
		}
		return x - y, true
	case "*":
		if whole {
			return i * j, true
		}
		return x * y, true
	case "/":
		return x / y, true
	case "//": // it is not documented of which type a quotient of doubles is: the worse one for int
		return int64(math.Floor(x / y)), true
	}
	return nil, false
}

func numeric(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	panic(typeError("%s is not a number", typeOf(v)))
}

// kindOf is the type of a value, numbers being of one.
func kindOf(v any) string {
	if t := typeOf(v); t != "integer" {
		return t
	}
	return "double"
}

func ordered(op string, order int) bool {
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	}
	panic(typeError("no operator %s", op))
}

func equal(a, b any) bool {
	x, y := typeOf(a), typeOf(b)
	if (x == "integer" || x == "double") && (y == "integer" || y == "double") {
		return math.Abs(numeric(a)-numeric(b)) == 0
	}
	return x == y && string(encode(a)) == string(encode(b))
}

func contained(a, b any) bool {
	switch b := b.(type) {
	case []any:
		return slices.ContainsFunc(b, func(item any) bool { return equal(a, item) })
	case map[string]any:
		_, ok := b[asText(a)]
		return ok
	}
	panic(typeError("%s has nothing in it", typeOf(b)))
}
