package gcp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// maxDepth is how deeply maps and arrays may be nested; Firestore allows 20. https://cloud.google.com/firestore/quotas
const maxDepth = 32

// The fields of a google.events.cloud.firestore.v1.Value, of which one is set.
// https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto
const (
	booleanValue   protowire.Number = 1
	integerValue   protowire.Number = 2
	doubleValue    protowire.Number = 3
	referenceValue protowire.Number = 5
	mapValue       protowire.Number = 6
	geoPointValue  protowire.Number = 8
	arrayValue     protowire.Number = 9
	timestampValue protowire.Number = 10
	nullValue      protowire.Number = 11
	stringValue    protowire.Number = 17
	bytesValue     protowire.Number = 18
)

// wireTypes are those of the fields of a Value.
var wireTypes = map[protowire.Number]protowire.Type{
	booleanValue: protowire.VarintType, integerValue: protowire.VarintType, doubleValue: protowire.Fixed64Type,
	referenceValue: protowire.BytesType, mapValue: protowire.BytesType, geoPointValue: protowire.BytesType, arrayValue: protowire.BytesType,
	timestampValue: protowire.BytesType, nullValue: protowire.VarintType, stringValue: protowire.BytesType, bytesValue: protowire.BytesType,
}

// appendValue appends a Value as plain JSON. Integers keep all their digits. What JSON has no notation for is a string: moments in
// RFC 3339, bytes in base64, references as the path that they are, and as in protobuf's own JSON the numbers that are none.
func appendValue(out, value []byte, depth int) ([]byte, error) {
	var v field
	err := eachField(value, func(f field) error {
		v = f // the last one counts: https://protobuf.dev/programming-guides/encoding/#last-one-wins
		return nil
	})
	if err != nil {
		return nil, err
	}
	if kind, ok := wireTypes[v.number]; !ok || kind != v.kind {
		return nil, fmt.Errorf("a value of a kind %d, which is not known", v.number)
	}
	switch v.number {
	case booleanValue:
		return strconv.AppendBool(out, v.bits != 0), nil
	case integerValue:
		return strconv.AppendInt(out, int64(v.bits), 10), nil //nolint:gosec // two's complement is what the wire has
	case doubleValue:
		return appendDouble(out, math.Float64frombits(v.bits)), nil
	case nullValue:
		return append(out, "null"...), nil
	case stringValue, referenceValue:
		return appendString(out, v.bytes)
	case bytesValue:
		out = base64.StdEncoding.AppendEncode(append(out, '"'), v.bytes)
		return append(out, '"'), nil
	case timestampValue:
		return appendTimestamp(out, v.bytes)
	case geoPointValue:
		return appendGeoPoint(out, v.bytes)
	case arrayValue:
		return appendAll(out, v.bytes, '[', ']', depth+1)
	default: // mapValue
		return appendAll(out, v.bytes, '{', '}', depth+1)
	}
}

// appendAll appends the values of an ArrayValue, or the entries of a MapValue.
func appendAll(out, values []byte, begin, end byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errors.New("maps and arrays are nested too deeply")
	}
	out = append(out, begin)
	err := eachField(values, func(f field) (err error) {
		if f.number != 1 {
			return nil
		}
		if begin == '{' {
			out, err = appendEntry(out, f, depth)
			return err
		}
		value, err := f.message()
		if err != nil {
			return err
		}
		out, err = appendValue(separate(out), value, depth)
		return err
	})
	return append(out, end), err
}

// appendEntry appends an entry of a map<string, Value>.
func appendEntry(out []byte, entry field, depth int) ([]byte, error) {
	content, err := entry.message()
	if err != nil {
		return nil, err
	}
	var key, value []byte
	err = eachField(content, func(f field) (err error) {
		switch f.number {
		case 1:
			key, err = f.message()
		case 2:
			value, err = f.message()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if out, err = appendString(separate(out), key); err != nil {
		return nil, err
	}
	return appendValue(append(out, ':'), value, depth)
}

// separate appends a comma unless what follows is the first of its object or array.
func separate(out []byte) []byte {
	if last := out[len(out)-1]; last == '{' || last == '[' {
		return out
	}
	return append(out, ',')
}

// appendDouble appends a number as encoding/json does. One that is whole has no fraction, so that it is read as an integer too.
func appendDouble(out []byte, d float64) []byte {
	switch abs := math.Abs(d); {
	case math.IsNaN(d):
		return append(out, `"NaN"`...)
	case math.IsInf(d, 1):
		return append(out, `"Infinity"`...)
	case math.IsInf(d, -1):
		return append(out, `"-Infinity"`...)
	case abs != 0 && (abs < 1e-6 || abs >= 1e21):
		return strconv.AppendFloat(out, d, 'e', -1, 64)
	default:
		return strconv.AppendFloat(out, d, 'f', -1, 64)
	}
}

// appendTimestamp appends a google.protobuf.Timestamp.
func appendTimestamp(out, timestamp []byte) ([]byte, error) {
	var seconds, nanos int64
	err := eachField(timestamp, func(f field) error {
		switch {
		case f.kind != protowire.VarintType:
		case f.number == 1:
			seconds = int64(f.bits) //nolint:gosec // two's complement is what the wire has
		case f.number == 2:
			nanos = int64(f.bits) //nolint:gosec // as above
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// The years 1 to 9999: https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp
	if seconds < -62135596800 || seconds > 253402300799 || nanos < 0 || nanos > 999_999_999 {
		return nil, errors.New("a moment that is none")
	}
	out = time.Unix(seconds, nanos).UTC().AppendFormat(append(out, '"'), time.RFC3339Nano)
	return append(out, '"'), nil
}

// appendGeoPoint appends a google.type.LatLng.
func appendGeoPoint(out, point []byte) ([]byte, error) {
	var latitude, longitude float64
	err := eachField(point, func(f field) error {
		switch {
		case f.kind != protowire.Fixed64Type:
		case f.number == 1:
			latitude = math.Float64frombits(f.bits)
		case f.number == 2:
			longitude = math.Float64frombits(f.bits)
		}
		return nil
	})
	out = appendDouble(append(out, `{"latitude":`...), latitude)
	out = appendDouble(append(out, `,"longitude":`...), longitude)
	return append(out, '}'), err
}

const hex = "0123456789abcdef"

// appendString appends a string of JSON.
func appendString(out, s []byte) ([]byte, error) {
	if !utf8.Valid(s) {
		return nil, errors.New("a string that is not UTF-8")
	}
	out = append(out, '"')
	begin := 0
	for i, b := range s {
		if b >= ' ' && b != '"' && b != '\\' {
			continue
		}
		out = append(out, s[begin:i]...)
		if begin = i + 1; b < ' ' {
			out = append(out, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		} else {
			out = append(out, '\\', b)
		}
	}
	return append(append(out, s[begin:]...), '"'), nil
}
