package diagram

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"

	"github.com/isobar-dev/isobar/spec/asl"
)

// style is for both of a reader's colour schemes.
const style = `
  .page { fill: #ffffff }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1b1f24; text-anchor: middle }
  .detail { font-size: 11px; fill: #59636e }
  .when { font-size: 11px; fill: #59636e; paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
  rect, circle { fill: #f6f8fa; stroke: #818b98; stroke-width: 1.2 }
  .Task rect { fill: #ddf4ff; stroke: #54aeff }
  .Choice rect { fill: #fff8c5; stroke: #d4a72c }
  .Fail rect { fill: #ffebe9; stroke: #ff8182 }
  .Succeed rect { fill: #dafbe1; stroke: #4ac26b }
  .dot { fill: #59636e; stroke: none }
  path { fill: none; stroke: #59636e; stroke-width: 1.3 }
  .caught { stroke: #cf222e; stroke-dasharray: 5 3 }
  marker path { fill: #59636e; stroke: none }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 }
    text { fill: #e6edf3 }
    .detail { fill: #9198a1 }
    .when { fill: #9198a1; stroke: #0d1117 }
    rect, circle { fill: #151b23; stroke: #656c76 }
    .Task rect { fill: #0c2d4a; stroke: #1f6feb }
    .Choice rect { fill: #3b2e05; stroke: #9e6a03 }
    .Fail rect { fill: #44131a; stroke: #da3633 }
    .Succeed rect { fill: #0f3320; stroke: #238636 }
  }
`

// SVG draws a machine as a picture, with a title for those who do not see it.
func SVG(m *asl.Machine, title string) []byte {
	d := layout(&m.Graph)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s" role="img">`+"\n", number(d.w), number(d.h))
	fmt.Fprintf(&b, "<title>%s</title>\n<style>%s</style>\n", inText(title), style)
	b.WriteString(`<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, `<rect class="page" width="%s" height="%s" stroke="none" style="stroke: none"/>`+"\n", number(d.w), number(d.h))
	d.write(&b, 0, 0)
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// number writes a place with as many digits as anybody sees.
func number(f float64) string { return strconv.FormatFloat(f, 'f', 0, 64) }

// write draws a graph at a place: boxes first, then the ways, and above both what stands beside them.
func (d *drawing) write(b *strings.Builder, x, y float64) {
	for _, n := range d.nodes {
		n.write(b, x, y)
	}
	for _, w := range d.ways {
		w.write(b, x, y)
	}
	d.writeLabels(b, x, y)
}

func (n *node) write(b *strings.Builder, x, y float64) {
	x, y = x+n.x, y+n.y
	if n.dot {
		fmt.Fprintf(b, `<circle class="dot" cx="%s" cy="%s" r="%s"/>`+"\n", number(x+n.w/2), number(y+n.h/2), number(dotSize/2))
		return
	}
	if n.state == nil {
		return
	}
	round := "6"
	switch n.state.Body.(type) {
	case *asl.Succeed, *asl.Fail, *asl.Wait:
		round = "20"
	}
	kind := n.state.Body.Type()
	fmt.Fprintf(b, `<g class="%s"><rect x="%s" y="%s" width="%s" height="%s" rx="%s"/>`, kind, number(x), number(y), number(n.w), number(n.h), round)
	line := func(class, text string, at float64) {
		fmt.Fprintf(b, `<text%s x="%s" y="%s">%s</text>`, class, number(x+n.w/2), number(at), inText(shorten(text)))
	}
	line("", n.state.Name.Value, y+padding+lineHeight-8)
	if text := detail(n.state); text != "" {
		line(` class="detail"`, text, y+padding+2*lineHeight-9)
	}
	b.WriteString("</g>\n")
	within := x + padding
	for _, inner := range n.inner {
		inner.write(b, within, y+2*padding+2*lineHeight-8)
		within += inner.w + padding
	}
}

// ports are where a way leaves and where it arrives. One that leads back does so on the right, so that it is not taken for one that leads
// down.
func (w *way) ports() (x1, y1, x2, y2 float64) {
	const aside = 0.8
	if w.back {
		return w.from.x + w.from.w*aside, w.from.y, w.to.x + w.to.w*aside, w.to.y + w.to.h
	}
	return w.from.centre(), w.from.y + w.from.h, w.to.centre(), w.to.y
}

func (w *way) write(b *strings.Builder, x, y float64) {
	class := ""
	if w.caught {
		class = ` class="caught"`
	}
	if w.from == w.to {
		right, middle := x+w.from.x+w.from.w, y+w.from.y+w.from.h/2
		fmt.Fprintf(b, `<path%s d="M%[2]s %[3]s c 28 -22 28 22 0 12" marker-end="url(#to)"/>`+"\n", class, number(right), number(middle-6))
		return
	}
	x1, y1, x2, y2 := w.ports()
	points := w.through
	fmt.Fprintf(b, `<path%s d="M%s %s`, class, number(x+x1), number(y+y1))
	curve := func(toX, toY float64) {
		half := (y1 + toY) / 2
		fmt.Fprintf(b, " C%s %s %s %s %s %s", number(x+x1), number(y+half), number(x+toX), number(y+half), number(x+toX), number(y+toY))
		x1, y1 = toX, toY
	}
	for i := range points {
		p := points[i]
		enter, leave := p.y, p.y+p.h
		if w.back {
			p = points[len(points)-1-i]
			enter, leave = p.y+p.h, p.y
		}
		curve(p.x, enter)
		fmt.Fprintf(b, " L%s %s", number(x+p.x), number(y+leave))
		y1 = leave
	}
	curve(x2, y2)
	b.WriteString(`" marker-end="url(#to)"/>` + "\n")
}

// writeLabels says when ways are taken: of one that leads straight to a state above that, and of others where they leave the rank. Several
// for one place stand above each other.
func (d *drawing) writeLabels(b *strings.Builder, x, y float64) {
	const step, above = 13.0, 14.0
	type spot struct{ x, y float64 }
	taken := map[spot]int{}
	for _, w := range d.ways {
		if w.label == "" || w.from == w.to {
			continue
		}
		at := spot{w.to.centre(), w.to.y - above}
		switch {
		case w.back && len(w.through) == 0:
			at = spot{w.from.x + w.from.w, w.from.y - above}
		case w.back:
			p := w.through[len(w.through)-1]
			at = spot{p.x, p.y + p.h + above}
		case len(w.through) > 0:
			at = spot{w.through[0].x, w.through[0].y - above}
		}
		text := w.label
		if r := []rune(text); len(r) > maxWhen {
			text = string(r[:maxWhen-1]) + "…"
		}
		fmt.Fprintf(b, `<text class="when" x="%s" y="%s">%s</text>`+"\n", number(x+at.x), number(y+at.y-step*float64(taken[at])), inText(text))
		taken[at]++
	}
}

// inText is a text of the drawing, on one line: XML has no place for control characters, not even escaped.
// https://www.w3.org/TR/xml/#charsets
func inText(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s))
}
