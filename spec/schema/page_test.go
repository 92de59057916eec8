package schema_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/golden"
)

// property is the part of a JSON Schema that the page shows.
type property struct {
	Type, Description    string
	Enum                 []string
	Examples             []any
	Minimum, Maximum     *int
	Properties           json.RawMessage
	Required             []string
	AdditionalProperties json.RawMessage
	AnyOf                []property
}

// TestPageOfTheSpec keeps the reference in docs/spec.md what the schema says.
func TestPageOfTheSpec(t *testing.T) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var root property
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- reference -->\n", "<!-- /reference -->"
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("docs/spec.md has no place for the reference")
	}
	var b strings.Builder
	b.WriteString("| key | value | |\n|---|---|---|\n")
	describe(t, &b, "", root)
	golden.Check(t, "../../docs/spec.md", []byte(before+begin+b.String()+end+after))
}

// describe writes a line for each property, in the order of the schema, and goes into those that have some themselves.
func describe(t *testing.T, b *strings.Builder, prefix string, p property) {
	t.Helper()
	for _, variant := range append([]property{p}, p.AnyOf...) {
		if len(variant.Properties) > 0 {
			each(t, variant.Properties, func(name string, child property) {
				key := prefix + name
				required := ""
				for _, r := range variant.Required {
					if r == name {
						required = ", required"
					}
				}
				_, what, _ := strings.Cut(child.Description, " ") // the first word is the name in Go
				fmt.Fprintf(b, "| `%s` | %s%s | %s |\n", key, kind(child), required, strings.TrimPrefix(strings.TrimPrefix(what, "is "), "are "))
				describe(t, b, key+".", child)
			})
		}
		if len(variant.AdditionalProperties) > 0 && variant.AdditionalProperties[0] == '{' {
			var child property
			if err := json.Unmarshal(variant.AdditionalProperties, &child); err != nil {
				t.Fatal(err)
			}
			describe(t, b, prefix+"*.", child)
		}
	}
}

// each calls visit for the members of a JSON object, in their order.
func each(t *testing.T, object json.RawMessage, visit func(name string, p property)) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(object)))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		var p property
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		visit(name.(string), p)
	}
}

// kind says in a few words what a value is.
func kind(p property) string {
	switch {
	case len(p.Enum) > 0:
		return strings.Join(p.Enum, ", ")
	case len(p.Examples) > 0:
		return fmt.Sprintf("such as %v", p.Examples[0])
	case p.Type == "integer":
		return fmt.Sprintf("%d to %d", *p.Minimum, *p.Maximum)
	case p.Type == "string":
		return "text"
	case p.Type == "boolean":
		return "true or false"
	case len(p.AnyOf) == 2 && p.AnyOf[1].Type == "array" && len(p.AnyOf[0].Enum) > 0:
		return "list of " + strings.Join(p.AnyOf[0].Enum, ", ")
	case len(p.AnyOf) == 2 && p.AnyOf[1].Type == "array":
		return "text or list of texts"
	case len(p.AnyOf) > 0 && p.AnyOf[0].Type == "string":
		return "text or mapping"
	}
	return "mapping"
}
