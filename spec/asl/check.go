package asl

import (
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Names are what the tasks of a machine can name.
type Names struct {
	// Functions are those that are tasks, and OtherFunctions those that are not.
	Functions, OtherFunctions []string
	Topics, Queues, Workflows []string
}

// of returns the names of a kind.
func (n *Names) of(kind ResourceKind) []string {
	switch kind {
	case Function:
		return n.Functions
	case Topic:
		return n.Topics
	case Queue:
		return n.Queues
	}
	return n.Workflows
}

// Check finds what is wrong with a machine that Parse has read, beyond what a single field can tell: where states lead, what tasks
// name, paths, rules, retriers and catchers. Of a state that could not be read it takes for granted what cannot be known. It gives resources that were written as foreign addresses the names
// that known declares for them. With nil for known, what tasks name is not checked.
func Check(m *Machine, known *Names) diag.List {
	c := &checker{machine: m, known: known, graphs: map[string]*Graph{}, names: map[string]diag.Position{}, faults: map[*State]*faults{}}
	c.unique(&m.Graph)
	c.graph(&m.Graph)
	if len(c.names) == c.states {
		c.shapes()
	}
	return c.diags
}

type checker struct {
	machine *Machine
	known   *Names
	diags   diag.List
	graphs  map[string]*Graph // of states, by name
	names   map[string]diag.Position
	states  int
	faults  map[*State]*faults
}

// errorf reports like parser.errorf.
func (c *checker) errorf(code diag.Code, pos diag.Position, format string, args ...any) *diag.Diagnostic {
	if len(c.diags) >= maxDiags {
		return &diag.Diagnostic{}
	}
	return c.diags.Errorf(code, pos, format, args...)
}

func (c *checker) warnf(code diag.Code, pos diag.Position, format string, args ...any) *diag.Diagnostic {
	e := c.errorf(code, pos, format, args...)
	e.Severity = diag.Warning
	return e
}

// unique refuses a second state of a name.
func (c *checker) unique(g *Graph) {
	g.Walk(func(in *Graph, s *State) {
		c.states++
		if first, ok := c.names[s.Name.Value]; ok {
			e := c.errorf(diag.SameState, s.Name.Pos, "there is another state %s", diag.Quote(s.Name.Value))
			e.Reason = "names of states are unique in a workflow, so that a trace tells them apart"
			e.Related = []diag.Related{{Pos: first, Message: "first here"}}
			return
		}
		c.names[s.Name.Value], c.graphs[s.Name.Value] = s.Name.Pos, in
	})
}

// graph checks the states of a graph and of those within.
func (c *checker) graph(g *Graph) {
	index := make(map[string]int, len(g.States))
	for i, s := range g.States {
		index[s.Name.Value] = i
	}
	c.ways(g, index)
	for _, s := range g.States {
		switch b := s.Body.(type) {
		case *Task:
			c.resource(&b.Resource)
		case *Choice:
			c.choice(s, b)
		}
		if o := s.Outcome(); o != nil {
			c.outcome(s, o)
		}
		for _, inner := range s.Inner() {
			c.graph(inner.Graph)
		}
	}
}

// ways checks that states lead to states, that each is led to, and that each leads to an end.
func (c *checker) ways(g *Graph, index map[string]int) {
	if g.StartAt.IsSet() {
		c.target(g, index, g.StartAt, "StartAt")
	}
	reverse := make([][]int, len(g.States))
	forward := make([][]int, len(g.States))
	for i, s := range g.States {
		for _, e := range s.Edges() {
			c.target(g, index, e.To, "state "+diag.Quote(s.Name.Value))
			to, ok := index[e.To.Value]
			if !ok {
				s.lost = true
				continue
			}
			forward[i] = append(forward[i], to)
			reverse[to] = append(reverse[to], i)
		}
	}
	start, ok := index[g.StartAt.Value]
	if !ok {
		return // what is unreachable because a name is wrong is not worth saying
	}
	reached := follow(forward, []int{start})
	astray := false // a state that is reached leads nobody knows where
	var ends []int
	for i, s := range g.States {
		if s.Ends() || s.lost {
			ends = append(ends, i)
		}
		astray = astray || s.lost && reached[i]
	}
	ending := follow(reverse, ends)
	for i, s := range g.States {
		switch {
		case !reached[i] && astray:
		case !reached[i]:
			c.errorf(diag.Unreachable, s.Name.Pos, "no way leads to state %s", diag.Quote(s.Name.Value)).Hint = "remove it, or lead to it from another state"
		case !ending[i]:
			c.errorf(diag.NoEnd, s.Name.Pos, "no way leads from state %s to an end", diag.Quote(s.Name.Value)).Hint = "give a state of the loop another way out"
		}
	}
}

// follow marks what is reached from some nodes.
func follow(edges [][]int, from []int) []bool {
	seen := make([]bool, len(edges))
	for len(from) > 0 {
		i := from[len(from)-1]
		from = from[:len(from)-1]
		if !seen[i] {
			seen[i] = true
			from = append(from, edges[i]...)
		}
	}
	return seen
}

// target checks that a name is that of a state of the same graph.
func (c *checker) target(g *Graph, index map[string]int, to Text, from string) {
	if _, ok := index[to.Value]; ok || len(c.diags) >= maxDiags {
		return
	}
	var names []string
	for _, s := range g.States {
		names = append(names, s.Name.Value)
	}
	e := c.errorf(diag.NoState, to.Pos, "%s leads to %s, and there is no such state%s", from, diag.Quote(to.Value), diag.DidYouMean(to.Value, names))
	const most = 12
	e.Hint = "the states are " + strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		e.Hint += " …"
	}
	if other, ok := c.graphs[to.Value]; ok && other != g {
		e.Message, e.Hint = from+" leads to "+diag.Quote(to.Value)+", which is a state of another graph", ""
		e.Reason = "states of a branch or an item lead to each other alone"
		e.Related = []diag.Related{{Pos: c.names[to.Value], Message: "the state"}}
	}
}

