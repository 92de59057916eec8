// Package schema makes the JSON Schema of the spec from its model, for editors and for people who check specs without Isobar.
//
// isobar.v1.schema.json beside it is what it makes; a test fails when they drift apart, and UPDATE=1 rewrites the file. The
// schema says less than spec.Validate: it knows nothing of references, or of routes that conflict.
package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/isobar-dev/isobar/spec"
)

// ID is where the schema of version v1 is published.
const ID = "https://raw.githubusercontent.com/isobar-dev/isobar/main/spec/schema/isobar.v1.schema.json"

// Generate returns the schema as indented JSON. It reads the descriptions from the comments of the model's source, and so
// wants to run in this package's folder.
func Generate() ([]byte, error) {
	g := generator{jsonschema.Reflector{
		FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, DoNotReference: true, Anonymous: true,
	}}
	if err := g.AddGoComments("github.com/isobar-dev/isobar/spec/schema", "..", jsonschema.WithFullComment()); err != nil {
		return nil, fmt.Errorf("reading the model's comments: %w", err)
	}
	root := g.structure(reflect.TypeFor[spec.Document]())
	root.Version = jsonschema.Version
	root.ID = ID
	root.Title = "isobar.yaml"
	out, err := json.MarshalIndent(root, "", "  ")
	return append(out, '\n'), err
}

type generator struct{ jsonschema.Reflector }

// structure reflects a struct of the model. Fields are mapped, the struct itself is not.
func (g generator) structure(t reflect.Type) *jsonschema.Schema {
	g.Mapper = func(field reflect.Type) *jsonschema.Schema {
		if field == t {
			return nil
		}
		return g.value(field)
	}
	s := g.ReflectFromType(t)
	s.Version, s.ID = "", ""
	if t.Kind() != reflect.Struct {
		return s
	}
	// A description in prose, not in the line breaks of the source.
	s.Description = prose(s.Description)
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		p.Value.Description = prose(p.Value.Description)
		if isEnvironment(p.Key) && p.Value.AdditionalProperties != nil && p.Value.AdditionalProperties.Type == "string" {
			p.Value.PropertyNames = &jsonschema.Schema{Pattern: spec.EnvPattern}
		}
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Type == reflect.TypeFor[spec.List[spec.Text]]() {
			property, _ := s.Properties.Get(f.Tag.Get("yaml"))
			property.AnyOf = list(&jsonschema.Schema{Type: "string", Enum: allowed(f.Tag.Get("jsonschema"))})
		}
	}
	return s
}

// list is one item, or several.
func list(item *jsonschema.Schema) []*jsonschema.Schema {
	return []*jsonschema.Schema{item, {Type: "array", Items: item}}
}

// allowed are the texts that a tag allows; the reflector would say it of the list instead of its items.
func allowed(tag string) []any {
	var texts []any
	for part := range strings.SplitSeq(tag, ",") {
		if text, ok := strings.CutPrefix(part, "enum="); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// isEnvironment tells whether a key's names are those of environment variables.
func isEnvironment(key string) bool { return key == "env" || key == "secrets" }

func prose(comment string) string { return strings.Join(strings.Fields(comment), " ") }

// value maps the type of a field. The types with a short form are either text or a mapping; a mapping without required keys may
// be left empty.
func (g generator) value(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[spec.Text]():
		return &jsonschema.Schema{Type: "string"}
	case reflect.TypeFor[spec.Int]():
		return &jsonschema.Schema{Type: "integer"}
	case reflect.TypeFor[spec.Duration]():
		return &jsonschema.Schema{Type: "string", Pattern: spec.DurationPattern, Examples: []any{"30s", "5m", "14d"}}
	case reflect.TypeFor[spec.Memory]():
		return &jsonschema.Schema{Type: "string", Pattern: spec.MemoryPattern, Examples: []any{"256MiB", "1GiB"}}
	case reflect.TypeFor[spec.Bool]():
		return &jsonschema.Schema{Type: "boolean"}
	case reflect.TypeFor[spec.Node]():
		return &jsonschema.Schema{} // of any shape
	case reflect.TypeFor[spec.Target]():
		s := g.structure(t)
		s.Properties.Delete("Pos")   // of the settings, which are inlined
		s.AdditionalProperties = nil // the settings themselves, which the target's wing knows
		return g.optional(s)
	case reflect.TypeFor[spec.HTTP](), reflect.TypeFor[spec.QueueTrigger](), reflect.TypeFor[spec.TopicTrigger](),
		reflect.TypeFor[spec.BucketTrigger](), reflect.TypeFor[spec.TableTrigger](), reflect.TypeFor[spec.Schedule]():
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string", MinLength: ptr(1)}, g.structure(t)}}
	}
	if t.Kind() == reflect.Slice && strings.HasPrefix(t.Name(), "Map[") {
		entry, _ := t.Elem().FieldByName("Value")
		return g.names(entry.Type)
	}
	if t.Kind() == reflect.Slice && strings.HasPrefix(t.Name(), "List[") {
		return &jsonschema.Schema{AnyOf: list(g.value(t.Elem()))}
	}
	return g.optional(g.structure(t))
}

// names is a mapping from names to values of a type.
func (g generator) names(t reflect.Type) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", AdditionalProperties: g.value(t)}
	switch t {
	case reflect.TypeFor[spec.Raw](), reflect.TypeFor[spec.Node](), reflect.TypeFor[spec.Text](), reflect.TypeFor[spec.List[spec.Text]]():
	default:
		s.PropertyNames = &jsonschema.Schema{Pattern: spec.NamePattern, MaxLength: ptr(spec.MaxName)}
	}
	return s
}

func (g generator) optional(s *jsonschema.Schema) *jsonschema.Schema {
	if len(s.Required) > 0 {
		return s
	}
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{s, {Type: "null"}}}
}

func ptr(n uint64) *uint64 { return &n }
