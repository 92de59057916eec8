package workflows

import (
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// within compiles a graph in a state as a subworkflow.
func (c *compiler) within(o *asl.Outcome, g *asl.Graph, b Block, sc scope) {
	outer, depth := c.watched, c.depth
	c.watched = c.heard(o)
	c.depth++
	defer func() { c.watched, c.depth = outer, depth }()
	at := len(c.graphs)
	c.graphs = append(c.graphs, b) // before those within it
	c.graphs[at].Steps = c.graph(g, sc)
}

// nested refuses what stands too deep.
func (c *compiler) nested(s *asl.State) {
	if c.depth >= maxParallel {
		c.refuse(s.Name.Pos, "nesting", "%s %q within %d others", s.Body.Type(), s.Name.Value, c.depth)
	}
}

// parallel compiles a Parallel state. All branches run to their ends, and then the state fails with the error of the first that
// did, in their order; the engine's own way would be an error that lists them.
func (c *compiler) parallel(s *asl.State, b *asl.Parallel, name, after string) []Step {
	c.nested(s)
	if len(b.Branches) > maxBranches {
		c.refuse(s.Name.Pos, "branches", "a Parallel with %d branches", len(b.Branches))
	}
	sc := c.input(s)
	w := work{like: name, raw: true}
	input := any(sc.data)
	if b.Parameters != nil {
		w.steps, input = c.made(name, b.Parameters, sc, c.heard(&b.Outcome))
		if _, ok := input.(Expr); !ok { // all branches are given the same
			variable := c.name(name + "_input")
			w.steps = append(w.steps, step(c.name(name+"_parameters"), assign(variable, input)))
			input = Expr(variable)
		}
	}
	var start, branches List
	var shared Names
	var failed List
	var results List
	for i, g := range b.Branches {
		number := strconv.Itoa(i + 1)
		graph := c.name(name + "_branch_" + number)
		out, failure := c.name(name+"_"+number), c.name(name+"_error_"+number)
		start = append(start, Map{{out, nil}}, Map{{failure, nil}})
		shared = append(shared, out, failure)
		branches = append(branches, Map{{graph, Map{{"steps", []Step{
			step(c.name(name+"_run_"+number),
				Field{"try", call(graph, Map{{"data", input}}, out)},
				Field{"except", Map{{"as", "e"}, {"steps", []Step{step(c.name(name+"_failed_"+number), assign(failure, Expr("e")))}}}}),
		}}}}})
		failed = append(failed, Map{{"condition", Expr(failure + " != null")}, {"raise", Expr(failure)}})
		results = append(results, Expr(out))
		c.within(&b.Outcome, g, Block{
			Comment: "Branch " + number + " of " + s.Name.Value + ".",
			Name:    graph, Params: []string{"data"},
		}, scope{data: "data"})
	}
	run := step(c.name(name+"_branches"), Field{"parallel", Map{{"shared", shared}, {"branches", branches}}})
	if len(b.Branches) == 1 { // a parallel step has at least two
		run = step(run.Name, branches[0].(Map)[0].Value.(Map)[0])
	}
	w.steps = append(w.steps, step(c.name(name+"_start"), Field{"assign", start}), run, step(c.name(name+"_join"), Field{"switch", failed}))
	w.result = listOf(results)
	if len(w.result.(Expr)) > maxExpression/2 { // what selects from it stands behind it
		list := c.name(name + "_list")
		w.steps = append(w.steps, step(c.name(name+"_results"), assign(list, results)))
		w.result = Expr(list)
	}
	return c.outputTo(s, c.attempt(s, &b.Outcome, w), after)
}

// listOf is a list as an expression.
func listOf(items List) Expr {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = string(item.(Expr))
	}
	return Expr("[" + strings.Join(texts, ", ") + "]")
}

// mapState compiles a Map state: as many items at a time as MaxConcurrency says, all to their ends, and the results in their order.
func (c *compiler) mapState(s *asl.State, b *asl.Map, name, after string) []Step {
	sequential := b.MaxConcurrency.Value == 1
	if !sequential {
		c.nested(s)
	}
	if c.depth > maxCalls {
		c.refuse(s.Name.Pos, "calls", "a Map within %d other states", c.depth)
	}
	if b.MaxConcurrencyPath != nil {
		c.refuse(b.MaxConcurrencyPath.Pos, "concurrency", "MaxConcurrencyPath")
	}
	sc := c.input(s)
	w := work{like: name, raw: true}
	items := sc
	items.data = c.path(b.ItemsPath, sc)
	graph := c.name(name + "_item")
	results, failures := c.name(name+"_results"), c.name(name+"_errors")
	list := c.name(name + "_list")

	output := c.name(name + "_output") // result may be a variable outside, and is not shared
	work := append(c.item(s, b, graph, output, sc), step(c.name(name+"_keep"), assign(results+"[string(index)]", Expr(output))))
	run := step(c.name(name+"_run"),
		Field{"try", Map{{"steps", work}}},
		Field{"except", Map{{"as", "e"}, {"steps", []Step{step(c.name(name+"_failed"), assign(failures+"[string(index)]", Expr("e")))}}}},
	)
	each := Field{"for", Map{{"value", "item"}, {"index", "index"}, {"in", items.data}, {"steps", []Step{run}}}}
	loop := step(c.name(name+"_items"), each)
	if !sequential {
		parallel := Map{{"shared", Names{results, failures}}}
		if n := b.MaxConcurrency.Value; n > 0 && n < maxConcurrent { // which the engine keeps to by itself
			parallel = append(parallel, Field{"concurrency_limit", n})
		}
		loop = step(loop.Name, Field{"parallel", append(parallel, each)})
	}
	join := step(c.name(name+"_join"), Field{"for", Map{{"value", "item"}, {"index", "index"}, {"in", items.data}, {"steps", []Step{
		step(c.name(name+"_check"), Field{"switch", List{Map{
			{"condition", Expr("string(index) in " + failures)}, {"raise", Expr(failures + "[string(index)]")},
		}}}),
		step(c.name(name+"_add"), assign(list, Expr("list.concat("+list+", "+results+"[string(index)])"))),
	}}}})
	w.steps = []Step{step(c.name(name+"_start"), Field{"assign", List{Map{{results, Map{}}}, Map{{failures, Map{}}}, Map{{list, List{}}}}}), loop, join}
	w.result = Expr(list)
	c.within(&b.Outcome, b.Processor, Block{Comment: "What " + s.Name.Value + " does with an item.", Name: graph, Params: []string{"data"}}, scope{data: "data"})
	return c.outputTo(s, c.attempt(s, &b.Outcome, w), after)
}

// item is the call of what a Map state does with an item.
func (c *compiler) item(s *asl.State, b *asl.Map, graph, output string, sc scope) []Step {
	name := c.steps[s.Name.Value]
	var steps []Step
	input := any(Expr("item"))
	if b.ItemSelector != nil {
		sc.item, sc.index = "item", "index"
		steps, input = c.made(name+"_item", b.ItemSelector, sc, c.heard(&b.Outcome))
	}
	return append(steps, step(c.name(name+"_call"), call(graph, Map{{"data", input}}, output)...))
}
