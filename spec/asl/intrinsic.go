package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// intrinsicPrefix begins the names of intrinsic functions.
const intrinsicPrefix = "States."

// parameter is what an intrinsic function takes at a place.
type parameter int

const (
	anyValue parameter = iota
	textValue
	intValue
	boolValue
	arrayValue
	objectValue
)

// parameterNames are for messages, in the order of the constants.
var parameterNames = []string{"a value", "a text", "a whole number", "a boolean", "a list", "an object"}

// intrinsic is an intrinsic function.
type intrinsic struct {
	takes    []parameter
	optional int  // how many of the last parameters may be left out
	variadic bool // the last parameter may come any number of times
	gives    parameter
	// random is true of a function whose result differs from call to call.
	random bool
}

// intrinsics are the functions of the language, as its specification lists them: https://states-language.net/spec.html
var intrinsics = map[string]intrinsic{
	"Format":         {takes: []parameter{textValue, anyValue}, optional: 1, variadic: true, gives: textValue},
	"StringToJson":   {takes: []parameter{textValue}, gives: anyValue},
	"JsonToString":   {takes: []parameter{anyValue}, gives: textValue},
	"Array":          {takes: []parameter{anyValue}, optional: 1, variadic: true, gives: arrayValue},
	"ArrayPartition": {takes: []parameter{arrayValue, intValue}, gives: arrayValue},
	"ArrayContains":  {takes: []parameter{arrayValue, anyValue}, gives: boolValue},
	"ArrayRange":     {takes: []parameter{intValue, intValue, intValue}, gives: arrayValue},
	"ArrayGetItem":   {takes: []parameter{arrayValue, intValue}, gives: anyValue},
	"ArrayLength":    {takes: []parameter{arrayValue}, gives: intValue},
	"ArrayUnique":    {takes: []parameter{arrayValue}, gives: arrayValue},
	"Base64Encode":   {takes: []parameter{textValue}, gives: textValue},
	"Base64Decode":   {takes: []parameter{textValue}, gives: textValue},
	"Hash":           {takes: []parameter{anyValue, textValue}, gives: textValue},
	"JsonMerge":      {takes: []parameter{objectValue, objectValue, boolValue}, gives: objectValue},
	"MathRandom":     {takes: []parameter{intValue, intValue, intValue}, optional: 1, gives: intValue, random: true},
	"MathAdd":        {takes: []parameter{intValue, intValue}, gives: intValue},
	"StringSplit":    {takes: []parameter{textValue, textValue}, gives: arrayValue},
	"UUID":           {gives: textValue, random: true},
}

// Intrinsics returns the names of the intrinsic functions, without their prefix, sorted.
func Intrinsics() []string { return slices.Sorted(maps.Keys(intrinsics)) }

// IsRandom tells whether the function gives another result each time.
func (v *Call) IsRandom() bool { return intrinsics[v.Function].random }

// maxNesting is how deep calls may stand in one another.
const maxNesting = 10

// parseCall reads a call of an intrinsic function. Rest is what stands behind it.
func parseCall(s string, depth int) (c *Call, rest string, err error) {
	if depth > maxNesting {
		return nil, s, fmt.Errorf("calls stand in one another more than %d deep", maxNesting)
	}
	open := strings.IndexByte(s, '(')
	if open < 0 {
		return nil, s, errors.New("a call of an intrinsic function needs ( and )")
	}
	full := strings.TrimSpace(s[:open])
	name, ok := strings.CutPrefix(full, intrinsicPrefix)
	if _, known := intrinsics[name]; !ok || !known {
		return nil, s, fmt.Errorf("there is no intrinsic function %s%s", diag.Quote(full), diag.DidYouMean(full, withPrefix(Intrinsics())))
	}
	c = &Call{Function: name}
	rest, err = c.arguments(s[open+1:], depth)
	if err != nil {
		return nil, rest, err
	}
	c.Text = s[:len(s)-len(rest)]
	return c, rest, c.check()
}

func withPrefix(names []string) []string {
	var all []string
	for _, n := range names {
		all = append(all, intrinsicPrefix+n)
	}
	return all
}

