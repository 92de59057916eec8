package asl_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// states writes a machine of n states, given the fields of each.
func states(n int, fields func(i int) string) []byte {
	var b bytes.Buffer
	b.WriteString(`{"StartAt": "s0", "States": {`)
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `"s%d": {%s}`, i, fields(i))
	}
	b.WriteString("}}\n")
	return b.Bytes()
}

// one writes a machine of one state.
func one(fields string) []byte { return states(1, func(int) string { return fields }) }

// next leads to the next state, in circles.
func next(i, n int) string { return fmt.Sprintf(`"Next": "s%d"`, (i+1)%n) }

// nested writes Parallel states in each other.
func nested(levels int) []byte {
	var b bytes.Buffer
	for i := range levels {
		fmt.Fprintf(&b, `{"StartAt": "s%[1]d", "States": {"s%[1]d": {"Type": "Parallel", "End": true, "Branches": [`, i)
	}
	b.WriteString(`{"StartAt": "x", "States": {"x": {"Type": "Succeed"}}}`)
	b.WriteString(strings.Repeat(`]}}}`, levels))
	return b.Bytes()
}

func repeat(n int, item func(i int) string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = item(i)
	}
	return strings.Join(items, ", ")
}

func same(item string) func(int) string { return func(int) string { return item } }

