package change

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/cron"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Ask is one thing that a spec says of a part of an app, defaults resolved.
type Ask struct {
	Owner Owner
	// Key is the spec's word for it, with a dot between levels: queue.batch.
	Key, Value string
	Pos        diag.Position
}

// Asked is a difference between two specs. One of its values is nil when there was, or is, no such thing.
type Asked struct {
	Key    string  `json:"key"`
	Before *string `json:"before,omitempty"`
	After  *string `json:"after,omitempty"`
	// Pos is in the spec after the change or, of what is gone, before it.
	Pos diag.Position `json:"position"`
}

// Asks lists all that a spec says, in the order of owners and keys; with a stage, what it says of that stage alone. Whatever the plan has
// is in it: a field that is added to the plan needs no line here, unless the spec has another word for it.
func Asks(app *plan.App, stage string) []Ask {
	if app == nil {
		return nil
	}
	if stage != "" {
		app = staged(app, stage)
	}
	a := asks{}
	a.owner = Owner{Kind: KindApp}
	a.pos = app.Pos
	a.fields("", reflect.ValueOf(*app), "Functions", "Queues", "Topics", "Buckets", "Tables", "Secrets", "Stages", "Targets", "Memory", "Env", "Workflows")
	each(&a, KindStage, app.Stages, func(s plan.Stage) (string, diag.Position) { return s.Name, s.Pos })
	each(&a, KindFunction, app.Functions, func(f plan.Function) (string, diag.Position) { return f.Name, f.Pos })
	each(&a, spec.KindQueue, app.Queues, func(q plan.Queue) (string, diag.Position) { return q.Name, q.Pos })
	each(&a, spec.KindTopic, app.Topics, func(t plan.Topic) (string, diag.Position) { return t.Name, t.Pos })
	each(&a, spec.KindBucket, app.Buckets, func(b plan.Bucket) (string, diag.Position) { return b.Name, b.Pos })
	each(&a, spec.KindTable, app.Tables, func(t plan.Table) (string, diag.Position) { return t.Name, t.Pos })
	each(&a, spec.KindSecret, app.Secrets, func(s plan.Secret) (string, diag.Position) { return s.Name, s.Pos })
	for i := range app.Workflows {
		a.workflow(&app.Workflows[i])
	}
	for i := range app.Targets {
		a.target(&app.Targets[i])
	}
	slices.SortStableFunc(a.list, func(x, y Ask) int {
		return cmp.Or(x.Owner.Compare(y.Owner), cmp.Compare(x.Key, y.Key), cmp.Compare(x.Value, y.Value))
	})
	return a.list
}

// staged is an app with the values of a stage where functions share those of the app.
func staged(app *plan.App, name string) *plan.App {
	own := *app
	own.Stages = nil
	i := slices.IndexFunc(app.Stages, func(s plan.Stage) bool { return s.Name == name })
	if i < 0 {
		return &own
	}
	stage := &app.Stages[i]
	own.Functions = slices.Clone(app.Functions)
	for i := range own.Functions {
		f := &own.Functions[i]
		if f.MemoryShared && stage.Memory.Explicit {
			f.Memory = stage.Memory
		}
		f.Env = slices.Clone(f.Env)
		for k, v := range f.Env {
			if at := slices.IndexFunc(stage.Env, func(o plan.Variable) bool { return o.Name == v.Name }); at >= 0 && v.Shared {
				f.Env[k] = stage.Env[at]
			}
		}
	}
	return &own
}

type asks struct {
	owner Owner
	pos   diag.Position
	list  []Ask
}

func each[T any](a *asks, kind spec.Kind, parts []T, of func(T) (string, diag.Position)) {
	for _, p := range parts {
		name, pos := of(p)
		a.owner, a.pos = Owner{kind, name}, pos
		a.fields("", reflect.ValueOf(p), "Name", "Consumer", "MemoryShared", "Shared")
	}
}

func (a *asks) add(key, value string) {
	a.list = append(a.list, Ask{a.owner, key, value, a.pos})
}

// words are the spec's words where they are others than the plan's.
var words = map[string]string{
	"attempts": "retry.attempts", "deadLetter": "retry.deadLetter", "deliveries": "deadLetter.after", "expireDays": "lifecycle.expireAfter",
	"expireVersionDays": "lifecycle.expireVersionsAfter", "authorizers": "auth", "cORS": "cors",
}

