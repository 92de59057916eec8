package asl

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/isobar-dev/isobar/spec/diag"
)

// maxStateName is the longest name of a state, in characters.
const maxStateName = 80

// state reads a state, and notes whether it could be read.
func (p *parser) state(f pair) *State {
	s := &State{Name: f.key, Body: &Pass{}}
	before, lost := len(p.diags), p.lost
	p.lost = false
	p.body(s, f)
	s.broken = p.garbled || len(p.diags) >= maxDiags || p.diags[before:].HasErrors()
	s.lost = p.garbled || len(p.diags) >= maxDiags || p.lost
	p.lost = lost
	return s
}

// body reads what stands in a state. One whose type cannot be read stays a Pass that may lead anywhere, so that the rest can be checked.
func (p *parser) body(s *State, f pair) {
	what := "state " + diag.Quote(f.key.Value)
	if n := utf8.RuneCountInString(f.key.Value); n == 0 || n > maxStateName {
		p.errorf(diag.InvalidName, f.key.Pos, "the name of a state has 1 to %d characters, found %d", maxStateName, n)
	}
	if f.value.kind != mapping {
		p.errorf(diag.WrongType, f.value.pos, "%s wants a mapping, found %s", what, f.value.describe())
		p.lost = true
		return
	}
	kind := p.kind(f.value, what)
	fields, ok := stateFields[kind]
	if !ok {
		p.lost = true
		s.Next = (&object{p: p, t: f.value, what: what}).text("Next")
		return
	}
	o := p.object(f.value, what+" ("+kind+")", fields)
	o.queryLanguage()
	s.Comment = o.text("Comment").Value
	s.InputPath, s.OutputPath = o.pathOrNull("InputPath"), o.pathOrNull("OutputPath")
	switch kind {
	case "Task":
		s.Body = p.task(o)
	case "Choice":
		s.Body = p.choice(o)
	case "Parallel":
		s.Body = p.parallel(o)
	case "Map":
		s.Body = p.mapState(o)
	case "Wait":
		s.Body = p.wait(o)
	case "Pass":
		s.Body = &Pass{Parameters: o.template("Parameters"), Result: o.literal("Result"), ResultPath: o.reference("ResultPath")}
	case "Succeed":
		s.Body = &Succeed{}
	case "Fail":
		s.Body = &Fail{Error: o.textOrExpression("Error"), Cause: o.textOrExpression("Cause")}
	}
	o.goOn(s, fields)
}

// kind reads the type of a state, and takes one that is misspelt for what it most likely is.
func (p *parser) kind(t tree, what string) string {
	o := &object{p: p, t: t, what: what}
	key := Text{Value: "Type"}
	if _, ok := o.get(key.Value); !ok {
		misspelt := func(f pair) bool { return diag.Closest(f.key.Value, []string{"Type"}) != "" }
		if i := slices.IndexFunc(t.fields, misspelt); i >= 0 {
			key = t.fields[i].key
		}
	}
	kind := o.required(key.Value)
	if _, ok := stateFields[kind.Value]; ok {
		return kind.Value // whose fields say when Type is misspelt
	}
	if key.Value != "Type" {
		p.unknown(key, what, []string{"Type"})
	}
	if !kind.IsSet() {
		return ""
	}
	p.errorf(diag.InvalidValue, kind.Pos, "there is no type of state %s%s", diag.Quote(kind.Value), diag.DidYouMean(kind.Value, stateTypes)).Hint = "the types are " + strings.Join(stateTypes, ", ")
	return diag.Closest(kind.Value, stateTypes)
}

// goOn reads what follows a state.
func (o *object) goOn(s *State, fields []string) {
	if !slices.Contains(fields, "Next") {
		return
	}
	_, next := o.get("Next")
	end, ends := o.get("End")
	s.End = o.flag("End")
	switch {
	case next && s.End:
		e := o.p.errorf(diag.InvalidValue, o.text("Next").Pos, "%s has a Next and an End", o.what)
		e.Hint = "leave one of the two out"
		o.p.lost = true
	case next:
		s.Next = o.required("Next")
		o.p.lost = o.p.lost || !s.Next.IsSet()
	case !s.End:
		o.p.lost = true
		if ends && end.kind != boolean {
			return
		}
		e := o.p.errorf(diag.MissingKey, s.Name.Pos, "%s has neither a Next nor an End", o.what)
		e.Hint = "write Next: STATE, or End: true"
		if ends {
			e.Hint = "End: false is not an end; write Next: STATE, or End: true"
		}
	}
}

func (p *parser) task(o *object) *Task {
	t := &Task{
		Parameters: o.template("Parameters"),
		Timeout:    o.seconds("TimeoutSeconds", 1),
		Outcome:    o.outcome(),
	}
	if r := o.required("Resource"); r.IsSet() && !p.foreign(t, r) {
		t.Resource = p.resource(r)
	}
	return t
}

