package main_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/modfile"

	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// checkout is the root of this module.
const checkout = "../.."

// goEnvironment gives scripts the caches of the go command that runs the tests; a script's home is empty.
func goEnvironment(env *testscript.Env) error {
	out, err := exec.Command("go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN").Output()
	if err != nil {
		return err
	}
	var settings map[string]string
	if err := json.Unmarshal(out, &settings); err != nil {
		return err
	}
	for name, value := range settings {
		env.Setenv(name, value)
	}
	return nil
}

// appModule writes the go.mod of an app outside of this repository, with a replace to this checkout: appmodule FOLDER MODULE
func appModule(ts *testscript.TestScript, root string, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: appmodule FOLDER MODULE")
	}
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	ts.Check(err)
	mod, err := modfile.Parse("go.mod", data, nil)
	ts.Check(err)
	ts.Check(mod.AddModuleStmt(args[1]))
	mod.AddNewRequire("github.com/isobar-dev/isobar", "v0.0.0", false)
	ts.Check(mod.AddReplace("github.com/isobar-dev/isobar", "", root, ""))
	data, err = mod.Format()
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(filepath.Join(dir, "go.mod"), data, 0o644))
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644))
}

// page writes the files that a page of docs/ shows, each in the block below "This is `FILE`:", and what its first command prints into the
// file printed: page PAGE
func page(ts *testscript.TestScript, root string, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: page PAGE")
	}
	data, err := os.ReadFile(filepath.Join(root, "docs", args[0]))
	ts.Check(err)
	write := func(name, content string) {
		file := ts.MkAbs(name)
		ts.Check(os.MkdirAll(filepath.Dir(file), 0o755))
		ts.Check(os.WriteFile(file, []byte(content), 0o644))
	}
	for _, m := range shownFile.FindAllStringSubmatch(string(data), -1) {
		write(m[1], m[2])
	}
	_, console, _ := strings.Cut(string(data), "```console\n$ isobar gen\n")
	printed, _, _ := strings.Cut(console, "$ ")
	write("printed", printed)
}

var shownFile = regexp.MustCompile("This is `([^`]+)`:\n\n```[a-z]+\n((?s:.*?))```\n")

// drive starts what is in artifacts, unpacked into an empty folder, as their clouds do, and has it greet, work and settle the
// night: drive TARGET ZIP
func drive(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: drive TARGET ZIP")
	}
	files, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(files) != 1 {
		ts.Fatalf("%s are %d files", args[1], len(files))
	}
	t := scriptTB{ts: ts}
	dir := runtimetest.Unpack(t, files[0])
	var cloud runtimetest.Cloud
	switch args[0] {
	case "aws":
		cloud = runtimetest.LambdaProcesses(t, filepath.Join(dir, "bootstrap"))
	case "azure":
		cloud, _ = runtimetest.FunctionsHost(t, filepath.Join(dir, "handler"))
	case "gcp":
		cloud = runtimetest.FunctionProcesses(t, runtimetest.BuildVendored(t, dir))
	}
	got := cloud.Do(t, runtimetest.Request{Method: "GET", Target: "/api/hello"})
	if got.Status != 200 || strings.TrimSpace(got.Body) != "hello" {
		ts.Fatalf("GET /api/hello: %d %s", got.Status, got.Body)
	}
	if acknowledged := cloud.Deliver(t, "work", runtimetest.Message{ID: "m1", Body: `{"id": "j1"}`, Sent: time.Unix(1e9, 0), Attempt: 1}); !acknowledged[0] {
		ts.Fatalf("a message is not acknowledged")
	}
	if !cloud.Tick(t, "night", time.Unix(1e9, 0)) {
		ts.Fatalf("a tick is not acknowledged")
	}
}

// scriptTB is a script as a test, as far as runtimetest needs one. What it does not have panics.
type scriptTB struct {
	testing.TB
	ts *testscript.TestScript
}

func (t scriptTB) Helper()                           {}
func (t scriptTB) Failed() bool                      { return false }
func (t scriptTB) Context() context.Context          { return context.Background() }
func (t scriptTB) Cleanup(f func())                  { t.ts.Defer(f) }
func (t scriptTB) Logf(format string, args ...any)   { t.ts.Logf(format, args...) }
func (t scriptTB) Fatalf(format string, args ...any) { t.ts.Fatalf(format, args...) }
func (t scriptTB) Errorf(format string, args ...any) { t.ts.Fatalf(format, args...) }
func (t scriptTB) Fatal(args ...any)                 { t.ts.Fatalf("%v", args) }

func (t scriptTB) TempDir() string {
	dir, err := os.MkdirTemp(t.ts.Getenv("WORK"), "tmp-")
	t.ts.Check(err)
	return dir
}
