package runtimetest

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// documentEvent is a google.events.cloud.firestore.v1.DocumentEventData.
// https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto
func documentEvent(t testing.TB, change Change) []byte {
	t.Helper()
	var out []byte
	if !change.Deleted {
		out = appendField(out, 1, document(t, change.New))
	}
	if change.Old != "" || change.Deleted {
		out = appendField(out, 2, document(t, change.Old))
	}
	return out
}

// document is a Document with the fields of a JSON object.
func document(t testing.TB, text string) []byte {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		t.Fatal(err)
	}
	out := appendField(nil, 1, []byte("projects/p/databases/(default)/documents/users/u1"))
	for name, value := range fields {
		out = appendField(out, 2, entry(name, value))
	}
	return out
}

// entry is an entry of a map<string, Value>.
func entry(name string, v any) []byte {
	return appendField(appendField(nil, 1, []byte(name)), 2, value(v))
}

// value is a Value.
func value(v any) []byte {
	switch v := v.(type) {
	case string:
		return appendField(nil, 17, []byte(v))
	case bool:
		return protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), protowire.EncodeBool(v))
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), uint64(n))
		}
		n, _ := v.Float64()
		return protowire.AppendFixed64(protowire.AppendTag(nil, 3, protowire.Fixed64Type), math.Float64bits(n))
	case []any:
		var elements []byte
		for _, element := range v {
			elements = appendField(elements, 1, value(element))
		}
		return appendField(nil, 9, elements)
	case map[string]any:
		var entries []byte
		for name, element := range v {
			entries = appendField(entries, 1, entry(name, element))
		}
		return appendField(nil, 6, entries)
	}
	return protowire.AppendVarint(protowire.AppendTag(nil, 11, protowire.VarintType), 0) // null
}

func appendField(out []byte, number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(out, number, protowire.BytesType), content)
}
