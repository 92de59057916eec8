package portability

import (
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
)

func (d *demands) function(f *plan.Function) {
	subject := quoted("function", f.Name)
	d.accept = f.Accept
	d.text(FunctionName, subject, f.Name, f.Pos, true)
	timeout := d.trigger(subject, f)
	memory, concurrency, isHTTP := Memory, Concurrency, false
	switch f.Trigger.(type) {
	case plan.HTTP:
		memory, concurrency, isHTTP = HTTPMemory, HTTPConcurrency, true
	case plan.Stream:
		concurrency = TableConcurrency
	case plan.Task:
		concurrency = TaskConcurrency
	}
	d.number(timeout, subject, seconds(f.Timeout.Value), f.Timeout.Pos, f.Timeout.Explicit)
	d.number(memory, subject, int64(f.Memory.Value), f.Memory.Pos, f.Memory.Explicit)
	if f.Concurrency.Explicit {
		d.number(concurrency, subject, int64(f.Concurrency.Value), f.Concurrency.Pos, true)
	}
	if !isHTTP && strings.EqualFold(f.Name, firstSegment(d.app)) {
		d.text(EventOnPath, subject, f.Name, f.Pos, true)
	}
	d.environment(subject, f)
	d.accept = nil
}

// trigger asks for what the trigger needs, and returns the key of the function's timeout.
func (d *demands) trigger(subject string, f *plan.Function) Key {
	switch t := f.Trigger.(type) {
	case plan.Message:
		q := d.app.Queue(t.Queue)
		d.batch(subject, t.Batch, t.Window, q != nil && q.Ordered.Value)
		return QueueTimeout
	case plan.Subscription:
		topic := d.app.Topic(t.Topic)
		d.batch(subject, t.Batch, t.Window, topic != nil && topic.Ordered.Value)
		d.number(Attempts, subject, int64(f.Attempts.Value), f.Attempts.Pos, f.Attempts.Explicit)
		if len(t.Filter) > 0 {
			d.number(TopicFilter, subject, filterSize(t.Filter), t.Filter[0].Pos, true)
		}
		for _, a := range t.Filter {
			d.text(SpecText, subject, a.Value, a.Pos, true)
		}
		return TopicTimeout
	case plan.ObjectEvents:
		d.number(Attempts, subject, int64(f.Attempts.Value), f.Attempts.Pos, f.Attempts.Explicit)
		if t.Deleted {
			d.text(BucketDeleted, subject, "deleted", t.Pos, true)
		}
		if t.Suffix.Value != "" {
			d.text(BucketSuffix, subject, t.Suffix.Value, t.Suffix.Pos, true)
		}
		for _, affix := range []plan.Setting[string]{t.Prefix, t.Suffix} {
			if affix.Value != "" {
				d.text(SpecText, subject, affix.Value, affix.Pos, true)
			}
		}
		return BucketTimeout
	case plan.Stream:
		d.stream(subject, f, t)
		return TableTimeout
	case plan.Schedule:
		d.text(Cron, subject, t.Expr.String(), t.Pos, true)
		d.text(Timezone, subject, t.Timezone.Value, t.Timezone.Pos, t.Timezone.Explicit)
		d.number(TickAttempts, subject, int64(f.Attempts.Value), f.Attempts.Pos, f.Attempts.Explicit)
		d.text(TickLetters, subject, "true", f.DeadLetter.Pos, f.DeadLetter.Explicit)
		return TickTimeout
	case plan.Task:
		return TaskTimeout
	}
	return HTTPTimeout
}

// batch asks for what is explicit of a batch: of an ordered queue or topic, a cloud may have other bounds.
func (d *demands) batch(subject string, batch plan.Setting[int], window plan.Setting[time.Duration], ordered bool) {
	batchKey, windowKey := Batch, Window
	if ordered {
		batchKey, windowKey = OrderedBatch, OrderedWindow
	}
	if batch.Explicit {
		d.number(batchKey, subject, int64(batch.Value), batch.Pos, true)
	}
	if window.Explicit {
		d.number(windowKey, subject, seconds(window.Value), window.Pos, true)
	}
}

func (d *demands) stream(subject string, f *plan.Function, t plan.Stream) {
	if t.Upserted {
		d.text(TableUpserted, subject, "upserted", t.Pos, true)
	}
	d.flag(TableDeleted, subject, t.Deleted, "deleted")
	d.flag(TableOld, subject, t.Old, "true")
	d.text(TableOrder, subject, "by key", t.Pos, true)
	d.number(TableAttempts, subject, int64(f.Attempts.Value), f.Attempts.Pos, f.Attempts.Explicit)
	d.text(TableLetters, subject, "true", f.DeadLetter.Pos, f.DeadLetter.Explicit)
}

// filterSize is what a filter takes in a language of filters: quotes and backslashes are escaped.
func filterSize(filter []plan.Variable) int64 {
	size := 0
	for _, a := range filter {
		size += len(a.Name) + len(a.Value) + strings.Count(a.Value, `"`) + strings.Count(a.Value, `\`)
	}
	return int64(size)
}

func (d *demands) environment(subject string, f *plan.Function) {
	size := 0
	for _, v := range f.Env {
		d.text(EnvName, subject, v.Name, v.Pos, true)
		d.text(EnvValue, v.Name+" of "+subject, v.Value, v.Pos, true)
		size += len(v.Name) + len(v.Value)
	}
	for _, s := range f.Secrets {
		d.text(EnvName, subject, s.Name, s.Pos, true)
		d.text(SecretEnv, subject, s.Name, s.Pos, true)
		size += len(s.Name) + secretReference
	}
	seen := ""
	for _, a := range f.Access { // in the order of the resources
		if a.Resource != seen {
			size += len(a.Resource) + resourceReference
		}
		seen = a.Resource
	}
	if size > 0 {
		d.number(EnvSize, subject, int64(size), f.Pos, true)
	}
}

// resourceReference is how many bytes it takes at most to tell a function where a resource is.
const resourceReference = 192

// secretReference is how many bytes a reference to a secret takes at most in an environment.
const secretReference = 256
