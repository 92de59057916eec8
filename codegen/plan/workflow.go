package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Workflow is a state machine.
type Workflow struct {
	Name string
	Pos  diag.Position
	// Definition is the file of the state machine, relative to the spec, as the spec names it.
	Definition Setting[string]
	// Machine is what the file defines. It is nil until Define has read it, and where it has errors.
	Machine *asl.Machine
	// File is the definition's file as positions name it, and Content is what it holds.
	File    string
	Content []byte
	// Trigger is a Message or a Subscription, each message of which starts an execution; nil where code alone does.
	Trigger Trigger
}

func (b *builder) workflow(w spec.Entry[spec.Workflow]) Workflow {
	v := w.Value
	return Workflow{
		Name: w.Name, Pos: w.Pos, Trigger: triggerOf(v),
		Definition: setting(v.Definition.Value, v.Definition.Pos, true, "", w.Pos),
	}
}

// triggerOf is what starts a workflow by its messages; nil where code alone does.
func triggerOf(w spec.Workflow) Trigger {
	switch {
	case w.Queue.IsSet():
		return Message{Pos: w.Queue.Pos, Queue: w.Queue.Value, Batch: batch(spec.Int{}, spec.Int{}, w.Queue.Pos)}
	case w.Topic.IsSet():
		return Subscription{Pos: w.Topic.Pos, Topic: w.Topic.Value, Batch: batch(spec.Int{}, spec.Int{}, w.Topic.Pos)}
	}
	return nil
}

// The handler that starts workflows is the runtime's. The tool knows it as strings alone.
const (
	starterPath    = "github.com/isobar-dev/isobar/runtime/resource"
	starterPackage = "resource"
	starterFunc    = "Starter"
)

// starterTimeout is the timeout of a call that starts a workflow: no queue has a shorter visibility.
const starterTimeout = visibilityFloor

// starter is the function that takes the messages of a workflow's trigger, and starts an execution for each. It has the app's defaults,
// and may do nothing else.
func (b *builder) starter(w spec.Entry[spec.Workflow], trigger Trigger) Function {
	d, pos := b.doc.Defaults, w.Pos
	fn := Function{
		Name:         spec.StarterPrefix + w.Name,
		Pos:          pos,
		Handler:      Handler{ImportPath: starterPath, Package: starterPackage, Func: starterFunc, Argument: w.Name, Pos: pos},
		Trigger:      trigger,
		Memory:       setting(d.Memory.MiB, d.Memory.Pos, d.Memory.IsSet(), spec.DefaultMemoryMiB, pos),
		MemoryShared: true,
		Timeout:      Setting[time.Duration]{starterTimeout, pos, false},
		Env:          variables(d.Env, nil),
		Concurrency:  Setting[int]{Pos: pos},
	}
	switch t := trigger.(type) {
	case Message:
		b.consumers[t.Queue] = fn.Name
		fn.Access = []Access{{Kind: spec.KindWorkflow, Resource: w.Name, Verb: "start", Pos: t.Pos}}
	case Subscription:
		fn.Attempts = Setting[int]{spec.DefaultAttempts, pos, false}
		fn.DeadLetter = Setting[bool]{true, pos, false}
		fn.Access = []Access{{Kind: spec.KindWorkflow, Resource: w.Name, Verb: "start", Pos: t.Pos}}
	}
	b.timeouts[fn.Name] = starterTimeout
	return fn
}

// Define reads the definition of a workflow, and says what is wrong with it: the tasks of the machine call what the app has. File is
// the name that positions carry.
func (a *App) Define(w *Workflow, file string, data []byte) diag.List {
	w.File, w.Content = file, data
	machine, diags := asl.Load(file, data, a.names())
	if !diags.HasErrors() {
		w.Machine = machine
	}
	return diags
}

// Excerpts gives diagnostics that are about a definition the lines that they are about.
func (a *App) Excerpts(diags diag.List) {
	lines := map[string][]string{}
	for _, w := range a.Workflows {
		if w.File != "" && len(diags) > 0 {
			lines[w.File] = strings.Split(string(w.Content), "\n")
		}
	}
	for i := range diags {
		d := &diags[i]
		if of := lines[d.Pos.File]; d.Pos.Line >= 1 && d.Pos.Line <= len(of) {
			d.Excerpt = of[d.Pos.Line-1]
		}
	}
}

// names are what tasks can name.
func (a *App) names() *asl.Names {
	var n asl.Names
	for i := range a.Functions {
		if _, ok := a.Functions[i].Trigger.(Task); ok {
			n.Functions = append(n.Functions, a.Functions[i].Name)
		} else {
			n.OtherFunctions = append(n.OtherFunctions, a.Functions[i].Name)
		}
	}
	for _, q := range a.Queues {
		n.Queues = append(n.Queues, q.Name)
	}
	for _, t := range a.Topics {
		n.Topics = append(n.Topics, t.Name)
	}
	for _, w := range a.Workflows {
		n.Workflows = append(n.Workflows, w.Name)
	}
	return &n
}

// Calls returns what the workflow's tasks call, each once, in the order of kinds and names, with the first task that does.
func (w *Workflow) Calls() []asl.Resource {
	if w.Machine == nil {
		return nil
	}
	calls := w.Machine.Tasks()
	slices.SortStableFunc(calls, func(x, y asl.Resource) int { return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name)) })
	return slices.CompactFunc(calls, func(x, y asl.Resource) bool { return x.Kind == y.Kind && x.Name == y.Name })
}

// Workflow returns the workflow of a name, or nil.
func (a *App) Workflow(name string) *Workflow {
	for i := range a.Workflows {
		if a.Workflows[i].Name == name {
			return &a.Workflows[i]
		}
	}
	return nil
}

// Callers returns the workflows with a task that calls a function, in the order of their names.
func (a *App) Callers(function string) []*Workflow {
	var callers []*Workflow
	for i := range a.Workflows {
		for _, c := range a.Workflows[i].Calls() {
			if c.Kind == asl.Function && c.Name == function {
				callers = append(callers, &a.Workflows[i])
			}
		}
	}
	return callers
}
