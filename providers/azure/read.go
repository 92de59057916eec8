package azure

import (
	"path"
	"strings"
	"unicode"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicepread"
	"github.com/isobar-dev/isobar/spec"
)

// The types of what a tree has beside resources.
const (
	typeBinding   = "function.json"
	typeHost      = "host.json"
	typeModule    = "module"
	typeOutput    = "output"
	typeParameter = "param"
	typeSetting   = "targetScope"
	typeStage     = "bicepparam"
)

// Deployment reads templates, of this version or an older one, back into what they deploy.
func (Wing) Deployment(files *artifact.Set, stage string) (change.Deployment, error) {
	r := readTree{files: map[string][]bicepread.Declaration{}, stage: stage}
	for name, data := range files.All() {
		if err := r.read(name, data); err != nil {
			return change.Deployment{}, &readError{name, err}
		}
	}
	const main = "main.bicep"
	scope := r.template(main, r.given)
	for _, d := range r.files[main] {
		if d.Keyword != typeModule || d.Value == nil {
			continue
		}
		given := map[string]*bicepread.Value{}
		for _, f := range field(d.Value, "params").Fields {
			given[f.Key] = scope.Known(f.Value)
		}
		r.template(d.Type, given)
	}
	change.Adopt(r.resources, typeOutput)
	resources := change.Sorted(r.resources)
	return change.Deployment{Resources: resources, Grants: permitted(resources)}, nil
}

// readError is a file that is none of the wing's.
type readError struct {
	file string
	err  error
}

