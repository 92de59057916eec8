package azure

import (
	"cmp"
	"maps"
	"slices"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// lowering turns one app into templates.
type lowering struct {
	app      *plan.App
	settings settings
	uses     map[subject][]access.Use
	rows     map[access.Key]row
	// staged are the environment variables that a stage has another value for.
	staged map[string]bool
	// logicApps are the app's workflows, and refused is what of them cannot be had.
	logicApps []logicApp
	refused   diag.List
	// roles and grants are those of the block that is being made.
	roles  map[bicep.Symbol]role
	grants []access.Grant
}

func newLowering(app *plan.App, s settings) *lowering {
	logicApps, refused := logicAppsOf(app)
	return &lowering{app: app, settings: s, logicApps: logicApps, refused: refused, uses: usesOf(app), rows: rows(), staged: staged(app), roles: map[bicep.Symbol]role{}}
}

// block is what belongs to one resource of the spec, or to one schedule. It stays together.
type block struct {
	// key tells it from all others, whatever else the app has.
	key    string
	f      bicep.File
	roles  []role
	grants []access.Grant
}

// take makes a block of what has been made since the last one.
func (l *lowering) take(key string, f bicep.File) block {
	b := block{key: key, f: f, roles: slices.Collect(maps.Values(l.roles)), grants: l.grants}
	clear(l.roles)
	l.grants = nil
	return b
}

// template is a file of Bicep.
type template struct {
	path   string
	f      bicep.File
	grants []access.Grant
}

// mainFile is the template that is deployed.
const mainFile = "main.bicep"

// templates are the files: main.bicep, and when the app does not fit into one, its modules.
func (l *lowering) templates() []template {
	shared, blocks := l.take("", l.shared()), l.blocks()
	if all := append([]block{shared}, blocks...); fit(all) {
		return []template{l.main(all, nil)}
	}
	parts := distribute(blocks, "")
	templates := []template{l.main([]block{shared}, parts)}
	for _, p := range parts {
		templates = append(templates, l.module(p, shared.f))
	}
	return templates
}

// main is the template that is deployed, with its blocks and modules.
func (l *lowering) main(blocks []block, parts []part) template {
	f := header(l.app)
	f = append(f, l.parameters()...)
	f = append(f, l.variables(rolesOf(blocks))...)
	var grants []access.Grant
	for _, b := range blocks {
		f = append(f, b.f...)
		grants = append(grants, b.grants...)
	}
	for _, p := range parts {
		f = append(f, p.statement(blocks[0].f))
	}
	return template{mainFile, append(f, l.outputs()...), grants}
}

// rolesOf are the roles that blocks assign, sorted.
func rolesOf(blocks []block) []role {
	used := map[role]bool{}
	for _, b := range blocks {
		for _, r := range b.roles {
			used[r] = true
		}
	}
	return slices.SortedFunc(maps.Keys(used), func(a, b role) int { return cmp.Compare(a.symbol, b.symbol) })
}

// shared is what all functions share.
func (l *lowering) shared() bicep.File {
	f := l.observability()
	f = append(f, l.storage()...)
	f = append(f, l.functionApp()...)
	f = append(f, l.appSettings())
	f = append(f, l.serviceBus()...)
	f = append(f, l.dataStorage()...)
	f = append(f, l.cosmos()...)
	f = append(f, l.vault()...)
	f = append(f, l.callers()...)
	f = append(f, l.startedLogicApps()...)
	return append(f, l.alarms()...)
}

// blocks are all others, kind by kind and in name order.
func (l *lowering) blocks() []block {
	blocks := make([]block, 0, len(l.app.Functions))
	add := func(kind spec.Kind, name string, f bicep.File) {
		blocks = append(blocks, l.take(string(kind)+" "+name, f))
	}
	for i := range l.app.Queues {
		q := &l.app.Queues[i]
		add(spec.KindQueue, q.Name, append(l.queue(q), l.workflowSenders(wordQueue, "send", q.Name)...))
	}
	subscriptions := byResource(l.app, func(s plan.Subscription) string { return s.Topic })
	for i := range l.app.Topics {
		t := &l.app.Topics[i]
		add(spec.KindTopic, t.Name, append(l.topic(t, subscriptions[t.Name]), l.workflowSenders(wordTopic, "publish", t.Name)...))
	}
	events := byResource(l.app, func(o plan.ObjectEvents) string { return o.Bucket })
	for i := range l.app.Buckets {
		b := &l.app.Buckets[i]
		add(spec.KindBucket, b.Name, l.bucket(b, events[b.Name]))
	}
	streams := byResource(l.app, func(s plan.Stream) string { return s.Table })
	for i := range l.app.Tables {
		t := &l.app.Tables[i]
		add(spec.KindTable, t.Name, l.table(t, streams[t.Name]))
	}
	for i := range l.app.Secrets {
		s := &l.app.Secrets[i]
		add(spec.KindSecret, s.Name, l.secret(s))
	}
	for _, f := range plan.Of[plan.Schedule](l.app) {
		add(access.KindSchedule, f.Name, l.schedule(f))
	}
	for _, w := range l.logicApps {
		if len(l.startersOf(w.Name)) > 0 {
			continue
		}
		add(spec.KindWorkflow, w.Name, bicep.File{l.logicApp(w)})
	}
	return blocks
}

// byResource returns the functions that each resource triggers, in name order.
func byResource[T plan.Trigger](app *plan.App, name func(T) string) map[string][]plan.Triggered[T] {
	found := map[string][]plan.Triggered[T]{}
	for _, f := range plan.Of[T](app) {
		found[name(f.On)] = append(found[name(f.On)], f)
	}
	return found
}

// usesOf returns what functions do with a resource.
func (l *lowering) usesOf(kind spec.Kind, name string) []access.Use {
	return l.uses[subject{kind, name}]
}

// trigger is what a function's trigger takes.
func trigger(f *plan.Function) []access.Use {
	return slices.DeleteFunc(access.Uses(f), func(u access.Use) bool { return u.Verb != access.Consume })
}
