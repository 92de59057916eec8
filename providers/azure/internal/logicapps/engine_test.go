package logicapps_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/azure/internal/logicapps"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// engine is a small Logic Apps: it runs a definition, written from
// https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers and the pages beside it. Where these leave open
// what happens, it takes what is worst: all arguments of and, or and if are made, an Until whose last round had a failure has failed. Of
// the compiler it knows the names of the states' first actions.
type engine struct {
	trigger   any
	states    map[string]string
	tasks     workflow.Tasks
	clock     workflow.Clock
	start     time.Time
	run       *workflowtest.Run
	variables map[string]*variable
	done      map[string]*outcome
	items     map[string]any
	item      any // of a Select
	actions   int
	failures  int // actions that failed
}

// outcome is what became of an action.
type outcome struct {
	status  string
	outputs any
}

type variable struct {
	kind  string
	value any
}

// terminated ends a run.
type terminated struct{ name string }

// execute runs a workflow.
func execute(w *logicapps.Workflow, input any, tasks workflow.Tasks) (*workflowtest.Run, error) {
	e := &engine{
		trigger: input, states: map[string]string{}, tasks: tasks, clock: workflow.Virtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
		run: &workflowtest.Run{}, variables: map[string]*variable{}, done: map[string]*outcome{}, items: map[string]any{},
	}
	e.start = e.clock.Now()
	for state, action := range w.States {
		e.states[action] = state
	}
	definition := plain(w.Definition).(map[string]any)
	return e.run, e.definition(definition["actions"].(map[string]any))
}

// plain is a tree of the compiler as values: nil, bool, int64, float64, string, []any, map[string]any.
func plain(v any) any {
	switch v := v.(type) {
	case logicapps.Object:
		m := map[string]any{}
		for _, f := range v {
			if _, twice := m[f.Key]; twice {
				panic(brokenf("%s stands twice", f.Key))
			}
			m[f.Key] = plain(f.Value)
		}
		return m
	case logicapps.Array:
		list := []any{}
		for _, item := range v {
			list = append(list, plain(item))
		}
		return list
	case int:
		return int64(v)
	}
	return fromJSON(v)
}

func (e *engine) definition(actions map[string]any) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case broken:
			err = fmt.Errorf("%s", r.why)
		case terminated:
			e.run.Fault = &workflow.Fault{Name: r.name}
		default:
			panic(r)
		}
	}()
	if e.container(actions, 0, false) != "Succeeded" {
		e.run.Fault = &workflow.Fault{Name: asl.ErrRuntime}
		return nil
	}
	e.run.Output = e.done["output"].outputs
	return nil
}

// container runs actions in the order of what they run after, and gives their status: that of the last ones, and of what they run
// after where they were skipped. https://learn.microsoft.com/azure/logic-apps/error-exception-handling
func (e *engine) container(actions map[string]any, depth int, loop bool) string {
	if depth > 8 {
		panic(brokenf("actions stand %d deep", depth))
	}
	status := map[string]string{}
	for len(status) < len(actions) {
		var ready, skipped []string
		for name, a := range actions {
			if status[name] != "" {
				continue
			}
			switch after(a.(map[string]any), actions, status) {
			case "run":
				ready = append(ready, name)
			case "skip":
				skipped = append(skipped, name)
			}
		}
		if len(ready)+len(skipped) == 0 {
			panic(brokenf("actions wait for one another"))
		}
		slices.Sort(ready)
		for _, name := range skipped {
			status[name] = "Skipped"
			e.skip(name, actions[name].(map[string]any))
		}
		panics := make([]any, len(ready))
		e.clock.Each(len(ready), 0, func(i int) {
			defer func() { panics[i] = recover() }()
			e.done[ready[i]] = e.action(ready[i], actions[ready[i]].(map[string]any), depth, loop)
		})
		for i, name := range ready {
			if panics[i] != nil {
				panic(panics[i])
			}
			status[name] = e.done[name].status
		}
	}
	return overall(actions, status)
}

// after tells whether an action can run, is skipped, or has to wait.
func after(a map[string]any, actions map[string]any, status map[string]string) string {
	runs := "run"
	for name, allowed := range a["runAfter"].(map[string]any) {
		if actions[name] == nil {
			panic(brokenf("an action runs after %s, which is not beside it", name))
		}
		switch {
		case status[name] == "":
			return "wait"
		case !slices.Contains(allowed.([]any), any(status[name])):
			runs = "skip"
		}
	}
	return runs
}

