package workflow

import (
	"crypto/md5"  //nolint:gosec // the language has it
	"crypto/sha1" //nolint:gosec // the language has it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of the language's functions: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
const (
	maxRange     = 1_000
	maxHashInput = 10_000
)

// intrinsics are the functions. What is wrong with the arguments is the cause of the fault; its name is given by the caller.
var intrinsics = map[string]func(e *execution, a []any) (any, *Fault){
	"Format":         formatCall,
	"StringToJson":   stringToJSON,
	"JsonToString":   func(_ *execution, a []any) (any, *Fault) { return string(Encode(a[0])), nil },
	"Array":          func(_ *execution, a []any) (any, *Fault) { return slices.Clone(a), nil },
	"ArrayPartition": arrayPartition,
	"ArrayContains":  arrayContains,
	"ArrayRange":     arrayRange,
	"ArrayGetItem":   arrayGetItem,
	"ArrayLength":    arrayLength,
	"ArrayUnique":    arrayUnique,
	"Base64Encode":   base64Encode,
	"Base64Decode":   base64Decode,
	"Hash":           hashOf,
	"JsonMerge":      jsonMerge,
	"MathRandom":     mathRandom,
	"MathAdd":        mathAdd,
	"StringSplit":    stringSplit,
	"UUID":           uuid,
}

func wants(place int, what string, found any) *Fault {
	return faultf("", "argument %d wants %s, found %s", place+1, what, typeName(found))
}

func text(a []any, i int) (string, *Fault) {
	s, ok := a[i].(string)
	if !ok {
		return "", wants(i, "a text", a[i])
	}
	return s, nil
}

func list(a []any) ([]any, *Fault) {
	l, ok := a[0].([]any)
	if !ok {
		return nil, wants(0, "a list", a[0])
	}
	return l, nil
}

// integer takes a number; one with a fraction is rounded to the nearest whole one, halves up.
func integer(a []any, i int) (int64, *Fault) {
	n, ok := a[i].(json.Number)
	if !ok {
		return 0, wants(i, "a number", a[i])
	}
	r := new(big.Rat).Add(rat(n), big.NewRat(1, 2))
	q := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean division: the floor, as the denominator is positive
	if !q.IsInt64() {
		return 0, wants(i, "a number of 64 bits", a[i])
	}
	return q.Int64(), nil
}

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }

func formatCall(_ *execution, a []any) (any, *Fault) {
	template, fault := text(a, 0)
	if fault != nil {
		return nil, fault
	}
	parts, ok := pieces(template)
	if !ok || len(parts)-1 != len(a)-1 {
		return nil, faultf("", "the format does not have %d places", len(a)-1)
	}
	v, fault := format(parts, a[1:])
	if fault != nil {
		return nil, faultf("", "%s", strings.TrimPrefix(fault.Cause, "States.Format: "))
	}
	return v, nil
}

func stringToJSON(_ *execution, a []any) (any, *Fault) {
	s, fault := text(a, 0)
	if fault != nil {
		return nil, fault
	}
	v, err := Decode([]byte(s))
	if err != nil {
		return nil, faultf("", "the text is not JSON: %s", err)
	}
	return v, nil
}

func arrayPartition(_ *execution, a []any) (any, *Fault) {
	l, fault := list(a)
	if fault != nil {
		return nil, fault
	}
	size, fault := integer(a, 1)
	if fault != nil {
		return nil, fault
	}
	if size < 1 {
		return nil, faultf("", "a part has at least one item, found %d", size)
	}
	parts := []any{}
	for len(l) > 0 {
		n := int(min(size, int64(len(l))))
		parts = append(parts, slices.Clone(l[:n]))
		l = l[n:]
	}
	return parts, nil
}

func contains(l []any, v any) bool {
	return slices.ContainsFunc(l, func(item any) bool { return same(item, v) })
}

func arrayContains(_ *execution, a []any) (any, *Fault) {
	l, fault := list(a)
	if fault != nil {
		return nil, fault
	}
	return contains(l, a[1]), nil
}

func arrayRange(_ *execution, a []any) (any, *Fault) {
	var n [3]int64
	for i := range n {
		var fault *Fault
		if n[i], fault = integer(a, i); fault != nil {
			return nil, fault
		}
	}
	first, last, step := n[0], n[1], n[2]
	if step == 0 {
		return nil, faultf("", "the step is 0")
	}
	items := []any{}
	for i := first; step > 0 && i <= last || step < 0 && i >= last; i += step {
		if len(items) == maxRange {
			return nil, faultf("", "a range has at most %d items", maxRange)
		}
		items = append(items, number(i))
		if next := i + step; (next > i) != (step > 0) {
			break // beyond 64 bits
		}
	}
	return items, nil
}

