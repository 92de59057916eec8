package logicapps_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// simple runs an action that has no others in it.
func (e *engine) simple(name string, a map[string]any, depth int) *outcome {
	if a["type"] == "InitializeVariable" {
		if depth > 0 {
			panic(brokenf("a variable is initialized within an action"))
		}
		v := a["inputs"].(map[string]any)["variables"].([]any)[0].(map[string]any)
		e.variables[v["name"].(string)] = &variable{v["type"].(string), nil}
		e.set(v["name"].(string), e.value(v["value"]))
		return &outcome{"Succeeded", nil}
	}
	if a["type"] == "Select" {
		return e.selected(a["inputs"].(map[string]any))
	}
	if a["inputs"] == nil {
		panic(brokenf("%s has no inputs", name))
	}
	inputs := e.value(a["inputs"])
	switch a["type"] {
	case "Compose":
		return &outcome{"Succeeded", inputs}
	case "SetVariable":
		m := inputs.(map[string]any)
		variable := m["name"].(string)
		if strings.Contains(fmt.Sprint(a["inputs"]), "variables('"+variable+"')") {
			panic(brokenf("the variable %s is set to what is made of itself", variable))
		}
		e.set(variable, m["value"])
	case "AppendToArrayVariable":
		m := inputs.(map[string]any)
		e.append(e.variable(m["name"].(string)), m["value"])
	case "IncrementVariable":
		m := inputs.(map[string]any)
		v := e.variable(m["name"].(string))
		v.value = v.value.(int64) + m["value"].(int64)
	case "Wait":
		e.wait(inputs.(map[string]any))
	case "Http":
		return e.http(a, inputs.(map[string]any))
	default:
		panic(brokenf("there is no action of type %v", a["type"]))
	}
	return &outcome{status: "Succeeded"}
}

// append adds an item to an array: "the action type 'AppendToArrayVariable' only supports values of types 'Float, Integer, String,
// Boolean, Object'". https://github.com/Azure/Azure-Network-Security/issues/361
func (e *engine) append(v *variable, item any) {
	switch item.(type) {
	case nil, []any:
		panic(failure{"an item of type " + typeOf(item) + " cannot be appended"})
	}
	v.value = append(slices.Clone(v.value.([]any)), item)
}

// selected makes a value of each item of an array. https://learn.microsoft.com/azure/logic-apps/logic-apps-perform-data-operations#select-action
func (e *engine) selected(inputs map[string]any) *outcome {
	from, ok := e.value(inputs["from"]).([]any)
	if !ok {
		panic(failure{"Select wants an array"})
	}
	list := []any{}
	for _, item := range from {
		e.item = item
		list = append(list, e.value(inputs["select"]))
	}
	return &outcome{"Succeeded", map[string]any{"body": list}}
}

func (e *engine) variable(name string) *variable {
	v := e.variables[name]
	if v == nil {
		panic(brokenf("there is no variable %s", name))
	}
	return v
}

// set sets a variable: its value has to be of its type.
func (e *engine) set(name string, value any) {
	v := e.variable(name)
	kinds := map[string]string{"Object": "object", "Array": "array", "String": "string", "Integer": "integer", "Boolean": "boolean"}
	if typeOf(value) != kinds[v.kind] {
		panic(failure{fmt.Sprintf("the variable %s is of type %s", name, v.kind)})
	}
	v.value = value
}

func (e *engine) wait(inputs map[string]any) {
	if until, ok := inputs["until"].(map[string]any); ok {
		at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(until["timestamp"]))
		if err != nil {
			panic(failure{"not a timestamp"})
		}
		e.sleep(max(0, at.Sub(e.clock.Now())))
		return
	}
	interval := inputs["interval"].(map[string]any)
	n, ok := interval["count"].(int64)
	if !ok || n < 1 || interval["unit"] != "Second" {
		panic(failure{"an interval wants a whole number"})
	}
	e.sleep(time.Duration(n) * time.Second)
}

func (e *engine) sleep(d time.Duration) { _ = e.clock.Sleep(context.Background(), d) }
