package spec

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/cron"
	"github.com/isobar-dev/isobar/spec/diag"
)

func (v *validator) function(f *Entry[Function]) {
	fn := &f.Value
	if fn.Pos.IsZero() {
		return // it could not be decoded, which has been said
	}
	triggers := 0
	for _, pos := range []diag.Position{fn.HTTP.Pos, fn.Queue.Pos, fn.Topic.Pos, fn.Schedule.Pos, fn.Bucket.Pos, fn.Table.Pos} {
		if !pos.IsZero() {
			triggers++
		}
	}
	if fn.Task.Value {
		triggers++
	}
	if triggers != 1 {
		e := v.diags.Errorf(diag.TriggerCount, f.Pos, "function %s has no trigger, it needs exactly one", diag.Quote(f.Name))
		e.Hint = "add one of http, queue, topic, schedule, bucket, table and task"
		if triggers > 1 {
			e.Message = fmt.Sprintf("function %s has %d triggers, it needs exactly one", diag.Quote(f.Name), triggers)
			e.Hint = "keep one, and give the others to functions of their own"
		}
	}
	if h := fn.Handler; h.IsSet() && !handler.MatchString(h.Value) {
		e := v.diags.Errorf(diag.InvalidValue, h.Pos, "the handler %s is not a package and a function", diag.Quote(h.Value))
		e.Hint = "write the package's folder, relative to the spec, a dot, and the function: ./users.Get, or .Get for the spec's own folder"
		if within := "./" + h.Value; handler.MatchString(within) {
			e.Message += fmt.Sprintf(" (did you mean %q?)", within)
		}
	}
	v.env(fn.Env)
	v.httpAuth(fn)
	v.schedule(&fn.Schedule)
	v.queueTrigger(fn)
	v.topicTrigger(fn)
	v.bucketTrigger(fn)
	v.tableTrigger(fn)
	v.retry(fn)
	v.concurrency(fn)
	v.access(fn)
	v.secrets(fn)
	for _, a := range fn.Accept {
		if !a.Value.IsSet() && !a.Value.Pos.IsZero() {
			v.diags.Errorf(diag.InvalidValue, a.Pos, "accept wants a reason for %s", diag.Quote(a.Name)).Hint = "say in a few words why the difference is all right"
		}
	}
}

// HandlerParts splits a handler such as ./users.Get into the folder of its package, relative to the spec ("users"; "." for
// the spec's own), and the function.
func HandlerParts(h string) (dir, function string, ok bool) {
	m := handler.FindStringSubmatch(h)
	if m == nil {
		return "", "", false
	}
	dir = strings.TrimPrefix(m[1], "/")
	if dir == "" {
		dir = "."
	}
	return dir, m[2], true
}

func (v *validator) env(env Map[Text]) {
	for _, e := range env {
		switch {
		case !envName.MatchString(e.Name):
			v.diags.Errorf(diag.InvalidName, e.Pos, "the environment variable %s is not letters, digits and _, beginning with a letter", diag.Quote(e.Name))
		case strings.HasPrefix(strings.ToUpper(e.Name), "ISOBAR_"):
			v.diags.Errorf(diag.ReservedName, e.Pos, "the environment variable %s begins with ISOBAR_, which is reserved for the runtime", diag.Quote(e.Name))
		case len(e.Value.Value) > MaxEnvValue:
			v.diags.Errorf(diag.InvalidValue, e.Value.Pos, "the value of %s has %d bytes, at most %d are allowed", e.Name, len(e.Value.Value), MaxEnvValue)
		}
	}
}

func (v *validator) schedule(s *Schedule) {
	switch {
	case s.Pos.IsZero():
		return
	case s.Cron.IsSet() && s.Every.IsSet():
		v.diags.Errorf(diag.InvalidValue, s.Every.Pos, "a schedule has cron or every, not both")
	case s.Cron.IsSet():
		var err error
		s.Expr, err = cron.Parse(s.Cron.Value)
		v.cronError(err, s.Cron.At)
	case s.Every.IsSet():
		var err error
		s.Expr, err = cron.Every(s.Every.Value)
		v.cronError(err, func(int) diag.Position { return s.Every.Pos })
	case s.Cron.Pos.IsZero() && s.Every.Pos.IsZero():
		v.diags.Errorf(diag.MissingKey, s.Pos, "a schedule has cron or every, this one has neither")
	case s.Cron.quote > 0:
		v.diags.Errorf(diag.InvalidCron, s.Cron.Pos, "the cron expression is empty")
	}
	v.timezone(s.Timezone)
}

// timezone refuses what is no name of a time zone, and warns of one that may be new: a deployment would fail for it.
func (v *validator) timezone(tz Text) {
	if !tz.IsSet() {
		return
	}
	zones := cron.Zones()
	_, known := slices.BinarySearch(zones, tz.Value)
	switch {
	case !timezone.MatchString(tz.Value):
		v.diags.Errorf(diag.InvalidValue, tz.Pos, "the time zone %s is not an IANA name", diag.Quote(tz.Value)).Hint = "write for example Europe/Berlin, or UTC"
	case !known:
		e := v.diags.Errorf(diag.InvalidValue, tz.Pos, "there is no time zone %s that this version knows", diag.Quote(tz.Value))
		e.Severity = diag.Warning
		e.Reason = "a cloud that does not know it either refuses the deployment"
		e.Hint = "write for example Europe/Berlin, or UTC"
		if meant := diag.Closest(tz.Value, of(zones, tz.Value)); meant != "" {
			e.Hint = "write " + meant
		}
	}
}

