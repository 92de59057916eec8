package terraform

import (
	"maps"
	"slices"
	"strings"
)

// cycles finds what Terraform cannot order: addresses that need each other. Each circle is told once.
// https://developer.hashicorp.com/terraform/internals/graph
func (m *module) cycles() {
	done := map[string]bool{}
	var path []string
	var visit func(address string)
	visit = func(address string) {
		if i := slices.Index(path, address); i >= 0 {
			m.problems = append(m.problems, "a circle of references: "+strings.Join(append(slices.Clone(path[i:]), address), " needs "))
			return
		}
		if done[address] {
			return
		}
		path = append(path, address)
		needed := slices.Sorted(slices.Values(m.needs[address]))
		for _, next := range slices.Compact(needed) {
			visit(next)
		}
		path = path[:len(path)-1]
		done[address] = true
	}
	for _, address := range slices.Sorted(maps.Keys(m.needs)) {
		if address != "" { // to which nothing refers
			visit(address)
		}
	}
}
