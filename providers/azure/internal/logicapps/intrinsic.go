package logicapps

import (
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// only has an expression be an error unless a condition holds: the list of one has no second item. Conditions are of no use here, as
// both of their values are made.
func only(e, holds expr) expr {
	return call("createArray", e) + "[" + call("if", holds, "0", "1") + "]"
}

// wholeNumber is a number without a fraction: one with it is an error.
func wholeNumber(e expr) expr {
	if strings.Trim(string(e), "-0123456789") == "" {
		return e
	}
	return only(e, isWhole(e))
}

// intrinsics are the functions of the States Language that the engine has the like of. What is of another type than the function takes
// has to be an error here too. https://learn.microsoft.com/azure/logic-apps/expression-functions-reference
var intrinsics = map[string]func(a []expr) expr{
	"Array":         func(a []expr) expr { return call("createArray", a...) },
	"ArrayLength":   func(a []expr) expr { return call("length", only(a[0], isList(a[0]))) },
	"ArrayGetItem":  func(a []expr) expr { return only(a[0], isList(a[0])) + "[" + a[1] + "]" },
	"ArrayContains": func(a []expr) expr { return call("contains", only(a[0], isList(a[0])), a[1]) },
	"StringToJson":  func(a []expr) expr { return call("json", only(a[0], isText(a[0]))) },
	"JsonToString":  func(a []expr) expr { return asJSON(a[0]) },
	"Base64Encode":  func(a []expr) expr { return call("base64", only(a[0], isText(a[0]))) },
	"Base64Decode":  func(a []expr) expr { return call("base64ToString", only(a[0], isText(a[0]))) },
	"MathAdd":       func(a []expr) expr { return call("add", wholeNumber(a[0]), wholeNumber(a[1])) },
	"UUID":          func([]expr) expr { return "guid()" },
}

func (c *compiler) intrinsic(v *asl.Call, sc scope) expr {
	if c.heard {
		c.refuse(v.Pos, "caught", "States.%s", v.Function)
		return "null"
	}
	arguments := make([]expr, len(v.Arguments))
	for i, a := range v.Arguments {
		arguments[i] = c.argument(a, sc)
	}
	if v.Template != nil {
		return format(v, arguments)
	}
	f, ok := intrinsics[v.Function]
	if _, literal := lastLiteral(v); v.Function == "ArrayGetItem" && !literal || v.Function == "Array" && len(arguments) == 0 {
		ok = false
	}
	if !ok {
		c.refuse(v.Pos, "intrinsic", "States.%s", v.Function)
		return "null"
	}
	return f(arguments)
}

func lastLiteral(v *asl.Call) (*asl.Literal, bool) {
	if len(v.Arguments) == 0 {
		return nil, false
	}
	l, ok := v.Arguments[len(v.Arguments)-1].(*asl.Literal)
	return l, ok
}

// format puts text together: text as it is, and what is not text as JSON has it. A list or an object is an error.
func format(v *asl.Call, arguments []expr) expr {
	parts := []expr{}
	for i, text := range v.Template {
		if text != "" || i == 0 {
			parts = append(parts, quoted(text))
		}
		if i < len(arguments) {
			a := arguments[i]
			plain := only(a, call("not", call("contains", "'{['", kind(a))))
			parts = append(parts, call("if", isText(a), call("string", plain), asJSON(plain)))
		}
	}
	if len(parts) > 1 && parts[0] == "''" {
		parts = parts[1:]
	}
	if len(parts) == 1 { // concat wants two at least
		return parts[0]
	}
	return call("concat", parts...)
}
