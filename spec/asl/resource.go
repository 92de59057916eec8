package asl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Resource is what a task calls, by its name in the spec.
type Resource struct {
	Pos diag.Position
	// Text is the resource as it was written.
	Text string
	Kind ResourceKind
	// Name is that of the spec. For a resource that was written as a foreign address it is the address's until Check finds the
	// declared one.
	Name string
	// Foreign is true of a resource that was written as another system's address.
	Foreign bool
}

// ResourceKind is a kind of Resource.
type ResourceKind string

// The kinds of resources. The result of a function is what it returns. The result of the others is {}: what a cloud answers to
// a message or a start differs from cloud to cloud, and the task is done when the cloud has taken it.
const (
	Function ResourceKind = "function"
	Topic    ResourceKind = "topic"
	Queue    ResourceKind = "queue"
	Workflow ResourceKind = "workflow"
)

// kinds are the kinds of resources, in the order of messages.
var kinds = []ResourceKind{Function, Topic, Queue, Workflow}

// resourceScheme begins a resource.
const resourceScheme = "isobar:"

// String gives the resource in its own form.
func (r Resource) String() string { return resourceScheme + string(r.Kind) + ":" + r.Name }

// resource reads the resource of a task.
func (p *parser) resource(t Text) Resource {
	r := Resource{Pos: t.Pos, Text: t.Value}
	after, ok := strings.CutPrefix(t.Value, resourceScheme)
	if !ok {
		p.badResource(t, "is not a resource")
		return r
	}
	kind, name, ok := strings.Cut(after, ":")
	switch {
	case !ok || name == "":
		p.badResource(t, "has no name")
	case !slices.Contains(kinds, ResourceKind(kind)):
		var names []string
		for _, k := range kinds {
			names = append(names, string(k))
		}
		p.badResource(t, fmt.Sprintf("names a %s, which no task can call%s", diag.Quote(kind), diag.DidYouMean(kind, names)))
	default:
		r.Kind, r.Name = ResourceKind(kind), name
	}
	return r
}

func (p *parser) badResource(t Text, what string) {
	e := p.errorf(diag.InvalidValue, t.Pos, "the resource %s %s", diag.Quote(t.Value), what)
	e.Hint = "write isobar:function:NAME, isobar:topic:NAME, isobar:queue:NAME or isobar:workflow:NAME"
}
