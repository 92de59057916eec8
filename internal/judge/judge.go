// Package judge is how tests come by outside judges: programs that were not written here, and say whether the output is sound.
package judge

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Required is the environment variable that lists the judges, with commas between them, that a test run must have: "cfn-lint".
// The value "all" requires every one. CI sets it, so that it does not pass by skipping.
const Required = "ISOBAR_JUDGES"

// Absent ends a test whose judge is not there: it fails where the judge is required, and is skipped, saying how to get the judge,
// elsewhere.
func Absent(t testing.TB, name, install string) {
	t.Helper()
	required := strings.Split(os.Getenv(Required), ",")
	if slices.Contains(required, name) || slices.Contains(required, "all") {
		t.Fatalf("the judge %s is required and absent: %s", name, install)
	}
	t.Skipf("NOT JUDGED: %s is absent. To have it: %s", name, install)
}
