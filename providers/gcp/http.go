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
func (m *module) api() []hcl.Block {
	functions := plan.Of[plan.HTTP](m.app)
	if len(functions) == 0 {
		return nil
	}
	u := unit{name: spec.HTTPUnit, comment: "Serves " + m.app.BasePath.Value + ": " + plural(len(functions), "route"), ingress: ingressAll}
	byName, secrets := map[string]plan.Variable{}, map[string]plan.SecretVariable{}
	bounded := true
	for _, f := range functions {
		u.take(f.Function)
		u.timeout, u.concurrency = max(u.timeout, f.Timeout.Value), max(u.concurrency, f.Concurrency.Value)
		bounded = bounded && f.Concurrency.Value > 0
		for _, v := range f.Env {
			byName[v.Name] = v
		}
		for _, s := range f.Secrets {
			secrets[s.Name] = s
		}
	}
	if !bounded { // the largest bound is none
		u.concurrency = 0
	}
	for _, v := range byName {
		u.env = append(u.env, v)
	}
	for _, s := range secrets {
		u.secrets = append(u.secrets, s)
	}
	slices.SortFunc(u.env, func(a, b plan.Variable) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(u.secrets, func(a, b plan.SecretVariable) int { return cmp.Compare(a.Name, b.Name) })
	return append(m.compute(u), commented("The API is public.", m.bind(binding{
		label: spec.HTTPUnit, on: onFunction(spec.HTTPUnit), role: roleInvoker,
		member: hcl.Str("allUsers"), principal: "allUsers", pos: functions[0].On.Pos,
	})))
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
