package portability

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
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
	// Accepted is the reason why a difference is all right, which the spec gives; empty when it gives none.
	Accepted string
	Related  []diag.Related
}

// Demands lists all that an app asks for, the app itself first, then functions and resources in name order.
func Demands(app *plan.App) []Demand {
	const perFunction = 8
	d := demands{app: app, list: make([]Demand, 0, perFunction*len(app.Functions)+3*len(app.Queues))}
	d.whole()
	d.stages()
	for i := range app.Functions {
		d.function(&app.Functions[i])
	}
	for i := range app.Queues {
		d.queue(&app.Queues[i])
	}
	d.topics()
	d.buckets()
	d.tables()
	d.workflows()
	d.conflicts()
	return d.list
}

type demands struct {
	app  *plan.App
	list []Demand
	// accept is what the part that is being looked at accepts.
	accept []plan.Variable
}

func (d *demands) add(demand Demand) {
	for _, a := range d.accept {
		if a.Name == string(demand.Key) {
			demand.Accepted = a.Value
		}
	}
	d.list = append(d.list, demand)
}

func (d *demands) number(key Key, subject string, n int64, pos diag.Position, explicit bool) {
	d.add(Demand{Key: key, Subject: subject, Number: n, Pos: pos, Explicit: explicit})
}

func (d *demands) text(key Key, subject, text string, pos diag.Position, explicit bool) {
	d.add(Demand{Key: key, Subject: subject, Text: text, Pos: pos, Explicit: explicit})
}

// flag is a demand when it is asked for.
func (d *demands) flag(key Key, subject string, s plan.Setting[bool], text string) {
	if s.Value {
		d.text(key, subject, text, s.Pos, s.Explicit)
	}
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

func quoted(kind, name string) string { return kind + " " + strconv.Quote(name) }

func (d *demands) whole() {
	app := d.app
	routes := 0
	var isolated []*plan.Function
	for _, f := range plan.Of[plan.HTTP](app) {
		routes++
		if f.On.Method == "GET" {
			routes++
		}
	}
	for i := range app.Functions {
		if f := &app.Functions[i]; len(f.Access)+len(f.Secrets) > 0 {
			isolated = append(isolated, f)
		}
	}
	subject := quoted("app", app.Name)
	events := len(app.Functions) - len(plan.Of[plan.HTTP](app))
	d.text(AppName, subject, app.Name, app.Pos, true)
	d.number(AppFunctions, subject, int64(events), app.Pos, true)
	if called := events - len(plan.Of[plan.Task](app)); called > 0 {
		d.accept = accepted(pointers(app.Functions))
		d.number(AppEvents, subject, int64(called), app.Pos, true)
		d.accept = nil
	}
	d.number(AppQueues, subject, int64(len(app.Queues)), app.Pos, true)
	d.counts(subject)
	d.isolation(isolated)
	if routes > 0 {
		d.number(HTTPFunctions, subject, int64(len(plan.Of[plan.HTTP](app))), app.Pos, true)
		d.number(HTTPRoutes, subject, int64(routes), app.Pos, true)
		d.text(HTTPBasePath, subject, firstSegment(app), app.BasePath.Pos, app.BasePath.Explicit)
	}
	if app.CORS != nil {
		d.number(HTTPCORS, subject, int64(len(app.CORS.Origins)), app.CORS.Pos, true)
	}
	for _, a := range app.Authorizers {
		for _, audience := range append([]string{a.Issuer}, a.Audience...) {
			d.text(SpecText, quoted("issuer", a.Name), audience, a.Pos, true)
		}
	}
	if n := len(app.Authorizers); n > 0 {
		d.number(HTTPAuth, subject, int64(n), app.Authorizers[0].Pos, true)
	}
}

// counts are how many of each kind the app has, where it has any.
func (d *demands) counts(subject string) {
	app := d.app
	for _, c := range []struct {
		key Key
		n   int
	}{
		{AppTopics, len(app.Topics)},
		{AppBuckets, len(app.Buckets)},
		{AppTables, len(app.Tables)},
		{AppSecrets, len(app.Secrets)},
		{AppWorkflows, len(app.Workflows)},
		{AppBucketEvents, len(plan.Of[plan.ObjectEvents](app))},
		{AppTableEvents, len(plan.Of[plan.Stream](app))},
		{AppConcurrency, reserved(app)},
		{AppOrders, orders(app)},
		{AppIdentities, len(app.Functions) - len(plan.Of[plan.HTTP](app)) + len(app.Workflows)},
		{AppRoles, len(app.Functions) + len(plan.Of[plan.Schedule](app)) + len(app.Workflows)},
	} {
		if c.n > 0 {
			d.number(c.key, subject, int64(c.n), app.Pos, true)
		}
	}
}

func pointers(functions []plan.Function) []*plan.Function {
	all := make([]*plan.Function, len(functions))
	for i := range functions {
		all[i] = &functions[i]
	}
	return all
}

// reserved is how many calls run at the same time of functions that have no queue before them, so that a cloud has to keep room for them.
func reserved(app *plan.App) int {
	n := 0
	for i := range app.Functions {
		switch app.Functions[i].Trigger.(type) {
		case plan.HTTP, plan.Stream, plan.Task:
			n += app.Functions[i].Concurrency.Value
		}
	}
	return n
}

// orders are the tables and indexes that keep items in an order.
func orders(app *plan.App) int {
	n := 0
	for i := range app.Tables {
		if app.Tables[i].Sort != nil {
			n++
		}
		for _, x := range app.Tables[i].Indexes {
			if x.Sort != nil {
				n++
			}
		}
	}
	return n
}

// isolation asks for an identity for each of the functions that may do something. Functions that only the runtime has code in could do
// nothing with what others may.
func (d *demands) isolation(isolated []*plan.Function) {
	own := slices.ContainsFunc(isolated, func(f *plan.Function) bool { return !f.Handler.OfRuntime() })
	if len(isolated) < 2 || !own {
		return
	}
	const most = 5 // are named
	demand := Demand{Key: Isolation, Subject: quoted("app", d.app.Name), Number: int64(len(isolated)), Pos: d.app.Pos, Explicit: true}
	for _, f := range isolated[:min(len(isolated), most)] {
		message := f.Name
		if f.Handler.OfRuntime() {
			message += ", which starts the workflow for its trigger"
		}
		demand.Related = append(demand.Related, diag.Related{Pos: f.Pos, Message: message})
	}
	if more := len(isolated) - most; more > 0 {
		demand.Related[most-1].Message += fmt.Sprintf(", and %d more", more)
	}
	d.accept = accepted(isolated)
	d.add(demand)
	d.accept = nil
}

func firstSegment(app *plan.App) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(app.BasePath.Value, "/"), "/")
	return first
}

