package resource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/app"
)

// Kind is a kind of resource.
type Kind string

// The kinds of resources.
const (
	KindQueue  Kind = "queue"
	KindTopic  Kind = "topic"
	KindBucket Kind = "bucket"
	KindTable  Kind = "table"
	KindSecret Kind = "secret"
	// KindWorkflow is that of workflows, which are started.
	KindWorkflow Kind = "workflow"
)

// The verbs of access, as the spec writes them. To write is to delete, too.
const (
	VerbRead    = "read"
	VerbWrite   = "write"
	VerbSend    = "send"
	VerbPublish = "publish"
	VerbStart   = "start"
)

// AccessError says that a function does something with a resource that the spec does not let it do.
type AccessError struct {
	Function, Resource, Verb string
	Kind                     Kind
	// Granted are the verbs that the function has of the resource.
	Granted []string
}

// Error names the function, what it may not do, and the line of the spec that would let it.
func (e *AccessError) Error() string {
	return fmt.Sprintf("function %s may not %s the %s %s: add to it in the spec\n    access: { %s: %s }", e.Function, doing[e.Verb], e.Kind, e.Resource, e.Resource, e.line())
}

var doing = map[string]string{VerbRead: "read", VerbWrite: "write to", VerbSend: "send to", VerbPublish: "publish to", VerbStart: "start"}

// line is the verbs as the spec has to have them.
func (e *AccessError) line() string {
	verbs := append(slices.Clone(e.Granted), e.Verb)
	slices.Sort(verbs)
	if len(verbs) == 1 {
		return verbs[0]
	}
	return "[" + strings.Join(verbs, ", ") + "]"
}

// code is the code of an AccessError.
func code(err error) (gcerrors.ErrorCode, bool) {
	if _, ok := errors.AsType[*AccessError](err); ok {
		return gcerrors.PermissionDenied, true
	}
	return gcerrors.Unknown, false
}

// grant is what a function may do with one resource.
type grant struct {
	function, resource string
	kind               Kind
	verbs              []string
}

var errNoCall = errors.New("the context is not that of a handler's call, which says what may be done: pass on the one that the handler got (in tests, one of resourcetest)")

// granted returns what the function that is calling may do with a resource; it fails when that is nothing at all.
func granted(ctx context.Context, kind Kind, name string, verbs ...string) (grant, error) {
	to, ok := app.GrantedTo(ctx)
	if !ok {
		return grant{}, fmt.Errorf("%s %s: %w", kind, name, errNoCall)
	}
	g := grant{function: to.Function, resource: name, kind: kind}
	for _, access := range to.Access {
		if resource, verb, _ := strings.Cut(access, ":"); resource == name && slices.Contains(verbs, verb) {
			g.verbs = append(g.verbs, verb)
		}
	}
	if len(g.verbs) == 0 {
		return grant{}, g.refuse(verbs[0])
	}
	return g, nil
}

// may fails when a verb is not granted.
func (g grant) may(verbs ...string) error {
	for _, verb := range verbs {
		if !slices.Contains(g.verbs, verb) {
			return g.refuse(verb)
		}
	}
	return nil
}

func (g grant) refuse(verb string) error {
	return &AccessError{Function: g.function, Resource: g.resource, Verb: verb, Kind: g.kind, Granted: g.verbs}
}
