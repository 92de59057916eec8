package packaging

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/build"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath, Dir string
	Standard        bool
	Module          *goModule

	Imports, GoFiles, CgoFiles, CFiles, CXXFiles, HFiles, SFiles, SysoFiles, EmbedFiles, IgnoredGoFiles []string
}

// goModule is what go list says of a module.
type goModule struct {
	Path, Version, GoVersion, GoMod string
	Main                            bool
	Replace                         *struct{ Path, Version string }
}

// module returns where a module comes from.
func (m *goModule) module() Module {
	if m.Replace != nil && m.Replace.Version != "" {
		return Module{m.Replace.Path, m.Replace.Version}
	}
	if m.Replace != nil {
		return Module{Path: m.Path}
	}
	return Module{m.Path, m.Version}
}

// files are those that a build reads, sorted. Documentation, tests and what is for other systems are not among them.
func (p *goPackage) files() []string {
	all := slices.Concat(p.GoFiles, p.CgoFiles, p.CFiles, p.CXXFiles, p.HFiles, p.SFiles, p.SysoFiles, p.EmbedFiles)
	slices.Sort(all)
	return slices.Compact(all)
}

// graph is a package with all that it imports outside of the standard library, by import path.
type graph map[string]*goPackage

// list finds the graph of a package.
func (t toolchain) list(ctx context.Context, pkg string, more ...string) (graph, error) {
	const fields = "-json=ImportPath,Dir,Standard,Module,Imports,GoFiles,CgoFiles,CFiles,CXXFiles,HFiles,SFiles,SysoFiles,EmbedFiles,IgnoredGoFiles"
	out, err := t.run(ctx, slices.Concat([]string{"list", "-deps", fields}, more, t.args, []string{pkg})...)
	if err != nil {
		return nil, err
	}
	g := graph{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &goPackage{}
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return g, nil
		} else if err != nil {
			return nil, err
		}
		if !p.Standard && p.Module != nil {
			g[p.ImportPath] = p
		}
	}
}

// listCompiled finds the graph of a package that compiles, as it is with cgo or without: where source is compiled elsewhere,
// nobody knows whether there is a C compiler, and a file may be for the one case or the other.
func (t toolchain) listCompiled(ctx context.Context, pkg string) (graph, error) {
	g, err := t.list(ctx, pkg, "-export", "-trimpath")
	if err != nil || !g.differsWithCgo(t.arch) {
		return g, err
	}
	with, err := t.withCgo().list(ctx, pkg)
	if err != nil {
		return nil, err
	}
	for path, p := range with {
		if q, ok := g[path]; ok {
			q.GoFiles = append(q.GoFiles, p.files()...)
		} else {
			g[path] = p
		}
	}
	return g, nil
}

// differsWithCgo tells whether any package has a file that is compiled with cgo alone.
func (g graph) differsWithCgo(arch string) bool {
	target := build.Default
	target.GOOS, target.GOARCH, target.CgoEnabled = "linux", arch, true
	for _, p := range g {
		for _, file := range p.IgnoredGoFiles {
			if match, err := target.MatchFile(p.Dir, file); err == nil && match {
				return true
			}
		}
	}
	return false
}

// root is the package in a folder.
func (g graph) root(dir string) *goPackage {
	for _, p := range g {
		if filepath.Clean(p.Dir) == dir {
			return p
		}
	}
	return nil
}

// sorted are all packages in the order of their paths.
func (g graph) sorted() []*goPackage {
	packages := make([]*goPackage, 0, len(g))
	for _, path := range slices.Sorted(maps.Keys(g)) {
		packages = append(packages, g[path])
	}
	return packages
}

// modules are those that the packages come from, sorted by path.
func (g graph) modules() []*goModule {
	byPath := map[string]*goModule{}
	for _, p := range g {
		byPath[p.Module.Path] = p.Module
	}
	modules := make([]*goModule, 0, len(byPath))
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		modules = append(modules, byPath[path])
	}
	return modules
}

// linked are the modules of the graph without the app's own.
func (g graph) linked() []Module {
	modules := []Module{}
	for _, m := range g.modules() {
		if !m.Main {
			modules = append(modules, m.module())
		}
	}
	return modules
}

// dotted tells whether a module path begins with the name of a domain.
func dotted(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}
