package spec

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/cron"
	"github.com/isobar-dev/isobar/spec/diag"
)

// The defaults of the language.
const (
	DefaultBasePath   = "/api"
	DefaultMemoryMiB  = 256
	DefaultTimeout    = 30 * time.Second
	DefaultRetention  = 7 * 24 * time.Hour
	DefaultDeliveries = 5
	DefaultTimezone   = "UTC"
)

// HTTPUnit is the name of the unit that serves the HTTP API on every cloud. No function may have it.
const HTTPUnit = "http"

// DeadLetterSuffix ends the name of a queue's dead-letter queue. No declared queue may end in it.
const DeadLetterSuffix = "-dead-letter"

// Limits of names, so that the names of resources, which begin with the app's name and the stage, fit on every cloud.
const (
	MaxAppName  = 20
	MaxName     = 49
	MaxEnvValue = 4096
)

// The forms of texts, which the JSON Schema carries too.
const (
	NamePattern     = `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`
	EnvPattern      = `^[A-Za-z_][A-Za-z0-9_]{0,127}$`
	DurationPattern = `^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$`
	MemoryPattern   = `^[0-9]+(MiB|GiB)$`
)

// Validate checks what a single value cannot tell, and completes the document: it parses schedules. It reports everything it
// finds, and says nothing about values that Parse has reported.
func Validate(doc *Document) diag.List {
	v := &validator{doc: doc}
	v.app()
	v.names()
	v.env(doc.Defaults.Env)
	for i := range doc.Functions {
		v.function(&doc.Functions[i])
	}
	v.routes()
	v.consumers()
	return v.diags
}

type validator struct {
	doc   *Document
	diags diag.List
}

var (
	name    = regexp.MustCompile(NamePattern)
	envName = regexp.MustCompile(EnvPattern)
	handler = regexp.MustCompile(`^(?:\.((?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+))?\.([A-Za-z_]\w*)$`)
)

func (v *validator) app() {
	if d := v.doc; d.Name.IsSet() {
		v.name("the app's name", d.Name.Value, d.Name.Pos, MaxAppName)
	} else if !d.Name.Pos.IsZero() && d.Name.quote > 0 {
		v.diags.Errorf(diag.InvalidName, d.Name.Pos, "the app's name is empty")
	}
	if p := v.doc.BasePath; !p.Pos.IsZero() && (p.IsSet() || p.quote > 0) && !basePath.MatchString(p.Value) {
		e := v.diags.Errorf(diag.InvalidValue, p.Pos, "the base path %q is not one to four segments of letters, digits, - and _", p.Value)
		e.Reason = "events and HTTP requests must have disjoint paths, or a stranger could forge an event; so the base path is never empty"
		e.Hint = "write /api, or leave it out"
	}
	if len(v.doc.Functions) == 0 && !v.diags.HasErrors() && !v.doc.Isobar.Pos.IsZero() {
		v.noFunctions()
	}
	if len(v.doc.Targets) == 0 && !v.doc.Isobar.Pos.IsZero() {
		v.diags.Errorf(diag.NoTarget, v.doc.Pos, "the spec names no target").Hint = "add a cloud under targets"
	}
}

func (v *validator) noFunctions() {
	v.diags.Errorf(diag.MissingKey, v.doc.Pos, "the spec has no function").Hint = "add one under functions"
}

// names checks the names of functions and queues, each kind by itself.
func (v *validator) names() {
	functions, queues := identifiers{}, identifiers{}
	for _, f := range v.doc.Functions {
		if !v.name("the function's name", f.Name, f.Pos, MaxName) {
			continue
		}
		if f.Name == HTTPUnit {
			v.diags.Errorf(diag.ReservedName, f.Pos, "the function name %q is reserved for the unit that serves the HTTP API", f.Name)
		}
		v.distinct(functions, "function", f.Name, f.Pos)
	}
	for _, q := range v.doc.Queues {
		if !v.name("the queue's name", q.Name, q.Pos, MaxName) {
			continue
		}
		if strings.HasSuffix(q.Name, DeadLetterSuffix) {
			v.diags.Errorf(diag.ReservedName, q.Pos, "the queue name %q ends in %s, which is reserved for dead-letter queues", q.Name, DeadLetterSuffix)
		}
		v.distinct(queues, "queue", q.Name, q.Pos)
	}
}

