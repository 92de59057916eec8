package gcp

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
)

// api is the one function that serves all routes, and everybody's right to call it. It is as large as the largest HTTP function,
// and has the environment of all of them, who agree on it.
func api(app *plan.App) []hcl.Block {
	functions := plan.Of[plan.HTTP](app)
	if len(functions) == 0 {
		return nil
	}
	u := unit{name: spec.HTTPUnit, comment: "Serves " + app.BasePath.Value + ": " + plural(len(functions), "route"), ingress: ingressAll}
	byName := map[string]plan.Variable{}
	for _, f := range functions {
		u.memory, u.timeout = max(u.memory, f.Memory.Value), max(u.timeout, f.Timeout.Value)
		for _, v := range f.Env {
			byName[v.Name] = v
		}
	}
	for _, v := range byName {
		u.env = append(u.env, v)
	}
	slices.SortFunc(u.env, func(a, b plan.Variable) int { return cmp.Compare(a.Name, b.Name) })
	return append(compute(app, u), commented("The API is public.", invoker(spec.HTTPUnit, hcl.Str("allUsers"))))
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
