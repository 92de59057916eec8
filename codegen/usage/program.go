package usage

import (
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// Limits on what is read from a person's source tree.
const (
	maxGoFile   = 4 << 20
	maxPackages = 2000
)

// program is the packages of one module that handlers reach, with their types. What other modules declare is not known, but for what
// stubs say: types of theirs are invalid ones, which the checker passes over.
type program struct {
	fset   *token.FileSet
	info   *types.Info
	root   string // the folder of the module
	module string // its path

	packages map[string]*types.Package
	files    map[string][]*ast.File
	stubs    map[string]string // sources by import path
	usesAPI  bool              // whether a package imports the clients of resources
}

func newProgram(dir string) (*program, error) {
	root, module, err := moduleOf(dir)
	if err != nil {
		return nil, err
	}
	return &program{
		fset: token.NewFileSet(), root: root, module: module,
		info:     &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}},
		packages: map[string]*types.Package{}, files: map[string][]*ast.File{}, stubs: stubs,
	}, nil
}

// moduleOf finds the module around a folder.
func moduleOf(dir string) (root, module string, err error) {
	root, err = filepath.Abs(dir)
	if err != nil {
		return "", "", err
	}
	for ; ; root = filepath.Dir(root) {
		data, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			return root, modfile.ModulePath(data), nil
		}
		if !errors.Is(err, fs.ErrNotExist) || filepath.Dir(root) == root {
			return "", "", err
		}
	}
}

// Import implements types.Importer: the module's own packages come from their source, those of stubs from these, and of others there is
// nothing but a name.
func (p *program) Import(importPath string) (*types.Package, error) {
	if pkg, ok := p.packages[importPath]; ok {
		return pkg, nil
	}
	if importPath == resourcePath {
		p.usesAPI = true
	}
	files := p.parse(importPath)
	if len(files) == 0 || len(p.packages) > maxPackages {
		pkg := types.NewPackage(importPath, nameOf(importPath))
		pkg.MarkComplete()
		p.packages[importPath] = pkg
		return pkg, nil
	}
	// A cycle, which the compiler refuses, ends at an empty package.
	p.packages[importPath] = types.NewPackage(importPath, files[0].Name.Name)
	config := types.Config{Importer: p, Error: func(error) {}, FakeImportC: true, IgnoreFuncBodies: p.stubs[importPath] != ""}
	pkg, _ := config.Check(importPath, p.fset, files, p.info) // what is wrong the compiler says
	p.packages[importPath] = pkg
	if p.stubs[importPath] == "" {
		p.files[importPath] = files
	}
	return pkg, nil
}

// parse returns the files of a package, as far as they are known.
func (p *program) parse(importPath string) []*ast.File {
	if source := p.stubs[importPath]; source != "" {
		file, err := parser.ParseFile(p.fset, path.Base(importPath)+".go", source, parser.SkipObjectResolution)
		if err != nil {
			panic(err) // it is part of this package
		}
		return []*ast.File{file}
	}
	rel, ok := strings.CutPrefix(importPath, p.module)
	if !ok || rel != "" && rel[0] != '/' {
		return nil
	}
	dir := filepath.Join(p.root, filepath.FromSlash(rel))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	target := build.Default
	target.GOOS, target.GOARCH, target.CgoEnabled = "linux", "amd64", false
	byName := map[string][]*ast.File{}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if match, err := target.MatchFile(dir, name); err != nil || !match {
			continue
		}
		full := filepath.Join(dir, name)
		if info, err := os.Stat(full); err != nil || !info.Mode().IsRegular() || info.Size() > maxGoFile {
			continue
		}
		file, err := parser.ParseFile(p.fset, full, nil, parser.SkipObjectResolution)
		if file == nil || err != nil && file.Name == nil {
			continue
		}
		byName[file.Name.Name] = append(byName[file.Name.Name], file)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		return byName[name] // one package a folder, as the compiler wants it
	}
	return nil
}

// nameOf is what a package most likely calls itself.
func nameOf(importPath string) string {
	name := path.Base(importPath)
	if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		name = path.Base(path.Dir(importPath))
	}
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "go-"), ".")
	return strings.ReplaceAll(name, "-", "_")
}