func (v *Call) arguments(s string, depth int) (rest string, err error) {
	s = strings.TrimLeft(s, " \t\n")
	if after, ok := strings.CutPrefix(s, ")"); ok {
		return after, nil
	}
	for {
		var argument Value
		argument, s, err = v.argument(strings.TrimLeft(s, " \t\n"), depth)
		if err != nil {
			return s, err
		}
		if argument != nil { // the template of Format stands apart
			v.Arguments = append(v.Arguments, argument)
		}
		s = strings.TrimLeft(s, " \t\n")
		switch {
		case strings.HasPrefix(s, ","):
			s = s[1:]
		case strings.HasPrefix(s, ")"):
			return s[1:], nil
		default:
			return s, fmt.Errorf("a , or a ) is missing before %s", found(s))
		}
	}
}

func (v *Call) argument(s string, depth int) (Value, string, error) {
	switch {
	case strings.HasPrefix(s, "$"):
		return parsePath(s)
	case strings.HasPrefix(s, "'"):
		return v.quoted(s)
	case strings.HasPrefix(s, intrinsicPrefix):
		return parseCall(s, depth+1)
	}
	end := strings.IndexAny(s, ",) \t\n")
	if end < 0 {
		return nil, s, errors.New("a ) is missing at the end")
	}
	word, rest := s[:end], s[end:]
	switch {
	case word == "null":
		return &Literal{}, rest, nil
	case word == "true" || word == "false":
		return &Literal{Value: word == "true"}, rest, nil
	case decimal.MatchString(word):
		return &Literal{Value: json.Number(word)}, rest, nil
	}
	return nil, s, fmt.Errorf("%s is not an argument: write a path, a number, or text in single quotes", found(word))
}

// quoted reads a text in quotes. The first argument of Format is taken apart at its placeholders.
func (v *Call) quoted(s string) (Value, string, error) {
	template := v.Function == "Format" && len(v.Arguments) == 0 && v.Template == nil
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\'':
			if template {
				v.Template = append(v.Template, b.String())
				return nil, s[i+1:], nil
			}
			return &Literal{Value: b.String()}, s[i+1:], nil
		case s[i] == '\\':
			if i++; i >= len(s) || strings.IndexByte(`'{}\`, s[i]) < 0 {
				return nil, s, errors.New(`a \ stands before one of ' { } \ alone`)
			}
		case template && s[i] == '{':
			if i++; i >= len(s) || s[i] != '}' {
				return nil, s, errors.New(`a { in a format is followed by }, or has a \ before it`)
			}
			v.Template = append(v.Template, b.String())
			b.Reset()
			continue
		case template && s[i] == '}':
			return nil, s, errors.New(`a } in a format has a { or a \ before it`)
		}
		b.WriteByte(s[i])
	}
	return nil, "", errors.New("a closing quote is missing")
}

// check compares the arguments with what the function takes.
func (v *Call) check() error {
	f := intrinsics[v.Function]
	takes := f.takes
	if v.Template != nil {
		if places := len(v.Template) - 1; places != len(v.Arguments) {
			return fmt.Errorf("the format has %d places, and there are %d values for them", places, len(v.Arguments))
		}
		takes = takes[1:]
	}
	least := max(0, len(takes)-f.optional)
	if n := len(v.Arguments); n < least || n > len(takes) && !f.variadic {
		return fmt.Errorf("%s%s takes %s, found %d", intrinsicPrefix, v.Function, arguments(least, len(takes), f.variadic), n)
	}
	for i, a := range v.Arguments {
		want := takes[min(i, len(takes)-1)]
		if got := resultOf(a); want != anyValue && got != anyValue && got != want {
			return fmt.Errorf("argument %d of %s%s is %s, found %s", i+1, intrinsicPrefix, v.Function, parameterNames[want], parameterNames[got])
		}
	}
	return nil
}

func arguments(least, most int, variadic bool) string {
	switch {
	case variadic:
		return fmt.Sprintf("%d arguments or more", least)
	case least == most:
		return fmt.Sprintf("%d arguments", least)
	}
	return fmt.Sprintf("%d to %d arguments", least, most)
}

// resultOf is the type of an argument, as far as it can be told; a number that is not whole counts as any value.
func resultOf(v Value) parameter {
	switch v := v.(type) {
	case *Call:
		return intrinsics[v.Function].gives
	case *Literal:
		switch value := v.Value.(type) {
		case string:
			return textValue
		case bool:
			return boolValue
		case json.Number:
			if !strings.ContainsAny(value.String(), ".eE") {
				return intValue
			}
		}
	}
	return anyValue
}
