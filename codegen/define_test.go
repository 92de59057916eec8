package codegen_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen"
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec/diag"
)

// withWorkflow is an app with one workflow, whose definition the spec names.
const withWorkflow = `isobar: v1
name: shop
functions:
  validate: { handler: ./x.Validate, task: true }
  list: { handler: ./x.List, http: GET / }
topics: { news: }
queues: { letters: }
workflows: { order: { definition: %q }, refund: { definition: refund.asl.json } }
targets: { aws: }
`

const handlersOfWorkflow = `package x

import (
	"context"
	"net/http"
)

func Validate(ctx context.Context, in any) (any, error) { return in, nil }
func List(http.ResponseWriter, *http.Request)           {}
`

func loadWorkflow(t *testing.T, definition string, files map[string]string) (dir string, app *plan.App, diags diag.List) {
	t.Helper()
	dir = t.TempDir()
	all := map[string]string{
		"app/isobar.yaml": fmt.Sprintf(withWorkflow, definition), "app/go.mod": "module example.com/shop\n", "app/x/x.go": handlersOfWorkflow,
		"app/refund.asl.json": `{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}`, "outside.yaml": "secret",
	}
	for name, data := range files {
		all["app/"+name] = data
	}
	for name, data := range all {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Symlink("../outside.yaml", filepath.Join(dir, "app", "link.yaml"))
	if err := syscall.Mkfifo(filepath.Join(dir, "app", "pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, app, diags = codegen.Load(filepath.Join(dir, "app", "isobar.yaml"))
	return dir, app, diags
}

// TestDefinitions reads each archive's definition as that of the app above, and compares what the workflow may do, and all that is
// said of it: with places in the definition.
func TestDefinitions(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, definition txtar.File) {
		dir, app, diags := loadWorkflow(t, definition.Name, map[string]string{definition.Name: string(definition.Data)})
		var b bytes.Buffer
		for _, d := range diags {
			fmt.Fprintln(&b, strings.ReplaceAll(d.String(), dir+"/app/", ""))
		}
		for _, u := range access.UsesOfWorkflow(app.Workflow("order")) {
			fmt.Fprintf(&b, "may %s the %s %s: %s\n", u.Verb, u.Kind, u.Resource, strings.ReplaceAll(u.Pos.String(), dir+"/app/", ""))
		}
		for _, w := range app.Callers("validate") {
			fmt.Fprintf(&b, "validate is called by %s\n", w.Name)
		}
		golden.Txtar(t, path, map[string][]byte{"loaded": b.Bytes()})
	})
}

func TestWhatIsNoDefinition(t *testing.T) {
	files := map[string]string{"large.yaml": strings.Repeat("#", codegen.MaxInclude+1), "sub/x.yaml": "Comment: x"}
	for path, want := range map[string]string{
		"nowhere.yaml":    "no such file",
		"../outside.yaml": "not a clean path",
		"/etc/passwd":     "not a clean path",
		"sub/../x.yaml":   "not a clean path",
		"./sub/x.yaml":    "not a clean path",
		"sub/\x1b[2Jx":    "not a clean path",
		"link.yaml":       "escapes",
		"pipe.yaml":       "not a regular file",
		"sub":             "not a regular file",
		"large.yaml":      "larger than 1 MiB",
	} {
		_, app, diags := loadWorkflow(t, path, files)
		if len(diags) != 1 || diags[0].Code != diag.Definition || diags[0].Pos.Line != 8 || !strings.Contains(diags[0].Message, want) {
			t.Errorf("%s: %v, want %q", path, diags, want)
		}
		if app.Workflow("order").Machine != nil {
			t.Errorf("%s: there is a machine", path)
		}
	}
}