// identifiers holds the names of one kind by what remains of them in an identifier.
type identifiers map[string]Entry[struct{}]

func (v *validator) distinct(seen identifiers, kind, name string, pos diag.Position) {
	key := strings.ReplaceAll(name, "-", "")
	if first, ok := seen[key]; ok {
		e := v.diags.Errorf(diag.NameCollision, pos, "the %s names %q and %q differ only in hyphens", kind, first.Name, name)
		e.Related = []diag.Related{{Pos: first.Pos, Message: "first here"}}
		return
	}
	seen[key] = Entry[struct{}]{Name: name, Pos: pos}
}

func (v *validator) name(what, s string, pos diag.Position, most int) bool {
	switch {
	case !name.MatchString(s):
		v.diags.Errorf(diag.InvalidName, pos, "%s %s is not lower-case letters, digits and single hyphens, beginning with a letter", what, diag.Quote(s))
	case len(s) > most:
		v.diags.Errorf(diag.InvalidName, pos, "%s %s has %d characters, at most %d are allowed", what, diag.Quote(s), len(s), most)
	default:
		return true
	}
	return false
}

func (v *validator) function(f *Entry[Function]) {
	fn := &f.Value
	if fn.Pos.IsZero() {
		return // it could not be decoded, which has been said
	}
	triggers := 0
	for _, pos := range []diag.Position{fn.HTTP.Pos, fn.Queue.Pos, fn.Schedule.Pos} {
		if !pos.IsZero() {
			triggers++
		}
	}
	if triggers != 1 {
		e := v.diags.Errorf(diag.TriggerCount, f.Pos, "function %s has %d triggers, it needs exactly one", diag.Quote(f.Name), triggers)
		e.Hint = "add one of http, queue and schedule"
		if triggers > 1 {
			e.Hint = "keep one, and give the others to functions of their own"
		}
	}
	if h := fn.Handler; h.IsSet() && !handler.MatchString(h.Value) {
		v.diags.Errorf(diag.InvalidValue, h.Pos, "the handler %s is not a package and a function", diag.Quote(h.Value)).Hint = "write the package's folder, relative to the spec, a dot, and the function: ./users.Get, or .Get for the spec's own folder"
	}
	v.env(fn.Env)
	v.schedule(&fn.Schedule)
	v.queueTrigger(fn)
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
	if tz := s.Timezone; tz.IsSet() && !timezone.MatchString(tz.Value) {
		v.diags.Errorf(diag.InvalidValue, tz.Pos, "the time zone %s is not an IANA name", diag.Quote(tz.Value)).Hint = "write for example Europe/Berlin, or UTC"
	}
}

// timezone is the form of an IANA name. The list itself changes several times a year, and the clouds check it.
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

func (v *validator) queueTrigger(f *Function) {
	q := f.Queue
	if q.Pos.IsZero() || !q.Name.IsSet() {
		return
	}
	declared := v.doc.Queues.Get(q.Name.Value)
	if declared == nil {
		e := v.diags.Errorf(diag.NotDeclared, q.Name.Pos, "queue %s is not declared%s", diag.Quote(q.Name.Value), diag.DidYouMean(q.Name.Value, v.doc.Queues.Names()))
		e.Hint = "declare it under queues"
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

// consumers refuses a second consumer of a queue.
func (v *validator) consumers() {
	first := map[string]Entry[Function]{}
	for _, f := range v.doc.Functions {
		queue := f.Value.Queue.Name
		if !queue.IsSet() {
			continue
		}
		if other, ok := first[queue.Value]; ok {
			e := v.diags.Errorf(diag.QueueConsumers, queue.Pos, "queue %s already has the consumer %q", diag.Quote(queue.Value), other.Name)
			e.Reason = "a queue hands each message to one consumer, so each function would see only some of them"
			e.Related = []diag.Related{{Pos: other.Value.Queue.Name.Pos, Message: "first here"}}
			continue
		}
		first[queue.Value] = f
	}
}
