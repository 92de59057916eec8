package portability

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Demand is one thing that an app asks of every cloud.
type Demand struct {
	Key Key
	// Subject is the part of the app that asks: a function, a queue, or the app itself.
	Subject string
	// Number or Text is what is asked for, in the unit of the key.
	Number int64
	Text   string
	Pos    diag.Position
	// Explicit is true when the spec asks for it in so many words, and false for a default.
	Explicit bool
	Related  []diag.Related
}

// Demands lists all that an app asks for, the app itself first, then functions and queues in name order.
func Demands(app *plan.App) []Demand {
	const perFunction = 8
	d := demands{list: make([]Demand, 0, perFunction*len(app.Functions)+3*len(app.Queues))}
	d.app(app)
	for i := range app.Functions {
		d.function(app, &app.Functions[i])
	}
	for i := range app.Queues {
		d.queue(&app.Queues[i])
	}
	d.conflicts(app)
	return d.list
}

type demands struct{ list []Demand }

func (d *demands) number(key Key, subject string, n int64, pos diag.Position, explicit bool) {
	d.list = append(d.list, Demand{Key: key, Subject: subject, Number: n, Pos: pos, Explicit: explicit})
}

func (d *demands) text(key Key, subject, text string, pos diag.Position, explicit bool) {
	d.list = append(d.list, Demand{Key: key, Subject: subject, Text: text, Pos: pos, Explicit: explicit})
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

func (d *demands) app(app *plan.App) {
	routes := 0
	for _, f := range plan.Of[plan.HTTP](app) {
		routes++
		if f.On.Method == "GET" {
			routes++
		}
	}
	subject := fmt.Sprintf("app %q", app.Name)
	d.number(AppFunctions, subject, int64(len(app.Functions)-len(plan.Of[plan.HTTP](app))), app.Pos, true)
	d.number(AppQueues, subject, int64(len(app.Queues)), app.Pos, true)
	if routes > 0 {
		d.number(HTTPFunctions, subject, int64(len(plan.Of[plan.HTTP](app))), app.Pos, true)
		d.number(HTTPRoutes, subject, int64(routes), app.Pos, true)
		d.text(HTTPBasePath, subject, firstSegment(app), app.BasePath.Pos, app.BasePath.Explicit)
	}
}

func firstSegment(app *plan.App) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(app.BasePath.Value, "/"), "/")
	return first
}

func (d *demands) function(app *plan.App, f *plan.Function) {
	subject := "function " + strconv.Quote(f.Name)
	d.text(FunctionName, subject, f.Name, f.Pos, true)
	var timeout Key
	memory := Memory
	switch t := f.Trigger.(type) {
	case plan.HTTP:
		timeout, memory = HTTPTimeout, HTTPMemory
	case plan.Message:
		timeout = QueueTimeout
		if t.Batch.Explicit {
			d.number(Batch, subject, int64(t.Batch.Value), t.Batch.Pos, true)
		}
		if t.Window.Explicit {
			d.number(Window, subject, seconds(t.Window.Value), t.Window.Pos, true)
		}
	case plan.Schedule:
		timeout = TickTimeout
		d.text(Cron, subject, t.Expr.String(), t.Pos, true)
		d.text(Timezone, subject, t.Timezone.Value, t.Timezone.Pos, t.Timezone.Explicit)
	}
	d.number(timeout, subject, seconds(f.Timeout.Value), f.Timeout.Pos, f.Timeout.Explicit)
	d.number(memory, subject, int64(f.Memory.Value), f.Memory.Pos, f.Memory.Explicit)
	if _, isHTTP := f.Trigger.(plan.HTTP); !isHTTP && strings.EqualFold(f.Name, firstSegment(app)) {
		d.text(EventOnPath, subject, f.Name, f.Pos, true)
	}
	size := 0
	for _, v := range f.Env {
		d.text(EnvName, subject, v.Name, v.Pos, true)
		d.text(EnvValue, v.Name+" of "+subject, v.Value, v.Pos, true)
		size += len(v.Name) + len(v.Value)
	}
	if size > 0 {
		d.number(EnvSize, subject, int64(size), f.Pos, true)
	}
}

func (d *demands) queue(q *plan.Queue) {
	subject := "queue " + strconv.Quote(q.Name)
	d.number(Visibility, subject, seconds(q.Visibility.Value), q.Visibility.Pos, q.Visibility.Explicit)
	d.number(Retention, subject, seconds(q.Retention.Value), q.Retention.Pos, q.Retention.Explicit)
	d.number(Deliveries, subject, int64(q.Deliveries.Value), q.Deliveries.Pos, q.Deliveries.Explicit)
}

