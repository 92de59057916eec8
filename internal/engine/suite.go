package engine

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Suite runs a suite that was not written here, but for those of its subtests that an engine, and not what is tested, cannot do: each with
// its reason. Such a suite has no way to leave some out, so it runs in a process of its own, whose name is that of the test.
func Suite(t *testing.T, missing map[string]string, suite func(t *testing.T)) {
	t.Helper()
	const variable = "ISOBAR_SUITE"
	if os.Getenv(variable) == t.Name() {
		suite(t)
		return
	}
	var skip []string
	for name, why := range missing {
		t.Logf("NOT TESTED here: %s: %s", name, why)
		skip = append(skip, "^"+t.Name()+"$/"+name)
	}
	file, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), file, "-test.run=^"+t.Name()+"$", "-test.skip="+strings.Join(skip, "|"), "-test.v")
	cmd.Env = append(os.Environ(), variable+"="+t.Name())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if strings.Contains(string(out), "--- SKIP: "+t.Name()+" ") {
		t.Skip(string(out))
	}
	t.Logf("%d subtests passed", strings.Count(string(out), "--- PASS")-1)
}