// triggers are the spec's words for triggers, and for the name that a trigger has.
var triggers = map[string][2]string{
	"HTTP": {"http", ""}, "Message": {"queue", "queue"}, "Subscription": {"topic", "topic"}, "ObjectEvents": {"bucket", "bucket"},
	"Stream": {"table", "table"}, "Schedule": {"schedule", "expr"}, "Task": {"task", ""},
}

func join(path, key string) string {
	if w, ok := words[key]; ok && path == "" {
		key = w
	}
	switch {
	case path == "":
		return key
	case key == "":
		return path
	}
	return path + "." + key
}

// fields adds those of a struct. Those whose places are known have them; the others have the struct's.
func (a *asks) fields(path string, v reflect.Value, without ...string) {
	if pos := v.FieldByName("Pos"); pos.IsValid() {
		at, _ := pos.Interface().(diag.Position)
		defer func(before diag.Position) { a.pos = before }(a.pos)
		if !at.IsZero() {
			a.pos = at
		}
	}
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if name == "Pos" || slices.Contains(without, name) {
			continue
		}
		a.value(join(path, strings.ToLower(name[:1])+name[1:]), v.Field(i))
	}
}

func (a *asks) value(path string, v reflect.Value) {
	if v.Kind() == reflect.Interface { // whose Interface is what it holds
		a.kind(path, v)
		return
	}
	switch x := v.Interface().(type) {
	case plan.HTTP:
		a.pos = x.Pos
		a.add("http", x.Method+" "+x.Path())
		a.fields("http", v, "Method", "Segments", "Pos")
		return
	case plan.Handler:
		a.add("handler", x.ImportPath+"."+x.Func)
		return
	case plan.Attribute:
		a.pos = x.Pos
		a.add(path, x.Name+" "+map[bool]string{false: "string", true: "number"}[x.Number])
		return
	case plan.Access:
		a.at(x.Pos, "access."+x.Resource, x.Verb)
		return
	case plan.SecretVariable:
		a.at(x.Pos, join(path, x.Name), x.Secret)
		return
	case plan.Variable:
		a.at(x.Pos, join(path, x.Name), x.Value)
		return
	case []string:
		for _, s := range x {
			a.add(path, s)
		}
		return
	case cron.Expr:
		a.add(path, x.String())
		return
	case time.Duration:
		a.span(path, x)
		return
	}
	a.kind(path, v)
}

func (a *asks) at(pos diag.Position, key, value string) {
	defer func(before diag.Position) { a.pos = before }(a.pos)
	a.pos = pos
	a.add(key, value)
}

func (a *asks) span(path string, d time.Duration) {
	if d != 0 {
		a.add(path, spec.FormatDuration(d))
	}
}

func (a *asks) kind(path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		inner := v.Elem()
		if t, ok := triggers[inner.Type().Name()]; ok && v.Kind() == reflect.Interface {
			a.trigger(t, inner)
			return
		}
		a.value(path, inner)
	case reflect.Slice:
		for i := range v.Len() {
			at := path
			if name := nameOf(v.Index(i)); name != "" {
				at = join(path, name)
			}
			a.value(at, v.Index(i))
		}
	case reflect.Struct:
		if value := v.FieldByName("Value"); value.IsValid() && v.FieldByName("Explicit").IsValid() {
			a.setting(path, v, value)
			return
		}
		a.fields(path, v, "Name")
	case reflect.String, reflect.Bool, reflect.Int:
		if !v.IsZero() {
			a.add(path, fmt.Sprint(v))
		}
	}
}

// nameOf is the name of a part that is told from others by it. The name of a variable is a part of its value.
func nameOf(v reflect.Value) string {
	switch v.Interface().(type) {
	case plan.Variable, plan.SecretVariable, plan.Access:
		return ""
	}
	if v.Kind() == reflect.Struct {
		if name := v.FieldByName("Name"); name.IsValid() {
			return name.String()
		}
	}
	return ""
}

func (a *asks) setting(path string, v, value reflect.Value) {
	defer func(before diag.Position) { a.pos = before }(a.pos)
	if pos, ok := v.FieldByName("Pos").Interface().(diag.Position); ok && !pos.IsZero() {
		a.pos = pos
	}
	switch {
	case path == "memory":
		a.mebibytes(path, value)
	case strings.HasPrefix(path, "lifecycle.") && value.Int() > 0:
		a.add(path, fmt.Sprintf("%dd", value.Int()))
	default:
		a.value(path, value)
	}
}

