package gcp

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
)

// cpus are the CPUs that go with memory of up to so many MiB, in the platform's own figures. They are written down as Google's
// provider keeps those that the platform once chose, and memory that has grown is refused with too little of them.
//
//   - https://cloud.google.com/run/docs/configuring/services/memory-limits#cpu-minimum
//   - https://github.com/firebase/firebase-tools/blob/v14.17.0/src/deploy/functions/backend.ts (memoryToGen1Cpu)
var cpus = []tier{
	{128, 0.0833},
	{256, 0.1666},
	{512, 0.3333},
	{1024, 0.5833},
	{2048, 1},
	{4096, 2},
	{8192, 2},
	{16384, 4},
	{maxMemory, 8},
}

type tier struct {
	memory int // MiB
	cpu    hcl.Float
}

// cpuOf is the CPU that goes with memory.
func cpuOf(memory int) hcl.Float {
	at := slices.IndexFunc(cpus, func(t tier) bool { return memory <= t.memory })
	if at < 0 { // more than there is, which is refused
		at = len(cpus) - 1
	}
	return cpus[at].cpu
}

// memory is a unit's memory: 512Mi. That of the app is a variable of the module when a stage has another.
func (m *module) memory(u unit) hcl.Value {
	size := spec.FormatMemory(u.memory)
	switch {
	case u.shared && m.stagedMemory && u.memory == 0:
		return hcl.Template{hcl.Ref("var.memory"), hcl.Str("Mi")}
	case u.shared && m.stagedMemory:
		return hcl.Template{hcl.Call{Name: "max", Args: []hcl.Value{hcl.Ref("var.memory"), hcl.Int(u.memory)}}, hcl.Str("Mi")}
	case u.shared:
		size = spec.FormatMemory(max(u.memory, m.app.Memory.Value))
	}
	return hcl.Str(size[:len(size)-len("B")])
}

// cpu is the CPU that goes with a unit's memory.
func (m *module) cpu(u unit) hcl.Value {
	switch {
	case u.shared && m.stagedMemory && u.memory == 0:
		return hcl.Ref("var.cpu")
	case u.shared && m.stagedMemory:
		return hcl.Call{Name: "max", Args: []hcl.Value{hcl.Ref("var.cpu"), cpuOf(u.memory)}}
	case u.shared:
		return cpuOf(max(u.memory, m.app.Memory.Value))
	}
	return cpuOf(u.memory)
}

// take has a function's memory count for its unit.
func (u *unit) take(f *plan.Function) {
	if f.MemoryShared {
		u.shared = true
		return
	}
	u.memory = max(u.memory, f.Memory.Value)
}
