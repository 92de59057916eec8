package diagram_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/diagram"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec/asl"
)

// TestDrawings compares both drawings of each definition with the committed ones.
func TestDrawings(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, definition txtar.File) {
		m := machine(t, definition)
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		golden.Check(t, "testdata/"+name+".mmd", []byte(diagram.Mermaid(m)))
		golden.Check(t, "testdata/"+name+".svg", diagram.SVG(m, name))
	})
}

// TestShopOnThePage keeps the drawing of the shop's workflow in the documents.
func TestShopOnThePage(t *testing.T) {
	data, err := os.ReadFile("../../examples/shop/order.asl.yaml")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "../../docs/order.svg", diagram.SVG(machine(t, txtar.File{Name: "order.asl.yaml", Data: data}), "order"))
}

func machine(t *testing.T, definition txtar.File) *asl.Machine {
	t.Helper()
	m, diags := asl.Load(definition.Name, definition.Data, nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

// TestEveryScenarioCanBeDrawn draws all workflows of the repository: each state is in both drawings, and the picture is XML.
func TestEveryScenarioCanBeDrawn(t *testing.T) {
	files, err := filepath.Glob("../../testdata/workflows/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no scenarios", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := machine(t, archive.Files[0])
		svg := diagram.SVG(m, "a < b & \"c\"")
		sound(t, svg)
		states, boxes := 0, len(regexp.MustCompile(`<g class="`).FindAll(svg, -1))
		m.Walk(func(*asl.Graph, *asl.State) { states++ })
		if boxes != states {
			t.Errorf("%s: %d states, %d boxes", file, states, boxes)
		}
		if !bytes.Equal(svg, diagram.SVG(m, "a < b & \"c\"")) {
			t.Errorf("%s: the picture is another each time", file)
		}
	}
}

func sound(t *testing.T, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoNameIsCode draws states whose names mean something in the languages of the drawings.
func TestNoNameIsCode(t *testing.T) {
	const hostile = `"]; click s0 <script>alert('1')</script> #quot; | end %% {{x}} \` + "`"
	m := machine(t, txtar.File{Name: "x.asl.json", Data: fmt.Appendf(nil, `{"StartAt": %[1]q, "States": {%[1]q: {"Type": "Succeed"}}}`, hostile[:60])})
	svg := diagram.SVG(m, hostile)
	sound(t, svg)
	if bytes.Contains(svg, []byte("<script")) {
		t.Error("the name is markup")
	}
	control := machine(t, txtar.File{Name: "x.asl.json", Data: []byte(`{"StartAt": "a\n::error::\u001b[2J", "States": {"a\n::error::\u001b[2J": {"Type": "Succeed"}}}`)})
	svg = diagram.SVG(control, "a\n::error::b")
	sound(t, svg)
	if bytes.Contains(svg, []byte("\n::error")) || bytes.ContainsRune(svg, 0x1b) {
		t.Errorf("the name is more than a text:\n%s", svg)
	}
	for line := range strings.Lines(diagram.Mermaid(m)) {
		if strings.Contains(line, "script") && !regexp.MustCompile(`^  s0\(\(\("[A-Za-z0-9 .,\-_=?$…#;]*"\)\)\)\n$`).MatchString(line) {
			t.Errorf("the name is code: %s", line)
		}
	}
}

// TestLargeWorkflowsAreDrawnInTime draws a chain of which each state can fail.
func TestLargeWorkflowsAreDrawnInTime(t *testing.T) {
	var b strings.Builder
	const n = 300
	b.WriteString(`{"StartAt": "s0", "States": {`)
	for i := range n {
		fmt.Fprintf(&b, `"s%d": {"Type": "Task", "Resource": "isobar:function:f", "Catch": [{"ErrorEquals": ["E"], "Next": "s%d"}], "Next": "s%d"},`, i, n, i+1)
	}
	fmt.Fprintf(&b, `"s%d": {"Type": "Succeed"}}}`, n)
	sound(t, diagram.SVG(machine(t, txtar.File{Name: "x.asl.json", Data: []byte(b.String())}), "large"))
}