func (e *readError) Error() string { return e.file + ": " + e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// readTree is a tree of files that is being read.
type readTree struct {
	stage     string
	files     map[string][]bicepread.Declaration
	given     map[string]*bicepread.Value
	resources []change.Resource
}

func (t *readTree) read(name string, data []byte) error {
	switch path.Ext(name) {
	case ".bicep":
		found, err := bicepread.Read(data)
		t.files[name] = found
		return err
	case ".bicepparam":
		found, err := bicepread.Read(data)
		if err == nil {
			t.parameters(name, found)
		}
		return err
	case ".go":
		found, err := change.Entrypoint(name, data)
		t.resources = append(t.resources, found...)
		return err
	case ".json":
		return t.json(name, data)
	}
	return nil
}

// parameters are the values of a stage.
func (t *readTree) parameters(name string, found []bicepread.Declaration) {
	of := strings.TrimSuffix(path.Base(name), ".bicepparam")
	scope := bicepread.NewScope(nil, nil)
	r := change.Resource{Type: typeStage, Key: of, Address: name, File: name, Owner: change.Owner{Kind: change.KindStage, Name: of}}
	given := map[string]*bicepread.Value{}
	for _, d := range found {
		if d.Value == nil || d.Keyword != typeParameter {
			r.Set(d.Keyword, d.Name+d.Type, "")
			continue
		}
		given[d.Name] = d.Value
		for _, l := range scope.Leaves(d.Value) {
			r.Set(strings.TrimSuffix(d.Name+"."+l.Path, "."), l.Value, "")
		}
	}
	if of == t.stage {
		t.given = given
	}
	if t.stage == "" {
		t.resources = append(t.resources, r)
	}
}

// json are the files of the host.
func (t *readTree) json(name string, data []byte) error {
	r := change.Resource{Type: typeHost, Key: name, Address: name, File: name, Owner: change.Owner{Kind: change.KindApp}}
	switch path.Base(name) {
	case typeBinding:
		r.Type = typeBinding
		r.Owner = change.Owner{Kind: change.KindFunction, Name: path.Base(path.Dir(name))}
		if r.Owner.Name == spec.HTTPUnit {
			r.Owner = change.Owner{Kind: change.KindAPI}
		}
	case typeHost:
	default:
		return nil
	}
	err := change.JSON(&r, data)
	t.resources = append(t.resources, r)
	return err
}

// template adds what a file declares.
func (t *readTree) template(file string, given map[string]*bicepread.Value) *bicepread.Scope {
	found := t.files[file]
	var unknown []string
	if t.stage == "" {
		unknown = []string{"stage"}
	}
	scope := bicepread.NewScope(found, given, unknown...)
	keys := keysOf(found, scope)
	for _, d := range found {
		if d.Existing || d.Keyword == "var" {
			continue // a variable is in what it stands for
		}
		t.resources = append(t.resources, declared(file, d, scope, keys))
	}
	return scope
}

// keysOf are the names that resources have in Azure, with those of what they are a part of.
func keysOf(found []bicepread.Declaration, scope *bicepread.Scope) map[string]string {
	byName := map[string]bicepread.Declaration{}
	for _, d := range found {
		if d.Keyword == "resource" && d.Value != nil {
			byName[d.Name] = d
		}
	}
	keys := map[string]string{}
	var key func(name string, depth int) string
	key = func(name string, depth int) string {
		d, ok := byName[name]
		if known, done := keys[name]; done || !ok || depth > len(byName) {
			return known
		}
		own := typeName(d.Type) + " " + scope.Text(field(d.Value, "name"))
		for _, link := range []string{"parent", "scope"} {
			if v := field(d.Value, link); v.Raw != "" {
				if symbol := scope.Ref(v.Raw); symbol != "" && symbol != name {
					own = key(symbol, depth+1) + "/" + own
				}
			}
		}
		keys[name] = own
		return own
	}
	for name := range byName {
		key(name, 0)
	}
	return keys
}

// typeName is a type without its version.
func typeName(t string) string {
	name, _, _ := strings.Cut(t, "@")
	return name
}

var nothing = &bicepread.Value{}

func field(v *bicepread.Value, key string) *bicepread.Value {
	if v != nil {
		for _, f := range v.Fields {
			if f.Key == key {
				return f.Value
			}
		}
	}
	return nothing
}

// declared is a statement as a resource.
func declared(file string, d bicepread.Declaration, scope *bicepread.Scope, keys map[string]string) change.Resource {
	prefix := ""
	if file != "main.bicep" {
		prefix = strings.TrimSuffix(file, ".bicep") + "/"
	}
	r := change.Resource{Type: d.Keyword, Key: prefix + d.Name, Address: prefix + d.Keyword + "." + d.Name, File: file, Owner: change.Owner{Kind: change.KindApp}}
	if d.Keyword == "resource" {
		r.Type, r.Key, r.Address = typeName(d.Type), keys[d.Name], d.Name
		r.Owner = owner(d, scope)
		r.Set("apiVersion", strings.TrimPrefix(d.Type, r.Type+"@"), "")
		r.Set("symbol", d.Name, "") // which Azure does not get to see
	} else if d.Type != "" {
		r.Set("type", d.Type, "")
	}
	if d.Condition != "" {
		r.Set("if", d.Condition, "")
	}
	for _, text := range d.Decorators {
		r.Set("@[]", text, "")
	}
	if d.Value != nil {
		for _, l := range scope.Leaves(d.Value) {
			if l.Path == "" {
				l.Path = "value"
			}
			r.Properties = append(r.Properties, change.Property(l))
		}
	}
	return r
}

// words begin the symbols of an app's own things.
var words = map[string]spec.Kind{
	"queue": spec.KindQueue, "topic": spec.KindTopic, "bucket": spec.KindBucket, "table": spec.KindTable, "secret": spec.KindSecret,
	"workflow": spec.KindWorkflow, "callerOf": spec.KindWorkflow,
	"subscription": change.KindFunction, "filter": change.KindFunction, "channel": change.KindFunction, "eventsFor": change.KindFunction,
	"deadLettersOf": change.KindFunction, "timer": change.KindFunction,
}

// owner is the part of the app that a resource is for: its own, or that of what it is about.
func owner(d bicepread.Declaration, scope *bicepread.Scope) change.Owner {
	if o, ok := named(d.Name); ok {
		return o
	}
	for _, link := range []string{"scope", "parent"} {
		if o, ok := named(scope.Ref(field(d.Value, link).Raw)); ok {
			return o
		}
	}
	// An assignment of Cosmos DB's own names the container in its scope.
	if _, name, ok := strings.Cut(scope.Text(field(field(d.Value, "properties"), "scope")), "/colls/"); ok && name != "isobar--leases" {
		return change.Owner{Kind: spec.KindTable, Name: name}
	}
	return change.Owner{Kind: change.KindApp}
}

// named is the owner that a symbol tells: queueOrders.
func named(symbol string) (change.Owner, bool) {
	longest := ""
	for word := range words {
		rest, ok := strings.CutPrefix(symbol, word)
		if ok && rest != "" && unicode.IsUpper(rune(rest[0])) && len(word) > len(longest) {
			longest = word
		}
	}
	if longest == "" {
		return change.Owner{}, false
	}
	return change.Owner{Kind: words[longest], Name: hyphens(symbol[len(longest):])}, true
}

// hyphens is a name in PascalCase as a spec may have it.
func hyphens(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// permitted are the permissions that assignments of roles give.
func permitted(resources []change.Resource) []access.Grant {
	var grants []access.Grant
	for i := range resources {
		r := &resources[i]
		if !strings.HasSuffix(strings.ToLower(r.Type), "roleassignments") {
			continue
		}
		var g access.Grant
		for _, p := range r.Properties {
			switch p.Path {
			case "properties.principalId":
				g.Principal = p.Ref
			case "properties.roleDefinitionId":
				g.Action = p.Value
			case "scope", "properties.scope":
				if g.Resource = p.Value; p.Ref != "" {
					g.Resource = p.Ref
				}
			}
		}
		grants = append(grants, g)
	}
	return grants
}