// hostile are definitions made to hurt a reader. Those with a code are refused with it first; the others may be sound.
var hostile = map[string]struct {
	data []byte
	want diag.Code
}{
	"ten megabytes":         {bytes.Repeat([]byte("a: b\n"), 2<<20), diag.TooLarge},
	"a NUL byte":            {[]byte("StartAt: a\x00b\n"), diag.Syntax},
	"not UTF-8":             {[]byte("StartAt: \xff\xfe\n"), diag.Syntax},
	"deep lists of JSON":    {[]byte(strings.Repeat("[", 500_000)), diag.Syntax},
	"deep objects of JSON":  {[]byte(strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000)), diag.TooDeep},
	"deep mappings of YAML": {[]byte("States: " + strings.Repeat("{a: ", 5_000) + strings.Repeat("}", 5_000)), diag.TooDeep},
	"an alias bomb":         {[]byte("a: &a [x,x,x,x,x,x,x,x,x]\n" + bomb(20) + "States: *b20\n"), ""},
	"an alias of itself":    {[]byte("States: &s\n  a: *s\n"), ""},
	"two documents":         {[]byte("StartAt: a\n---\nStartAt: b\n"), diag.ManyDocuments},
	"many duplicate keys":   {bytes.Repeat([]byte("StartAt: a\n"), 90_000), ""},
	"many unknown keys":     {[]byte("{" + repeat(40_000, func(i int) string { return fmt.Sprintf(`"k%d": 1`, i) }) + "}"), ""},
	"quotes without end":    {[]byte(`{"StartAt": "` + strings.Repeat(`\`, 500_001)), diag.Syntax},
	"deep branches":         {nested(90), ""},
	"many states, no edges": {states(15_000, same(`"Type": "Succeed"`)), ""},
	"a long chain":          {states(10_000, func(i int) string { return `"Type": "Pass", ` + next(i, 10_000) }), ""},
	"a long chain of shapes": {states(5_000, func(i int) string {
		return fmt.Sprintf(`"Type": "Pass", "Result": %d, "ResultPath": "$.f%d", %s`, i, i, next(i, 5_000))
	}), ""},
	"shapes that double":    {states(3_000, func(i int) string { return `"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, ` + next(i, 3_000) }), ""},
	"many misspelt targets": {states(8_000, func(i int) string { return fmt.Sprintf(`"Type": "Pass", "Next": "t%d"`, i) }), ""},
	"many rules": {one(`"Type": "Choice", "Choices": [` + repeat(8_000, func(i int) string {
		return fmt.Sprintf(`{"Variable": "$.a", "NumericEquals": %d, "Next": "s0"}`, i)
	}) + `]`), ""},
	"deep conditions": {one(`"Type": "Choice", "Choices": [` + strings.Repeat(`{"Not": `, 5_000) + `{}` + strings.Repeat(`}`, 5_000) + `]`), ""},
	"many retriers": {one(`"Type": "Task", "Resource": "isobar:function:work", "End": true, "Retry": [` + repeat(5_000, func(i int) string {
		return fmt.Sprintf(`{"ErrorEquals": ["E%d"]}`, i)
	}) + `]`), diag.InvalidValue},
	"many names of errors": {one(`"Type": "Task", "Resource": "isobar:function:work", "End": true, "Retry": [{"ErrorEquals": [` +
		repeat(50_000, func(i int) string { return fmt.Sprintf(`"E%d"`, i) }) + `]}]`), diag.InvalidValue},
	"a long path":                  {one(`"Type": "Pass", "End": true, "InputPath": "$` + strings.Repeat(".a", 400_000) + `"`), diag.BadPath},
	"brackets without end":         {one(`"Type": "Pass", "End": true, "InputPath": "$` + strings.Repeat("[", 400_000) + `"`), diag.BadPath},
	"a slice without bound":        {one(`"Type": "Pass", "End": true, "InputPath": "$[` + strings.Repeat("9", 400_000) + `:]"`), ""},
	"a union of many":              {one(`"Type": "Pass", "End": true, "InputPath": "$[` + repeat(100_000, same("1")) + `]"`), ""},
	"calls within calls":           {one(`"Type": "Pass", "End": true, "Parameters": {"a.$": "` + strings.Repeat("States.Array(", 30_000) + strings.Repeat(")", 30_000) + `"}`), diag.BadPath},
	"many arguments":               {one(`"Type": "Pass", "End": true, "Parameters": {"a.$": "States.Array(` + repeat(100_000, same("1")) + `)"}`), ""},
	"a number of a million digits": {one(`"Type": "Pass", "End": true, "Result": ` + strings.Repeat("9", 900_000)), ""},
	"an exponent of a billion":     {one(`"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericLessThan": 1e999999999, "Next": "s0"}]`), ""},
	"a rate that is no number":     {one(`"Type": "Task", "Resource": "isobar:function:work", "End": true, "Retry": [{"ErrorEquals": ["E"], "BackoffRate": 1e400}]`), diag.InvalidValue},
	"seconds beyond time":          {one(`"Type": "Wait", "Seconds": 99999999999999999999999, "End": true`), ""},
	"a pattern of stars":           {one(`"Type": "Choice", "Choices": [{"Variable": "$.a", "StringMatches": "` + strings.Repeat("*a", 200_000) + `", "Next": "s0"}]`), ""},
	"a long name":                  {[]byte(`{"StartAt": "` + strings.Repeat("x", 400_000) + `", "States": {"` + strings.Repeat("x", 400_000) + `": {"Type": "Succeed"}}}`), ""},
	"an address of colons":         {one(`"Type": "Task", "Resource": "arn:` + strings.Repeat(":", 400_000) + `", "End": true`), ""},
}

func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("b0: &b0 [*a]\n")
	for i := range levels {
		fmt.Fprintf(&b, "b%d: &b%d [%s*b%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*b%d, ", i), 9), i)
	}
	return b.String()
}

// TestHostileDefinitions proves that no definition takes long, breaks the reader, or says more than anybody reads. That each takes less
// than a second is a promise, not a measurement: most take milliseconds.
func TestHostileDefinitions(t *testing.T) {
	for name, input := range hostile {
		t.Run(name, func(t *testing.T) {
			load := func() (diag.List, time.Duration) {
				begin := time.Now()
				_, diags := asl.Load("order.asl.yaml", input.data, known)
				return diags, time.Since(begin)
			}
			diags, took := load()
			for again := 0; took > time.Second && again < 3; again++ {
				diags, took = load() // the machine may have had something else to do
			}
			if took > time.Second {
				t.Errorf("it took %s", took)
			}
			if input.want != "" && (!diags.HasErrors() || diags[0].Code != input.want) {
				t.Errorf("it was refused with %.300v, want %s", diags, input.want)
			}
			const most = 1_000
			if len(diags) > most {
				t.Errorf("%d diagnostics, which nobody reads", len(diags))
			}
			for _, d := range diags {
				if len(d.Message) > 2_000 || len(d.Hint) > 2_000 {
					t.Errorf("a message of %d bytes: %.100s", len(d.Message), d.Message)
				}
			}
		})
	}
}
