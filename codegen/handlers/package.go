package handlers

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
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
	broken    error // a file that does not parse
	err       error // the folder cannot be read
}

// readPackage parses the Go files of a folder that a build for Linux takes, tests left out.
func readPackage(dir string) *goPackage {
	p := &goPackage{functions: map[string]*ast.FuncType{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		p.err = bare(err)
		return p
	}
	target := build.Default
	target.GOOS, target.GOARCH, target.CgoEnabled = "linux", "amd64", false
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if match, err := target.MatchFile(dir, name); err != nil || !match {
			continue
		}
		p.file(filepath.Join(dir, name))
	}
	return p
}

func (p *goPackage) file(file string) {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxGoFile {
		p.broken = fmt.Errorf("%s cannot be read", file)
		return
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		p.broken = err
	}
	if parsed == nil || parsed.Name == nil {
		return
	}
	p.name = parsed.Name.Name
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
			p.functions[f.Name.Name] = f.Type
		}
	}
}

// importPath returns the import path of a folder: the path of the module around it, and the way from the module's root.
func importPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for root := abs; ; root = filepath.Dir(root) {
		data, err := readFile(filepath.Join(root, "go.mod"))
		if errors.Is(err, fs.ErrNotExist) {
			if filepath.Dir(root) == root {
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
		rel, err := filepath.Rel(root, abs)
		if err != nil {
			return "", err
		}
		return path.Join(module, filepath.ToSlash(rel)), nil
	}
}

func readFile(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxGoMod {
		return nil, errors.New("not a regular file of at most 1 MiB")
	}
	return os.ReadFile(file)
}

// bare strips the path from an error of the file system: a message names it in the spec's terms.
func bare(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
