package logicapps

import (
	"slices"

	"github.com/isobar-dev/isobar/spec/asl"
)

// block is states that run one after another, or states that lead back to one another.
type block struct {
	states []*asl.State
	loop   bool
}

// plan arranges the states that can be reached in blocks, in an order in which every way leads down.
type plan struct {
	order  []*asl.State // the first state first, the others in the order of the file
	index  map[string]int
	loops  map[string]int // the number of the loop that a state is in; 0 for none
	blocks []block
}

func arrange(g *asl.Graph) *plan {
	p := &plan{index: map[string]int{}, loops: map[string]int{}}
	p.reach(g)
	p.findLoops()
	incoming := map[string][]*asl.State{g.StartAt.Value: {nil}}
	for _, s := range p.order {
		for _, e := range s.Edges() {
			incoming[e.To.Value] = append(incoming[e.To.Value], s)
		}
	}
	// follows tells whether a state comes right behind the one that leads to it, and nowhere else.
	follows := func(s *asl.State) bool {
		from := incoming[s.Name.Value]
		return len(from) == 1 && from[0] != nil && from[0].Next.Value == s.Name.Value && !branches(from[0]) &&
			p.loops[s.Name.Value] == 0 && p.loops[from[0].Name.Value] == 0
	}
	var blocks []block
	loop := map[int]int{}
	for _, s := range p.order {
		switch n := p.loops[s.Name.Value]; {
		case n > 0:
			if at, ok := loop[n]; ok {
				blocks[at].states = append(blocks[at].states, s)
				continue
			}
			loop[n] = len(blocks)
			blocks = append(blocks, block{[]*asl.State{s}, true})
		case !follows(s):
			chain := []*asl.State{s}
			for last := s; last.Next.IsSet(); last = chain[len(chain)-1] {
				next := p.order[p.index[last.Next.Value]]
				if !follows(next) {
					break
				}
				chain = append(chain, next)
			}
			blocks = append(blocks, block{states: chain})
		}
	}
	p.sort(blocks)
	return p
}

// branches tells whether a state can lead elsewhere than to its Next, or has its outcome in a condition: the next begins a block then.
func branches(s *asl.State) bool {
	switch s.Body.(type) {
	case *asl.Choice, *asl.Parallel, *asl.Map:
		return true
	}
	return handled(s.Outcome())
}

func (p *plan) reach(g *asl.Graph) {
	reached := map[string]bool{g.StartAt.Value: true}
	work := []string{g.StartAt.Value}
	for len(work) > 0 {
		s := g.State(work[0])
		work = work[1:]
		for _, e := range s.Edges() {
			if !reached[e.To.Value] {
				reached[e.To.Value] = true
				work = append(work, e.To.Value)
			}
		}
	}
	p.order = []*asl.State{g.State(g.StartAt.Value)}
	for _, s := range g.States {
		if reached[s.Name.Value] && s != p.order[0] {
			p.order = append(p.order, s)
		}
	}
	for i, s := range p.order {
		p.index[s.Name.Value] = i
	}
}

// findLoops numbers the sets of states that lead back to one another: two states are in one when each leads to the other.
func (p *plan) findLoops() {
	leads := make([][]bool, len(p.order))
	for i, s := range p.order {
		leads[i] = make([]bool, len(p.order))
		work := []*asl.State{s}
		for len(work) > 0 {
			at := work[0]
			work = work[1:]
			for _, e := range at.Edges() {
				if to := p.index[e.To.Value]; !leads[i][to] {
					leads[i][to] = true
					work = append(work, p.order[to])
				}
			}
		}
	}
	for i, s := range p.order {
		if !leads[i][i] || p.loops[s.Name.Value] > 0 {
			continue
		}
		for j, other := range p.order {
			if leads[i][j] && leads[j][i] {
				p.loops[other.Name.Value] = i + 1
			}
		}
	}
}

// sort puts blocks in an order in which every way leads down, and otherwise in that of the file.
func (p *plan) sort(blocks []block) {
	of := map[string]int{}
	for i, b := range blocks {
		for _, s := range b.states {
			of[s.Name.Value] = i
		}
	}
	waiting := make([]map[int]bool, len(blocks)) // for the blocks that lead to it
	for i := range blocks {
		waiting[i] = map[int]bool{}
	}
	for i, b := range blocks {
		for _, s := range b.states {
			for _, e := range s.Edges() {
				if to := of[e.To.Value]; to != i {
					waiting[to][i] = true
				}
			}
		}
	}
	done := make([]bool, len(blocks))
	for range blocks {
		i := slices.IndexFunc(waiting, func(w map[int]bool) bool { return w != nil && len(w) == 0 })
		if i < 0 {
			return
		}
		p.blocks = append(p.blocks, blocks[i])
		done[i], waiting[i] = true, nil
		for _, w := range waiting {
			delete(w, i)
		}
	}
}
