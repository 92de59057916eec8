package spec

import (
	"regexp"
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Kind is a kind of resource that a spec declares.
type Kind string

// The kinds of resources.
const (
	KindQueue  Kind = "queue"
	KindTopic  Kind = "topic"
	KindBucket Kind = "bucket"
	KindTable  Kind = "table"
	KindSecret Kind = "secret"
	// KindWorkflow is that of workflows, which can be started.
	KindWorkflow Kind = "workflow"
)

// Verbs are what a function may be allowed to do with resources of each kind. To write is to delete, too.
var Verbs = map[Kind][]string{
	KindQueue:  {"send"},
	KindTopic:  {"publish"},
	KindBucket: {"read", "write"},
	KindTable:  {"read", "write"},
	KindSecret: {"read"},

	KindWorkflow: {"start"},
}

// Resource is a declared resource of any kind.
type Resource struct {
	Kind Kind
	Name string
	Pos  diag.Position
}

// Resources returns every declared resource, kind by kind, each in the order of the file.
func (d *Document) Resources() []Resource {
	var all []Resource
	all = appendResources(all, KindQueue, d.Queues)
	all = appendResources(all, KindTopic, d.Topics)
	all = appendResources(all, KindBucket, d.Buckets)
	all = appendResources(all, KindTable, d.Tables)
	all = appendResources(all, KindSecret, d.Secrets)
	return appendResources(all, KindWorkflow, d.Workflows)
}

func appendResources[T any](to []Resource, kind Kind, m Map[T]) []Resource {
	for _, e := range m {
		to = append(to, Resource{kind, e.Name, e.Pos})
	}
	return to
}

// resource returns the declared resource of a name, or nil.
func (v *validator) resource(name string) *Resource {
	if v.declared == nil {
		v.declared = map[string]*Resource{}
		for _, r := range v.doc.Resources() {
			v.declared[r.Name] = &r
		}
	}
	return v.declared[name]
}

func (v *validator) buckets() {
	const day = 24 * time.Hour
	for _, b := range v.doc.Buckets {
		l := b.Value.Lifecycle
		for _, age := range []Duration{l.ExpireAfter, l.ExpireVersionsAfter} {
			if age.Value%day != 0 {
				v.diags.Errorf(diag.InvalidValue, age.Pos, "the age of objects is in whole days, found %s", FormatDuration(age.Value)).Hint = "write for example 30d"
			}
		}
		if l.ExpireVersionsAfter.IsSet() && !b.Value.Versioning.Value {
			v.diags.Errorf(diag.InvalidValue, l.ExpireVersionsAfter.Pos, "bucket %s has no versions that could expire", diag.Quote(b.Name)).Hint = "add versioning: true"
		}
	}
}

// Limits of tables.
const (
	AttributeNamePattern = `^[A-Za-z_][A-Za-z0-9_]{0,99}$`
	MaxIndexes           = 20
)

var (
	attributeName  = regexp.MustCompile(AttributeNamePattern)
	attributeTypes = []string{"string", "number"}
)

func (v *validator) tables() {
	for _, t := range v.doc.Tables {
		if t.Value.Pos.IsZero() {
			continue
		}
		types := map[string]Entry[Text]{}
		v.key(types, t.Value.Key, t.Value.Sort)
		names := identifiers{}
		for _, i := range t.Value.Indexes {
			if i.Value.Pos.IsZero() {
				continue
			}
			if v.name("the index's name", i.Name, i.Pos, MaxName) {
				v.distinct(names, "index", i.Name, i.Pos)
			}
			v.key(types, i.Value.Key, i.Value.Sort)
		}
		if len(t.Value.Indexes) > MaxIndexes {
			v.diags.Errorf(diag.InvalidValue, t.Value.Indexes[MaxIndexes].Pos, "a table has at most %d indexes, this one has %d", MaxIndexes, len(t.Value.Indexes))
		}
	}
}

// key checks the key of a table or an index, and that an attribute has the same type wherever it is part of one.
func (v *validator) key(types map[string]Entry[Text], key, sort Map[Text]) {
	if len(key) > 1 {
		v.diags.Errorf(diag.InvalidValue, key[1].Pos, "a key is one attribute with its type, found %d", len(key)).Hint = "write for example key: { id: string }, and a second attribute under sort"
	}
	if len(sort) > 1 {
		v.diags.Errorf(diag.InvalidValue, sort[1].Pos, "sort is one attribute with its type, found %d", len(sort))
	}
	for _, a := range append(key[:len(key):len(key)], sort...) {
		switch first, known := types[a.Name]; {
		case !attributeName.MatchString(a.Name):
			v.diags.Errorf(diag.InvalidName, a.Pos, "the attribute %s is not letters, digits and _, beginning with a letter", diag.Quote(a.Name))
		case a.Value.Pos.IsZero() || !a.Value.IsSet() && a.Value.quote == 0:
		case a.Value.Value != attributeTypes[0] && a.Value.Value != attributeTypes[1]:
			v.diags.Errorf(diag.InvalidValue, a.Value.Pos, "the type of an attribute is %s, found %s%s", oneOf(attributeTypes), diag.Quote(a.Value.Value), diag.DidYouMean(a.Value.Value, attributeTypes))
		case known && first.Value.Value != a.Value.Value:
			e := v.diags.Errorf(diag.InvalidValue, a.Value.Pos, "the attribute %s is a %s here and a %s elsewhere", diag.Quote(a.Name), a.Value.Value, first.Value.Value)
			e.Related = []diag.Related{{Pos: first.Value.Pos, Message: "elsewhere"}}
		default:
			types[a.Name] = a
		}
	}
	if len(key) == 1 && len(sort) == 1 && key[0].Name == sort[0].Name {
		v.diags.Errorf(diag.InvalidValue, sort[0].Pos, "%s is the key already", diag.Quote(sort[0].Name))
	}
}

// StagePattern is the form of the names of stages, which are part of every physical name.
const StagePattern = `^[a-z][a-z0-9]{0,7}$`

var stage = regexp.MustCompile(StagePattern)

func (v *validator) stages() {
	for _, s := range v.doc.Stages {
		if !stage.MatchString(s.Name) {
			v.diags.Errorf(diag.InvalidName, s.Pos, "the stage %s is not one to eight lower-case letters and digits, a letter first", diag.Quote(s.Name))
		}
		v.env(s.Value.Env)
		for _, e := range s.Value.Env {
			if v.doc.Defaults.Env.Get(e.Name) == nil {
				d := v.diags.Errorf(diag.NotDeclared, e.Pos, "the variable %s is not one of defaults.env%s", diag.Quote(e.Name), diag.DidYouMean(e.Name, v.doc.Defaults.Env.Names()))
				d.Reason = "one template serves all stages, so each of them has the same variables"
				d.Hint = "give it a value for the other stages under defaults.env"
			}
		}
	}
}
