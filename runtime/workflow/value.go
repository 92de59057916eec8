package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// MaxPayload is how many bytes an input, an output or a result can have, as JSON in UTF-8 without spaces.
const MaxPayload = 256 << 10

// maxNesting bounds how deep a value can be.
const maxNesting = 200

// Decode reads a JSON value: nil, a bool, a json.Number, a string, a []any or a map[string]any. No number loses digits.
func Decode(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more behind the end of the value")
	}
	return v, sound(v, 0)
}

// sound refuses values that cannot be worked with.
func sound(v any, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("the value nests deeper than %d", maxNesting)
	}
	switch v := v.(type) {
	case json.Number:
		if !asl.ValidNumber(v.String()) {
			return fmt.Errorf("the number %.40s is too large, or too exact", v)
		}
	case []any:
		for _, item := range v {
			if err := sound(item, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, f := range v {
			if err := sound(f, depth+1); err != nil {
				return err
			}
		}
	case nil, bool, string:
	default:
		return fmt.Errorf("a %T is not a value of JSON as Decode gives it", v)
	}
	return nil
}

// Encode gives a value as JSON, without spaces, the fields of objects in the order of their names.
func Encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte("null") // there is nothing in a value that cannot be encoded
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// rat is a number's exact value.
func rat(n json.Number) *big.Rat {
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return new(big.Rat).SetInt64(i)
	}
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return new(big.Rat)
	}
	return r
}

// same tells whether two values are equal: numbers by their values.
func same(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		n, ok := b.(json.Number)
		return ok && rat(a).Cmp(rat(n)) == 0
	case []any:
		l, ok := b.([]any)
		if !ok || len(l) != len(a) {
			return false
		}
		for i := range a {
			if !same(a[i], l[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		m, ok := b.(map[string]any)
		if !ok || len(m) != len(a) {
			return false
		}
		for k, v := range a {
			if other, ok := m[k]; !ok || !same(v, other) {
				return false
			}
		}
		return true
	}
	switch b.(type) {
	case []any, map[string]any:
		return false
	}
	return a == b
}

// whole is the value of a number that has no fraction: 3, 3.0, 3e2.
func whole(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	r := rat(n)
	return r.Num().Int64(), r.IsInt() && r.Num().IsInt64()
}

// typeName says what a value is, for messages.
func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return "the number " + v.String()
	case string:
		return "a text"
	case []any:
		return "a list"
	}
	return "an object"
}

// shorten bounds what a message quotes.
func shorten(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
