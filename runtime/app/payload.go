package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// decode reads a payload: into a []byte as it came. What it cannot read today it cannot read tomorrow.
func decode(what string, data []byte, into any) error {
	switch raw := into.(type) {
	case *[]byte:
		*raw = data
		return nil
	case **[]byte:
		*raw = &data
		return nil
	}
	err := unmarshal(data, into)
	if err == nil {
		return nil
	}
	if m := mistakeIn(data, reflect.TypeOf(into).Elem(), 0); m != nil {
		return fn.Permanent(fmt.Errorf("decoding %s: %s: %w", what, m.path, m.err))
	}
	return fn.Permanent(fmt.Errorf("decoding %s: %w", what, err))
}

// unmarshal reads one JSON value, and nothing after it. Where the target says no more than "any" numbers are json.Number: a float64
// would lose digits.
func unmarshal(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("there is nothing, where one JSON value should be")
		}
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one JSON value")
	}
	return nil
}

// maxPath bounds how deep a wrong field is looked for. Each step reads what is left again.
const maxPath = 16

// mistake is a value of a payload that its place in a type does not take.
type mistake struct {
	path string // such as items[2].quantity
	err  error
}

// mistakeIn finds the first mistake in a payload that a type did not take, unless it is the whole that is wrong.
func mistakeIn(data []byte, t reflect.Type, depth int) *mistake {
	if depth == maxPath || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil // what reads itself knows best
	}
	switch t.Kind() {
	case reflect.Pointer:
		return mistakeIn(data, t.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		return mistakeInList(data, t.Elem(), depth)
	case reflect.Map:
		return mistakeInObject(data, func(string) (reflect.Type, bool) { return t.Elem(), true }, depth)
	case reflect.Struct:
		return mistakeInObject(data, fieldTypes(t), depth)
	default:
		return nil
	}
}

func mistakeInList(data []byte, t reflect.Type, depth int) *mistake {
	var elements []json.RawMessage
	_ = json.Unmarshal(data, &elements) // none, when it is no list
	for i, element := range elements {
		if m := mistakeAt("["+strconv.Itoa(i)+"]", element, t, depth); m != nil {
			return m
		}
	}
	return nil
}

// mistakeInObject looks at the entries in the order in which they stand.
func mistakeInObject(data []byte, typeOf func(name string) (reflect.Type, bool), depth int) *mistake {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if token, _ := decoder.Token(); token != json.Delim('{') {
		return nil
	}
	for decoder.More() {
		token, _ := decoder.Token()
		name, ok := token.(string)
		var value json.RawMessage
		if !ok || decoder.Decode(&value) != nil {
			break
		}
		if t, ok := typeOf(name); ok {
			if m := mistakeAt(name, value, t, depth); m != nil {
				return m
			}
		}
	}
	return nil
}

// mistakeAt finds the first mistake in a value, or returns that the value is one.
func mistakeAt(name string, value []byte, t reflect.Type, depth int) *mistake {
	err := unmarshal(value, reflect.New(t).Interface())
	if err == nil {
		return nil
	}
	if m := mistakeIn(value, t, depth+1); m != nil {
		if m.path[0] != '[' {
			name += "."
		}
		return &mistake{name + m.path, m.err}
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		err = fmt.Errorf("%s cannot be read as %s", mismatch.Value, mismatch.Type)
	}
	return &mistake{name, err}
}

// fieldTypes tells the types of a struct's fields by their names in JSON, which may be of another case.
func fieldTypes(t reflect.Type) func(string) (reflect.Type, bool) {
	byName := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() || f.Anonymous && name == "" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		byName[strings.ToLower(name)] = f.Type
	}
	return func(name string) (reflect.Type, bool) {
		t, ok := byName[strings.ToLower(name)]
		return t, ok
	}
}
