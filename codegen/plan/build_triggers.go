package plan

import (
	"slices"
	"time"

	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// What a trigger on a bucket or a table can name.
const (
	onCreated  = "created"
	onUpserted = "upserted"
	onDeleted  = "deleted"
)

func (b *builder) trigger(name string, f spec.Function) Trigger {
	switch {
	case !f.HTTP.Pos.IsZero():
		return b.http(f.HTTP)
	case !f.Queue.Pos.IsZero():
		q := f.Queue
		b.consumers[q.Name.Value] = name
		return Message{
			Pos: q.Pos, Queue: q.Name.Value,
			Batch:  batch(q.Batch, f.Concurrency, q.Pos),
			Window: setting(q.Window.Value, q.Window.Pos, q.Window.IsSet(), 0, q.Pos),
		}
	case !f.Topic.Pos.IsZero():
		t := f.Topic
		return Subscription{
			Pos: t.Pos, Topic: t.Name.Value, Filter: variables(nil, t.Filter),
			Batch:  batch(t.Batch, f.Concurrency, t.Pos),
			Window: setting(t.Window.Value, t.Window.Pos, t.Window.IsSet(), 0, t.Pos),
		}
	case !f.Bucket.Pos.IsZero():
		return objectEvents(f.Bucket)
	case !f.Table.Pos.IsZero():
		return stream(f.Table)
	case f.Task.Value:
		return Task{f.Task.Pos}
	default:
		s := f.Schedule
		return Schedule{
			Pos: s.Pos, Expr: s.Expr,
			Timezone: setting(s.Timezone.Value, s.Timezone.Pos, s.Timezone.IsSet(), spec.DefaultTimezone, s.Pos),
		}
	}
}

func (b *builder) http(h spec.HTTP) HTTP {
	segments, _ := spec.ParsePath(h.Path.Value)
	shared := b.doc.Defaults.Auth
	auth := either(h.Auth.Value, h.Auth.Pos, shared.Value, shared.Pos, "", h.Pos)
	if auth.Value == spec.NoAuth {
		auth.Value = ""
	}
	return HTTP{Pos: h.Pos, Method: h.Method.Value, Segments: segments, Auth: auth, Scopes: texts(h.Scopes)}
}

// batch is one message where calls at the same time are counted: those of a batch are handled at the same time.
func batch(b, concurrency spec.Int, pos diag.Position) Setting[int] {
	fallback := DefaultBatch
	if concurrency.IsSet() {
		fallback = 1
	}
	return setting(b.Value, b.Pos, b.IsSet(), fallback, pos)
}

func objectEvents(b spec.BucketTrigger) ObjectEvents {
	on := texts(b.On)
	return ObjectEvents{
		Pos: b.Pos, Bucket: b.Name.Value,
		Created: len(on) == 0 || slices.Contains(on, onCreated), Deleted: slices.Contains(on, onDeleted),
		Prefix: setting(b.Prefix.Value, b.Prefix.Pos, b.Prefix.IsSet(), "", b.Pos),
		Suffix: setting(b.Suffix.Value, b.Suffix.Pos, b.Suffix.IsSet(), "", b.Pos),
	}
}

func stream(t spec.TableTrigger) Stream {
	on := texts(t.On)
	s := Stream{
		Pos: t.Pos, Table: t.Name.Value,
		Upserted: len(on) == 0 || slices.Contains(on, onUpserted),
		Old:      flag(t.Old, t.Pos),
	}
	if i := slices.Index(on, onDeleted); i >= 0 {
		s.Deleted = Setting[bool]{true, t.On[i].Pos, true}
	}
	return s
}

// visibility is the default for a consumer of a timeout.
func visibility(timeout time.Duration) time.Duration {
	return max(timeout, visibilityFloor, min(visibilityFactor*timeout, visibilityBound))
}

// flag is explicit when it is true: to say that something is not wanted asks for nothing.
func flag(b spec.Bool, pos diag.Position) Setting[bool] {
	return setting(b.Value, b.Pos, b.Value, false, pos)
}

func texts(list spec.List[spec.Text]) []string {
	var all []string
	for _, t := range list {
		all = append(all, t.Value)
	}
	return all
}