// of are the zones of the area that a name is of, as Europe/Berlin is of Europe.
func of(zones []string, name string) []string {
	area, _, _ := strings.Cut(name, "/")
	return slices.DeleteFunc(zones, func(z string) bool {
		other, _, _ := strings.Cut(z, "/")
		return !strings.EqualFold(area, other)
	})
}

// timezone is the form of an IANA name.
var timezone = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z][A-Za-z0-9_+-]{0,31}){0,2}$`)

func (v *validator) cronError(err error, at func(offset int) diag.Position) {
	var c *cron.Error
	if !errors.As(err, &c) {
		return
	}
	code := diag.InvalidCron
	if c.Unportable {
		code = diag.CronNotShared
	}
	v.diags.Errorf(code, at(c.Offset), "%s", c.Message).Hint = c.Hint
}

// retry checks what happens to an event whose handler fails. A queue says so itself, for whoever consumes it.
func (v *validator) retry(f *Function) {
	r := f.Retry
	switch {
	case r.Pos.IsZero():
		return
	case !f.HTTP.Pos.IsZero():
		v.diags.Errorf(diag.InvalidValue, r.Pos, "a request is not tried again, so an HTTP function has no retry").Hint = "leave retry out; the client knows whether to try again"
	case f.Task.Value:
		e := v.diags.Errorf(diag.InvalidValue, r.Pos, "how often a task is tried is for its workflow to say")
		e.Hint = "give the state a Retry"
	case !f.Queue.Pos.IsZero():
		v.diags.Errorf(diag.InvalidValue, r.Pos, "how often a message is tried is for its queue to say").Hint = "write deadLetter: { after: … } at the queue"
	}
	if r.DeadLetter.IsSet() && !r.DeadLetter.Value {
		e := v.diags.Errorf(diag.InvalidValue, r.DeadLetter.Pos, "dead letters cannot be turned off")
		e.Reason = "an event that is given up would be lost"
		e.Hint = "leave deadLetter out"
	}
}

// concurrency refuses a bound that batches would pass: their messages are handled at the same time.
func (v *validator) concurrency(f *Function) {
	for _, batch := range []Int{f.Queue.Batch, f.Topic.Batch} {
		if f.Concurrency.IsSet() && batch.Value > 1 {
			e := v.diags.Errorf(diag.InvalidValue, batch.Pos, "a function with a concurrency has no batches")
			e.Reason = "the messages of a batch are handled at the same time, which would pass the bound"
			e.Hint = "leave one of the two out"
			e.Related = []diag.Related{{Pos: f.Concurrency.Pos, Message: "the concurrency"}}
		}
	}
}

// access checks that what a function may do is something that can be done to such a resource.
func (v *validator) access(f *Function) {
	for _, a := range f.Access {
		resource := v.resource(a.Name)
		if resource == nil {
			e := v.diags.Errorf(diag.NotDeclared, a.Pos, "resource %s is not declared%s", diag.Quote(a.Name), diag.DidYouMean(a.Name, v.resourceNames()))
			e.Hint = "declare it under queues, topics, buckets, tables, secrets or workflows"
			continue
		}
		verbs := Verbs[resource.Kind]
		for i, verb := range a.Value {
			switch {
			case !verb.IsSet():
			case !slices.Contains(verbs, verb.Value):
				e := v.diags.Errorf(diag.InvalidValue, verb.Pos, "access to a %s is %s, found %s%s", resource.Kind, oneOf(verbs), diag.Quote(verb.Value), diag.DidYouMean(verb.Value, verbs))
				e.Related = []diag.Related{{Pos: resource.Pos, Message: "the " + string(resource.Kind)}}
			case slices.ContainsFunc(a.Value[:i], func(t Text) bool { return t.Value == verb.Value }):
				v.diags.Errorf(diag.DuplicateKey, verb.Pos, "%s stands twice", verb.Value)
			}
		}
		if len(a.Value) == 0 {
			v.diags.Errorf(diag.InvalidValue, a.Pos, "access to %s is empty", diag.Quote(a.Name)).Hint = "say what the function may do: " + strings.Join(verbs, ", ")
		}
	}
}

func (v *validator) resourceNames() []string {
	var names []string
	for _, r := range v.doc.Resources() {
		names = append(names, r.Name)
	}
	return names
}

// secrets checks the environment variables that hold secrets.
func (v *validator) secrets(f *Function) {
	v.env(f.Secrets)
	for _, s := range f.Secrets {
		for _, env := range []Map[Text]{f.Env, v.doc.Defaults.Env} {
			if other := env.Get(s.Name); other != nil {
				e := v.diags.Errorf(diag.DuplicateKey, s.Pos, "the environment variable %s cannot be both a secret and a plain value", diag.Quote(s.Name))
				e.Related = []diag.Related{{Pos: other.Pos, Message: "the plain value"}}
			}
		}
		if s.Value.IsSet() && v.doc.Secrets.Get(s.Value.Value) == nil {
			v.notDeclared(KindSecret, s.Value, v.doc.Secrets.Names())
		}
	}
}
