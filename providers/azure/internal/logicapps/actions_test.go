package logicapps_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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
		v := e.variable(m["name"].(string))
		v.value = append(slices.Clone(v.value.([]any)), m["value"])
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

func seconds(limit string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(limit, "PT"), "S"))
	if err != nil || n > 120 {
		panic(brokenf("the limit %s", limit))
	}
	return time.Duration(n) * time.Second
}
