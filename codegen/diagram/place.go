package diagram

// place gives each node its place: ranks below each other, and nodes below the middle of those that lead to them, as far as there is
// room.
func (d *drawing) place(ranks [][]*node) {
	above, below := d.neighbours()
	y := padding
	for _, rank := range ranks {
		tallest := 0.0
		for _, n := range rank {
			tallest = max(tallest, n.h)
		}
		x := 0.0
		for _, n := range rank {
			n.y = y
			if n.state == nil && !n.dot {
				n.h = tallest // a point is as tall as its rank, so that ways pass boxes straight
			}
			n.x = x
			x += n.w + gapX
		}
		y += tallest + gapY
	}
	for sweep := range sweeps {
		near := above
		if sweep%2 == 1 {
			near = below
		}
		for i := range ranks {
			rank := ranks[i]
			if sweep%2 == 1 {
				rank = ranks[len(ranks)-1-i]
			}
			align(rank, near)
		}
	}
	d.h = y - gapY + padding
	left := 0.0
	for i, n := range d.nodes {
		if i == 0 || n.x < left {
			left = n.x
		}
	}
	for _, n := range d.nodes {
		n.x += padding - left
		d.w = max(d.w, n.x+n.w+padding)
	}
	for _, w := range d.ways { // what stands beside them has room
		if w.label != "" && len(w.through) > 0 {
			d.w = max(d.w, w.through[0].x+charWidth*maxWhen/2+padding)
		}
	}
}

// align moves the nodes of a rank below, or above, the middle of their neighbours, in their order. Where they would overlap, those that
// push each other apart share the way that they are pushed.
func align(rank []*node, near map[*node][]*node) {
	type block struct {
		nodes      []*node
		wish, size float64 // the left edge that it wishes for, and its width
	}
	var blocks []block
	for _, n := range rank {
		wish := mean(near[n], (*node).centre, n.centre()) - n.w/2
		blocks = append(blocks, block{[]*node{n}, wish, n.w})
		for len(blocks) > 1 {
			a, b := blocks[len(blocks)-2], blocks[len(blocks)-1]
			if a.wish+a.size+gapX <= b.wish {
				break
			}
			// The wish of the two together is the mean of what each of their nodes wishes for.
			shift := a.size + gapX
			weight := float64(len(a.nodes) + len(b.nodes))
			wish := (a.wish*float64(len(a.nodes)) + (b.wish-shift)*float64(len(b.nodes))) / weight
			blocks = append(blocks[:len(blocks)-2], block{append(a.nodes, b.nodes...), wish, shift + b.size})
		}
	}
	for _, b := range blocks {
		x := b.wish
		for _, n := range b.nodes {
			n.x = x
			x += n.w + gapX
		}
	}
}
