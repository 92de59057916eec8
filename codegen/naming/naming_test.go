package naming_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/codegen/naming"
)

func TestPascal(t *testing.T) {
	for name, want := range map[string]string{"http": "Http", "get-user": "GetUser", "a-1b-c": "A1bC", "": ""} {
		if got := naming.Pascal(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	const longest = 20
	for _, name := range []string{"short", "exactly-twenty-chars"} {
		if got := naming.Shorten(name, longest); got != name {
			t.Errorf("%s is %s", name, got)
		}
	}
	for _, name := range []string{"more-than-twenty-characters", "a-hyphen-h-where-it-is-cut"} {
		got := naming.Shorten(name, longest)
		if len(got) > longest || strings.Contains(got, "--") || !strings.HasPrefix(name, got[:8]) || !strings.HasSuffix(got, naming.Digest(name)[:8]) {
			t.Errorf("%s is %s", name, got)
		}
	}
}

// TestShortNamesStayDistinct draws names that differ only where they are cut.
func TestShortNamesStayDistinct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stem := rapid.StringMatching(`[a-z]{20,30}`).Draw(t, "stem")
		a, b := rapid.StringMatching(`[a-z0-9]{1,9}`).Draw(t, "a"), rapid.StringMatching(`[a-z0-9]{1,9}`).Draw(t, "b")
		if a != b && naming.Shorten(stem+a, 20) == naming.Shorten(stem+b, 20) {
			t.Fatalf("%s and %s are one", stem+a, stem+b)
		}
	})
}
