package aws

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// item is an item of a table, or a map in one.
type item map[string]attribute

// attribute is a value of DynamoDB, of which one field is set. The vendor's own type reads this too, but falls over on sets that hold what
// is no text, and takes four times as long.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
type attribute struct {
	S    *string
	N    *string
	B    []byte
	BOOL *bool
	NULL *bool
	M    item
	L    []attribute
	SS   []string
	NS   []string
	BS   [][]byte
}

// maxDepth is how deeply maps and lists may be nested; DynamoDB allows 32.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes
const maxDepth = 40

// appendJSON appends an item as plain JSON.
func (i item) appendJSON(out []byte, depth int) (_ []byte, err error) {
	out = append(out, '{')
	first := true
	for name, a := range i {
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(jsonscan.AppendText(out, name), ':')
		if out, err = a.appendJSON(out, depth+1); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// appendJSON appends a value as plain JSON. Numbers keep all their digits; bytes are base64, and sets are lists.
func (a *attribute) appendJSON(out []byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errors.New("maps and lists are nested too deeply")
	}
	switch {
	case a.S != nil:
		return jsonscan.AppendText(out, *a.S), nil
	case a.N != nil:
		return appendNumber(out, *a.N)
	case a.BOOL != nil:
		return strconv.AppendBool(out, *a.BOOL), nil
	case a.NULL != nil:
		return append(out, "null"...), nil
	case a.M != nil:
		return a.M.appendJSON(out, depth)
	case a.L != nil:
		return appendList(out, a.L, func(out []byte, element attribute) ([]byte, error) { return element.appendJSON(out, depth+1) })
	case a.B != nil:
		return appendBinary(out, a.B)
	case a.SS != nil:
		return appendList(out, a.SS, func(out []byte, s string) ([]byte, error) { return jsonscan.AppendText(out, s), nil })
	case a.NS != nil:
		return appendList(out, a.NS, appendNumber)
	case a.BS != nil:
		return appendList(out, a.BS, appendBinary)
	}
	return nil, errors.New("a value of a type that is not known")
}

func appendList[T any](out []byte, elements []T, add func([]byte, T) ([]byte, error)) (_ []byte, err error) {
	out = append(out, '[')
	for i, element := range elements {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = add(out, element); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}

func appendBinary(out, data []byte) ([]byte, error) {
	out = base64.StdEncoding.AppendEncode(append(out, '"'), data)
	return append(out, '"'), nil
}

// appendNumber appends a number, which DynamoDB writes as JSON does.
func appendNumber(out []byte, n string) ([]byte, error) {
	if n == "" || n[0] != '-' && (n[0] < '0' || n[0] > '9') || !json.Valid([]byte(n)) {
		return nil, fmt.Errorf("%.100q is no number", n)
	}
	return append(out, n...), nil
}

// vendor is an item in the vendor's own type.
func (i item) vendor() map[string]events.DynamoDBAttributeValue {
	if i == nil {
		return nil
	}
	out := make(map[string]events.DynamoDBAttributeValue, len(i))
	for name, a := range i {
		out[name] = a.vendor()
	}
	return out
}

func (a *attribute) vendor() events.DynamoDBAttributeValue {
	switch {
	case a.S != nil:
		return events.NewStringAttribute(*a.S)
	case a.N != nil:
		return events.NewNumberAttribute(*a.N)
	case a.BOOL != nil:
		return events.NewBooleanAttribute(*a.BOOL)
	case a.M != nil:
		return events.NewMapAttribute(a.M.vendor())
	case a.L != nil:
		list := make([]events.DynamoDBAttributeValue, len(a.L))
		for i := range a.L {
			list[i] = a.L[i].vendor()
		}
		return events.NewListAttribute(list)
	case a.B != nil:
		return events.NewBinaryAttribute(a.B)
	case a.SS != nil:
		return events.NewStringSetAttribute(a.SS)
	case a.NS != nil:
		return events.NewNumberSetAttribute(a.NS)
	case a.BS != nil:
		return events.NewBinarySetAttribute(a.BS)
	}
	return events.NewNullAttribute()
}
