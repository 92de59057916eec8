package asl

import "fmt"

// Edge is a way from one state to another of the same graph.
type Edge struct {
	To Text
	// Kind is what leads there, and Index which rule or catcher of the state's.
	Kind  EdgeKind
	Index int
}

// EdgeKind is a kind of Edge.
type EdgeKind int

// The kinds of edges.
const (
	// EdgeNext is the way without a condition.
	EdgeNext EdgeKind = iota
	// EdgeRule is a rule of a Choice that holds.
	EdgeRule
	// EdgeDefault is no rule of a Choice that holds.
	EdgeDefault
	// EdgeCatch is an error that is caught.
	EdgeCatch
)

// Edges returns the ways that lead from a state, in the order of the file.
func (s *State) Edges() []Edge {
	var edges []Edge
	if s.Next.IsSet() {
		edges = append(edges, Edge{To: s.Next})
	}
	if c, ok := s.Body.(*Choice); ok {
		for i, r := range c.Rules {
			if r.Next.IsSet() {
				edges = append(edges, Edge{To: r.Next, Kind: EdgeRule, Index: i})
			}
		}
		if c.Default.IsSet() {
			edges = append(edges, Edge{To: c.Default, Kind: EdgeDefault})
		}
	}
	if o := s.Outcome(); o != nil {
		for i, c := range o.Catch {
			if c.Next.IsSet() {
				edges = append(edges, Edge{To: c.Next, Kind: EdgeCatch, Index: i})
			}
		}
	}
	return edges
}

// Outcome returns the outcome of a Task, a Parallel or a Map state, and nil for other types.
func (s *State) Outcome() *Outcome {
	switch b := s.Body.(type) {
	case *Task:
		return &b.Outcome
	case *Parallel:
		return &b.Outcome
	case *Map:
		return &b.Outcome
	}
	return nil
}

// Ends tells whether an execution of the graph, or the branch, can end after the state.
func (s *State) Ends() bool {
	switch s.Body.(type) {
	case *Succeed, *Fail:
		return true
	}
	return s.End
}

// Inner is a graph within a state.
type Inner struct {
	// Label tells it from the others of the state: "branch 1", "item".
	Label string
	Graph *Graph
}

// Inner returns the graphs within a Parallel or a Map state.
func (s *State) Inner() []Inner {
	switch b := s.Body.(type) {
	case *Parallel:
		var inner []Inner
		for i, g := range b.Branches {
			inner = append(inner, Inner{fmt.Sprint("branch ", i+1), g})
		}
		return inner
	case *Map:
		if b.Processor != nil {
			return []Inner{{"item", b.Processor}}
		}
	}
	return nil
}

// Walk calls visit for each state of the graph and of those within it, in the order of the file.
func (g *Graph) Walk(visit func(in *Graph, s *State)) {
	for _, s := range g.States {
		visit(g, s)
		for _, i := range s.Inner() {
			i.Graph.Walk(visit)
		}
	}
}

// Tasks returns what the machine's tasks name, in the order of the file; the same name may come again.
func (m *Machine) Tasks() []Resource {
	var all []Resource
	m.Walk(func(_ *Graph, s *State) {
		if t, ok := s.Body.(*Task); ok {
			all = append(all, t.Resource)
		}
	})
	return all
}
