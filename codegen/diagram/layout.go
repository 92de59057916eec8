package diagram

import (
	"slices"

	"github.com/isobar-dev/isobar/spec/asl"
)

// Distances of the drawing.
const (
	charWidth  = 7.2
	minWidth   = 120.0
	lineHeight = 18.0
	padding    = 14.0
	gapX       = 36.0
	gapY       = 56.0
	dotSize    = 14.0
	sweeps     = 12
	maxNodes   = 20_000
	maxWhen    = 26 // characters beside a way: as many as stand between the middles of two boxes
)

// node is a box in a drawing: a state, the dot from which the first is reached, or a point that a long way goes through.
type node struct {
	state      *asl.State // nil for the dot and for points
	dot        bool
	x, y, w, h float64 // of the top left corner
	rank       int
	inner      []*drawing
}

func (n *node) centre() float64 { return n.x + n.w/2 }

// way is a line from one node to another, through points of the ranks between them. Back is true of one that leads up.
type way struct {
	from, to *node
	through  []*node
	label    string
	caught   bool
	back     bool
}

// drawing is the layout of a graph: nodes in ranks from top to bottom, as Sugiyama, Tagawa and Toda draw hierarchies.
type drawing struct {
	nodes []*node
	ways  []*way
	w, h  float64
}

// layout places the states of a graph.
func layout(g *asl.Graph) *drawing {
	d := &drawing{}
	of := map[string]*node{}
	dot := &node{dot: true, w: dotSize, h: dotSize}
	d.nodes = append(d.nodes, dot)
	for _, s := range g.States {
		n := box(s)
		of[s.Name.Value] = n
		d.nodes = append(d.nodes, n)
	}
	d.ways = append(d.ways, &way{from: dot, to: of[g.StartAt.Value]})
	for _, s := range g.States {
		for _, e := range s.Edges() {
			d.ways = append(d.ways, &way{from: of[s.Name.Value], to: of[e.To.Value], label: label(s, e), caught: e.Kind == asl.EdgeCatch})
		}
	}
	d.turn(dot)
	d.rank()
	ranks := d.ranks()
	d.order(ranks)
	d.place(ranks)
	return d
}

// box is a state with its size.
func box(s *asl.State) *node {
	n := &node{state: s, w: minWidth, h: 2*padding + lineHeight - 4}
	lines := []string{s.Name.Value}
	if text := detail(s); text != "" {
		lines = append(lines, text)
		n.h += lineHeight
	}
	for _, l := range lines {
		n.w = max(n.w, 2*padding+charWidth*float64(len([]rune(shorten(l)))))
	}
	within, tall := padding, 0.0
	for _, i := range s.Inner() {
		d := layout(i.Graph)
		n.inner = append(n.inner, d)
		within += d.w + padding
		tall = max(tall, d.h)
	}
	if n.inner != nil {
		n.w = max(n.w, within)
		n.h += tall + padding
	}
	return n
}

// turn finds the ways that lead back, in the order in which a walk from the first state comes upon them.
func (d *drawing) turn(from *node) {
	const under, done = 1, 2
	seen := map[*node]int{}
	var visit func(n *node)
	visit = func(n *node) {
		seen[n] = under
		for _, w := range d.ways {
			switch {
			case w.from != n:
			case seen[w.to] == under:
				w.back = true
			case seen[w.to] == 0:
				visit(w.to)
			}
		}
		seen[n] = done
	}
	visit(from)
}

// ends are a way's nodes, the upper one first.
func (w *way) ends() (upper, lower *node) {
	if w.back {
		return w.to, w.from
	}
	return w.from, w.to
}

// rank puts each node below all that lead to it, and points where ways pass ranks.
func (d *drawing) rank() {
	for range d.nodes {
		for _, w := range d.ways {
			if upper, lower := w.ends(); upper != lower {
				lower.rank = max(lower.rank, upper.rank+1)
			}
		}
	}
	for _, w := range d.ways {
		upper, lower := w.ends()
		if len(d.nodes)+lower.rank-upper.rank > maxNodes {
			continue // it is drawn straight, and nobody could follow it anyway
		}
		for r := upper.rank + 1; r < lower.rank; r++ {
			p := &node{rank: r, w: 1}
			w.through = append(w.through, p)
			d.nodes = append(d.nodes, p)
		}
	}
}

func (d *drawing) ranks() [][]*node {
	var ranks [][]*node
	for _, n := range d.nodes {
		for len(ranks) <= n.rank {
			ranks = append(ranks, nil)
		}
		ranks[n.rank] = append(ranks[n.rank], n)
	}
	return ranks
}

// neighbours are the nodes of the rank above each, and below.
func (d *drawing) neighbours() (above, below map[*node][]*node) {
	above, below = map[*node][]*node{}, map[*node][]*node{}
	for _, w := range d.ways {
		upper, lower := w.ends()
		if upper == lower {
			continue
		}
		chain := append(append([]*node{upper}, w.through...), lower)
		for i := range chain[1:] {
			below[chain[i]] = append(below[chain[i]], chain[i+1])
			above[chain[i+1]] = append(above[chain[i+1]], chain[i])
		}
	}
	return above, below
}

// order puts each rank into the order of its neighbours, up and down, so that few ways cross.
func (d *drawing) order(ranks [][]*node) {
	above, below := d.neighbours()
	index := map[*node]float64{}
	number := func(rank []*node) {
		for i, n := range rank {
			index[n] = float64(i)
		}
	}
	for _, rank := range ranks {
		number(rank)
	}
	for sweep := range sweeps {
		near := above
		order := slices.Clone(ranks)
		if sweep%2 == 1 {
			near = below
			slices.Reverse(order)
		}
		for _, rank := range order {
			wish := map[*node]float64{}
			for _, n := range rank {
				wish[n] = mean(near[n], func(o *node) float64 { return index[o] }, index[n])
			}
			slices.SortStableFunc(rank, func(a, b *node) int { return compare(wish[a], wish[b]) })
			number(rank)
		}
	}
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func mean(nodes []*node, value func(*node) float64, otherwise float64) float64 {
	if len(nodes) == 0 {
		return otherwise
	}
	sum := 0.0
	for _, n := range nodes {
		sum += value(n)
	}
	return sum / float64(len(nodes))
}
