package packaging

import (
	"bytes"
	"cmp"
	"fmt"
	"go/version"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"
)

// standIn is the domain of the generated module where the app's own module has none: whoever compiles the source may want one.
const standIn = "function.example/"

// layoutError is an app that cannot be laid out as a module of its own.
type layoutError struct{ reason, hint string }

func (e *layoutError) Error() string { return e.reason }

// sourceEntries lay a package out as the root of a module, with all that it imports in vendor/, so that it compiles without the
// network. The module has the import path that the package has in the app, so that it may import what is internal to the app.
//
// Nothing is replaced: in a vendor folder the app's own modules, and those that have no version, stand like any other.
func sourceEntries(job Job, g graph, root *goPackage, debug []*modfile.Godebug) ([]entry, error) {
	name := root.ImportPath
	if !dotted(name) {
		name = standIn + name
		if p := internal(g, root); p != "" {
			return nil, &layoutError{
				fmt.Sprintf("the package %s is internal to the module %s, whose path begins with no domain", p, root.Module.Path),
				"give the module in go.mod a path such as example.com/" + root.Module.Path + ", or move the handler out of internal/",
			}
		}
	}
	entries := []entry{
		{path: "go.mod", mode: plainMode, data: goMod(name, g, debug)},
		{path: "vendor/modules.txt", mode: plainMode, data: modulesTxt(g, root)},
	}
	for file, data := range job.Generated.All() {
		if path.Dir(file) == job.Recipe.Package {
			entries = append(entries, entry{path: path.Base(file), mode: plainMode, data: data})
		}
	}
	for _, p := range g.sorted() {
		if p == root {
			continue
		}
		for _, file := range p.files() {
			data, err := os.ReadFile(filepath.Join(p.Dir, file)) // once, for its hash, the zip and the folder
			if err != nil {
				return nil, err
			}
			entries = append(entries, entry{path: path.Join("vendor", p.ImportPath, filepath.ToSlash(file)), mode: plainMode, data: data})
		}
	}
	return entries, nil
}

// internal returns a package that only the app's own module may import, and that the root does.
func internal(g graph, root *goPackage) string {
	for _, i := range root.Imports {
		if p := g[i]; p != nil && p.Module.Path == root.Module.Path && strings.Contains("/"+i+"/", "/internal/") {
			return i
		}
	}
	return ""
}

// godebug are the settings for the time of running of the app's go.mod or, in a workspace, of go.work, which counts there.
func (t toolchain) godebug(m *goModule) ([]*modfile.Godebug, error) {
	file := m.GoMod
	inWork := t.work != "" && t.work != "off"
	if inWork {
		file = t.work
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if inWork {
		work, err := modfile.ParseWork(file, data, nil)
		if err != nil {
			return nil, err
		}
		return work.Godebug, nil
	}
	mod, err := modfile.Parse(file, data, nil)
	if err != nil {
		return nil, err
	}
	return mod.Godebug, nil
}

// goMod requires every module of the graph, so that it says what vendor/modules.txt says.
func goMod(name string, g graph, debug []*modfile.Godebug) []byte {
	var b bytes.Buffer
	language := ""
	for _, m := range g.modules() {
		if version.Compare("go"+m.GoVersion, "go"+language) > 0 {
			language = m.GoVersion
		}
	}
	fmt.Fprintf(&b, "module %s\n\ngo %s\n\n", modfile.AutoQuote(name), cmp.Or(language, "1.24"))
	for _, d := range debug {
		fmt.Fprintf(&b, "godebug %s=%s\n", d.Key, d.Value)
	}
	b.WriteString("require (\n")
	for _, m := range g.modules() {
		fmt.Fprintf(&b, "\t%s %s\n", modfile.AutoQuote(m.Path), required(m))
	}
	b.WriteString(")\n")
	return b.Bytes()
}

// modulesTxt is what the go command compares with go.mod, and finds the packages of vendor/ by.
// https://go.dev/ref/mod#vendoring
func modulesTxt(g graph, root *goPackage) []byte {
	var b bytes.Buffer
	for _, m := range g.modules() {
		fmt.Fprintf(&b, "# %s %s\n## explicit", m.Path, required(m))
		if m.GoVersion != "" {
			fmt.Fprintf(&b, "; go %s", m.GoVersion)
		}
		b.WriteByte('\n')
		for _, p := range g.sorted() {
			if p != root && p.Module.Path == m.Path {
				fmt.Fprintln(&b, p.ImportPath)
			}
		}
	}
	return b.Bytes()
}

// major is the end of a module path that says which major versions it has.
var major = regexp.MustCompile(`[/.]v([0-9]+)$`)

// required is the version to require of a module: its own, or the first that its path allows.
func required(m *goModule) string {
	if m.Version != "" {
		return m.Version
	}
	if v := major.FindStringSubmatch(m.Path); v != nil {
		return "v" + v[1] + ".0.0"
	}
	return "v0.0.0"
}
