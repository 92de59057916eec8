package workflows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Options are what a compiler has to know beside the machine.
type Options struct {
	// Name of the workflow, for comments.
	Name string
	// Timeout is how long a call of a function may take for which the task says nothing.
	Timeout func(function string) time.Duration
}

// Callee is something that a program calls. The program finds it in the environment variable.
type Callee struct {
	asl.Resource
	Variable string
}

// Compile makes a program of a machine that has no errors. What cannot be had is in the list.
func Compile(m *asl.Machine, o Options) (*Program, diag.List) {
	c := &compiler{options: o, names: map[string]bool{}, steps: map[string]string{}, callees: map[string]Callee{}, taken: map[string]Expr{}, needed: map[string]Block{}}
	if m.Timeout.Set {
		c.refuse(m.Timeout.Pos, "machine-timeout", "TimeoutSeconds of a workflow")
	}
	c.nameStates(&m.Graph)
	main := Block{Name: "main", Params: []string{"data"}}
	steps := c.graph(&m.Graph, scope{data: "data", top: true})
	if usesInput(&m.Graph) {
		main.Params = []string{"input"}
		steps = append([]Step{step(c.name("Start"), assign("data", Expr("input")))}, steps...)
	}
	main.Steps = steps
	p := &Program{
		Comment: "The workflow " + o.Name + ".",
		Blocks:  append(append([]Block{main}, c.graphs...), c.helpers()...),
		Calls:   c.calls,
		States:  c.steps,
	}
	if m.Comment != "" {
		p.Comment += "\n" + m.Comment
	}
	if len(c.calls) > maxVariables {
		c.refuse(c.calls[maxVariables].Pos, "callees", "a workflow that calls %d things", len(c.calls))
	}
	if size := len(p.Source()); size > maxSource {
		c.refuse(m.Pos, "size", "a workflow that takes %d bytes", size)
	}
	return p, c.diags
}

type compiler struct {
	options Options
	diags   diag.List
	// names are those that steps and subworkflows have, and steps those of the states.
	names map[string]bool
	steps map[string]string
	// graphs are the subworkflows of graphs in states, and needed those that are called by name.
	graphs  []Block
	needed  map[string]Block
	calls   []Callee
	callees map[string]Callee
	// taken are the variables of what InputPath takes, by the states' names.
	taken map[string]Expr

	// The rest is about the graph that is being compiled.
	scope scope
	// watched is true where something catches or retries what fails in the graph, and is told the error's name.
	watched bool
	// depth is how many parallel steps the graph is in.
	depth int
}

// usesInput tells whether the machine's own states ask for the execution's input.
func usesInput(g *asl.Graph) bool {
	return slices.ContainsFunc(g.States, func(s *asl.State) bool {
		found := false
		eachPath(s, func(p *asl.Path) {
			found = found || p.Context && len(p.Steps) > 1 && p.Steps[0].Name == "Execution" && p.Steps[1].Name == "Input"
		})
		return found
	})
}

// graph compiles a graph: the first state first, then the others in the order of the file, as far as a way leads there.
func (c *compiler) graph(g *asl.Graph, sc scope) []Step {
	outer := c.scope
	c.scope = sc
	defer func() { c.scope = outer }()
	states := ordered(g)
	var steps []Step
	for i, s := range states {
		after := ""
		if i+1 < len(states) {
			after = states[i+1].Name.Value
		}
		made := append(c.take(s, c.steps[s.Name.Value]), c.state(s, after)...)
		made[0].Name = c.steps[s.Name.Value]
		made[0].Comment = comment(s, made[0].Name)
		steps = append(steps, made...)
	}
	return steps
}

// comment is what stands above a state's first step.
func comment(s *asl.State, name string) string {
	if name == s.Name.Value {
		return s.Comment
	}
	return strings.TrimSpace(s.Name.Value + "\n" + s.Comment)
}

func ordered(g *asl.Graph) []*asl.State {
	reached := map[string]bool{g.StartAt.Value: true}
	work := []string{g.StartAt.Value}
	for len(work) > 0 {
		s := g.State(work[0])
		work = work[1:]
		if s == nil {
			continue
		}
		for _, e := range s.Edges() {
			if !reached[e.To.Value] {
				reached[e.To.Value] = true
				work = append(work, e.To.Value)
			}
		}
	}
	states := []*asl.State{g.State(g.StartAt.Value)}
	for _, s := range g.States {
		if reached[s.Name.Value] && s != states[0] {
			states = append(states, s)
		}
	}
	return states
}

// nameStates gives each state a name that a step can have.
func (c *compiler) nameStates(g *asl.Graph) {
	g.Walk(func(_ *asl.Graph, s *asl.State) { c.steps[s.Name.Value] = c.name(s.Name.Value) })
}

// reserved are names that mean something else as the target of next, or as a subworkflow.
var reserved = []string{"end", "break", "continue", "main"}

// name makes a name that nothing has yet: letters, digits and underscores.
func (c *compiler) name(like string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, like)
	if plain == "" || plain[0] >= '0' && plain[0] <= '9' || slices.Contains(reserved, plain) {
		plain = "state_" + plain
	}
	name := plain
	for i := 2; c.names[name]; i++ {
		name = fmt.Sprint(plain, "_", i)
	}
	c.names[name] = true
	return name
}

// call gives the callee of a resource.
func (c *compiler) callee(r asl.Resource) Callee {
	key := r.String()
	if known, ok := c.callees[key]; ok {
		return known
	}
	k := Callee{r, strings.ToUpper(string(r.Kind) + "_" + strings.ReplaceAll(r.Name, "-", "_"))}
	c.callees[key] = k
	c.calls = append(c.calls, k)
	return k
}

// helpers are the subworkflows that are called by name, in the order of their names.
func (c *compiler) helpers() []Block {
	var names []string
	for name := range c.needed {
		names = append(names, name)
	}
	slices.Sort(names)
	var blocks []Block
	for _, name := range names {
		blocks = append(blocks, c.needed[name])
	}
	return blocks
}