// resource checks that what a task calls is declared, and finds what a foreign address names.
func (c *checker) resource(r *Resource) {
	if r.Kind == "" || r.Name == "" {
		return // Parse has said why
	}
	if c.known == nil {
		c.takenByName(r)
		return
	}
	declared := c.known.of(r.Kind)
	if r.Foreign {
		if i := slices.IndexFunc(declared, func(n string) bool { return sameName(r.Name, n) }); i >= 0 {
			r.Name = declared[i]
		}
	}
	if slices.Contains(declared, r.Name) {
		c.takenByName(r)
		return
	}
	same := func(n string) bool { return n == r.Name || r.Foreign && sameName(r.Name, n) }
	if r.Kind == Function && slices.ContainsFunc(c.known.OtherFunctions, same) {
		e := c.errorf(diag.NotDeclared, r.Pos, "function %s is not a task", diag.Quote(r.Name))
		e.Reason = "it has another trigger, and what it returns is not the result of a task"
		e.Hint = "give it task: true instead of its trigger, or give its package a function that is a task"
		return
	}
	e := c.errorf(diag.NotDeclared, r.Pos, "%s %s is not declared%s", r.Kind, diag.Quote(r.Name), diag.DidYouMean(r.Name, declared))
	e.Hint = "declare it under " + string(r.Kind) + "s"
	if r.Kind == Function {
		e.Hint += ", with task: true"
	}
}

// takenByName says what a foreign address is taken for.
func (c *checker) takenByName(r *Resource) {
	if !r.Foreign {
		return
	}
	e := c.warnf(diag.TakenByName, r.Pos, "%s is taken by its name, as %s %s", diag.Quote(r.Text), r.Kind, diag.Quote(r.Name))
	e.Reason = "the address is of one cloud and one account alone"
	e.Hint = "write " + r.String() + ", and the warning goes away"
}
