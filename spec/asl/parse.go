package asl

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Load parses and checks: the machine, and all that is wrong with it, sorted. The machine is usable when the list has no errors. What
// could be read is checked although some could not, so that one mistake hides no other.
// Known are the names that its tasks can use; nil when they are not to be checked.
func Load(file string, data []byte, known *Names) (*Machine, diag.List) {
	m, diags := Parse(file, data)
	if m != nil {
		diags = append(diags, Check(m, known)...)
	}
	diags = diags.Sort()
	return m, diags[:min(len(diags), maxDiags)]
}

// Parse decodes a definition, strictly. File is the name that positions carry; nothing is read from disk. The machine is nil when
// the bytes are neither JSON nor YAML; otherwise it holds what could be decoded, and the list what could not. Parse does not ask
// whether what states refer to is there; Check does.
func Parse(file string, data []byte) (*Machine, diag.List) {
	t, diags, ok := read(file, data)
	if !ok {
		return nil, diags
	}
	p := &parser{diags: diags, garbled: diags.HasErrors()}
	return p.machine(t), p.diags
}

// ReadValue reads a value of JSON or YAML in which nothing is an expression: made of *Literal, *Array and *Object. It is nil when
// there are errors.
func ReadValue(file string, data []byte) (Value, diag.List) {
	t, diags, ok := read(file, data)
	if !ok || diags.HasErrors() {
		return nil, diags
	}
	return literal(t), diags
}

// parser turns a tree into the model. It collects every mistake and goes on.
type parser struct {
	diags diag.List
	// lost says that a way which leads from the state that is being read could not be read.
	lost bool
	// garbled says that parts of the file could not be read at all.
	garbled bool
}

// errorf reports an error and returns it, so that a caller can add a hint. Beyond a number that nobody reads it reports nothing.
func (p *parser) errorf(code diag.Code, pos diag.Position, format string, args ...any) *diag.Diagnostic {
	if len(p.diags) >= maxDiags {
		return &diag.Diagnostic{}
	}
	return p.diags.Errorf(code, pos, format, args...)
}

// unsupported reports what the language has, and what is not the same on every cloud or not read.
func (p *parser) unsupported(pos diag.Position, what, why, hint string) {
	e := p.errorf(diag.Unsupported, pos, "%s cannot be used", what)
	e.Reason, e.Hint = why, hint
}

var (
	graphFields   = []string{"StartAt", "States", "Comment", "QueryLanguage"}
	machineFields = append([]string{"TimeoutSeconds", "Version"}, graphFields...)
)

func (p *parser) machine(t tree) *Machine {
	m := &Machine{Graph: Graph{Pos: t.pos}}
	if t.kind == null {
		p.errorf(diag.MissingKey, t.pos, "the definition is empty").Hint = "it has StartAt, the name of a state, and States"
		return m
	}
	o := p.object(t, "the state machine", machineFields)
	if o == nil {
		return m
	}
	m.Comment = o.text("Comment").Value
	if v := o.text("Version"); v.IsSet() && v.Value != "1.0" {
		p.errorf(diag.Version, v.Pos, "the version of the language is 1.0, found %s", diag.Quote(v.Value))
	}
	if n := o.whole("TimeoutSeconds", 1, maxSeconds); n.Set {
		m.Timeout = Setting[time.Duration]{time.Duration(n.Value) * time.Second, n.Pos, true}
	}
	p.graph(o, &m.Graph)
	for _, r := range m.Tasks() {
		m.Foreign = m.Foreign || r.Foreign
	}
	return m
}

// graph reads what a machine, a branch and an item processor have in common.
func (p *parser) graph(o *object, g *Graph) {
	g.Pos = o.t.pos
	g.StartAt = o.required("StartAt")
	o.queryLanguage()
	states, ok := o.get("States")
	if !ok {
		p.errorf(diag.MissingKey, g.Pos, "States is missing in %s", o.what).Hint = examples["States"]
		return
	}
	if states.kind != mapping || len(states.fields) == 0 {
		p.errorf(diag.WrongType, states.pos, "States wants a mapping from names to states, found %s", states.describe())
		return
	}
	for _, f := range states.fields {
		g.States = append(g.States, p.state(f))
	}
}

