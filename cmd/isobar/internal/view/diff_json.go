package view

import (
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// jsonDiff is a comparison, for policies. docs/diff.md describes it, and docs/diff.schema.json is its schema.
type jsonDiff struct {
	Before  string `json:"before"`
	After   string `json:"after"`
	NewSpec bool   `json:"newSpec,omitempty"`
	Stage   string `json:"stage,omitempty"`
	// Verdict is for people, Classes for programs.
	Verdict  string            `json:"verdict"`
	Classes  []string          `json:"classes"`
	Failed   []string          `json:"failed,omitempty"`
	Targets  []jsonDiffTarget  `json:"targets"`
	Subjects []jsonSubject     `json:"subjects"`
	Findings []jsonDiffFinding `json:"findings,omitempty"`
}

type jsonDiffTarget struct {
	Target  string               `json:"target"`
	State   string               `json:"state"`
	Changes []change.Change      `json:"changes,omitempty"`
	Grants  []change.GrantChange `json:"grants,omitempty"`
}

type jsonSubject struct {
	Kind      spec.Kind            `json:"kind"`
	Name      string               `json:"name,omitempty"`
	State     change.State         `json:"state"`
	Was       string               `json:"was,omitempty"`
	Others    []string             `json:"others,omitempty"`
	Position  *diag.Position       `json:"position,omitempty"`
	Dangerous bool                 `json:"dangerous"`
	Asked     []change.Asked       `json:"asked,omitempty"`
	Changes   []change.Change      `json:"changes,omitempty"`
	Grants    []change.GrantChange `json:"grants,omitempty"`
	// OtherChanges and OtherGrants are those of the others.
	OtherChanges []change.Change      `json:"otherChanges,omitempty"`
	OtherGrants  []change.GrantChange `json:"otherGrants,omitempty"`
}

type jsonDiffFinding struct {
	jsonFinding
	Added      bool `json:"added"`
	Acceptance bool `json:"acceptance,omitempty"`
}

// targetStates are the names of what happens to a target.
var targetStates = map[change.Effect]string{change.None: "kept", change.Added: "added", change.Removed: "removed"}

func (j *jsonView) Compared(d Diff) {
	out := jsonDiff{
		Before: d.Before, After: d.After, NewSpec: d.NewSpec, Stage: d.Stage, Verdict: d.verdict(), Failed: d.Failed,
		Classes: append([]string{}, d.Has(change.Classes())...), Targets: []jsonDiffTarget{}, Subjects: []jsonSubject{},
	}
	for _, t := range d.Targets {
		out.Targets = append(out.Targets, jsonDiffTarget{t.Name, targetStates[t.State], t.Changes, t.Grants})
	}
	for i := range d.Subjects {
		s := &d.Subjects[i]
		shown := jsonSubject{
			Kind: s.Owner.Kind, Name: s.Owner.Name, State: s.State, Was: s.Was, Others: s.Others, Dangerous: s.Dangerous(),
			Asked: s.Asked, Changes: s.Changes, Grants: s.Grants, OtherChanges: s.OtherChanges, OtherGrants: s.OtherGrants,
		}
		if s.Pos.Line > 0 {
			shown.Position = &s.Pos
		}
		out.Subjects = append(out.Subjects, shown)
	}
	for _, f := range d.Findings {
		out.Findings = append(out.Findings, jsonDiffFinding{findingOf(f.Finding), f.Added, f.Acceptance})
	}
	j.doc.Diff = &out
}
