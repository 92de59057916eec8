// Package isobar_test keeps the architecture: which package may import which, and what may stand in it.
package isobar_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/golden"
)

const module = "github.com/isobar-dev/isobar/"

// goPackage is what `go list -json` says of a package.
type goPackage struct {
	ImportPath   string
	Name         string
	Dir          string
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Standard     bool
	Module       *struct{ Path, Version string }
}

// in returns the package's path in this module.
func (p goPackage) in() string { return strings.TrimPrefix(p.ImportPath, module) }

func list(t *testing.T, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Name,Dir,GoFiles,Imports,TestImports,XTestImports,Standard,Module"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

// rules say what a folder may import: of this module what ours lists, of others what theirs lists. Nothing listed means nothing.
// The standard library is always allowed.
var rules = []struct {
	folder       string
	ours, theirs []string
}{
	{"spec/diag", nil, nil},
	{"spec/cron", nil, nil},
	{"spec/schema", []string{"spec"}, []string{"github.com/invopop/jsonschema"}},
	{"spec", []string{"spec"}, []string{"go.yaml.in/yaml/v4"}},
	{"codegen/gogen", []string{"codegen/plan", "spec"}, []string{"github.com/dave/jennifer/jen"}},
	{"codegen/artifact", nil, nil},
	{"codegen/access", []string{"spec", "codegen/plan"}, nil},
	{"codegen/overlay", []string{"spec", "codegen/plan"}, nil},
	{"codegen", []string{"spec", "codegen"}, []string{"golang.org/x/mod/modfile", "golang.org/x/text/unicode/norm"}},
	{"providers/all", []string{"providers", "providers/aws", "providers/azure", "providers/gcp"}, nil},
	{"providers/providertest", []string{"spec", "codegen", "providers", "internal/golden"}, []string{"github.com/google/go-cmp/cmp", "github.com/rogpeppe/go-internal/txtar", "pgregory.net/rapid"}},
	{"providers/aws", []string{"spec", "codegen", "providers/aws"}, []string{"go.yaml.in/yaml/v4"}},
	{"providers/azure", []string{"spec", "codegen", "providers/azure"}, nil},
	{"providers/gcp", []string{"spec", "codegen", "providers/gcp"}, []string{"github.com/hashicorp/hcl/v2", "github.com/zclconf/go-cty"}},
	{"providers", []string{"spec", "codegen"}, nil},
	{"cmd", []string{"spec", "codegen", "providers", "cmd", "runtime/workflow"}, []string{"github.com/spf13/cobra"}},
	{"runtime/fn", nil, nil},
	{"runtime/metric", nil, nil},
	{"runtime/trace", []string{"runtime/fn"}, nil},
	{"runtime/opentelemetry", []string{"runtime/fn", "runtime/app", "runtime/trace"}, []string{"go.opentelemetry.io/otel"}},
	{"runtime/app/jsonscan", nil, nil},
	{"runtime/app", []string{"runtime/app", "runtime/fn", "runtime/metric", "runtime/trace"}, nil},
	{"runtime/runtimetest", []string{"runtime"}, []string{"github.com/google/go-cmp/cmp", "google.golang.org/protobuf/encoding/protowire"}},
	{"runtime/workflow", []string{"spec/asl", "spec/diag"}, nil},
	{"runtime/jwt", []string{"runtime/fn", "runtime/app"}, []string{"github.com/golang-jwt/jwt/v5"}},
	{"runtime/resource/awsdrivers", []string{"runtime/app", "runtime/resource"}, []string{"gocloud.dev", "github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"}},
	{"runtime/resource/azuredrivers", []string{"runtime/app", "runtime/resource"}, []string{"gocloud.dev", "github.com/Azure/azure-sdk-for-go"}},
	{"runtime/resource/gcpdrivers", []string{"runtime/app", "runtime/resource"}, []string{"gocloud.dev", "cloud.google.com/go/firestore", "golang.org/x/oauth2"}},
	{"runtime/resource/resourcetest", []string{"runtime", "spec"}, []string{"gocloud.dev"}},
	{"runtime/resource/clienttest", []string{"runtime"}, []string{"gocloud.dev"}},
	{"internal/engine", []string{"internal/judge"}, nil},
	{"runtime/resource", []string{"runtime/fn", "runtime/app", "runtime/trace", "runtime/resource"}, []string{"gocloud.dev"}},
	{"runtime/aws/secrets", nil, []string{"github.com/aws/aws-sdk-go-v2"}},
	{"runtime/aws", []string{"runtime/fn", "runtime/app", "runtime/metric"}, []string{"github.com/aws/aws-lambda-go"}},
	{"runtime/azure/entra", []string{"runtime/fn", "runtime/app", "runtime/jwt"}, nil},
	{"runtime/azure", []string{"runtime/fn", "runtime/app", "runtime/metric"}, nil},
	{"runtime/gcp", []string{"runtime/fn", "runtime/app", "runtime/metric"}, []string{"github.com/GoogleCloudPlatform/functions-framework-go", "google.golang.org/protobuf/encoding/protowire"}},
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range list(t, "./...") {
		for _, rule := range rules {
			if !within(p.in(), rule.folder) {
				continue
			}
			for _, i := range p.Imports {
				if !allowed(i, rule.ours, rule.theirs) {
					t.Errorf("%s imports %s", p.in(), i)
				}
			}
			break
		}
	}
}

func allowed(imported string, ours, theirs []string) bool {
	if own, ok := strings.CutPrefix(imported, module); ok {
		return slices.ContainsFunc(ours, func(folder string) bool { return within(own, folder) })
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true
	}
	return slices.ContainsFunc(theirs, func(prefix string) bool { return within(imported, prefix) })
}

func TestOnlyTheListOfWingsImportsWings(t *testing.T) {
	wings := []string{"providers/aws", "providers/azure", "providers/gcp"}
	for _, p := range list(t, "./...") {
		for _, i := range p.Imports {
			own := strings.TrimPrefix(i, module)
			if slices.Contains(wings, own) && p.in() != "providers/all" {
				t.Errorf("%s imports the wing %s", p.in(), own)
			}
			if own == "providers/all" && !within(p.in(), "cmd") {
				t.Errorf("%s imports the list of wings", p.in())
			}
		}
	}
}

// TestNoCloudInNeutralCode keeps the clouds' names out of what is neutral, comments included. Tests may name them, and so may the one
// file that reads addresses and errors of one cloud in workflows that were written for it.
func TestNoCloudInNeutralCode(t *testing.T) {
	names := regexp.MustCompile(`(?i)\b(aws|azure|gcp|google|lambda|sqs|cloudformation|bicep|terraform|eventbridge|service ?bus|pub/?sub)\b`)
	for _, folder := range []string{"spec", "codegen"} {
		eachFile(t, folder, func(file string, data []byte) {
			if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || file == "spec/asl/foreign.go" {
				return
			}
			for i, line := range bytes.Split(data, []byte("\n")) {
				if m := names.Find(line); m != nil {
					t.Errorf("%s:%d names %s", file, i+1, m)
				}
			}
		})
	}
}

// TestNothingHappensAtImport forbids what makes the order of imports matter.
func TestNothingHappensAtImport(t *testing.T) {
	for _, p := range list(t, "./spec/...", "./codegen/...", "./providers/...", "./cmd/...") {
		for _, name := range p.GoFiles {
			file := filepath.Join(p.Dir, name)
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range parsed.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s has an init function", file)
				}
			}
			for _, i := range parsed.Imports {
				if i.Name != nil && i.Name.Name == "_" && i.Path.Value != `"embed"` {
					t.Errorf("%s has the blank import %s", file, i.Path.Value)
				}
			}
		}
	}
}

