package spec

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/isobar-dev/isobar/spec/diag"
)

// The defaults of the language.
const (
	DefaultBasePath   = "/api"
	DefaultMemoryMiB  = 256
	DefaultTimeout    = 30 * time.Second
	DefaultRetention  = 7 * 24 * time.Hour
	DefaultDeliveries = 5
	DefaultAttempts   = 5
	DefaultTimezone   = "UTC"
)

// HTTPUnit is the name of the unit that serves the HTTP API on every cloud. No function may have it.
const HTTPUnit = "http"

// DeadLetterSuffix ends the name of a queue's dead-letter queue. No declared resource or function may end in it.
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
	v.cors()
	v.authorizers()
	v.stages()
	v.buckets()
	v.tables()
	for i := range doc.Functions {
		v.function(&doc.Functions[i])
	}
	v.workflows()
	v.routes()
	v.consumers()
	return v.diags
}

type validator struct {
	doc      *Document
	diags    diag.List
	declared map[string]*Resource // by name
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
}

// names checks the names of functions, of stages, and of resources, which are one kind: access names them without saying what
// they are.
func (v *validator) names() {
	functions, resources := identifiers{}, identifiers{}
	for _, f := range v.doc.Functions {
		if !v.name("the function's name", f.Name, f.Pos, MaxName) {
			continue
		}
		if f.Name == HTTPUnit {
			v.diags.Errorf(diag.ReservedName, f.Pos, "the function name %q is reserved for the unit that serves the HTTP API", f.Name)
		}
		v.notDeadLetters("function", f.Name, f.Pos) // a function's dead letters have its name too
		v.distinct(functions, "function", f.Name, f.Pos)
	}
	for _, r := range v.doc.Resources() {
		if !v.name("the "+string(r.Kind)+"'s name", r.Name, r.Pos, MaxName) {
			continue
		}
		v.notDeadLetters(string(r.Kind), r.Name, r.Pos)
		v.distinct(resources, "resource", r.Name, r.Pos)
	}
}

// notDeadLetters refuses a name that what keeps the dead letters of another one has.
func (v *validator) notDeadLetters(kind, name string, pos diag.Position) {
	if strings.HasSuffix(name, DeadLetterSuffix) {
		v.diags.Errorf(diag.ReservedName, pos, "the %s name %q ends in %s, which is reserved for dead-letter queues", kind, name, DeadLetterSuffix)
	}
}

// identifiers holds the names of one kind by what remains of them in an identifier.
type identifiers map[string]Entry[struct{}]

func (v *validator) distinct(seen identifiers, kind, name string, pos diag.Position) {
	key := strings.ReplaceAll(name, "-", "")
	if first, ok := seen[key]; ok {
		e := v.diags.Errorf(diag.NameCollision, pos, "the %s names %q and %q differ only in hyphens", kind, first.Name, name)
		if first.Name == name {
			e.Message = fmt.Sprintf("there are two resources of the name %q", name)
			e.Reason = "access names resources without saying what they are"
		}
		e.Hint = "give one of them another name"
		e.Related = []diag.Related{{Pos: first.Pos, Message: "first here"}}
		return
	}
	seen[key] = Entry[struct{}]{Name: name, Pos: pos}
}

func (v *validator) name(what, s string, pos diag.Position, most int) bool {
	switch {
	case !name.MatchString(s):
		v.diags.Errorf(diag.InvalidName, pos, "%s %s is not lower-case letters, digits and single hyphens, beginning with a letter", what, diag.Quote(s)).Hint = renamed(s, most)
	case len(s) > most:
		v.diags.Errorf(diag.InvalidName, pos, "%s %s has %d characters, at most %d are allowed", what, diag.Quote(s), len(s), most)
	default:
		return true
	}
	return false
}

var (
	humps     = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	separator = regexp.MustCompile(`[^a-z0-9]+`)
)

// renamed says how to write a name in the form of names, when something is left of it.
func renamed(s string, most int) string {
	kebab := strings.Trim(separator.ReplaceAllString(strings.ToLower(humps.ReplaceAllString(s, "$1-$2")), "-"), "-")
	if !name.MatchString(kebab) || len(kebab) > most || strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return ""
	}
	return "write " + kebab
}
