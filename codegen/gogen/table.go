package gogen

import (
	"strconv"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
)

// functions returns a line for each function, without the indentation of the first.
func (q *qualifier) functions(app *plan.App) []byte {
	var b []byte
	for i := range app.Functions {
		f := &app.Functions[i]
		if i > 0 {
			b = append(b, "\t\t\t"...)
		}
		b = append(b, "{Name: "...)
		b = strconv.AppendQuote(b, f.Name)
		b = append(b, ", Timeout: "...)
		b = q.duration(b, f.Timeout.Value)
		if attempts(f) > 0 {
			b = append(b, ", Attempts: "...)
			b = strconv.AppendInt(b, int64(attempts(f)), 10)
		}
		b = secrets(access(b, f), f)
		b = append(b, ", Handler: "...)
		b = q.handler(b, app, f)
		b = append(b, "},\n"...)
	}
	return b
}

// attempts is how often an event is tried, where the runtime has to know: of what keeps no count, or has no dead-letter queue.
func attempts(f *plan.Function) int {
	switch f.Trigger.(type) {
	case plan.Schedule, plan.Stream:
		return f.Attempts.Value
	}
	return 0
}

func (q *qualifier) handler(b []byte, app *plan.App, f *plan.Function) []byte {
	b = append(append(b, q.name(runtimeApp)...), '.')
	ordered := false
	switch t := f.Trigger.(type) {
	case plan.HTTP:
		b = strconv.AppendQuote(append(b, "HTTP("...), t.Method+" "+t.Path())
		b = append(b, ", "...)
	case plan.Message:
		b = strconv.AppendQuote(append(b, "Queue("...), t.Queue)
		b = append(b, ", "...)
		queue := app.Queue(t.Queue)
		ordered = queue != nil && queue.Ordered.Value
	case plan.Subscription:
		b = strconv.AppendQuote(append(b, "Topic("...), t.Topic)
		b = append(b, ", "...)
		topic := app.Topic(t.Topic)
		ordered = topic != nil && topic.Ordered.Value
	case plan.ObjectEvents:
		b = q.objects(strconv.AppendQuote(append(b, "Bucket("...), t.Bucket), t)
	case plan.Stream:
		b = q.changes(strconv.AppendQuote(append(b, "Table("...), t.Table), app.Table(t.Table), t)
	case plan.Task:
		b = append(b, "Task("...)
	default:
		b = append(b, "Schedule("...)
	}
	b = append(append(b, q.name(f.Handler.ImportPath)...), '.')
	b = append(b, f.Handler.Func...)
	if f.Handler.Argument != "" {
		b = append(strconv.AppendQuote(append(b, '('), f.Handler.Argument), ')')
	}
	b = append(b, ')')
	if ordered {
		b = append(b, ".Ordered()"...)
	}
	if t, ok := f.Trigger.(plan.HTTP); ok && t.Auth.Value != "" {
		b = append(b, ".Require("...)
		b = appendQuoted(b, append([]string{t.Auth.Value}, t.Scopes...))
		b = append(b, ')')
	}
	return b
}

// objects writes what a bucket's function is for.
func (q *qualifier) objects(b []byte, t plan.ObjectEvents) []byte {
	b = append(append(append(b, ", "...), q.name(runtimeApp)...), ".Objects{On: "...)
	b = appendOn(b, t.Created, "created", t.Deleted)
	if t.Prefix.Value != "" {
		b = strconv.AppendQuote(append(b, ", Prefix: "...), t.Prefix.Value)
	}
	if t.Suffix.Value != "" {
		b = strconv.AppendQuote(append(b, ", Suffix: "...), t.Suffix.Value)
	}
	return append(b, "}, "...)
}

// changes writes what a table's function is for, and the attributes of the table's key.
func (q *qualifier) changes(b []byte, table *plan.Table, t plan.Stream) []byte {
	b = append(append(append(b, ", "...), q.name(runtimeApp)...), ".Changes{On: "...)
	b = appendOn(b, t.Upserted, "upserted", t.Deleted.Value)
	if table != nil {
		b = append(b, ", Key: []string{"...)
		b = appendQuoted(b, table.KeyNames())
		b = append(b, '}')
	}
	return append(b, "}, "...)
}

func appendOn(b []byte, first bool, name string, deleted bool) []byte {
	var on []string
	if first {
		on = append(on, name)
	}
	if deleted {
		on = append(on, "deleted")
	}
	return append(appendQuoted(append(b, "[]string{"...), on), '}')
}

func appendQuoted(b []byte, texts []string) []byte {
	for i, t := range texts {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = strconv.AppendQuote(b, t)
	}
	return b
}

// duration writes a span in the largest unit that divides it: 5 * time.Minute.
func (q *qualifier) duration(b []byte, d time.Duration) []byte {
	n, unit := inUnits(d)
	b = strconv.AppendInt(b, n, 10)
	b = append(append(b, " * "...), q.name("time")...)
	return append(append(b, '.'), unit...)
}

// inUnits is a span in the largest unit of the package time that divides it.
func inUnits(d time.Duration) (n int64, unit string) {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}} {
		if d%u.unit == 0 {
			return int64(d / u.unit), u.name
		}
	}
	return int64(d), "Nanosecond"
}
