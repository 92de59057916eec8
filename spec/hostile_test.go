package spec_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// hostile are inputs made to hurt a reader. Each is refused, with one of the codes.
var hostile = map[string]struct {
	data []byte
	want diag.Code
}{
	"ten megabytes":           {bytes.Repeat([]byte("a: b\n"), 2<<20), diag.TooLarge},
	"a NUL byte":              {[]byte("isobar: v1\nname: a\x00b\n"), diag.Syntax},
	"not UTF-8":               {[]byte("isobar: v1\nname: \xff\xfe\n"), diag.Syntax},
	"UTF-16":                  {[]byte("\xff\xfei\x00s\x00o\x00"), diag.Syntax},
	"an escape sequence":      {[]byte("name: \x1b[31mred\n"), diag.Syntax},
	"deep flow lists":         {[]byte("functions: " + strings.Repeat("[", 500_000)), diag.Syntax},
	"deep flow mappings":      {[]byte("targets: { aws: " + strings.Repeat("{a: ", 5_000) + strings.Repeat("}", 5_001)), ""},
	"deep block mappings":     {deepBlock(1_000), ""},
	"an alias bomb":           {aliasBomb(), ""},
	"an alias of itself":      {[]byte("isobar: v1\nname: a\nfunctions: &f\n  a: *f\ntargets: {aws: }\n"), ""},
	"an undefined alias":      {[]byte("isobar: *nothing\n"), diag.Syntax},
	"a tag of Python":         {[]byte("isobar: !!python/object/apply:os.system [ls]\n"), ""},
	"a long line":             {[]byte("name: " + strings.Repeat("x", spec.MaxSize-10)), ""},
	"many keys":               {manyKeys(), ""},
	"the same key many times": {bytes.Repeat([]byte("a: 1\n"), 150_000), ""},
	"many functions at fault": {manyFaults(), ""},
	"many documents":          {bytes.Repeat([]byte("---\na: b\n"), 100_000), diag.ManyDocuments},
	"many anchors":            {manyAnchors(), ""},
	"quotes without end":      {[]byte("name: \"" + strings.Repeat("\\", 500_001)), diag.Syntax},
	"many comments":           {bytes.Repeat([]byte("# c\n"), 250_000), ""},
	"conflicting routes":      {manyRoutes(), ""},
}

// TestHostileInput proves that no input takes long or goes unsaid. The second is the promise, not a measurement: most of these
// take milliseconds.
func TestHostileInput(t *testing.T) {
	for name, input := range hostile {
		t.Run(name, func(t *testing.T) {
			diags, took := load(input.data)
			for again := 0; took > time.Second && again < 3; again++ {
				diags, took = load(input.data) // the machine may have had something else to do
			}
			if took > time.Second {
				t.Errorf("it took %s", took)
			}
			if !diags.HasErrors() {
				t.Fatal("it was accepted")
			}
			if input.want != "" && diags[0].Code != input.want {
				t.Errorf("it was refused with %v, want %s", diags[0], input.want)
			}
			const most = 1_000
			if len(diags) > most {
				t.Errorf("%d diagnostics, which nobody reads", len(diags))
			}
		})
	}
}

func load(data []byte) (diag.List, time.Duration) {
	begin := time.Now()
	_, diags := spec.Load("isobar.yaml", data)
	return diags, time.Since(begin)
}

func deepBlock(levels int) []byte {
	var b bytes.Buffer
	for i := range levels {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
	}
	return b.Bytes()
}

func aliasBomb() []byte {
	var b bytes.Buffer
	b.WriteString("isobar: v1\nname: a\ntargets: {aws: }\ndefaults:\n  env: &a0 {A: x}\nqueues: &q0\n  q: {}\nx0: &b0 [a, a, a, a, a, a, a, a, a, a]\n")
	for i := range 20 {
		fmt.Fprintf(&b, "x%d: &b%d [%s*b%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*b%d, ", i), 9), i)
	}
	b.WriteString("functions: *b20\n")
	return b.Bytes()
}

func manyKeys() []byte {
	var b bytes.Buffer
	for i := range 80_000 {
		fmt.Fprintf(&b, "k%d: %d\n", i, i)
	}
	return b.Bytes()
}

func manyFaults() []byte {
	var b bytes.Buffer
	b.WriteString("isobar: v1\nname: a\ntargets: {aws: }\nfunctions:\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "  f%d: {handlr: x, queue: nope%d}\n", i, i)
	}
	return b.Bytes()
}

func manyAnchors() []byte {
	var b bytes.Buffer
	for i := range 50_000 {
		fmt.Fprintf(&b, "k%d: &a%d x\n", i, i)
	}
	return b.Bytes()
}

// manyRoutes has the shapes that make a mux compare each route with each other.
func manyRoutes() []byte {
	var b bytes.Buffer
	b.WriteString("isobar: v1\nname: a\ntargets: {aws: }\nfunctions:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "  f%d: {handler: ./a.A, http: \"GET /{x}/%d/{y}\"}\n", i, i)
	}
	b.WriteString("  last: {handler: ./a.A, http: \"GET /x/{y}/{z}\"}\n")
	return b.Bytes()
}

// FuzzLoad looks for a panic, and for a diagnostic without a place or a code.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(txtar.Parse(data).Files[0].Data)
	}
	for _, input := range hostile {
		if len(input.data) < 1<<16 {
			f.Add(input.data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, diags := spec.Load("isobar.yaml", data)
		if doc == nil && !diags.HasErrors() {
			t.Error("neither a document nor an error")
		}
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, d := range diags {
			whole := d.Pos.Line == 0 && d.Code == diag.TooLarge
			if d.Code == "" || d.Message == "" || d.Pos.File == "" || !whole && (d.Pos.Line < 1 || d.Pos.Line > lines || d.Pos.Column < 1) {
				t.Errorf("a diagnostic without a place in the file of %d lines: %v", lines, d)
			}
		}
	})
}
