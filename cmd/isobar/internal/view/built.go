package view

import (
	"fmt"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/isobar-dev/isobar/codegen/packaging"
)

// Artifact is what build made for one target.
type Artifact struct {
	Target string `json:"target"`
	// File is the zip's path, SBOM that of its bill of materials, and Folder where its source lies unpacked, if it is source.
	File   string `json:"file"`
	SBOM   string `json:"sbom"`
	Folder string `json:"folder,omitempty"`
	// Size is the zip's in bytes, and Previous that of the build before; 0 if there was none.
	Size     int64 `json:"size"`
	Previous int64 `json:"previous,omitempty"`
	// SHA256 is the zip's, in hexadecimal.
	SHA256    string `json:"sha256"`
	Unchanged bool   `json:"unchanged"`
	// Parameters are what the deployment of this artifact takes.
	Parameters map[string]string `json:"parameters"`
	// Modules are those that are linked, without the app's own.
	Modules []packaging.Module `json:"modules"`
}

func (h *human) Built(artifacts []Artifact) {
	h.clear()
	w := tabwriter.NewWriter(h.Out, 0, 0, 2, ' ', 0)
	for _, a := range artifacts {
		fmt.Fprintf(w, "%s\t%s\t%s\tsha256:%s\n", a.Target, a.File, sizes(a), a.SHA256)
	}
	w.Flush()
}

// sizes are an artifact's size, and how it differs from that of the build before.
func sizes(a Artifact) string {
	size := fmt.Sprintf("%d bytes", a.Size)
	switch {
	case a.Unchanged:
		return size + ", unchanged"
	case a.Previous == 0:
		return size
	}
	return fmt.Sprintf("%s, %+d", size, a.Size-a.Previous)
}

// progress is what each target does now. It is told of by several at once.
type progress struct {
	mu      sync.Mutex
	targets []string
	steps   map[string]string
	shown   bool
}

// Progress writes a line for each step, or keeps one line up to date where that can be done.
func (h *human) Progress(target, step string) {
	h.progress.mu.Lock()
	defer h.progress.mu.Unlock()
	if !h.Color {
		fmt.Fprintf(h.Err, "%s: %s\n", target, step)
		return
	}
	if h.progress.steps == nil {
		h.progress.steps = map[string]string{}
	}
	if _, known := h.progress.steps[target]; !known {
		h.progress.targets = append(h.progress.targets, target)
	}
	h.progress.steps[target] = step
	parts := make([]string, len(h.progress.targets))
	for i, t := range h.progress.targets {
		parts[i] = t + " " + h.paint(dim, h.progress.steps[t])
	}
	fmt.Fprintf(h.Err, "\r\x1b[K%s", strings.Join(parts, "  "))
	h.progress.shown = true
}

// clear takes the line of progress away, before anything else is written.
func (h *human) clear() {
	if h.progress.shown {
		fmt.Fprint(h.Err, "\r\x1b[K")
		h.progress.shown = false
	}
}

func (j *jsonView) Progress(string, string) {}

func (j *jsonView) Built(artifacts []Artifact) { j.doc.Artifacts = artifacts }
