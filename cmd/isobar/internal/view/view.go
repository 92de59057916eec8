// Package view writes what a verb found for its reader: a person, a program, or the annotations of a pull request. It decides how
// things look, and nothing else.
package view

import (
	"fmt"
	"io"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec/diag"
)

// View writes results. Each method but Progress is called once for a run at most, Diagnostics first.
type View interface {
	// Diagnostics writes what a person must act on, and source is the content of the file that it is about.
	Diagnostics(list diag.List, source []byte)
	// Generated writes what gen did or, with check, would do.
	Generated(trees []Tree, check bool)
	// Portability writes how well each target does what the app asks for.
	Portability(findings []portability.Finding)
	// Granted writes every permission that the files of the targets give.
	Granted(grants []Grants)
	// Progress writes what a target does now. Unlike the other methods it is called many times, by several targets at once, and
	// before Diagnostics.
	Progress(target, step string)
	// Built writes what build made.
	Built(artifacts []Artifact)
	// Compared writes what separates two sides.
	Compared(d Diff)
	// Ran writes what an execution of a workflow did.
	Ran(e Execution)
	// Drawn writes a drawing of a workflow.
	Drawn(drawing string)
	// Version writes which build this is.
	Version(v Version)
	// Close writes what is still to be written.
	Close() error
}

// Tree is what happened to the folder of one target.
type Tree struct {
	Target string `json:"target"`
	// Dir is the folder's path.
	Dir string `json:"dir"`
	// Files is how many files the target has.
	Files int `json:"files"`
	// Changes are the files that are not as generated, in the order of their paths.
	Changes []Change `json:"changes"`
}

// Change is one file that was, or would be, written or removed.
type Change struct {
	Path string `json:"path"`
	// State is what the file was before: new, missing, outdated, edited, foreign, stale.
	State string `json:"state"`
}

// Grants are the permissions that the files of one target give.
type Grants struct {
	Target string
	Grants []access.Grant
}

// Version is a build of the tool.
type Version struct {
	Isobar   string `json:"isobar"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Streams are where a view writes.
type Streams struct {
	// Out is for results, Err for everything else.
	Out, Err io.Writer
	// Color is true when Err is a terminal whose user wants colour.
	Color bool
	// Source is the path of the file whose content Diagnostics is given. Diagnostics about other files show no lines.
	Source string
}

// New returns the view of a format: human, json or github.
func New(format string, s Streams) (View, error) {
	switch format {
	case "human":
		return &human{Streams: s}, nil
	case "json":
		return &jsonView{out: s.Out, doc: document{Version: 1}}, nil
	case "github":
		return &github{human{Streams: s}}, nil
	}
	return nil, fmt.Errorf("unknown format %q", format)
}

// Formats are the names that New takes.
func Formats() []string { return []string{"human", "json", "github"} }
