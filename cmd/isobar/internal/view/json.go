package view

import (
	"encoding/json"
	"io"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec/diag"
)

// jsonView writes one JSON document for a run, for programs. docs/json.md describes it; Version changes when its meaning does.
type jsonView struct {
	out io.Writer
	doc document
}

type document struct {
	Version     int           `json:"version"`
	Diagnostics diag.List     `json:"diagnostics"`
	Targets     []Tree        `json:"targets,omitempty"`
	Portability []jsonFinding `json:"portability,omitempty"`
	Grants      []jsonGrant   `json:"grants,omitempty"`
	Artifacts   []Artifact    `json:"artifacts,omitempty"`
	Diff        *jsonDiff     `json:"diff,omitempty"`
	// Execution is that of workflow run, and Drawing that of workflow graph.
	Execution *jsonExecution `json:"execution,omitempty"`
	Drawing   string         `json:"drawing,omitempty"`
	Tool      *Version       `json:"tool,omitempty"`
}

type jsonFinding struct {
	Target  string           `json:"target"`
	Key     portability.Key  `json:"key"`
	Subject string           `json:"subject"`
	Value   any              `json:"value"`
	Pos     diag.Position    `json:"position"`
	Kind    portability.Kind `json:"kind"`
	How     string           `json:"how,omitempty"`
	// Accepted is the reason that the spec gives for accepting a difference.
	Accepted string `json:"accepted,omitempty"`
	Source   string `json:"source,omitempty"`
}

func (j *jsonView) Diagnostics(list diag.List, _ []byte) { j.doc.Diagnostics = list }

func (j *jsonView) Generated(trees []Tree, _ bool) { j.doc.Targets = trees }

func (j *jsonView) Portability(findings []portability.Finding) {
	for _, f := range findings {
		j.doc.Portability = append(j.doc.Portability, findingOf(f))
	}
}

func findingOf(f portability.Finding) jsonFinding {
	value := any(f.Demand.Number)
	if f.Demand.Text != "" {
		value = f.Demand.Text
	}
	return jsonFinding{
		Target: f.Target, Key: f.Demand.Key, Subject: f.Demand.Subject, Value: value, Pos: f.Demand.Pos,
		Kind: f.Kind, How: string(f.Row.How), Accepted: f.Demand.Accepted, Source: f.Row.Source,
	}
}

type jsonGrant struct {
	Target string `json:"target"`
	access.Grant
}

func (j *jsonView) Granted(grants []Grants) {
	for _, t := range grants {
		for _, g := range t.Grants {
			j.doc.Grants = append(j.doc.Grants, jsonGrant{t.Target, g})
		}
	}
}

func (j *jsonView) Version(v Version) { j.doc.Tool = &v }

func (j *jsonView) Close() error {
	if j.doc.Diagnostics == nil {
		j.doc.Diagnostics = diag.List{}
	}
	enc := json.NewEncoder(j.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(j.doc)
}
