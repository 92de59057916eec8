package workflow_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// input is what the calls below are given.
const input = `{
	"name": "Ada", "n": 3, "half": 2.5, "negative": -2.5, "yes": true, "none": null, "list": [1, 2.0, "2", null, {"a": 1}], "empty": [],
	"object": {"b": [1, "x"], "a": {"c": null}}, "other": {"a": 1, "z": 2}, "long": 9007199254740993, "json": "{\"a\": [1.50]}", "quote": "it's \\ {}"
}`

// calls are calls of intrinsic functions with their values, as the specification says (https://states-language.net/spec.html#appendix-b)
// and, where that leaves it open, docs/workflows.md. A value that begins with a bang is an error of that name.
var calls = []struct{ call, want string }{
	{`States.Format('Hello, {}', $.name)`, `"Hello, Ada"`},
	{`States.Format('{} {} {} {}', $.n, $.half, $.yes, $.none)`, `"3 2.5 true null"`},
	{`States.Format('no places')`, `"no places"`},
	{`States.Format('\{\} {}', $.n)`, `"{} 3"`},
	{`States.Format('it\'s {}', $.name)`, `"it's Ada"`},
	{`States.Format($.name)`, `"Ada"`},
	{`States.Format('{}', $.quote)`, `"it's \\ {}"`},
	{`States.Format('{}', $.list)`, `!States.IntrinsicFailure`},
	{`States.Format('{}', $.object)`, `!States.IntrinsicFailure`},

	{`States.StringToJson($.json)`, `{"a":[1.50]}`},
	{`States.StringToJson('7')`, `7`},
	{`States.StringToJson('')`, `!States.IntrinsicFailure`},
	{`States.StringToJson('1 2')`, `!States.IntrinsicFailure`},
	{`States.StringToJson($.n)`, `!States.IntrinsicFailure`},
	{`States.JsonToString($.object)`, `"{\"a\":{\"c\":null},\"b\":[1,\"x\"]}"`},
	{`States.JsonToString($.name)`, `"\"Ada\""`},
	{`States.JsonToString($.none)`, `"null"`},

	{`States.Array()`, `[]`},
	{`States.Array($.n, 'a', true, null, 1.5, $.empty)`, `[3,"a",true,null,1.5,[]]`},
	{`States.ArrayPartition($.list, 2)`, `[[1,2.0],["2",null],[{"a":1}]]`},
	{`States.ArrayPartition($.list, 99)`, `[[1,2.0,"2",null,{"a":1}]]`},
	{`States.ArrayPartition($.empty, 2)`, `[]`},
	{`States.ArrayPartition($.list, 0)`, `!States.IntrinsicFailure`},
	{`States.ArrayPartition($.list, -1)`, `!States.IntrinsicFailure`},
	{`States.ArrayPartition($.name, 2)`, `!States.IntrinsicFailure`},
	{`States.ArrayContains($.list, 2)`, `true`},
	{`States.ArrayContains($.list, '2')`, `true`},
	{`States.ArrayContains($.list, null)`, `true`},
	{`States.ArrayContains($.list, $.other)`, `false`},
	{`States.ArrayContains($.list, 3)`, `false`},
	{`States.ArrayContains($.empty, null)`, `false`},
	{`States.ArrayContains($.object, 1)`, `!States.IntrinsicFailure`},
	{`States.ArrayRange(1, 9, 2)`, `[1,3,5,7,9]`},
	{`States.ArrayRange(1, 8, 3)`, `[1,4,7]`},
	{`States.ArrayRange(5, 1, -2)`, `[5,3,1]`},
	{`States.ArrayRange(2, 1, 1)`, `[]`},
	{`States.ArrayRange(1, 1, 5)`, `[1]`},
	{`States.ArrayRange(1, 2, 0)`, `!States.IntrinsicFailure`},
	{`States.ArrayRange(1, 1001, 1)`, `!States.IntrinsicFailure`},
	{`States.ArrayRange(9223372036854775806, 9223372036854775807, 5)`, `[9223372036854775806]`},
	{`States.ArrayGetItem($.list, 0)`, `1`},
	{`States.ArrayGetItem($.list, 4)`, `{"a":1}`},
	{`States.ArrayGetItem($.list, 5)`, `!States.IntrinsicFailure`},
	{`States.ArrayGetItem($.list, -1)`, `!States.IntrinsicFailure`},
	{`States.ArrayLength($.list)`, `5`},
	{`States.ArrayLength($.empty)`, `0`},
	{`States.ArrayLength($.name)`, `!States.IntrinsicFailure`},
	{`States.ArrayUnique(States.Array(1, 1.0, '1', null, null, $.other, $.other))`, `[1,"1",null,{"a":1,"z":2}]`},
	{`States.ArrayUnique($.empty)`, `[]`},

	{`States.Base64Encode('Ada & Grace')`, `"QWRhICYgR3JhY2U="`},
	{`States.Base64Encode('')`, `""`},
	{`States.Base64Encode($.n)`, `!States.IntrinsicFailure`},
	{`States.Base64Decode('QWRhICYgR3JhY2U=')`, `"Ada & Grace"`},
	{`States.Base64Decode('%%')`, `!States.IntrinsicFailure`},
	{`States.Base64Decode('/w==')`, `!States.IntrinsicFailure`},
	{`States.Hash('', 'MD5')`, `"d41d8cd98f00b204e9800998ecf8427e"`},
	{`States.Hash('abc', 'SHA-1')`, `"a9993e364706816aba3e25717850c26c9cd0d89d"`},
	{`States.Hash('abc', 'SHA-256')`, `"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`},
	{`States.Hash('abc', 'SHA-384')`, `"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"`},
	{`States.Hash('abc', 'SHA-512')`, `"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"`},
	{`States.Hash('abc', $.name)`, `!States.IntrinsicFailure`},

	{`States.JsonMerge($.object, $.other, false)`, `{"a":1,"b":[1,"x"],"z":2}`},
	{`States.JsonMerge($.object, $.list, false)`, `!States.IntrinsicFailure`},
	{`States.MathAdd($.n, 4)`, `7`},
	{`States.MathAdd($.half, 0)`, `3`},
	{`States.MathAdd($.negative, 0)`, `-2`},
	{`States.MathAdd($.long, 1)`, `9007199254740994`},
	{`States.MathAdd(9223372036854775807, 1)`, `9223372036854775808`},
	{`States.MathAdd($.name, 1)`, `!States.IntrinsicFailure`},
	{`States.StringSplit('a,b,c', ',')`, `["a","b","c"]`},
	{`States.StringSplit('a.b;c', '.;')`, `["a","b","c"]`},
	{`States.StringSplit('abc', ',')`, `["abc"]`},
	{`States.StringSplit($.n, ',')`, `!States.IntrinsicFailure`},

	{`States.ArrayGetItem(States.StringSplit(States.Format('{},{}', $.name, $.n), ','), States.ArrayLength($.empty))`, `"Ada"`},
	{`States.Format('{}', $.missing)`, `!States.Runtime`},
}