func overall(actions map[string]any, status map[string]string) string {
	last := map[string]bool{}
	for name := range actions {
		last[name] = true
	}
	for _, a := range actions {
		for name := range a.(map[string]any)["runAfter"].(map[string]any) {
			delete(last, name)
		}
	}
	var judge func(name string) bool
	judge = func(name string) bool {
		switch status[name] {
		case "Skipped":
			for before := range actions[name].(map[string]any)["runAfter"].(map[string]any) {
				if !judge(before) {
					return false
				}
			}
			return true
		case "Succeeded":
			return true
		}
		return false
	}
	for name := range last {
		if !judge(name) {
			return "Failed"
		}
	}
	return "Succeeded"
}

func (e *engine) skip(name string, a map[string]any) {
	e.done[name] = &outcome{status: "Skipped"}
	for _, inner := range within(a) {
		for n, b := range inner {
			e.skip(n, b.(map[string]any))
		}
	}
}

// within are the containers of an action.
func within(a map[string]any) []map[string]any {
	var all []map[string]any
	for _, of := range []any{a, a["else"]} {
		if m, ok := of.(map[string]any); ok {
			if inner, ok := m["actions"].(map[string]any); ok {
				all = append(all, inner)
			}
		}
	}
	return all
}

// action runs an action.
func (e *engine) action(name string, a map[string]any, depth int, loop bool) (o *outcome) {
	if e.actions++; e.actions > 100_000 {
		panic(brokenf("more than 100,000 actions"))
	}
	if state, ok := e.states[name]; ok {
		e.run.Entered(e.clock.Now().Sub(e.start), state)
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(failure); !ok {
				panic(r)
			}
			o = &outcome{status: "Failed"}
		}
		if o.status == "Failed" || o.status == "TimedOut" {
			e.failures++
		}
	}()
	inner, _ := a["actions"].(map[string]any)
	switch a["type"] {
	case "Scope":
		return &outcome{status: e.container(inner, depth+1, loop)}
	case "If":
		return e.branch(a, inner, depth, loop)
	case "Until":
		return e.until(a, inner, depth)
	case "Foreach":
		return e.foreach(name, a, inner, depth)
	case "Terminate":
		if loop {
			panic(brokenf("a Terminate stands in a loop"))
		}
		inputs := e.value(a["inputs"]).(map[string]any)
		panic(terminated{inputs["runError"].(map[string]any)["code"].(string)})
	}
	return e.simple(name, a, depth)
}

func (e *engine) branch(a, inner map[string]any, depth int, loop bool) *outcome {
	other, _ := a["else"].(map[string]any)
	chosen, left := inner, map[string]any{}
	if other != nil {
		left = other["actions"].(map[string]any)
	}
	if !e.condition(a["expression"].(map[string]any)) {
		chosen, left = left, inner
	}
	for name, b := range left {
		e.skip(name, b.(map[string]any))
	}
	return &outcome{status: e.container(chosen, depth+1, loop)}
}

// condition evaluates the condition of an If.
func (e *engine) condition(c map[string]any) bool {
	for _, one := range c["and"].([]any) {
		for function, operands := range one.(map[string]any) {
			values := e.value(operands).([]any)
			if functions[function](e, values) != true {
				return false
			}
		}
	}
	return true
}

func (e *engine) until(a, inner map[string]any, depth int) *outcome {
	limit := a["limit"].(map[string]any)
	for range limit["count"].(int64) {
		before := e.failures
		status := e.container(inner, depth+1, true)
		if e.value(a["expression"]) != true {
			continue // whatever failed
		}
		if e.failures > before {
			status = "Failed" // "If any action fails in the last iteration", though others have seen to it
		}
		return &outcome{status: status}
	}
	if a["operationOptions"] == "FailWhenLimitsReached" {
		return &outcome{status: "Failed"}
	}
	return &outcome{status: "Succeeded"} // as if the condition held
}

func (e *engine) foreach(name string, a, inner map[string]any, depth int) *outcome {
	list, ok := e.value(a["foreach"]).([]any)
	if !ok {
		panic(failure{"Foreach wants an array"})
	}
	concurrency := a["runtimeConfiguration"].(map[string]any)["concurrency"].(map[string]any)
	if concurrency["repetitions"] != int64(1) {
		panic(brokenf("items are worked on at the same time"))
	}
	o := &outcome{status: "Succeeded"}
	for _, item := range list {
		e.items[name] = item
		if e.container(inner, depth+1, true) != "Succeeded" {
			o.status = "Failed"
		}
	}
	return o
}
