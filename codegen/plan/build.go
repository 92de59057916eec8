package plan

import (
	"cmp"
	"path"
	"slices"
	"time"

	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// DefaultBatch is how many messages an invocation may carry unless the spec says otherwise.
const DefaultBatch = 10

// A queue's default visibility is the consumer's timeout this many times over, so that a batch that is throttled can be tried
// again before it is delivered a second time, but not longer than the bound, which is the longest that every cloud has.
const (
	visibilityFactor = 6
	visibilityFloor  = 10 * time.Second // the shortest that every cloud has
	visibilityBound  = 10 * time.Minute
)

// Packages tells where the spec's folder lies among Go packages.
type Packages struct {
	// Root is the import path of the spec's folder.
	Root string
	// Names are the names that packages give themselves, by their folder relative to the spec's. The last element of the
	// folder stands for a missing one.
	Names map[string]string
}

// Build makes the plan of a document that has passed spec.Validate.
func Build(doc *spec.Document, packages Packages) *App {
	b := builder{doc: doc, packages: packages, timeouts: map[string]time.Duration{}, consumers: map[string]string{}, kinds: map[string]spec.Kind{}}
	for _, r := range doc.Resources() {
		b.kinds[r.Name] = r.Kind
	}
	pos := cmp.Or(doc.Name.Pos, doc.Pos) // what cannot be deployed is said of an app without a name, too
	return &App{
		Name:        doc.Name.Value,
		Pos:         pos,
		BasePath:    setting(doc.BasePath.Value, doc.BasePath.Pos, doc.BasePath.IsSet(), spec.DefaultBasePath, pos),
		CORS:        cors(doc.CORS),
		Authorizers: sorted(doc.Auth, authorizer, func(a Authorizer) string { return a.Name }),
		Memory:      setting(doc.Defaults.Memory.MiB, doc.Defaults.Memory.Pos, doc.Defaults.Memory.IsSet(), spec.DefaultMemoryMiB, pos),
		Env:         variables(doc.Defaults.Env, nil),
		Functions:   b.functions(),
		Queues:      sorted(doc.Queues, b.queue, func(q Queue) string { return q.Name }),
		Topics:      sorted(doc.Topics, topic, func(t Topic) string { return t.Name }),
		Buckets:     sorted(doc.Buckets, bucket, func(b Bucket) string { return b.Name }),
		Tables:      sorted(doc.Tables, table, func(t Table) string { return t.Name }),
		Secrets:     sorted(doc.Secrets, secret, func(s Secret) string { return s.Name }),
		Workflows:   sorted(doc.Workflows, b.workflow, func(w Workflow) string { return w.Name }),
		Stages:      sorted(doc.Stages, stage, func(s Stage) string { return s.Name }),
		Targets:     sorted(doc.Targets, target, func(t Target) string { return t.Name }),
	}
}

// sorted turns the entries of a mapping into parts of the plan, in the order of their names.
func sorted[S, T any](entries spec.Map[S], build func(spec.Entry[S]) T, name func(T) string) []T {
	var built []T
	for _, e := range entries {
		built = append(built, build(e))
	}
	slices.SortFunc(built, func(x, y T) int { return cmp.Compare(name(x), name(y)) })
	return built
}

type builder struct {
	doc       *spec.Document
	packages  Packages
	timeouts  map[string]time.Duration // of functions built so far
	consumers map[string]string        // by queue, of functions built so far
	kinds     map[string]spec.Kind     // of resources, by name
}

// functions are those of the spec, and those that start workflows for their triggers.
func (b *builder) functions() []Function {
	all := sorted(b.doc.Functions, b.function, func(f Function) string { return f.Name })
	for _, w := range b.doc.Workflows {
		if trigger := triggerOf(w.Value); trigger != nil {
			all = append(all, b.starter(w, trigger))
		}
	}
	slices.SortFunc(all, func(x, y Function) int { return cmp.Compare(x.Name, y.Name) })
	return all
}

func (b *builder) function(f spec.Entry[spec.Function]) Function {
	d, v := b.doc.Defaults, f.Value
	fn := Function{
		Name:         f.Name,
		Pos:          f.Pos,
		Handler:      b.handler(v.Handler),
		Trigger:      b.trigger(f.Name, v),
		Memory:       either(v.Memory.MiB, v.Memory.Pos, d.Memory.MiB, d.Memory.Pos, spec.DefaultMemoryMiB, f.Pos),
		MemoryShared: !v.Memory.IsSet(),
		Timeout:      either(v.Timeout.Value, v.Timeout.Pos, d.Timeout.Value, d.Timeout.Pos, spec.DefaultTimeout, f.Pos),
		Env:          variables(d.Env, v.Env),
		Concurrency:  setting(v.Concurrency.Value, v.Concurrency.Pos, v.Concurrency.IsSet(), 0, f.Pos),
		Access:       b.access(v.Access),
		Accept:       variables(nil, v.Accept),
	}
	for _, s := range variables(nil, v.Secrets) {
		fn.Secrets = append(fn.Secrets, SecretVariable{Name: s.Name, Secret: s.Value, Pos: s.Pos})
	}
	switch fn.Trigger.(type) {
	case HTTP, Message, Task:
	default:
		fn.Attempts = setting(v.Retry.Attempts.Value, v.Retry.Attempts.Pos, v.Retry.Attempts.IsSet(), spec.DefaultAttempts, f.Pos)
		fn.DeadLetter = setting(true, v.Retry.DeadLetter.Pos, v.Retry.DeadLetter.Value, true, f.Pos)
	}
	b.timeouts[f.Name] = fn.Timeout.Value
	return fn
}

func (b *builder) handler(h spec.Text) Handler {
	dir, function, _ := spec.HandlerParts(h.Value)
	name := cmp.Or(b.packages.Names[dir], path.Base(path.Join(b.packages.Root, dir)))
	return Handler{ImportPath: path.Join(b.packages.Root, dir), Package: name, Func: function, Pos: h.Pos}
}

func (b *builder) access(access spec.Map[spec.List[spec.Text]]) []Access {
	var all []Access
	for _, a := range access {
		for _, verb := range a.Value {
			all = append(all, Access{Kind: b.kinds[a.Name], Resource: a.Name, Verb: verb.Value, Pos: verb.Pos})
		}
	}
	slices.SortFunc(all, func(x, y Access) int {
		return cmp.Or(cmp.Compare(x.Resource, y.Resource), cmp.Compare(x.Verb, y.Verb))
	})
	return all
}

func setting[T any](value T, pos diag.Position, set bool, fallback T, fallbackPos diag.Position) Setting[T] {
	if set {
		return Setting[T]{value, pos, true}
	}
	return Setting[T]{fallback, fallbackPos, false}
}

// either takes a function's own value, the app's default, or the language's.
func either[T comparable](own T, ownPos diag.Position, shared T, sharedPos diag.Position, fallback T, pos diag.Position) Setting[T] {
	var zero T
	if own != zero {
		return Setting[T]{own, ownPos, true}
	}
	return setting(shared, sharedPos, shared != zero, fallback, pos)
}

// variables merges the app's variables with a function's own, which win.
func variables(shared, own spec.Map[spec.Text]) []Variable {
	byName := make(map[string]Variable, len(shared)+len(own))
	for i, env := range []spec.Map[spec.Text]{shared, own} {
		for _, e := range env {
			byName[e.Name] = Variable{Name: e.Name, Value: e.Value.Value, Pos: e.Pos, Shared: i == 0}
		}
	}
	vars := make([]Variable, 0, len(byName))
	for _, v := range byName {
		vars = append(vars, v)
	}
	slices.SortFunc(vars, func(x, y Variable) int { return cmp.Compare(x.Name, y.Name) })
	return vars
}
