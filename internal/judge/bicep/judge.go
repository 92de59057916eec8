// Package bicep judges Bicep files from outside: by a grammar of the language, and by Microsoft's types of Azure's resources,
// neither of which Isobar has written. No Bicep compiler can be had from a package registry.
//
// The judge is a Node program in this folder. It reports what is not Bicep; properties that a resource type does not have,
// lacks, or does not let be set; values of a wrong type; names that are not declared, or not used; functions and API versions
// that it does not know; cycles; and more parts than a template may have. What a module or a file of parameters sets is laid over the
// parameters of the file that it names.
//
// Its packages are installed with
//
//	npm ci --prefix internal/judge/bicep
package bicep

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge"
)

// Name is what judge.Required calls this judge.
const Name = "bicep"

const install = "npm ci --prefix internal/judge/bicep, with Node 20 or later on PATH"

// Check fails the test with every finding of the judge about the files. Without the judge the test is skipped, or fails where
// it is required.
func Check(t testing.TB, files ...string) {
	t.Helper()
	for _, finding := range Findings(t, files...) {
		t.Error(finding)
	}
}

// Findings returns what the judge finds wrong with the files, as file:line:column: message. Without the judge the test is
// skipped, or fails, as with Check.
func Findings(t testing.TB, files ...string) []string {
	t.Helper()
	_, self, _, _ := runtime.Caller(0)
	folder := filepath.Dir(self)
	if _, err := os.Stat(filepath.Join(folder, "node_modules")); err != nil {
		judge.Absent(t, Name, install)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		judge.Absent(t, Name, install)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), node, append([]string{filepath.Join(folder, "judge.mjs")}, files...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit) && exit.ExitCode() == 1 && stdout.Len() > 0:
		return strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
	}
	t.Fatalf("the Bicep judge broke: %v\n%s", err, stderr.Bytes())
	return nil
}
