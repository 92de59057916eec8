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
	b := builder{doc: doc, packages: packages, timeouts: map[string]Setting[time.Duration]{}, consumers: map[string]string{}}
	app := &App{
		Name:     doc.Name.Value,
		Pos:      doc.Name.Pos,
		BasePath: setting(doc.BasePath.Value, doc.BasePath.Pos, doc.BasePath.IsSet(), spec.DefaultBasePath, doc.Name.Pos),
	}
	for _, f := range doc.Functions {
		app.Functions = append(app.Functions, b.function(f))
	}
	for _, q := range doc.Queues {
		app.Queues = append(app.Queues, b.queue(q))
	}
	for _, t := range doc.Targets {
		app.Targets = append(app.Targets, Target{Name: t.Name, Pos: t.Pos, Settings: t.Value})
	}
	slices.SortFunc(app.Functions, func(x, y Function) int { return cmp.Compare(x.Name, y.Name) })
	slices.SortFunc(app.Queues, func(x, y Queue) int { return cmp.Compare(x.Name, y.Name) })
	slices.SortFunc(app.Targets, func(x, y Target) int { return cmp.Compare(x.Name, y.Name) })
	return app
}

type builder struct {
	doc       *spec.Document
	packages  Packages
	timeouts  map[string]Setting[time.Duration] // of functions built so far
	consumers map[string]string                 // by queue, of functions built so far
}

func (b *builder) function(f spec.Entry[spec.Function]) Function {
	d, v := b.doc.Defaults, f.Value
	fn := Function{
		Name:    f.Name,
		Pos:     f.Pos,
		Handler: b.handler(v.Handler),
		Trigger: b.trigger(f.Name, v),
		Memory:  either(v.Memory.MiB, v.Memory.Pos, d.Memory.MiB, d.Memory.Pos, spec.DefaultMemoryMiB, f.Pos),
		Timeout: either(v.Timeout.Value, v.Timeout.Pos, d.Timeout.Value, d.Timeout.Pos, spec.DefaultTimeout, f.Pos),
		Env:     variables(d.Env, v.Env),
	}
	b.timeouts[f.Name] = fn.Timeout
	return fn
}

func (b *builder) handler(h spec.Text) Handler {
	dir, function, _ := spec.HandlerParts(h.Value)
	name := cmp.Or(b.packages.Names[dir], path.Base(path.Join(b.packages.Root, dir)))
	return Handler{ImportPath: path.Join(b.packages.Root, dir), Package: name, Func: function, Pos: h.Pos}
}

func (b *builder) trigger(name string, f spec.Function) Trigger {
	switch {
	case !f.HTTP.Pos.IsZero():
		segments, _ := spec.ParsePath(f.HTTP.Path.Value)
		return HTTP{Pos: f.HTTP.Pos, Method: f.HTTP.Method.Value, Segments: segments}
	case !f.Queue.Pos.IsZero():
		q := f.Queue
		b.consumers[q.Name.Value] = name
		return Message{
			Pos: q.Pos, Queue: q.Name.Value,
			Batch:  setting(q.Batch.Value, q.Batch.Pos, q.Batch.IsSet(), DefaultBatch, q.Pos),
			Window: setting(q.Window.Value, q.Window.Pos, q.Window.IsSet(), 0, q.Pos),
		}
	default:
		s := f.Schedule
		return Schedule{
			Pos: s.Pos, Expr: s.Expr,
			Timezone: setting(s.Timezone.Value, s.Timezone.Pos, s.Timezone.IsSet(), spec.DefaultTimezone, s.Pos),
		}
	}
}

func (b *builder) queue(q spec.Entry[spec.Queue]) Queue {
	v := q.Value
	consumer := b.consumers[q.Name]
	timeout := cmp.Or(b.timeouts[consumer].Value, b.doc.Defaults.Timeout.Value, spec.DefaultTimeout)
	visibility := max(timeout, visibilityFloor, min(visibilityFactor*timeout, visibilityBound))
	return Queue{
		Name: q.Name, Pos: q.Pos, Consumer: consumer,
		Visibility: setting(v.Visibility.Value, v.Visibility.Pos, v.Visibility.IsSet(), visibility, q.Pos),
		Retention:  setting(v.Retention.Value, v.Retention.Pos, v.Retention.IsSet(), spec.DefaultRetention, q.Pos),
		Deliveries: setting(v.DeadLetter.After.Value, v.DeadLetter.After.Pos, v.DeadLetter.After.IsSet(), spec.DefaultDeliveries, q.Pos),
	}
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

func variables(shared, own spec.Map[spec.Text]) []Variable {
	byName := make(map[string]Variable, len(shared)+len(own))
	for _, env := range []spec.Map[spec.Text]{shared, own} {
		for _, e := range env {
			byName[e.Name] = Variable{Name: e.Name, Value: e.Value.Value, Pos: e.Pos}
		}
	}
	vars := make([]Variable, 0, len(byName))
	for _, v := range byName {
		vars = append(vars, v)
	}
	slices.SortFunc(vars, func(x, y Variable) int { return cmp.Compare(x.Name, y.Name) })
	return vars
}