func (p *parser) parallel(o *object) *Parallel {
	s := &Parallel{Parameters: o.template("Parameters"), Outcome: o.outcome()}
	branches, ok := o.list("Branches")
	if !ok {
		p.errorf(diag.MissingKey, o.t.pos, "Branches is missing in %s", o.what).Hint = examples["Branches"]
	} else if len(branches) == 0 {
		p.errorf(diag.InvalidValue, o.t.pos, "Branches of %s is empty", o.what).Hint = examples["Branches"]
	}
	for _, b := range branches {
		if branch := p.object(b, "a branch of "+o.what, graphFields); branch != nil {
			g := &Graph{}
			p.graph(branch, g)
			s.Branches = append(s.Branches, g)
		}
	}
	return s
}

func (p *parser) mapState(o *object) *Map {
	s := &Map{ItemsPath: o.path("ItemsPath"), Outcome: o.outcome()}
	s.MaxConcurrency = o.whole("MaxConcurrency", 0, maxSeconds)
	s.MaxConcurrencyPath = o.path("MaxConcurrency" + pathSuffix)
	s.ItemSelector = o.either("ItemSelector", "Parameters", (*object).template)
	if s.MaxConcurrency.Set && s.MaxConcurrencyPath != nil {
		p.errorf(diag.InvalidValue, s.MaxConcurrencyPath.Pos, "MaxConcurrency and MaxConcurrencyPath exclude each other")
	}
	name := "ItemProcessor"
	t, ok := o.get(name)
	if old, both := o.get("Iterator"); both {
		if ok {
			p.errorf(diag.InvalidValue, old.pos, "Iterator is the old name of ItemProcessor; %s has both", o.what)
		} else {
			t, ok, name = old, true, "Iterator"
		}
	}
	if !ok {
		p.errorf(diag.MissingKey, o.t.pos, "ItemProcessor is missing in %s", o.what).Hint = examples["ItemProcessor"]
		return s
	}
	if inner := p.object(t, name+" of "+o.what, processorFields); inner != nil {
		s.Processor = &Graph{}
		inner.processorConfig()
		p.graph(inner, s.Processor)
	}
	return s
}

func (o *object) processorConfig() {
	t, ok := o.get("ProcessorConfig")
	if !ok {
		return
	}
	c := o.p.object(t, "ProcessorConfig", []string{"Mode", "ExecutionType"})
	if c == nil {
		return
	}
	if m := c.text("Mode"); m.IsSet() && m.Value != "INLINE" {
		o.p.unsupported(m.Pos, "the mode "+diag.Quote(m.Value), whyDistributed, "write INLINE, or leave it out")
	}
	if e := c.text("ExecutionType"); e.IsSet() {
		o.p.unsupported(e.Pos, "the field ExecutionType", whyDistributed, "leave it out")
	}
}

// either reads a field that has an old name.
func (o *object) either(name, old string, read func(*object, string) Value) Value {
	if t, ok := o.get(old); ok {
		if _, both := o.get(name); both {
			o.p.errorf(diag.InvalidValue, t.pos, "%s is the old name of %s; %s has both", old, name, o.what)
			return nil
		}
		return read(o, old)
	}
	return read(o, name)
}

func (p *parser) wait(o *object) *Wait {
	w := &Wait{Seconds: o.seconds("Seconds", 0)}
	if t := o.text("Timestamp"); t.IsSet() {
		w.Timestamp = &Literal{t.Pos, t.Value}
		if _, ok := ParseTimestamp(t.Value); !ok {
			p.errorf(diag.InvalidValue, t.Pos, "%s is not a moment", diag.Quote(t.Value)).Hint = "write it as RFC 3339 says: 2026-11-23T12:00:00Z"
		}
	}
	if path := o.path("Timestamp" + pathSuffix); path != nil {
		w.Timestamp = path
	}
	said := 0
	for _, name := range []string{"Seconds", "SecondsPath", "Timestamp", "TimestampPath"} {
		if _, ok := o.get(name); ok {
			said++
		}
	}
	if both := w.Seconds.Path != nil && w.Seconds.Value > 0; said != 1 && !both {
		p.errorf(diag.InvalidValue, o.t.pos, "%s has %d of Seconds, SecondsPath, Timestamp and TimestampPath, it needs exactly one", o.what, said)
	}
	return w
}

// literal reads a value without expressions that may be missing.
func (o *object) literal(name string) Value {
	t, ok := o.get(name)
	if !ok {
		return nil
	}
	return literal(t)
}

// textOrExpression reads a text, or what its form as a path gives.
func (o *object) textOrExpression(name string) Value {
	t := o.text(name)
	path := o.text(name + pathSuffix)
	switch {
	case path.IsSet():
		if _, both := o.get(name); both {
			o.p.errorf(diag.InvalidValue, path.Pos, "%s and %s%s exclude each other", name, name, pathSuffix)
		}
		return o.p.expression(path, name+pathSuffix)
	case t.Pos.IsZero():
		return nil
	}
	return &Literal{t.Pos, t.Value}
}

// timestamp is the form of moments: the profile of ISO 8601 that RFC 3339 gives, with a capital T and a capital Z.
var timestamp = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`)
