package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/cli"
	"github.com/isobar-dev/isobar/providers/all"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"isobar": func() {
			os.Exit(cli.Run(os.Args[1:], cli.Environment{Out: os.Stdout, Err: os.Stderr, Wings: all.Wings()}))
		},
	})
}

// TestScripts runs the command as a person does. Each script is a story: testdata/script/*.txtar.
func TestScripts(t *testing.T) {
	runScripts(t, testscript.Params{Dir: "testdata/script"})
}

// TestBuildScripts does so with the go command, for apps that are not in this repository: testdata/build/*.txtar.
func TestBuildScripts(t *testing.T) {
	root, err := filepath.Abs(checkout)
	if err != nil {
		t.Fatal(err)
	}
	runScripts(t, testscript.Params{
		Dir:   "testdata/build",
		Setup: goEnvironment,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"appmodule": func(ts *testscript.TestScript, neg bool, args []string) { appModule(ts, root, neg, args) },
			"drive":     drive,
			"page":      func(ts *testscript.TestScript, neg bool, args []string) { page(ts, root, neg, args) },
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "runnable":
				ok := runtime.GOOS+"/"+runtime.GOARCH == "linux/amd64"
				return loudly(t, ok, "artifacts are for Linux on amd64, and are NOT STARTED here"), nil
			case "tmpfs":
				ok := exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", t.TempDir()).Run() == nil
				return loudly(t, ok, "no small disk can be made, and a full one is NOT TESTED"), nil
			}
			return false, os.ErrInvalid
		},
	})
}

// loudly says what is not tested.
func loudly(t *testing.T, ok bool, why string) bool {
	if !ok {
		t.Log(why)
	}
	return ok
}

func runScripts(t *testing.T, p testscript.Params) {
	p.RequireExplicitExec, p.RequireUniqueNames, p.UpdateScripts = true, true, os.Getenv("UPDATE") == "1"
	testscript.Run(t, p)
}