// call evaluates a call in a Pass state.
func call(t testing.TB, text string, seed uint64) *workflow.Result {
	t.Helper()
	definition, err := json.Marshal(map[string]any{"StartAt": "Make", "States": map[string]any{"Make": map[string]any{
		"Type": "Pass", "Parameters": map[string]any{"value.$": text}, "OutputPath": "$.value", "End": true,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	m, diags := asl.Load("call.asl.json", definition, nil)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", text, diags)
	}
	in, err := workflow.Decode([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	result, err := workflow.Run(t.Context(), m, in, workflow.Options{Seed: seed})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return result
}

func TestIntrinsicFunctions(t *testing.T) {
	for _, c := range calls {
		r := call(t, c.call, 1)
		got := string(workflow.Encode(r.Output))
		if r.Fault != nil {
			got = "!" + r.Fault.Name
		}
		if got != c.want {
			t.Errorf("%s is %s, want %s", c.call, got, c.want)
		}
	}
}

func TestArgumentsOfIntrinsicFunctionsAreBounded(t *testing.T) {
	long := strings.Repeat("x", 10_001)
	for _, text := range []string{"States.Hash('%s', 'MD5')", "States.Base64Encode('%s')", "States.Base64Decode('%s')"} {
		if r := call(t, fmt.Sprintf(text, long), 1); r.Fault == nil || r.Fault.Name != asl.ErrIntrinsic {
			t.Errorf("%s takes more than it may", text)
		}
	}
}

// TestWhatIsRandomComesFromTheSeed runs what differs from run to run: with the same seed it does not.
func TestWhatIsRandomComesFromTheSeed(t *testing.T) {
	form := regexp.MustCompile(`^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$`)
	seen := map[string]bool{}
	for seed := range uint64(20) {
		id := string(workflow.Encode(call(t, "States.UUID()", seed).Output))
		if !form.MatchString(id) || seen[id] {
			t.Errorf("%s is no version 4 UUID, or came before", id)
		}
		seen[id] = true
		if again := string(workflow.Encode(call(t, "States.UUID()", seed).Output)); again != id {
			t.Errorf("the seed %d gives %s, and then %s", seed, id, again)
		}
		n, _ := call(t, "States.MathRandom(1, 4)", seed).Output.(json.Number)
		if n != "1" && n != "2" && n != "3" {
			t.Errorf("a number from 1 to below 4 is %s", n)
		}
	}
	if r := call(t, "States.MathRandom(4, 4)", 1); r.Fault == nil {
		t.Errorf("a range without numbers gives %v", r.Output)
	}
}
