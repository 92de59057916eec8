package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// TestDiagnostics holds one archive for each kind of mistake: a spec, and all that is said of it.
func TestDiagnostics(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, input txtar.File) {
		_, diags := spec.Load(input.Name, input.Data)
		golden.Txtar(t, path, map[string][]byte{"diagnostics": render(diags)})
	})
}

func render(diags diag.List) []byte {
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintln(&b, d)
		if d.Reason != "" {
			fmt.Fprintln(&b, "    reason:", d.Reason)
		}
		if d.Hint != "" {
			fmt.Fprintln(&b, "    hint:", d.Hint)
		}
		for _, r := range d.Related {
			fmt.Fprintf(&b, "    %s: %s\n", r.Pos, r.Message)
		}
	}
	return []byte(b.String())
}

// TestTwelveMistakes counts what the archive of that name shows: every mistake is said, in one run.
func TestTwelveMistakes(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/twelve-mistakes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	data := archive.Files[0].Data
	_, diags := spec.Load("isobar.yaml", data)
	lines := strings.Split(string(data), "\n")
	const mark = "# mistake"
	var marked int
	for i, line := range lines {
		if !strings.Contains(line, mark) {
			continue
		}
		marked++
		found := false
		for _, d := range diags {
			found = found || d.Pos.Line == i+1
		}
		if !found {
			t.Errorf("nothing is said of line %d: %s", i+1, line)
		}
	}
	if marked != 12 || len(diags) != 12 {
		t.Errorf("%d marked mistakes and %d diagnostics, want 12 of each:\n%s", marked, len(diags), diags)
	}
}

// TestAbsentSettingsDecode reads the part of a target that says nothing, and one that is not there at all.
func TestAbsentSettingsDecode(t *testing.T) {
	for _, raw := range []spec.Raw{{}, {Pos: diag.Position{File: "isobar.yaml", Line: 1, Column: 1}}} {
		var settings struct {
			Region spec.Text `yaml:"region"`
		}
		if diags := raw.Decode(&settings); len(diags) > 0 || settings.Region.IsSet() {
			t.Errorf("%+v, %s", settings, diags)
		}
	}
}
