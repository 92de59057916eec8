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
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "runnable": // artifacts are for Linux on amd64
				return runtime.GOOS+"/"+runtime.GOARCH == "linux/amd64", nil
			case "tmpfs": // a small disk can be made
				return exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", t.TempDir()).Run() == nil, nil
			}
			return false, os.ErrInvalid
		},
	})
}

func runScripts(t *testing.T, p testscript.Params) {
	p.RequireExplicitExec, p.RequireUniqueNames, p.UpdateScripts = true, true, os.Getenv("UPDATE") == "1"
	testscript.Run(t, p)
}
