package handlers

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/mod/modfile"
)

// Limits on what is read from a person's source tree.
const (
	maxGoFile = 4 << 20
	maxGoMod  = 1 << 20
)

// goPackage is what a folder of Go files declares.
type goPackage struct {
	name      string
	functions map[string]*ast.FuncType
	others    map[string]string // what is declared beside functions, and what it is
	broken    error             // a file that does not parse
	said      bool              // that it does not
	err       error             // the folder cannot be read
}

// readPackage parses the Go files of a folder that a build for Linux takes, tests left out.
func readPackage(tree fs.FS, dir string) *goPackage {
	p := &goPackage{functions: map[string]*ast.FuncType{}, others: map[string]string{}}
	entries, err := fs.ReadDir(tree, dir)
	if err != nil {
		p.err = bare(err)
		return p
	}
	target := build.Default
	target.GOOS, target.GOARCH, target.CgoEnabled = "linux", "amd64", false
	target.JoinPath = path.Join
	target.OpenFile = func(name string) (io.ReadCloser, error) { return tree.Open(name) }
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		match, err := target.MatchFile(dir, name)
		if errors.Is(err, fs.ErrPermission) {
			p.err = fmt.Errorf("%s: %w", name, bare(err))
			return p
		}
		if err != nil || !match {
			continue
		}
		p.file(tree, path.Join(dir, name))
	}
	return p
}

func (p *goPackage) file(tree fs.FS, file string) {
	data, err := readFile(tree, file, maxGoFile)
	if err != nil {
		p.broken = fmt.Errorf("%s cannot be read", file)
		return
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, data, parser.SkipObjectResolution)
	if err != nil {
		p.broken = err
	}
	if parsed == nil || parsed.Name == nil {
		return
	}
	p.name = parsed.Name.Name
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				p.functions[d.Name.Name] = d.Type
			} else {
				p.others[d.Name.Name] = "a method"
			}
		case *ast.GenDecl:
			p.declared(d)
		}
	}
}

// declared notes what is declared beside functions.
func (p *goPackage) declared(d *ast.GenDecl) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			p.others[s.Name.Name] = "a type"
		case *ast.ValueSpec:
			for _, n := range s.Names {
				p.others[n.Name] = "a " + map[token.Token]string{token.VAR: "variable", token.CONST: "constant"}[d.Tok]
			}
		}
	}
}

// importPath returns the import path of a folder: the path of the module around it, and the way from the module's root.
func importPath(tree fs.FS, dir string) (string, error) {
	for root := dir; ; root = path.Dir(root) {
		data, err := readFile(tree, path.Join(root, "go.mod"), maxGoMod)
		if errors.Is(err, fs.ErrNotExist) {
			if root == "." {
				return "", errors.New("the spec's folder is in no Go module")
			}
			continue
		}
		if err != nil {
			return "", fmt.Errorf("go.mod cannot be read: %w", bare(err))
		}
		module := modfile.ModulePath(data)
		if module == "" {
			return "", errors.New("go.mod names no module")
		}
		rel := strings.TrimPrefix(dir, root)
		if root == "." {
			rel = dir
		}
		return path.Join(module, rel), nil
	}
}

func readFile(tree fs.FS, file string, most int64) ([]byte, error) {
	info, err := fs.Stat(tree, file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("not a regular file of at most %d MiB", most>>20)
	}
	return fs.ReadFile(tree, file)
}

// bare strips the path from an error of the file system: a message names it in the spec's terms.
func bare(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
