package workflow

import (
	"maps"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// evaluate makes a value of a payload template. The template is not nil.
func (e *execution) evaluate(t asl.Value, d data) (any, *Fault) {
	switch t := t.(type) {
	case *asl.Path:
		return d.path(t)
	case *asl.Call:
		return e.call(t, d)
	case *asl.Array:
		list := make([]any, 0, len(t.Items))
		for _, item := range t.Items {
			v, fault := e.evaluate(item, d)
			if fault != nil {
				return nil, fault
			}
			list = append(list, v)
		}
		return list, nil
	case *asl.Object:
		object := make(map[string]any, len(t.Fields))
		for _, f := range t.Fields {
			v, fault := e.evaluate(f.Value, d)
			if fault != nil {
				return nil, fault
			}
			object[f.Name.Value] = v
		}
		return object, nil
	case *asl.Literal:
		return t.Value, nil
	}
	return nil, faultf(asl.ErrRuntime, "there is no value to make")
}

// call calls an intrinsic function.
func (e *execution) call(c *asl.Call, d data) (any, *Fault) {
	arguments := make([]any, 0, len(c.Arguments))
	for _, a := range c.Arguments {
		v, fault := e.evaluate(a, d)
		if fault != nil {
			return nil, fault
		}
		arguments = append(arguments, v)
	}
	if c.Template != nil {
		return format(c.Template, arguments)
	}
	f, ok := intrinsics[c.Function]
	if !ok {
		return nil, faultf(asl.ErrIntrinsic, "there is no function States.%s", c.Function)
	}
	v, fault := f(e, arguments)
	if fault != nil {
		fault = faultf(asl.ErrIntrinsic, "States.%s: %s", c.Function, fault.Cause)
	}
	return v, fault
}

// format fills the places of a template.
func format(template []string, values []any) (any, *Fault) {
	var b strings.Builder
	for i, part := range template {
		b.WriteString(part)
		if i >= len(values) {
			continue
		}
		switch v := values[i].(type) {
		case string:
			b.WriteString(v)
		case []any, map[string]any:
			return nil, faultf(asl.ErrIntrinsic, "States.Format: a place takes a text, a number, a boolean or null, found %s", typeName(v))
		default:
			b.Write(Encode(v))
		}
	}
	return b.String(), nil
}

// pieces takes a template apart that is only known now. A \ stands before a ' { } or \ that means itself.
func pieces(template string) ([]string, bool) {
	var all []string
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		switch template[i] {
		case '\\':
			if i++; i >= len(template) || strings.IndexByte(`'{}\`, template[i]) < 0 {
				return nil, false
			}
		case '{':
			if i++; i >= len(template) || template[i] != '}' {
				return nil, false
			}
			all = append(all, b.String())
			b.Reset()
			continue
		case '}':
			return nil, false
		}
		b.WriteByte(template[i])
	}
	return append(all, b.String()), true
}

func merged(a, b map[string]any) map[string]any {
	m := maps.Clone(a)
	if m == nil {
		m = map[string]any{}
	}
	maps.Copy(m, b)
	return m
}