// object is a mapping that is being read.
type object struct {
	p    *parser
	t    tree
	what string
}

// object checks that t is a mapping with none but the allowed fields; nil when it is not even a mapping. A field that is misspelt is
// reported, and read as the one that it most likely is.
func (p *parser) object(t tree, what string, allowed []string) *object {
	if t.kind != mapping {
		p.errorf(diag.WrongType, t.pos, "%s wants a mapping, found %s", what, t.describe())
		return nil
	}
	o := &object{p: p, t: t, what: what}
	o.t.fields = slices.Clone(t.fields)
	for i, f := range t.fields {
		if slices.Contains(allowed, f.key.Value) {
			continue
		}
		p.unknown(f.key, what, allowed)
		if meant := diag.Closest(f.key.Value, allowed); meant != "" {
			if _, there := o.get(meant); !there {
				o.t.fields[i].key.Value = meant
			}
		}
	}
	return o
}

// ways are the fields that say where a state leads.
var ways = []string{"Next", "End", "Choices", "Default", "Catch"}

// unknown reports a field that a mapping does not have.
func (p *parser) unknown(key Text, what string, allowed []string) {
	p.lost = p.lost || slices.Contains(ways, key.Value)
	if len(p.diags) >= maxDiags {
		return
	}
	if e, ok := others[key.Value]; ok {
		p.unsupported(key.Pos, "the field "+key.Value, e.why, e.hint)
		return
	}
	e := p.errorf(diag.UnknownKey, key.Pos, "unknown field %s in %s%s", diag.Quote(key.Value), what, diag.DidYouMean(key.Value, allowed))
	if types := typesWith(key.Value); len(types) > 0 {
		e.Hint = fmt.Sprintf("%s is a field of %s", key.Value, strings.Join(types, ", "))
		return
	}
	e.Hint = "the fields are " + strings.Join(slices.Sorted(slices.Values(allowed)), ", ")
}

func (o *object) get(name string) (tree, bool) {
	for _, f := range o.t.fields {
		if f.key.Value == name {
			return f.value, true
		}
	}
	return tree{}, false
}

// text reads a text that may be missing.
func (o *object) text(name string) Text {
	t, ok := o.get(name)
	switch {
	case !ok:
		return Text{}
	case t.kind != text:
		o.p.errorf(diag.WrongType, t.pos, "%s wants text, found %s", name, t.describe())
		return Text{}
	}
	return Text{t.text, t.pos}
}

func (o *object) required(name string) Text {
	t := o.text(name)
	if _, ok := o.get(name); !ok {
		o.p.errorf(diag.MissingKey, o.t.pos, "%s is missing in %s", name, o.what).Hint = examples[name]
	} else if t.Value == "" && !t.Pos.IsZero() {
		o.p.errorf(diag.InvalidValue, t.Pos, "%s is empty", name).Hint = examples[name]
	}
	return t
}

func (o *object) flag(name string) (value bool) {
	t, ok := o.get(name)
	if ok && t.kind != boolean {
		o.p.errorf(diag.WrongType, t.pos, "%s wants true or false, found %s", name, t.describe())
	}
	return t.kind == boolean && t.text == "true"
}

func (o *object) list(name string) ([]tree, bool) {
	t, ok := o.get(name)
	if ok && t.kind != sequence {
		o.p.errorf(diag.WrongType, t.pos, "%s wants a list, found %s", name, t.describe())
	}
	return t.items, ok
}

// queryLanguage refuses a definition in the language's other flavour.
func (o *object) queryLanguage() {
	if l := o.text("QueryLanguage"); l.IsSet() && l.Value != "JSONPath" {
		o.p.unsupported(l.Pos, "the query language "+diag.Quote(l.Value), "definitions are read in the flavour JSONPath, which every target can have", "write the expressions as paths")
	}
}

// maxSeconds is the longest time span of the language.
const maxSeconds = 99_999_999
