package packaging

import (
	"context"
	"debug/buildinfo"
	"runtime/debug"
	"strings"
)

// executable is a compiled entrypoint.
type executable struct {
	file string
	info *debug.BuildInfo
}

// compile builds the entrypoint into a file, which go build leaves alone when nothing has changed since it made it.
func (t toolchain) compile(ctx context.Context, pkg, file string, stamp bool) (executable, error) {
	vcs := "-buildvcs=false"
	if stamp {
		vcs = "-buildvcs=true"
	}
	args := append([]string{"build", "-o", file, "-trimpath", vcs, "-ldflags=-s -w"}, t.args...)
	if _, err := t.run(ctx, append(args, pkg)...); err != nil {
		return executable{}, err
	}
	info, err := buildinfo.ReadFile(file)
	return executable{file, info}, err
}

// executableEntries are the executable, and the generated files that stand beside it. Those are taken as they were generated, not
// from the disk, where a checkout may have turned their line endings.
func executableEntries(job Job, e executable) []entry {
	entries := []entry{{path: job.Recipe.Executable, mode: executableMode, file: e.file}}
	if job.Recipe.Files == "" {
		return entries
	}
	for path, data := range job.Generated.All() {
		if rel, ok := strings.CutPrefix(path, job.Recipe.Files+"/"); ok {
			entries = append(entries, entry{path: rel, mode: plainMode, data: data})
		}
	}
	return entries
}

// linked are the modules that an executable holds, without those of the app itself.
func linked(info *debug.BuildInfo) []Module {
	modules := []Module{}
	for _, d := range info.Deps {
		m := Module{d.Path, d.Version}
		if r := d.Replace; r != nil {
			m.Version = ""
			if r.Version != "" && r.Version != "(devel)" {
				m = Module{r.Path, r.Version}
			}
		}
		if m.Version == "(devel)" {
			m.Version = ""
		}
		modules = append(modules, m)
	}
	return modules
}
