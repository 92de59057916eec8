package workflows_test

import (
	"context"
	"maps"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// parallel runs branches, or iterations. An error that none of them handles is an error of them all.
func (e *engine) parallel(p *yaml.Node, v *env) {
	var shared []string
	if s := get(p, "shared"); s != nil {
		for _, name := range s.Content {
			shared = append(shared, name.Value)
		}
	}
	limit := 20
	if l := get(p, "concurrency_limit"); l != nil {
		limit = int(numeric(e.value(l, v)))
	}
	var work []func()
	if branches := get(p, "branches"); branches != nil {
		if n := len(branches.Content); n < 2 || n > 10 {
			panic(brokenf("%d branches", n))
		}
		for _, b := range branches.Content {
			work = append(work, func() {
				e.inBranch(get(b.Content[1], "steps"), &env{parent: v, vars: map[string]any{}, shared: shared, branch: true})
			})
		}
	} else {
		f := get(p, "for")
		for i, value := range asList(e.value(get(f, "in"), v)) {
			inner := iteration(f, v, i, value)
			inner.shared, inner.branch = shared, true
			work = append(work, func() { e.inBranch(get(f, "steps"), inner) })
		}
	}
	failures := make([]any, len(work))
	e.clock.Each(len(work), limit, func(i int) {
		defer func() { failures[i] = recover() }()
		work[i]()
	})
	for _, f := range failures {
		if b, ok := f.(broken); ok {
			panic(b)
		}
	}
	for _, f := range failures {
		if f != nil {
			if _, ok := f.(raised); !ok {
				panic(f)
			}
			panic(fault("unhandled error in a branch", "UnhandledBranchError"))
		}
	}
}

func (e *engine) inBranch(steps *yaml.Node, v *env) {
	if j := e.list(steps, v); j.returned || j.to != "" && j.to != "continue" {
		panic(brokenf("a branch leads out, to %q", j.to))
	}
}

// variable is the value of an environment variable: the address of something that is called.
func (e *engine) variable(name string) any {
	r, ok := e.calls[name]
	if !ok {
		panic(brokenf("there is no environment variable %s", name))
	}
	return "https://" + string(r.Kind) + "/" + r.Name
}

func (e *engine) sleep(seconds float64) {
	if seconds < 0 {
		panic(fault("a time is not negative", "ValueError"))
	}
	_ = e.clock.Sleep(context.Background(), time.Duration(seconds*float64(time.Second)).Round(time.Millisecond))
}

// call calls the standard library, a connector, or a subworkflow.
func (e *engine) call(name string, args *yaml.Node, v *env) any {
	named := map[string]any{}
	if args != nil {
		named = asMap(e.value(args, v))
	}
	switch name {
	case "sys.sleep":
		e.sleep(numeric(named["seconds"]))
		return nil
	case "sys.sleep_until":
		at, err := time.Parse(time.RFC3339Nano, asText(named["time"]))
		if err != nil {
			panic(fault("not a time", "ValueError"))
		}
		e.sleep(max(0, at.Sub(e.clock.Now()).Seconds()))
		return nil
	case "http.post":
		return e.post(named)
	case "googleapis.pubsub.v1.projects.topics.publish":
		message := asMap(asList(asMap(named["body"])["messages"])[0])
		e.request(asText(named["topic"]), decode(base64Decode([]any{message["data"]}).([]byte)), 0)
		return map[string]any{"messageIds": []any{"1"}}
	case "googleapis.workflowexecutions.v1.projects.locations.workflows.executions.create":
		e.request(asText(named["parent"]), decode([]byte(asText(asMap(named["body"])["argument"]))), 0)
		return map[string]any{"name": "x"}
	}
	if strings.Contains(name, ".") {
		panic(brokenf("there is no call %s", name))
	}
	block := e.blocks[name]
	if block == nil {
		panic(brokenf("there is no subworkflow %s", name))
	}
	params := map[string]bool{}
	if p := get(block, "params"); p != nil {
		for _, n := range p.Content {
			params[n.Value] = true
		}
	}
	for a := range maps.Keys(named) {
		if !params[a] {
			panic(brokenf("%s has no parameter %s", name, a))
		}
	}
	return e.subworkflow(name, nil, named)
}
