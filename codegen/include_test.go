package codegen_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/isobar-dev/isobar/codegen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// load writes an app that includes a file, beside what files say, and loads it.
func load(t *testing.T, include string, files map[string][]byte) (*plan.App, diag.List) {
	t.Helper()
	dir := t.TempDir()
	spec := fmt.Sprintf("isobar: v1\nname: shop\nfunctions: { a: { handler: ./x.A, http: GET / } }\ntargets: { gcp: { include: [%q] } }\n", include)
	all := map[string][]byte{
		"app/isobar.yaml": []byte(spec), "app/go.mod": []byte("module example.com/shop\n"),
		"app/x/x.go": []byte("package x\n\nimport \"net/http\"\n\nfunc A(http.ResponseWriter, *http.Request) {}\n"), "outside.tf": []byte("secret"),
	}
	for name, data := range files {
		all["app/"+name] = data
	}
	for name, data := range all {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Symlink("../../outside.tf", filepath.Join(dir, "app", "x", "link.tf"))
	_ = os.Symlink("inside.tf", filepath.Join(dir, "app", "x", "near.tf"))
	if err := syscall.Mkfifo(filepath.Join(dir, "app", "pipe.tf"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, loaded, diags := codegen.Load(filepath.Join(dir, "app", "isobar.yaml"))
	return loaded, diags
}

func TestAnIncludedFileIsReadAsItStands(t *testing.T) {
	content := []byte("# ${not} a template\r\n\x00")
	for _, path := range []string{"x/inside.tf", "x/near.tf"} {
		app, diags := load(t, path, map[string][]byte{"x/inside.tf": content})
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		if got := app.Targets[0].Include[0]; got.Path != path || !bytes.Equal(got.Data, content) {
			t.Errorf("%s is %q", got.Path, got.Data)
		}
	}
}

func TestWhatCannotBeIncluded(t *testing.T) {
	for path, want := range map[string]string{
		"../outside.tf":   "not a clean path",
		"/etc/hostname":   "not a clean path",
		"./x/inside.tf":   "not a clean path",
		"x/../outside.tf": "not a clean path",
		"":                "not a clean path",
		"nothing.tf":      "no such file",
		"x":               "not a regular file",
		"pipe.tf":         "not a regular file",
		"x/link.tf":       "escapes",
		"x/inside.tf/y":   "not a directory",
		"large.tf":        "larger than 1 MiB",
	} {
		t.Run(path, func(t *testing.T) {
			_, diags := load(t, path, map[string][]byte{"x/inside.tf": nil, "large.tf": bytes.Repeat([]byte("#"), codegen.MaxInclude+1)})
			if len(diags) != 1 {
				t.Fatalf("it says %v", diags)
			}
			d := diags[0]
			if !strings.Contains(d.Message, want) || d.Pos.Line != 4 || d.Hint == "" {
				t.Errorf("it says %v, hint %q", d, d.Hint)
			}
			if strings.Contains(d.Message+d.Hint, "secret") {
				t.Errorf("what stands outside is told: %v", d)
			}
		})
	}
}

func TestALargeFileThatJustFits(t *testing.T) {
	if _, diags := load(t, "large.tf", map[string][]byte{"large.tf": bytes.Repeat([]byte("#"), codegen.MaxInclude)}); len(diags) > 0 {
		t.Error(diags)
	}
}