// conflicts finds variables on which functions do not agree: it matters where functions share a process.
func (d *demands) conflicts(app *plan.App) {
	all, http := map[string]plan.Variable{}, map[string]plan.Variable{}
	for i := range app.Functions {
		f := &app.Functions[i]
		_, isHTTP := f.Trigger.(plan.HTTP)
		for _, v := range f.Env {
			// An app-wide environment may take names without regard to case, so that two spellings are one variable.
			d.conflict(EnvAppWide, all, strings.ToUpper(v.Name), f.Name, v)
			if isHTTP {
				d.conflict(EnvHTTPWide, http, v.Name, f.Name, v)
			}
		}
	}
}

func (d *demands) conflict(key Key, seen map[string]plan.Variable, name, function string, v plan.Variable) {
	first, ok := seen[name]
	if !ok {
		seen[name] = v
		return
	}
	if first.Name != v.Name || first.Value != v.Value {
		d.list = append(d.list, Demand{
			Key: key, Subject: fmt.Sprintf("function %q", function), Text: v.Name, Pos: v.Pos, Explicit: true,
			Related: []diag.Related{{Pos: first.Pos, Message: "the other one"}},
		})
	}
}

// vocabulary gives each key its words: a title; what it is in a sentence, as in "the timeout of function "get-user""; and how its
// numbers are written.
var vocabulary = map[Key]struct {
	title, what string
	format      func(int64) string
}{
	AppFunctions:  {"event functions", "the number of event functions", count},
	AppQueues:     {"queues", "the number of queues", count},
	HTTPFunctions: {"HTTP functions", "the number of HTTP functions", count},
	HTTPRoutes:    {"routes (GET counts twice, for HEAD)", "the number of routes (GET counts twice, for HEAD)", count},
	HTTPBasePath:  {"first segment of the base path", "the first segment of the base path", nil},
	HTTPTimeout:   {"timeout of an HTTP function", "the timeout", span},
	QueueTimeout:  {"timeout of a queue's function", "the timeout", span},
	TickTimeout:   {"timeout of a schedule's function", "the timeout", span},
	FunctionName:  {"names of functions", "the name", nil},
	HTTPMemory:    {"memory of an HTTP function", "the memory", func(n int64) string { return spec.FormatMemory(int(n)) }},
	Memory:        {"memory of an event function", "the memory", func(n int64) string { return spec.FormatMemory(int(n)) }},
	EnvName:       {"environment variables", "the environment variable", nil},
	EnvValue:      {"values of environment variables", "the value", nil},
	EnvSize:       {"size of a function's environment", "the size of all environment variables", bytes},
	EnvAppWide:    {"a variable with different values in two functions", "the environment variable", nil},
	EnvHTTPWide:   {"a variable with different values in two HTTP functions", "the environment variable", nil},
	EventOnPath:   {"an event function named like the base path", "the name", nil},
	Visibility:    {"visibility of a queue", "the visibility", span},
	Retention:     {"retention of a queue", "the retention", span},
	Deliveries:    {"deliveries before the dead-letter queue", "the number of deliveries before the dead-letter queue", count},
	Batch:         {"batch of a queue", "the batch", count},
	Window:        {"window of a queue", "the window", span},
	Timezone:      {"time zone of a schedule", "the time zone", nil},
	Cron:          {"cron expressions", "the cron expression", nil},
}

// Keys returns every key, in order.
func Keys() []Key {
	return slices.Sorted(maps.Keys(vocabulary))
}

// Title says in a few words what a key is about.
func (k Key) Title() string { return vocabulary[k].title }

// Bounds says in a few words between which numbers a row holds, in the unit of a key; it is empty when there are none.
func (r *Row) Bounds(key Key) string {
	format := vocabulary[key].format
	if format == nil {
		return ""
	}
	var parts []string
	for _, l := range []struct {
		words string
		n     int64
	}{{"at least ", r.Min}, {"at most ", r.Max}, {"default quota ", r.Quota}} {
		if l.n > 0 {
			parts = append(parts, l.words+format(l.n))
		}
	}
	return strings.Join(parts, ", ")
}

// Texts says in a few words which texts a row takes; it is empty when it takes any.
func (r *Row) Texts() string {
	var parts []string
	for _, l := range []struct {
		words string
		texts []string
	}{{"only ", r.Only}, {"not ", r.Never}, {"not beginning with ", r.NeverPrefix}, {"without ", r.NeverWithin}} {
		if len(l.texts) > 0 {
			parts = append(parts, l.words+"`"+strings.Join(l.texts, "`, `")+"`")
		}
	}
	if r.Composed {
		parts = append(parts, "in Unicode's composed form")
	}
	return strings.Join(parts, ", ")
}

func count(n int64) string { return fmt.Sprint(n) }
func bytes(n int64) string { return fmt.Sprintf("%d bytes", n) }
func span(n int64) string  { return spec.FormatDuration(time.Duration(n) * time.Second) }
