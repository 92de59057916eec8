package azure

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"time"
)

// What the Functions host posts for an event is {"Data": {binding: value}, "Metadata": {name: value}}. In both, bytes come as base64,
// moments as text, and objects as they are; anything else comes as JSON text within a string: 1 as "1", and "a" as "\"a\"". The types
// here undo that. What is not of the form that they expect is as if it were not there.
// https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Workers/MessageExtensions/ScriptInvocationContextExtensions.cs

// plain is what stands within a string: a number, or a moment.
type plain string

// UnmarshalJSON implements [json.Unmarshaler].
func (p *plain) UnmarshalJSON(data []byte) error {
	text, _ := unquote(data)
	*p = plain(text)
	return nil
}

// text is text: a JSON string within a string.
type text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(data []byte) error {
	// Nearly all are of this form: "\"…\"".
	if inner, ok := bytes.CutPrefix(data, []byte(`"\"`)); ok {
		if inner, ok = bytes.CutSuffix(inner, []byte(`\""`)); ok && isPlain(inner) {
			*t = text(inner)
			return nil
		}
	}
	outer, _ := unquote(data)
	inner, _ := unquote([]byte(outer))
	*t = text(inner)
	return nil
}

// attribute is a value of an object that can hold others than text.
type attribute struct {
	text   string
	isText bool
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *attribute) UnmarshalJSON(data []byte) error {
	a.text, a.isText = unquote(data)
	return nil
}

// unquote reads a JSON string, and tells whether it was one.
func unquote(data []byte) (string, bool) {
	if len(data) < 2 || data[0] != '"' {
		return "", false
	}
	// Most have nothing to undo. What is not valid UTF-8 is for the decoder to mend.
	if inner := data[1 : len(data)-1]; isPlain(inner) {
		return string(inner), true
	}
	var s string
	if json.Unmarshal(data, &s) != nil {
		return "", false
	}
	return s, true
}

func isPlain(inner []byte) bool {
	for _, b := range inner {
		if b == '\\' || b == '"' || b < ' ' || b >= 0x80 {
			return false
		}
	}
	return true
}

// binary is the value of a binding whose dataType is binary: base64.
type binary struct {
	data  []byte
	isSet bool
}

// UnmarshalJSON implements [json.Unmarshaler].
func (b *binary) UnmarshalJSON(data []byte) error {
	b.isSet = true
	if len(data) < 2 || data[0] != '"' || bytes.IndexByte(data, '\\') >= 0 {
		return json.Unmarshal(data, &b.data)
	}
	var err error
	b.data, err = base64.StdEncoding.AppendDecode(make([]byte, 0, base64.StdEncoding.DecodedLen(len(data)-2)), data[1:len(data)-1])
	return err
}

// retry is the RetryContext of a function that has a retry policy, from its first attempt on.
// https://github.com/Azure/azure-webjobs-sdk/blob/dev/src/Microsoft.Azure.WebJobs.Host/Executors/FunctionExecutorExtensions.cs
type retry struct {
	count, most int
	isSet       bool
}

// UnmarshalJSON implements [json.Unmarshaler].
func (r *retry) UnmarshalJSON(data []byte) error {
	if inner, ok := unquote(data); ok {
		data = []byte(inner)
	}
	var v struct{ RetryCount, MaxRetryCount *int }
	if json.Unmarshal(data, &v) == nil && v.RetryCount != nil && v.MaxRetryCount != nil && *v.RetryCount >= 0 {
		*r = retry{*v.RetryCount, *v.MaxRetryCount, true}
	}
	return nil
}

// attempt counts from 1; it is 0 when it is not known.
func (r retry) attempt() int {
	if !r.isSet {
		return 0
	}
	return r.count + 1
}

// last tells whether the host would not try again. A policy with a count below zero tries for ever.
func (r retry) last() bool { return r.isSet && r.most >= 0 && r.count >= r.most }

// moment reads a moment as .NET writes it. Without a zone it is UTC. It is zero when the text is none.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
