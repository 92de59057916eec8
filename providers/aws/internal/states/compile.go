package states

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Options are what a compiler has to know beside the machine.
type Options struct {
	// Timeout is how long a call of a function may take for which the task says nothing.
	Timeout func(function string) time.Duration
	// FIFO tells of a queue or a topic whether it is first in, first out, which takes no message without a group and a deduplication ID.
	FIFO func(asl.Resource) bool
}

// Definition is a state machine as Step Functions has it.
type Definition struct {
	Text string
	// Substitutions are the addresses in the text, each once, in the order of the tasks.
	Substitutions []Substitution
}

// Substitution is an address that stands in the text as ${Key}: that of a resource, or of an Action that Step Functions does itself, whose
// address is another in each partition.
type Substitution struct {
	Key string
	asl.Resource
	Action string
}

// Compile writes a machine that has no errors. What cannot be had is in the list.
func Compile(m *asl.Machine, o Options) (*Definition, diag.List) {
	c := &compiler{options: o, names: map[string]bool{}}
	m.Walk(func(_ *asl.Graph, s *asl.State) { c.names[s.Name.Value] = true })
	top := object{{"Comment", nonEmpty(m.Comment)}}
	top = append(top, c.graph(&m.Graph)...)
	if m.Timeout.Set {
		top = append(top, field{"TimeoutSeconds", int(m.Timeout.Value / time.Second)})
	}
	var b bytes.Buffer
	write(&b, top, 0)
	if b.Len() > maxDefinition {
		c.refuse(m.Pos, "size", "a definition of %d bytes", b.Len())
	}
	return &Definition{b.String(), c.substitutions}, c.diags
}

type compiler struct {
	options       Options
	diags         diag.List
	names         map[string]bool
	substitutions []Substitution
}

// maxDefinition is how many bytes a definition can have, and maxExecution how long an execution lasts.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const (
	maxDefinition = 1 << 20
	maxExecution  = 365 * 24 * time.Hour
)

// target is the name by which people know this target.
const target = "aws"

// refusals are what cannot be had, and why.
var refusals = map[string]struct{ why, hint string }{
	"size":     {fmt.Sprintf("a definition there has at most %d bytes", maxDefinition), "split the workflow in two"},
	"wait":     {fmt.Sprintf("an execution ends after %d days there", int(maxExecution.Hours()/24)), "make it shorter"},
	"payload":  {"what a task is given there is an object, or a part of the input", "put the value in a field"},
	"selector": {"a message's result there has fields of its own", "leave ResultSelector out"},
}

func (c *compiler) refuse(pos diag.Position, reason, format string, args ...any) {
	r := refusals[reason]
	c.diags = append(c.diags, diag.Diagnostic{
		Severity: diag.Error, Code: diag.Refused, Pos: pos, Targets: []string{target},
		Message: fmt.Sprintf(format, args...) + ", cannot be had on " + target + ": " + r.why,
		Hint:    r.hint + ", or leave " + target + " out of targets",
	})
}

// name makes a name for a state that the definition does not have yet.
func (c *compiler) name(like, what string) string {
	const most = 80 // characters: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
	name := like + " " + what
	for i := 2; c.names[name] || len(name) > most; i++ {
		keep := min(len(like), most-len(what)-8)
		name = strings.ToValidUTF8(like[:keep], "") + " " + what + fmt.Sprint(" ", i)
	}
	c.names[name] = true
	return name
}

// address gives the substitution of a resource.
func (c *compiler) address(r asl.Resource) address {
	return c.substitute(Substitution{Key: naming.Pascal(r.Name) + naming.Pascal(string(r.Kind)), Resource: r})
}

func (c *compiler) substitute(s Substitution) address {
	if !slices.ContainsFunc(c.substitutions, func(other Substitution) bool { return other.Key == s.Key }) {
		c.substitutions = append(c.substitutions, s)
	}
	return address(s.Key)
}

func (c *compiler) graph(g *asl.Graph) object {
	states := object{}
	for _, s := range g.States {
		for _, made := range c.state(s) {
			states = append(states, field{made.name, made.state})
		}
	}
	return object{{"StartAt", g.StartAt.Value}, {"States", states}}
}

func nonEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// path is a path as a field has it; nil where it is not written.
func path(p *asl.Path) any {
	switch {
	case p == nil:
		return nil
	case p.IsNull():
		return null{}
	}
	return p.Text
}