// stages ask for what they change.
func (d *demands) stages() {
	for _, s := range d.app.Stages {
		subject := quoted("stage", s.Name)
		d.text(StageName, subject, s.Name, s.Pos, true)
		if s.Memory.Explicit {
			d.number(Memory, subject, int64(s.Memory.Value), s.Memory.Pos, true)
			d.number(HTTPMemory, subject, int64(s.Memory.Value), s.Memory.Pos, true)
		}
		for _, v := range s.Env {
			d.text(EnvValue, v.Name+" of "+subject, v.Value, v.Pos, true)
		}
	}
}

func (d *demands) queue(q *plan.Queue) {
	subject := quoted("queue", q.Name)
	d.accept = nil
	if f := d.app.Function(q.Consumer); f != nil {
		d.accept = f.Accept
	}
	d.number(Visibility, subject, seconds(q.Visibility.Value), q.Visibility.Pos, q.Visibility.Explicit)
	d.number(Retention, subject, seconds(q.Retention.Value), q.Retention.Pos, q.Retention.Explicit)
	d.number(Deliveries, subject, int64(q.Deliveries.Value), q.Deliveries.Pos, q.Deliveries.Explicit)
	if q.Delay.Explicit {
		d.number(Delay, subject, seconds(q.Delay.Value), q.Delay.Pos, true)
	}
	d.flag(QueueOrdered, subject, q.Ordered, "ordered")
	d.flag(Deduplicate, subject, q.Deduplicate, ordered(q.Ordered.Value))
	d.accept = nil
}

// ordered says whether what is deduplicated has an order.
func ordered(is bool) string {
	if is {
		return "ordered"
	}
	return "unordered"
}

// conflicts finds variables on which functions do not agree: it matters where functions share a process.
func (d *demands) conflicts() {
	all, http := map[string]plan.Variable{}, map[string]plan.Variable{}
	for i := range d.app.Functions {
		f := &d.app.Functions[i]
		_, isHTTP := f.Trigger.(plan.HTTP)
		check := func(v plan.Variable) {
			// An app-wide environment may take names without regard to case, so that two spellings are one variable.
			d.conflict(EnvAppWide, all, strings.ToUpper(v.Name), f.Name, v)
			if isHTTP {
				d.conflict(EnvHTTPWide, http, v.Name, f.Name, v)
			}
		}
		for _, v := range f.Env {
			check(v)
		}
		for _, s := range f.Secrets {
			check(plan.Variable{Name: s.Name, Value: "the secret " + s.Secret, Pos: s.Pos})
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
