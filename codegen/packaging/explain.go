package packaging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// explain says what stopped a job, in the terms of the spec where it can.
func explain(job Job, err error) diag.List {
	at := func(code diag.Code, file, message, hint string) diag.List {
		return diag.List{{Code: code, Pos: diag.Position{File: file}, Message: message, Hint: hint}}
	}
	var failed *goError
	var layout *layoutError
	var path *fs.PathError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return at(diag.Interrupted, job.Out, "the build was interrupted, and has changed nothing", "")
	case errors.Is(err, exec.ErrNotFound):
		return at(diag.NoToolchain, job.App.Pos.File, "there is no go command on the PATH", "install Go: https://go.dev/dl")
	case errors.As(err, &failed):
		return newReader(job).read(failed.output)
	case errors.As(err, &layout):
		return at(diag.NoLayout, job.App.Pos.File, layout.reason, layout.hint)
	case errors.As(err, &path):
		return at(diag.NotWritable, path.Path, path.Op+": "+path.Err.Error(), "")
	}
	return at(diag.NotWritable, job.Out, err.Error(), "")
}

// reader turns what the go command says into diagnostics.
type reader struct {
	job        Job
	dir        string // in which the command ran
	entrypoint []byte // the entrypoint's source
	file       string // and its path, absolute
}

func newReader(job Job) reader {
	r := reader{job: job}
	r.dir, _ = filepath.Abs(job.Dir) // the command has run in it
	for path, data := range job.Generated.All() {
		if filepath.ToSlash(filepath.Dir(path)) == job.Recipe.Package && strings.HasSuffix(path, ".go") {
			r.entrypoint = data
			r.file, _ = filepath.Abs(filepath.Join(job.Tree, filepath.FromSlash(path)))
		}
	}
	return r
}

// located is a message of the go command: file.go:line:column: text, and lines that go on with it.
var located = regexp.MustCompile(`^(.+?\.(?:go|mod|work|s)):(\d+)(?::(\d+))?: (.*)$`)

func (r reader) read(output string) diag.List {
	var diags diag.List
	var rest []string
	for line := range strings.Lines(strings.ReplaceAll(output, "\n\timports ", " imports ")) {
		line = strings.TrimRight(line, "\r\n")
		m := located.FindStringSubmatch(line)
		switch {
		case strings.Contains(line, noSpace):
			return diag.List{{Code: diag.NotWritable, Pos: diag.Position{File: r.job.Out}, Message: noSpace, Hint: "the go command keeps its cache and its temporary files where go env GOCACHE GOTMPDIR say"}}
		case excluded.MatchString(line):
			diags = append(diags, r.excluded(excluded.FindStringSubmatch(line)))
		case m != nil:
			diags = append(diags, r.diagnostic(m))
		case strings.HasPrefix(line, "\t") && len(diags) > 0:
			goOn(&diags[len(diags)-1], strings.TrimSpace(line))
		case strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
		default:
			rest = append(rest, strings.TrimSpace(line))
		}
	}
	if len(diags) == 0 {
		diags.Errorf(diag.NotCompiled, r.job.App.Pos, "%s", strings.Join(rest, " "))
	}
	return diags
}

// goOn adds a line to what a message says. When that is which module to get, all that is missing can be had at once.
func goOn(d *diag.Diagnostic, line string) {
	if strings.HasPrefix(line, "go get ") {
		d.Message, _, _ = strings.Cut(d.Message, "; to add")
		d.Hint = untidy
		return
	}
	d.Reason = strings.TrimSpace(d.Reason + " " + line)
}

// untidy mends a go.mod that lacks what is imported: an app whose entrypoints were generated first, most often.
const untidy = "run go mod tidy"

// tidied puts together all that one go mod tidy mends, at the first place of it.
func tidied(diags diag.List) diag.List {
	var packages []string
	first := -1
	for i, d := range diags {
		if d.Hint != untidy {
			continue
		}
		if first < 0 {
			first = i
		}
		if name := strings.TrimPrefix(d.Message, noModule); !slices.Contains(packages, name) {
			packages = append(packages, name)
		}
	}
	if len(packages) < 2 {
		return diags
	}
	d := &diags[first]
	d.Message = fmt.Sprintf("%s%s, and %d others", noModule, packages[0], len(packages)-1)
	d.Reason, d.Targets = "they are "+strings.Join(packages[1:], ", "), nil
	kept := 0
	return slices.DeleteFunc(diags, func(d diag.Diagnostic) bool {
		if d.Hint == untidy {
			kept++
		}
		return d.Hint == untidy && kept > 1
	})
}

// noModule begins what the go command says of a package that no module of go.mod has.
const noModule = "no required module provides package "

const noSpace = "no space left on device"

func (r reader) diagnostic(m []string) diag.Diagnostic {
	file := m[1]
	if i := strings.LastIndex(file, ": "); i >= 0 {
		file = file[i+2:] // behind the package that it is about
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(r.dir, file)
	}
	line, _ := strconv.Atoi(m[2]) // the pattern has digits alone, and what is too long for a line stays 0
	column, _ := strconv.Atoi(m[3])
	message := m[4]
	if file == r.file {
		return r.ofHandler(line, message)
	}
	return diag.Diagnostic{Code: diag.NotCompiled, Pos: diag.Position{File: r.shown(file), Line: line, Column: max(column, 1)}, Message: message}
}

