package plan

import (
	"slices"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Stage is a deployment of the app, with the values that it has of its own.
type Stage struct {
	Name string
	Pos  diag.Position
	// Memory, in MiB, takes the place of the app's; it is explicit when it does.
	Memory Setting[int]
	// Env are the app's variables with the stage's values.
	Env []Variable
}

// ValueIn is what a variable of the app is in the stage.
func (s *Stage) ValueIn(v Variable) string {
	if i := slices.IndexFunc(s.Env, func(own Variable) bool { return own.Name == v.Name }); i >= 0 {
		return s.Env[i].Value
	}
	return v.Value
}

// StagedEnv are the variables of Env that a stage has a value of its own for, and that a function has from the app: what a deployment
// chooses. One that every function has a value of its own for would be asked for, and be nobody's.
func (a *App) StagedEnv() []Variable {
	taken, staged := map[string]bool{}, map[string]bool{}
	for i := range a.Functions {
		for _, v := range a.Functions[i].Env {
			taken[v.Name] = taken[v.Name] || v.Shared
		}
	}
	for i := range a.Stages {
		for _, v := range a.Stages[i].Env {
			staged[v.Name] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(a.Env), func(v Variable) bool { return !taken[v.Name] || !staged[v.Name] })
}

// StagedMemory tells whether a stage has memory of its own that a function has from the app.
func (a *App) StagedMemory() bool {
	return slices.ContainsFunc(a.Stages, func(s Stage) bool { return s.Memory.Explicit }) &&
		slices.ContainsFunc(a.Functions, func(f Function) bool { return f.MemoryShared })
}
