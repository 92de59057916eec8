package main_test

import (
	"os"
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
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE") == "1",
	})
}
