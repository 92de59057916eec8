// Package moto judges state machines of Step Functions from outside: by moto's executor, which was not written here. moto cannot be
// had from a registry that is in reach everywhere; the judge looks for moto_server on the PATH and takes the Python beside it.
package moto

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge"
	"github.com/isobar-dev/isobar/internal/judge/asl"
)

// Name is what judge.Required calls this judge.
const Name = "moto_server"

const install = "pip install 'moto[server,stepfunctions]==5.2.1', with moto_server on PATH"

// Run runs the cases. Without the judge the test is skipped, or fails where it is required.
func Run(t testing.TB, cases []asl.Case) []asl.Outcome {
	t.Helper()
	python := interpreter(t)
	if python == "" {
		judge.Absent(t, Name, install)
	}
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	_, self, _, _ := runtime.Caller(0)
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), python, filepath.Join(filepath.Dir(self), "judge.py"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("moto broke: %v\n%.2000s", err, stderr.Bytes())
	}
	var outcomes []asl.Outcome
	decoder := json.NewDecoder(&stdout)
	decoder.UseNumber()
	if err := decoder.Decode(&outcomes); err != nil || len(outcomes) != len(cases) {
		t.Fatalf("moto says %d outcomes of %d cases: %v", len(outcomes), len(cases), err)
	}
	return outcomes
}

// interpreter is the Python that moto_server is a program of; empty when there is none.
func interpreter(t testing.TB) string {
	t.Helper()
	server, err := exec.LookPath(Name)
	if err != nil {
		return ""
	}
	candidates := []string{filepath.Join(filepath.Dir(server), "python3"), filepath.Join(filepath.Dir(server), "python")}
	if data, err := os.ReadFile(server); err == nil {
		if first, _, _ := strings.Cut(string(data), "\n"); strings.HasPrefix(first, "#!/") && strings.Contains(first, "python") {
			candidates = append([]string{strings.Fields(first[2:])[0]}, candidates...)
		}
	}
	for _, python := range candidates {
		if exec.CommandContext(t.Context(), python, "-c", "import moto.stepfunctions.parser").Run() == nil {
			return python
		}
	}
	return ""
}