func arrayGetItem(_ *execution, a []any) (any, *Fault) {
	l, fault := list(a)
	if fault != nil {
		return nil, fault
	}
	i, fault := integer(a, 1)
	if fault != nil {
		return nil, fault
	}
	if i < 0 || i >= int64(len(l)) {
		return nil, faultf("", "a list of %d items has no item %d", len(l), i)
	}
	return l[i], nil
}

func arrayLength(_ *execution, a []any) (any, *Fault) {
	l, fault := list(a)
	if fault != nil {
		return nil, fault
	}
	return number(int64(len(l))), nil
}

func arrayUnique(_ *execution, a []any) (any, *Fault) {
	l, fault := list(a)
	if fault != nil {
		return nil, fault
	}
	seen := map[string]bool{}
	unique := []any{}
	for _, item := range l {
		if key := canonical(item); !seen[key] {
			seen[key] = true
			unique = append(unique, item)
		}
	}
	return unique, nil
}

// canonical is a text that equal values have in common.
func canonical(v any) string {
	switch v := v.(type) {
	case json.Number:
		return rat(v).RatString()
	case []any:
		var b strings.Builder
		for _, item := range v {
			fmt.Fprintf(&b, "%q,", canonical(item))
		}
		return "[" + b.String() + "]"
	case map[string]any:
		fields := map[string]any{}
		for name, f := range v {
			fields[name] = canonical(f)
		}
		return string(Encode(fields))
	}
	return string(Encode(v))
}

func base64Encode(_ *execution, a []any) (any, *Fault) {
	s, fault := bounded(a)
	if fault != nil {
		return nil, fault
	}
	return base64.StdEncoding.EncodeToString([]byte(s)), nil
}

func base64Decode(_ *execution, a []any) (any, *Fault) {
	s, fault := bounded(a)
	if fault != nil {
		return nil, fault
	}
	decoded, err := base64.StdEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(decoded) {
		return nil, faultf("", "the text is not Base64 of text in UTF-8")
	}
	return string(decoded), nil
}

// bounded takes a first argument that is text of a bounded length.
func bounded(a []any) (string, *Fault) {
	s, fault := text(a, 0)
	if fault == nil && utf8.RuneCountInString(s) > maxHashInput {
		fault = faultf("", "the text has more than %d characters", maxHashInput)
	}
	return s, fault
}

func hashOf(_ *execution, a []any) (any, *Fault) {
	s, ok := a[0].(string)
	if !ok {
		s = string(Encode(a[0]))
	}
	s, fault := bounded([]any{s})
	if fault != nil {
		return nil, fault
	}
	algorithms := map[string]func() hash.Hash{"MD5": md5.New, "SHA-1": sha1.New, "SHA-256": sha256.New, "SHA-384": sha512.New384, "SHA-512": sha512.New}
	name, fault := text(a, 1)
	if fault != nil {
		return nil, fault
	}
	algorithm, ok := algorithms[name]
	if !ok {
		return nil, faultf("", "there is no algorithm %.20q; they are MD5, SHA-1, SHA-256, SHA-384, SHA-512", name)
	}
	h := algorithm()
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil)), nil
}

func jsonMerge(_ *execution, a []any) (any, *Fault) {
	first, ok := a[0].(map[string]any)
	if !ok {
		return nil, wants(0, "an object", a[0])
	}
	second, ok := a[1].(map[string]any)
	if !ok {
		return nil, wants(1, "an object", a[1])
	}
	if a[2] != false {
		return nil, wants(2, "false, for a merge of the outermost fields", a[2])
	}
	return merged(first, second), nil
}

func mathRandom(e *execution, a []any) (any, *Fault) {
	start, fault := integer(a, 0)
	if fault != nil {
		return nil, fault
	}
	end, fault := integer(a, 1)
	if fault != nil {
		return nil, fault
	}
	if end <= start || end-start <= 0 {
		return nil, faultf("", "the end, %d, is not greater than the start, %d", end, start)
	}
	return number(start + e.random(end-start)), nil
}

func mathAdd(_ *execution, a []any) (any, *Fault) {
	x, fault := integer(a, 0)
	if fault != nil {
		return nil, fault
	}
	y, fault := integer(a, 1)
	if fault != nil {
		return nil, fault
	}
	sum := new(big.Int).Add(big.NewInt(x), big.NewInt(y))
	return json.Number(sum.String()), nil
}

// stringSplit splits at each of some characters; there are no empty parts.
func stringSplit(_ *execution, a []any) (any, *Fault) {
	s, fault := text(a, 0)
	if fault != nil {
		return nil, fault
	}
	at, fault := text(a, 1)
	if fault != nil {
		return nil, fault
	}
	parts := []any{}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(at, r) }) {
		parts = append(parts, part)
	}
	return parts, nil
}

// uuid is of version 4.
func uuid(e *execution, _ []any) (any, *Fault) {
	b := new(big.Int).Lsh(big.NewInt(e.random(1<<62)), 64)
	b.Or(b, big.NewInt(e.random(1<<62)))
	var id [16]byte
	b.FillBytes(id[:])
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]), nil
}