func (a *asks) mebibytes(path string, value reflect.Value) {
	if n := value.Int(); n > 0 {
		a.add(path, spec.FormatMemory(int(n)))
	}
}

// trigger adds a trigger: its name stands for it.
func (a *asks) trigger(t [2]string, v reflect.Value) {
	switch x := v.Interface().(type) {
	case plan.HTTP:
		a.value("", v)
		return
	case plan.Task:
		a.at(x.Pos, t[0], "true")
		return
	}
	sub := asks{owner: a.owner, pos: a.pos}
	sub.fields(t[0], v)
	for _, x := range sub.list {
		if x.Key == t[0]+"."+t[1] {
			x.Key = t[0]
		}
		a.list = append(a.list, x)
	}
}

// workflow adds what starts a workflow. What it does is in a file of its own.
func (a *asks) workflow(w *plan.Workflow) {
	a.owner, a.pos = Owner{spec.KindWorkflow, w.Name}, w.Pos
	a.fields("", reflect.ValueOf(*w), "Name", "Machine", "File", "Content", "Trigger")
	// Of the trigger the spec says a name alone.
	switch on := w.Trigger.(type) {
	case plan.Message:
		a.at(on.Pos, "queue", on.Queue)
	case plan.Subscription:
		a.at(on.Pos, "topic", on.Topic)
	}
}

// target adds the settings of a cloud, its overlays and what it includes.
func (a *asks) target(t *plan.Target) {
	a.owner, a.pos = Owner{Kind: KindApp}, t.Pos
	path := "targets." + t.Name
	var settings spec.Map[spec.Node]
	if diags := t.Settings.Decode(&settings); !diags.HasErrors() {
		for _, e := range settings {
			a.node(join(path, e.Name), e.Value)
		}
	}
	for _, p := range t.Overlay {
		a.node(path+".overlay."+p.Resource, p.Change)
	}
	for _, f := range t.Include {
		a.at(f.Pos, path+".include", f.Path)
	}
}

func (a *asks) node(path string, n spec.Node) {
	switch n.Kind {
	case spec.Mapping:
		for _, f := range n.Fields {
			a.node(join(path, f.Name), f.Value)
		}
	case spec.Sequence:
		for _, item := range n.Items {
			a.node(path, item)
		}
	case spec.Null:
		a.at(n.Pos, path, "null")
	default:
		a.at(n.Pos, path, n.Text)
	}
}

// compareAsks returns what differs, by owner, in the order of the keys.
func compareAsks(before, after []Ask) map[Owner][]Asked {
	found := map[Owner][]Asked{}
	for len(before) > 0 || len(after) > 0 {
		var at Ask
		if len(after) == 0 || len(before) > 0 && before[0].compare(after[0]) <= 0 {
			at = before[0]
		} else {
			at = after[0]
		}
		x, y := run(&before, at), run(&after, at)
		for _, d := range unequalAsks(x, y) {
			d.Key = at.Key
			found[at.Owner] = append(found[at.Owner], d)
		}
	}
	return found
}

func (a Ask) compare(b Ask) int { return cmp.Or(a.Owner.Compare(b.Owner), cmp.Compare(a.Key, b.Key)) }

// run splits off what a spec says under one key.
func run(list *[]Ask, at Ask) []Ask {
	n := 0
	for n < len(*list) && (*list)[n].compare(at) == 0 {
		n++
	}
	these := (*list)[:n]
	*list = (*list)[n:]
	return these
}

func unequalAsks(x, y []Ask) []Asked {
	var gone, added []Ask
	for _, a := range x {
		if !slices.ContainsFunc(y, func(b Ask) bool { return a.Value == b.Value }) {
			gone = append(gone, a)
		}
	}
	for _, b := range y {
		if !slices.ContainsFunc(x, func(a Ask) bool { return a.Value == b.Value }) {
			added = append(added, b)
		}
	}
	if len(gone) == 1 && len(added) == 1 {
		return []Asked{{Before: &gone[0].Value, After: &added[0].Value, Pos: added[0].Pos}}
	}
	var found []Asked
	for i := range gone {
		found = append(found, Asked{Before: &gone[i].Value, Pos: gone[i].Pos})
	}
	for i := range added {
		found = append(found, Asked{After: &added[i].Value, Pos: added[i].Pos})
	}
	return found
}
