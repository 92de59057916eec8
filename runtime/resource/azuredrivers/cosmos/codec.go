package cosmos

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"gocloud.dev/docstore/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// maxInteger is the largest integer up to which every one is a float64.
const maxInteger = 1 << 53

// encodeItem turns an item into JSON's types. Its revision is the document's ETag, and no part of it.
func (c *collection) encodeItem(doc driver.Document) (map[string]any, error) {
	e := &encoder{}
	if err := doc.Encode(e); err != nil {
		return nil, err
	}
	item, ok := e.value.(map[string]any)
	if !ok {
		return nil, rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("an item is a struct or a map, not a %T", doc.Origin))
	}
	delete(item, c.options.RevisionField)
	return item, check(item)
}

func encodeValue(value any) (any, error) {
	e := &encoder{}
	if err := driver.Encode(reflect.ValueOf(value), e); err != nil {
		return nil, err
	}
	return e.value, check(e.value)
}

// check refuses what would not be kept as it is.
func check(value any) error {
	switch v := value.(type) {
	case map[string]any:
		for name, element := range v {
			if err := check(element); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	case []any:
		for i, element := range v {
			if err := check(element); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
	case int64:
		if v > maxInteger || v < -maxInteger {
			return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%d is more than 2^53, and Cosmos DB would round it: keep it as a string", v))
		}
	case uint64:
		if v > maxInteger {
			return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%d is more than 2^53, and Cosmos DB would round it: keep it as a string", v))
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%v is no number of JSON", v))
		}
	}
	return nil
}

// encoder is a driver.Encoder.
type encoder struct{ value any }

func (e *encoder) EncodeNil()            { e.value = nil }
func (e *encoder) EncodeBool(x bool)     { e.value = x }
func (e *encoder) EncodeString(x string) { e.value = x }
func (e *encoder) EncodeInt(x int64)     { e.value = x }
func (e *encoder) EncodeUint(x uint64)   { e.value = x }
func (e *encoder) EncodeFloat(x float64) { e.value = x }
func (e *encoder) EncodeBytes(x []byte)  { e.value = x }
func (e *encoder) ListIndex(int)         {}
func (e *encoder) MapKey(string)         {}

// EncodeSpecial keeps a time.
func (e *encoder) EncodeSpecial(v reflect.Value) (bool, error) {
	at, ok := v.Interface().(time.Time)
	if ok {
		e.value = at
	}
	return ok, nil
}

func (e *encoder) EncodeList(n int) driver.Encoder {
	l := &listEncoder{list: make([]any, n)}
	e.value = l.list
	return l
}

func (e *encoder) EncodeMap(n int) driver.Encoder {
	m := &mapEncoder{entries: make(map[string]any, n)}
	e.value = m.entries
	return m
}

type listEncoder struct {
	encoder
	list []any
}

func (l *listEncoder) ListIndex(i int) { l.list[i] = l.value }

type mapEncoder struct {
	encoder
	entries map[string]any
}

func (m *mapEncoder) MapKey(name string) { m.entries[name] = m.value }

// decodeItem puts a document into an item: all of it, or the fields at some paths and the key.
func (c *collection) decodeItem(d *document, doc driver.Document, paths [][]string) error {
	item := d.Item
	if len(paths) > 0 {
		item = map[string]any{}
		for _, attribute := range c.key {
			copyPath(item, d.Item, []string{attribute})
		}
		for _, p := range paths {
			copyPath(item, d.Item, p)
		}
	}
	if err := doc.Decode(decoder{item}); err != nil {
		return err
	}
	// A map gets it if what was written had one, as with other drivers; a struct when it has a place for it.
	if _, isMap := doc.Origin.(map[string]any); !doc.HasField(c.options.RevisionField) && (!isMap || !d.Revised) {
		return nil
	}
	return doc.SetField(c.options.RevisionField, d.ETag)
}

func copyPath(to, from map[string]any, path []string) {
	for i, name := range path {
		value, ok := from[name]
		if !ok {
			return
		}
		if i == len(path)-1 {
			to[name] = value
			return
		}
		if from, ok = value.(map[string]any); !ok {
			return
		}
		next, ok := to[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			to[name] = next
		}
		to = next
	}
}

// modify changes one field of an item.
func modify(item map[string]any, m driver.Mod) error {
	for _, name := range m.FieldPath[:len(m.FieldPath)-1] {
		inner, ok := item[name].(map[string]any)
		switch {
		case ok:
		case m.Value == nil:
			return nil // there is nothing to delete
		case item[name] == nil:
			inner = map[string]any{}
			item[name] = inner
		default:
			return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%s: %q is not a map", strings.Join(m.FieldPath, "."), name))
		}
		item = inner
	}
	name := m.FieldPath[len(m.FieldPath)-1]
	switch v := m.Value.(type) {
	case nil:
		delete(item, name)
		return nil
	case driver.IncOp:
		sum, err := add(item[name], v.Amount)
		if err != nil {
			return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%s: %w", strings.Join(m.FieldPath, "."), err))
		}
		item[name] = sum
		return check(sum)
	default:
		value, err := encodeValue(v)
		item[name] = value
		return err
	}
}

// add adds an amount to a number, which is 0 when there is none.
func add(current, amount any) (any, error) {
	amount, err := encodeValue(amount)
	if err != nil || current == nil {
		return amount, err
	}
	n, ok := current.(json.Number)
	if !ok {
		return nil, fmt.Errorf("a %T cannot be incremented", current)
	}
	whole, err := n.Int64()
	if by, ok := amount.(int64); ok && err == nil {
		return whole + by, nil
	}
	x, err := n.Float64()
	if err != nil {
		return nil, err
	}
	switch by := amount.(type) {
	case int64:
		return x + float64(by), nil
	case uint64:
		return x + float64(by), nil
	case float64:
		return x + by, nil
	}
	return nil, fmt.Errorf("%T is no amount", amount)
}

// decoder is a driver.Decoder of what encoding/json reads, with its numbers as they came.
type decoder struct{ value any }

func (d decoder) String() string { return fmt.Sprint(d.value) }
func (d decoder) AsNull() bool   { return d.value == nil }

func (d decoder) AsBool() (bool, bool) {
	b, ok := d.value.(bool)
	return b, ok
}

func (d decoder) AsString() (string, bool) {
	s, ok := d.value.(string)
	return s, ok
}

func (d decoder) AsInt() (int64, bool) {
	n, ok := d.value.(json.Number)
	if !ok {
		return 0, false
	}
	if i, err := n.Int64(); err == nil {
		return i, true
	}
	f, err := n.Float64() // 1e3, or 5.0
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) <= maxInteger
}

func (d decoder) AsUint() (uint64, bool) {
	i, ok := d.AsInt()
	if !ok || i < 0 {
		return 0, false
	}
	return uint64(i), true
}

func (d decoder) AsFloat() (float64, bool) {
	n, ok := d.value.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

func (d decoder) AsBytes() ([]byte, bool) {
	switch v := d.value.(type) {
	case []byte:
		return v, true
	case string: // another wrote it
		data, err := base64.StdEncoding.DecodeString(v)
		return data, err == nil
	}
	return nil, false
}

func (d decoder) ListLen() (int, bool) {
	list, ok := d.value.([]any)
	return len(list), ok
}

func (d decoder) DecodeList(each func(int, driver.Decoder) bool) {
	list, _ := d.value.([]any)
	for i, element := range list {
		if !each(i, decoder{element}) {
			return
		}
	}
}

func (d decoder) MapLen() (int, bool) {
	m, ok := d.value.(map[string]any)
	return len(m), ok
}

func (d decoder) DecodeMap(each func(string, driver.Decoder, bool) bool) {
	m, _ := d.value.(map[string]any)
	for name, element := range m {
		if !each(name, decoder{element}, true) {
			return
		}
	}
}

// AsInterface returns numbers as int64 or float64.
func (d decoder) AsInterface() (any, error) { return plain(d.value) }

func plain(value any) (any, error) {
	switch v := value.(type) {
	case json.Number:
		if i, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return i, nil
		}
		return v.Float64()
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			var err error
			if list[i], err = plain(element); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		m := make(map[string]any, len(v))
		for name, element := range v {
			var err error
			if m[name], err = plain(element); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	return value, nil
}

// AsSpecial reads a time.
func (d decoder) AsSpecial(v reflect.Value) (bool, any, error) {
	if v.Type() != reflect.TypeFor[time.Time]() {
		return false, nil, nil
	}
	switch value := d.value.(type) {
	case time.Time:
		return true, value, nil
	case string: // another wrote it
		at, err := time.Parse(time.RFC3339Nano, value)
		return true, at, err
	}
	return true, nil, fmt.Errorf("a %T is no time", d.value)
}
