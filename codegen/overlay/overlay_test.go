package overlay_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/overlay"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec"
	"golang.org/x/tools/txtar"
)

// tree is a generated resource as a test sees it: a mapping from keys to texts and further trees.
type tree map[string]any

func (t tree) Keys() []string { return slices.Sorted(maps.Keys(t)) }

func (t tree) Object(key string) overlay.Object {
	if inner, ok := t[key].(tree); ok {
		return inner
	}
	return nil
}

func (t tree) Set(key string, value spec.Node) { t[key] = plain(value) }
func (t tree) Delete(key string)               { delete(t, key) }

func plain(n spec.Node) any {
	if n.Kind != spec.Mapping {
		return n.Text
	}
	inner := tree{}
	for _, f := range n.Fields {
		inner[f.Name] = plain(f.Value)
	}
	return inner
}

type resources map[string]tree

func (r resources) Names() []string { return slices.Sorted(maps.Keys(r)) }

func (r resources) Resource(name string) overlay.Object {
	if t, ok := r[name]; ok {
		return t
	}
	return nil
}

func (t tree) write(b *strings.Builder, indent string) {
	for _, key := range t.Keys() {
		if inner, ok := t[key].(tree); ok {
			b.WriteString(indent + key + ":\n")
			inner.write(b, indent+"  ")
			continue
		}
		b.WriteString(indent + key + ": " + t[key].(string) + "\n")
	}
}

// TestApply applies the overlays of specs to the same two resources.
func TestApply(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, input txtar.File) {
		doc, diags := spec.Load(input.Name, input.Data)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		app := plan.Build(doc, plan.Packages{})
		generated := resources{
			"OrdersQueue": {"Type": "Queue", "Properties": tree{"Name": "orders", "Retention": "7", "Policy": tree{"Count": "5"}}},
			"UsersTable":  {"Type": "Table", "Properties": tree{"Name": "users"}},
		}
		var said, after strings.Builder
		for _, d := range overlay.Apply(app.Targets[0].Overlay, generated).Sort() {
			fmt.Fprintf(&said, "%s\n    reason: %s\n    hint: %s\n", d, d.Reason, d.Hint)
		}
		for _, name := range generated.Names() {
			after.WriteString(name + ":\n")
			generated[name].write(&after, "  ")
		}
		golden.Txtar(t, path, map[string][]byte{"diagnostics": []byte(said.String()), "resources": []byte(after.String())})
	})
}