// TestFilesStayShort says when to look for a seam.
func TestFilesStayShort(t *testing.T) {
	const most = 420
	eachFile(t, ".", func(file string, data []byte) {
		generated := bytes.HasPrefix(data, []byte("// Code generated"))
		if lines := bytes.Count(data, []byte("\n")); strings.HasSuffix(file, ".go") && !generated && lines > most {
			t.Errorf("%s has %d lines, look for a seam above %d", file, lines, most)
		}
	})
}

// TestWingsReadSideBySide compares the names of the wings' files.
func TestWingsReadSideBySide(t *testing.T) {
	files := func(wing string) []string {
		entries, err := os.ReadDir(path.Join("providers", wing))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			if !e.IsDir() {
				names = append(names, e.Name())
			}
		}
		return names
	}
	shared := []string{
		"capabilities.go", "doc.go", "entrypoint.go", "function.go", "http.go", "judge_test.go", "names.go",
		"packaging.go", "permissions.go", "queue.go", "schedule.go", "settings.go", "wing.go", "wing_test.go",
	}
	for _, wing := range []string{"aws", "azure", "gcp"} {
		have := files(wing)
		for _, name := range shared {
			if !slices.Contains(have, name) {
				t.Errorf("providers/%s has no %s", wing, name)
			}
		}
	}
}

// TestModulesOfEntrypoints pins the modules that each emitted entrypoint carries: a cold start pays for every one.
func TestModulesOfEntrypoints(t *testing.T) {
	entrypoints := map[string]string{
		"aws": "./examples/shop/deploy/aws/bootstrap", "azure": "./examples/shop/deploy/azure/handler", "gcp": "./examples/shop/deploy/gcp/function",
	}
	for target, entrypoint := range entrypoints {
		t.Run(target, func(t *testing.T) {
			var modules []string
			for _, p := range list(t, "-deps", "-tags", "lambda.norpc,grpcnotrace,disable_grpc_modules", entrypoint) {
				if p.Module != nil && p.Module.Path+"/" != module && !slices.Contains(modules, p.Module.Path) {
					modules = append(modules, p.Module.Path)
				}
			}
			slices.Sort(modules)
			golden.Check(t, "testdata/modules/"+target+".txt", []byte(strings.Join(append(modules, ""), "\n")))
		})
	}
}

// TestAnAppWithoutResourcesLinksNoClients looks at the smallest app.
func TestAnAppWithoutResourcesLinksNoClients(t *testing.T) {
	for _, entrypoint := range []string{"aws/bootstrap", "azure/handler", "gcp/function"} {
		for _, p := range list(t, "-deps", "-tags", "lambda.norpc,grpcnotrace,disable_grpc_modules", "./examples/hello/deploy/"+entrypoint) {
			if within(p.ImportPath, "gocloud.dev") || within(p.in(), "runtime/resource") {
				t.Errorf("%s links %s", entrypoint, p.ImportPath)
			}
		}
	}
}

func eachFile(t *testing.T, folder string, visit func(file string, data []byte)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", "node_modules", "build"}, d.Name()) {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			visit(filepath.ToSlash(file), data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
