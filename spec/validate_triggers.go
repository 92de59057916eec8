package spec

import (
	"regexp"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// notDeclared reports a reference to a resource that the spec does not declare.
func (v *validator) notDeclared(kind Kind, name Text, known []string) {
	e := v.diags.Errorf(diag.NotDeclared, name.Pos, "%s %s is not declared%s", kind, diag.Quote(name.Value), diag.DidYouMean(name.Value, known))
	e.Hint = "declare it under " + string(kind) + "s"
}

func (v *validator) queueTrigger(f *Function) {
	q := f.Queue
	if q.Pos.IsZero() || !q.Name.IsSet() {
		return
	}
	declared := v.doc.Queues.Get(q.Name.Value)
	if declared == nil {
		v.notDeclared(KindQueue, q.Name, v.doc.Queues.Names())
		return
	}
	timeout := v.timeout(f)
	if vis := declared.Value.Visibility; vis.IsSet() && vis.Value < timeout.Value {
		e := v.diags.Errorf(diag.Visibility, vis.Pos, "the visibility of queue %q, %s, is shorter than the timeout of its consumer, %s", q.Name.Value, FormatDuration(vis.Value), FormatDuration(timeout.Value))
		e.Reason = "a message would be delivered again while it is still being handled"
		e.Hint = "make the visibility at least " + FormatDuration(timeout.Value) + "; six times the timeout leaves room for retries"
		e.Related = []diag.Related{{Pos: timeout.Pos, Message: "the timeout"}}
	}
}

// timeout returns what holds for a function, and where it is written.
func (v *validator) timeout(f *Function) Duration {
	switch {
	case f.Timeout.IsSet():
		return f.Timeout
	case v.doc.Defaults.Timeout.IsSet():
		return v.doc.Defaults.Timeout
	}
	return Duration{Value: DefaultTimeout, Pos: f.Pos}
}

// consumers refuses a second consumer of a queue: a function, or a workflow that the queue starts.
func (v *validator) consumers() {
	type consumer struct {
		name  string
		queue Text
	}
	var all []consumer
	for _, f := range v.doc.Functions {
		all = append(all, consumer{f.Name, f.Value.Queue.Name})
	}
	for _, w := range v.doc.Workflows {
		all = append(all, consumer{w.Name, w.Value.Queue})
	}
	first := map[string]consumer{}
	for _, c := range all {
		if !c.queue.IsSet() {
			continue
		}
		if other, ok := first[c.queue.Value]; ok {
			e := v.diags.Errorf(diag.QueueConsumers, c.queue.Pos, "queue %s already has the consumer %q", diag.Quote(c.queue.Value), other.name)
			e.Reason = "a queue hands each message to one consumer, so each would see only some of them"
			e.Related = []diag.Related{{Pos: other.queue.Pos, Message: "first here"}}
			continue
		}
		first[c.queue.Value] = c
	}
}

// Limits of a topic's filter: those of the tightest cloud, so that a filter means the same on all.
const (
	MaxFilter        = 5
	AttributePattern = `^[a-z][a-z0-9_-]{0,63}$`
)

var attribute = regexp.MustCompile(AttributePattern)

func (v *validator) topicTrigger(f *Function) {
	t := f.Topic
	if t.Pos.IsZero() {
		return
	}
	if t.Name.IsSet() && v.doc.Topics.Get(t.Name.Value) == nil {
		v.notDeclared(KindTopic, t.Name, v.doc.Topics.Names())
	}
	if len(t.Filter) > MaxFilter {
		v.diags.Errorf(diag.InvalidValue, t.Filter[MaxFilter].Pos, "a filter has at most %d attributes, this one has %d", MaxFilter, len(t.Filter))
	}
	for _, a := range t.Filter {
		switch {
		case !attribute.MatchString(a.Name):
			v.diags.Errorf(diag.InvalidName, a.Pos, "the attribute %s is not lower-case letters, digits, _ and -, beginning with a letter", diag.Quote(a.Name))
		case !a.Value.IsSet() && a.Value.quote > 0:
			v.diags.Errorf(diag.InvalidValue, a.Pos, "the filter wants a value for the attribute %s", diag.Quote(a.Name)).Hint = "give the value that messages must have"
		}
	}
}

// MaxAffix is how many bytes a prefix or a suffix of keys has at most: a key has at most 1,024.
const MaxAffix = 512

func (v *validator) bucketTrigger(f *Function) {
	b := f.Bucket
	if b.Pos.IsZero() {
		return
	}
	if b.Name.IsSet() && v.doc.Buckets.Get(b.Name.Value) == nil {
		v.notDeclared(KindBucket, b.Name, v.doc.Buckets.Names())
	}
	v.twice(b.On)
	for _, affix := range []Text{b.Prefix, b.Suffix} {
		switch {
		case strings.ContainsAny(affix.Value, "*?"):
			e := v.diags.Errorf(diag.InvalidValue, affix.Pos, "%s has a wildcard, which no cloud reads as one", diag.Quote(affix.Value))
			e.Hint = "write what the keys begin or end with, as it stands in them"
		case len(affix.Value) > MaxAffix:
			v.diags.Errorf(diag.InvalidValue, affix.Pos, "what keys begin or end with has %d bytes, at most %d are allowed", len(affix.Value), MaxAffix)
		}
	}
}

func (v *validator) tableTrigger(f *Function) {
	t := f.Table
	if t.Pos.IsZero() {
		return
	}
	if t.Name.IsSet() && v.doc.Tables.Get(t.Name.Value) == nil {
		v.notDeclared(KindTable, t.Name, v.doc.Tables.Names())
	}
	v.twice(t.On)
}

// twice reports what stands in a list more than once.
func (v *validator) twice(list List[Text]) {
	for i, t := range list {
		if slices.ContainsFunc(list[:i], func(other Text) bool { return other.Value == t.Value }) {
			v.diags.Errorf(diag.DuplicateKey, t.Pos, "%s stands twice", diag.Quote(t.Value))
		}
	}
}
