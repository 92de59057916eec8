package states

import (
	"bytes"
	"encoding/json"
	"strings"
)

// object is a JSON object in its order. A field without a value is left out; one that is null has null.
type object []field

type field struct {
	key   string
	value any
}

// array is a JSON array.
type array []any

// null is what stands for JSON's null.
type null struct{}

// width is how long a line can be that holds a whole object or array.
const width = 100

// write writes a value: on one line where it is short, and over several where it is not.
func write(b *bytes.Buffer, v any, indent int) {
	if line := inline(v); indent+len(line) <= width && !hasState(v) {
		b.WriteString(line)
		return
	}
	inner := strings.Repeat(" ", indent+2)
	switch v := v.(type) {
	case object:
		b.WriteString("{")
		separator := "\n"
		for _, f := range v {
			if f.value == nil {
				continue
			}
			b.WriteString(separator + inner + text(f.key) + ": ")
			write(b, f.value, indent+2)
			separator = ",\n"
		}
		b.WriteString("\n" + inner[2:] + "}")
	case array:
		b.WriteString("[")
		for i, item := range v {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n" + inner)
			write(b, item, indent+2)
		}
		b.WriteString("\n" + inner[2:] + "]")
	default:
		b.WriteString(inline(v))
	}
}

// hasState tells whether a value is, or has in it, a state, which never stands on one line.
func hasState(v any) bool {
	o, ok := v.(object)
	if !ok || len(o) == 0 {
		return false
	}
	if o[0].key == "Type" || o[0].key == "StartAt" {
		return true
	}
	for _, f := range o {
		if hasState(f.value) {
			return true
		}
	}
	return false
}

func inline(v any) string {
	switch v := v.(type) {
	case object:
		var parts []string
		for _, f := range v {
			if f.value != nil {
				parts = append(parts, text(f.key)+": "+inline(f.value))
			}
		}
		if len(parts) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case array:
		var parts []string
		for _, item := range v {
			parts = append(parts, inline(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case null:
		return "null"
	case address:
		return `"${` + string(v) + `}"`
	case string:
		return text(v)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(data)
}

// address is the name of a substitution.
type address string

// text is a text in JSON, printable and without the form of a substitution.
func text(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return `""`
	}
	return escape.Replace(strings.TrimSuffix(b.String(), "\n"))
}

// escape keeps substitutions, and references of CloudFormation, out of what a person has written.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
var escape = strings.NewReplacer("${", `\u0024{`, "{{", `{\u007b`)
