package asl_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// known are the names that the definitions of these tests can use.
var known = &asl.Names{
	Functions:      []string{"validate-order", "check-inventory", "process-payment", "ship-order", "work"},
	OtherFunctions: []string{"list-users"},
	Topics:         []string{"order-updates"},
	Queues:         []string{"orders"},
	Workflows:      []string{"refund"},
}

// TestDiagnostics reads each archive's definition and compares all that is said of it.
func TestDiagnostics(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, input txtar.File) {
		_, diags := asl.Load(input.Name, input.Data, known)
		golden.Txtar(t, path, map[string][]byte{"diagnostics": report(diags)})
	})
}

func report(diags diag.List) []byte {
	var b bytes.Buffer
	for _, d := range diags {
		fmt.Fprintln(&b, d)
		for _, part := range []struct{ name, text string }{{"reason", d.Reason}, {"hint", d.Hint}} {
			if part.text != "" {
				fmt.Fprintf(&b, "\t%s: %s\n", part.name, part.text)
			}
		}
		for _, r := range d.Related {
			fmt.Fprintf(&b, "\t%s: %s\n", r.Pos, r.Message)
		}
	}
	return b.Bytes()
}

// FuzzLoad looks for a panic, for a diagnostic without a place or a code, and for a machine that refers to what is not there though
// nothing was said.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(txtar.Parse(data).Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, diags := asl.Load("order.asl.yaml", data, known)
		if m == nil && !diags.HasErrors() {
			t.Error("neither a machine nor an error")
		}
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, d := range diags {
			whole := d.Pos.Line == 0 && d.Code == diag.TooLarge
			if d.Code == "" || d.Message == "" || d.Pos.File == "" || !whole && (d.Pos.Line < 1 || d.Pos.Line > lines || d.Pos.Column < 1) {
				t.Errorf("a diagnostic without a place in the file of %d lines: %v", lines, d)
			}
		}
		if diags.HasErrors() {
			return
		}
		m.Walk(func(in *asl.Graph, s *asl.State) {
			if s.Name.Pos.IsZero() || s.Body == nil || in.State(in.StartAt.Value) == nil {
				t.Errorf("state %q is not whole", s.Name.Value)
			}
			for _, e := range s.Edges() {
				if in.State(e.To.Value) == nil {
					t.Errorf("state %q leads to %q, which is not there", s.Name.Value, e.To.Value)
				}
			}
			if len(s.Edges()) == 0 && !s.Ends() {
				t.Errorf("state %q leads nowhere", s.Name.Value)
			}
		})
	})
}
