package workflows

import (
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// intrinsics say how the functions of the States Language are had here: $1 and $2 are the arguments, #1 and #2 are them as whole
// numbers. What is of another type than the function takes has to be an error here too. Those that are not listed are refused: the
// engine has nothing that is the same.
// https://cloud.google.com/workflows/docs/reference/stdlib/overview
var intrinsics = map[string]string{
	"StringToJson":  `json.decode(text.encode($1))`,
	"JsonToString":  `json.encode_to_string($1)`,
	"ArrayGetItem":  `$1[#2]`,
	"ArrayLength":   `(len(list.concat($1, null)) - 1)`, // texts and maps have a length too
	"ArrayContains": `(len(list.concat($1, null)) > 0 and $2 in $1)`,
	"Base64Encode":  `base64.encode(text.encode($1))`,
	"Base64Decode":  `text.decode(base64.decode($1))`,
	"JsonMerge":     `map.merge($1, $2)`,
	"MathAdd":       `(#1 + #2)`,
	"UUID":          `uuid.generate()`,
}

// whole is a number without its fraction, halves up; of a text, an error. It is not documented which type // gives, and int takes a double.
// https://cloud.google.com/workflows/docs/reference/stdlib/expression-helpers#conversion_functions
const whole = `int(($ + 0.5) // 1 + 0.0)`

func (c *compiler) call(v *asl.Call, sc scope) Expr {
	arguments := make([]string, len(v.Arguments))
	for i, a := range v.Arguments {
		arguments[i] = string(c.argument(a, sc))
	}
	switch {
	case v.Function == "Array":
		return Expr("[" + strings.Join(arguments, ", ") + "]")
	case v.Template != nil:
		return format(v, arguments)
	}
	how, ok := intrinsics[v.Function]
	if v.Function == "JsonMerge" && arguments[2] != "false" {
		ok = false
	}
	if !ok {
		c.refuse(v.Pos, "intrinsic", "States.%s", v.Function)
		return "null"
	}
	var replacements []string
	for i, a := range arguments {
		n := string(rune('1' + i))
		rounded := a
		if _, literal := v.Arguments[i].(*asl.Literal); !literal {
			rounded = strings.Replace(whole, "$", a, 1)
		}
		replacements = append(replacements, "$"+n, a, "#"+n, rounded)
	}
	return Expr(strings.NewReplacer(replacements...).Replace(how))
}

// format puts text together. What is added to a text becomes text: numbers and booleans as JSON has them.
func format(v *asl.Call, arguments []string) Expr {
	var parts []string
	for i, text := range v.Template {
		if text != "" || i == 0 {
			parts = append(parts, textExpression(text))
		}
		if i < len(arguments) {
			parts = append(parts, placed(v.Arguments[i], arguments[i]))
		}
	}
	if parts[0] == `""` && len(arguments) > 0 && isText(v.Arguments[0]) {
		parts = parts[1:]
	}
	return Expr(strings.Join(parts, " + "))
}

// placed is a value as it goes into a text: null, which cannot be added to one, as JSON has it.
func placed(v asl.Value, argument string) string {
	if l, ok := v.(*asl.Literal); ok && l.Value != nil {
		return argument
	}
	return "default(" + argument + `, "null")`
}

// isText tells whether a value is text for certain.
func isText(v asl.Value) bool {
	l, ok := v.(*asl.Literal)
	if !ok {
		return false
	}
	_, ok = l.Value.(string)
	return ok
}
