package diagram

import (
	"fmt"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// shapes are what a state's type looks like. https://mermaid.js.org/syntax/flowchart.html#node-shapes
var shapes = map[string][2]string{
	"Task": {"[", "]"}, "Choice": {"{{", "}}"}, "Wait": {"([", "])"}, "Pass": {"[/", "/]"}, "Succeed": {"(((", ")))"}, "Fail": {"[[", "]]"},
}

// Mermaid draws a machine as a flowchart of Mermaid.
func Mermaid(m *asl.Machine) string {
	w := mermaid{ids: map[string]string{}}
	m.Walk(func(_ *asl.Graph, s *asl.State) { w.ids[s.Name.Value] = fmt.Sprint("s", len(w.ids)) })
	w.b.WriteString("flowchart TD\n")
	w.graph(&m.Graph, "  ", "start")
	return w.b.String()
}

type mermaid struct {
	b      strings.Builder
	ids    map[string]string
	starts int
}

// graph writes the states of a graph, and the ways between them; start begins the name of the node from which the first is reached.
func (w *mermaid) graph(g *asl.Graph, indent, start string) {
	fmt.Fprintf(&w.b, "%s%s((\" \"))\n", indent, start)
	for _, s := range g.States {
		w.state(s, indent)
	}
	fmt.Fprintf(&w.b, "%s%s --> %s\n", indent, start, w.ids[g.StartAt.Value])
	for _, s := range g.States {
		for _, e := range s.Edges() {
			line, text := "-->", ""
			if e.Kind == asl.EdgeCatch {
				line = "-.->"
			}
			if l := label(s, e); l != "" {
				text = `|"` + escape(shorten(l)) + `"|`
			}
			fmt.Fprintf(&w.b, "%s%s %s%s %s\n", indent, w.ids[s.Name.Value], line, text, w.ids[e.To.Value])
		}
	}
}

func (w *mermaid) state(s *asl.State, indent string) {
	text := escape(shorten(s.Name.Value))
	if d := detail(s); d != "" {
		text += "<br/><small>" + escape(shorten(d)) + "</small>"
	}
	id := w.ids[s.Name.Value]
	inner := s.Inner()
	if inner == nil {
		shape := shapes[s.Body.Type()]
		fmt.Fprintf(&w.b, "%s%s%s\"%s\"%s\n", indent, id, shape[0], text, shape[1])
		return
	}
	fmt.Fprintf(&w.b, "%ssubgraph %s [\"%s\"]\n", indent, id, text)
	for _, i := range inner {
		w.starts++
		w.graph(i.Graph, indent+"  ", fmt.Sprint("start", w.starts))
	}
	fmt.Fprintf(&w.b, "%send\n", indent)
}

// escape writes what could end a text, or mean something in one, as an entity by its number.
// https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" .,-_=?$…≤≥", r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