// excluded is a package of which there is nothing to compile, and the imports that lead to it.
var excluded = regexp.MustCompile(`package (\S+(?: imports \S+)+): build constraints exclude all Go files in (.+)$`)

func (r reader) excluded(m []string) diag.Diagnostic {
	chain := strings.Split(m[1], " imports ")[1:] // without the entrypoint
	d := diag.Diagnostic{Code: diag.NotCompiled, Pos: r.job.App.Pos, Message: "the package " + chain[len(chain)-1] + " has no files for Linux"}
	if onlyCgo(m[2]) {
		d.Code, d.Message = diag.Cgo, "the package "+chain[len(chain)-1]+" cannot be compiled without cgo"
		d.Reason = "artifacts are compiled without cgo, so that they need no C libraries and are the same on every machine"
	}
	d.Hint = "import a package that is written in Go alone"
	if len(chain) > 1 {
		d.Message += ", and is imported by " + chain[len(chain)-2]
	}
	for i := range r.job.App.Functions {
		if f := &r.job.App.Functions[i]; slices.Contains(chain, f.Handler.ImportPath) {
			d.Pos = f.Handler.Pos
			break
		}
	}
	return d
}

// onlyCgo tells whether a package would have something to compile with cgo.
func onlyCgo(dir string) bool {
	target := build.Default
	target.GOOS, target.GOARCH, target.CgoEnabled = "linux", "amd64", true
	p, err := target.ImportDir(dir, 0)
	return err == nil && len(p.CgoFiles) > 0
}

// shown is a path as a person would give it: relative to where the spec's path is relative to.
func (r reader) shown(file string) string {
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, file); err == nil && (filepath.IsLocal(rel) || !filepath.IsAbs(r.job.Dir)) {
			return rel
		}
	}
	return file
}

// tableLine is a line of the entrypoint's table, with the function's name.
var tableLine = regexp.MustCompile(`^\s*\{Name: ("(?:[^"\\]|\\.)*"), `)

// ofHandler is for what the compiler says of the entrypoint: that is about a handler, which is what the spec names.
func (r reader) ofHandler(line int, message string) diag.Diagnostic {
	f := r.function(line)
	if f == nil {
		return diag.Diagnostic{Code: diag.NotCompiled, Pos: diag.Position{File: r.shown(r.file), Line: line, Column: 1}, Message: message}
	}
	handler := f.Handler.Package + "." + f.Handler.Func
	d := diag.Diagnostic{Code: diag.Signature, Pos: f.Handler.Pos, Reason: message, Hint: "write " + plan.Signature(f.Trigger, f.Handler.Func)}
	d.Message = fmt.Sprintf("%s cannot handle %s: it has another signature", handler, plan.Subject(f.Trigger))
	switch {
	case strings.HasPrefix(message, "undefined:"):
		d.Code, d.Message = diag.NoHandler, fmt.Sprintf("package %s has no function %s that is compiled for Linux", f.Handler.Package, f.Handler.Func)
	case !strings.Contains(message, "value of type") && !strings.Contains(message, " type ") && !strings.Contains(message, "infer"):
		d.Code, d.Message, d.Reason, d.Hint = diag.NotCompiled, message, "", ""
	}
	return d
}

// function is what a line of the entrypoint is about: the function in the table, or the first whose package is imported.
func (r reader) function(line int) *plan.Function {
	lines := bytes.Split(r.entrypoint, []byte("\n"))
	if line < 1 || line > len(lines) {
		return nil
	}
	text := lines[line-1]
	if m := tableLine.FindSubmatch(text); m != nil {
		if name, err := strconv.Unquote(string(m[1])); err == nil {
			return r.job.App.Function(name)
		}
	}
	for i := range r.job.App.Functions {
		f := &r.job.App.Functions[i]
		if bytes.HasSuffix(text, []byte(strconv.Quote(f.Handler.ImportPath))) {
			return f
		}
	}
	return nil
}

// merge puts together what the jobs say: the same thing once, with the targets that say it unless all do.
func merge(jobs []Job, lists []diag.List) diag.List {
	var merged diag.List
	for i, list := range lists {
		for _, d := range list {
			n := slices.IndexFunc(merged, func(o diag.Diagnostic) bool {
				return o.Code == d.Code && o.Pos == d.Pos && o.Message == d.Message
			})
			if n < 0 {
				n = len(merged)
				merged = append(merged, d)
			}
			if !slices.Contains(merged[n].Targets, jobs[i].Target) {
				merged[n].Targets = append(merged[n].Targets, jobs[i].Target)
			}
		}
	}
	for i := range merged {
		if len(merged[i].Targets) == len(jobs) {
			merged[i].Targets = nil
		}
	}
	return tidied(merged.Sort())
}
