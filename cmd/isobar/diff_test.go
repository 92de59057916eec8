package main_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/cli"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/providers/all"
	"github.com/isobar-dev/isobar/spec"
)

// TestDiffScenarios shows what reviewers get to see: testdata/diff/*.txtar, each with a spec before and after.
func TestDiffScenarios(t *testing.T) {
	schema := jsonschema.NewCompiler().MustCompile(checkout + "/docs/diff.schema.json")
	golden.Each(t, "testdata/diff/*.txtar", func(t *testing.T, path string, _ txtar.File) {
		path, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		var args []string
		for _, f := range archive.Files {
			switch {
			case strings.HasPrefix(f.Name, golden.Outputs):
			case f.Name == "args":
				args = strings.Fields(string(f.Data))
			case f.Name == "before.yaml", f.Name == "after.yaml":
				writeApp(t, filepath.Join(dir, strings.TrimSuffix(f.Name, ".yaml")), f.Data)
			default:
				writeFile(t, filepath.Join(dir, f.Name), f.Data)
			}
		}
		t.Chdir(filepath.Join(dir, "after"))
		want := map[string][]byte{}
		for _, format := range []string{"human", "markdown"} {
			var out, errs bytes.Buffer
			code := cli.Run(append([]string{"diff", "--base", "../before", "--format", format}, args...), cli.Environment{Out: &out, Err: &errs, Wings: all.Wings()})
			text := out.String() + strings.ReplaceAll(errs.String(), dir, "")
			if code != 0 {
				text += fmt.Sprintf("exit code %d\n", code)
			}
			want[format] = []byte(text)
		}
		golden.Txtar(t, path, want)
		conforms(t, schema, args)
	})
}

// TestDiffPage keeps the example of docs/diff.md what the command writes.
func TestDiffPage(t *testing.T) {
	const page = checkout + "/docs/diff.md"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := txtar.ParseFile("testdata/diff/readme.txtar")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, f := range archive.Files {
		fence := map[string]string{"want/human": "```\n", "want/markdown": "```markdown\n"}[f.Name]
		if fence == "" {
			continue
		}
		_, rest, _ := strings.Cut(text, "## An example\n")
		_, rest, found := strings.Cut(rest, "\n"+fence)
		old, _, closed := strings.Cut(rest, "\n```\n")
		if !found || !closed {
			t.Fatalf("%s has no example in %s", page, fence)
		}
		text = strings.Replace(text, "\n"+fence+old+"\n```\n", "\n"+fence+string(f.Data)+"```\n", 1)
	}
	golden.Check(t, page, []byte(text))
}

// TestDiffInReadme keeps the README's comment what the action would write.
func TestDiffInReadme(t *testing.T) {
	const readme, begin, end = checkout + "/README.md", "<!-- diff -->\n", "<!-- /diff -->"
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := txtar.ParseFile("testdata/diff/readme.txtar")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want/markdown" })
	before, rest, opened := strings.Cut(string(data), begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed || i < 0 {
		t.Fatal("the README shows no comment")
	}
	golden.Check(t, readme, []byte(before+begin+string(archive.Files[i].Data)+end+after))
}

// conforms compares the same in JSON with the schema that policies are written for.
func conforms(t *testing.T, schema *jsonschema.Schema, args []string) {
	t.Helper()
	var out bytes.Buffer
	cli.Run(append([]string{"diff", "--base", "../before", "--format", "json"}, args...), cli.Environment{Out: &out, Err: io.Discard, Wings: all.Wings()})
	document, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("the JSON does not conform to docs/diff.schema.json: %v", err)
	}
}

// writeApp writes a spec with handlers of the right kind, in a module of its own.
func writeApp(t testing.TB, dir string, source []byte) {
	t.Helper()
	writeFile(t, filepath.Join(dir, "isobar.yaml"), source)
	writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/app\n\ngo 1.26\n"))
	doc, _ := spec.Load("isobar.yaml", source)
	if doc == nil {
		return
	}
	packages := map[string]map[string]string{}
	for _, f := range doc.Functions {
		folder, name, ok := spec.HandlerParts(f.Value.Handler.Value)
		if !ok {
			continue
		}
		if packages[folder] == nil {
			packages[folder] = map[string]string{}
		}
		signature := "(ctx context.Context, e fn.Tick) error { return nil }"
		switch {
		case !f.Value.HTTP.Pos.IsZero():
			signature = "(w http.ResponseWriter, r *http.Request) {}"
		case f.Value.Task.Value:
			signature = "(ctx context.Context, in string) (string, error) { return in, nil }"
		}
		packages[folder][name] = signature
	}
	for folder, functions := range packages {
		var b strings.Builder
		fmt.Fprintf(&b, "package %s\n\n", filepath.Base(folder))
		for name, signature := range functions {
			fmt.Fprintf(&b, "func %s%s\n", name, signature)
		}
		writeFile(t, filepath.Join(dir, folder, "handlers.go"), []byte(b.String()))
	}
}

func writeFile(t testing.TB, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
