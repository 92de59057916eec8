package gcp

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/codegen/overlay"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// overlaid applies a target's overlay. What becomes the name of an attribute or a block has to be one.
func (m *module) overlaid(files []file, patches []plan.Patch) diag.List {
	var diags diag.List
	for _, p := range patches {
		names(&diags, p.Change)
	}
	if diags.HasErrors() {
		return diags
	}
	return overlay.Apply(patches, newResources(files, m.labels()))
}

// nameOf is the form of the names of attributes and blocks in Google's provider.
var nameOf = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func names(diags *diag.List, n spec.Node) {
	for _, f := range n.Fields {
		if !nameOf.MatchString(f.Name) {
			e := diags.Errorf(diag.InvalidName, f.Pos, "%s is no name of an attribute", diag.Quote(f.Name))
			e.Hint = "write it as the provider's documentation does, such as message_retention_duration"
		}
		if !slices.Contains(mappings, f.Name) {
			names(diags, f.Value)
		}
	}
	for _, item := range n.Items {
		names(diags, item)
	}
}

// resources are the generated resources by their addresses: google_pubsub_topic.orders. Labels are what they all have.
type resources struct {
	byAddress map[string]*hcl.Block
	labels    hcl.Map
}

func newResources(files []file, labels hcl.Map) resources {
	all := map[string]*hcl.Block{}
	for _, f := range files {
		for i := range f.blocks {
			if b := &f.blocks[i]; b.Type == "resource" {
				all[strings.Join(b.Labels, ".")] = b
			}
		}
	}
	return resources{all, labels}
}

// Names returns the addresses in order.
func (r resources) Names() []string {
	return slices.Sorted(maps.Keys(r.byAddress))
}

// Resource returns a resource's body.
func (r resources) Resource(name string) overlay.Object {
	b, ok := r.byAddress[name]
	if !ok {
		return nil
	}
	return body{get: func() []hcl.Item { return b.Body }, set: func(items []hcl.Item) { b.Body = items }, labels: r.labels}
}

// body is what stands in a block: attributes, and blocks within it.
type body struct {
	get func() []hcl.Item
	set func([]hcl.Item)
	// labels are what a reference to all resources' labels stands for.
	labels hcl.Map
}

// keyOf is an item's name; empty for one that is left out.
func keyOf(item hcl.Item) string {
	switch i := item.(type) {
	case hcl.Attr:
		if i.Value != nil {
			return i.Name
		}
	case hcl.Block:
		return i.Type
	}
	return ""
}

// Keys returns the names of attributes and the types of blocks.
func (o body) Keys() []string {
	var keys []string
	for _, item := range o.get() {
		if key := keyOf(item); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// Object returns the one block of a type, or an attribute that is a mapping.
func (o body) Object(key string) overlay.Object {
	items, at := o.get(), -1
	for i, item := range items {
		if keyOf(item) != key {
			continue
		}
		if at >= 0 { // which of several is meant nobody can say
			return nil
		}
		at = i
	}
	if at < 0 {
		return nil
	}
	switch item := items[at].(type) {
	case hcl.Block:
		return body{get: func() []hcl.Item { return item.Body }, set: func(inner []hcl.Item) { item.Body = inner; items[at] = item }, labels: o.labels}
	case hcl.Attr:
		if item.Value == sharedLabels { // once they are changed, the resource has its own
			item.Value = slices.Clone(o.labels)
		}
		if m, ok := item.Value.(hcl.Map); ok {
			return mapping{get: func() hcl.Map { return m }, set: func(changed hcl.Map) {
				m, item.Value = changed, changed
				items[at] = item
			}}
		}
	}
	return nil
}

// Set puts attributes or blocks in the place of those of a key.
func (o body) Set(key string, value spec.Node) {
	_, isMap := o.attribute(key).(hcl.Map)
	added := itemsOf(key, value, isMap)
	var items []hcl.Item
	done := false
	for _, item := range o.get() {
		if keyOf(item) != key {
			items = append(items, item)
			continue
		}
		if !done {
			items = append(items, added...)
		}
		done = true
	}
	if !done {
		items = append(items, added...)
	}
	o.set(items)
}

func (o body) attribute(key string) hcl.Value {
	for _, item := range o.get() {
		if a, ok := item.(hcl.Attr); ok && a.Name == key {
			return a.Value
		}
	}
	return nil
}

// Delete removes all of a key.
func (o body) Delete(key string) {
	o.set(slices.DeleteFunc(slices.Clone(o.get()), func(item hcl.Item) bool { return keyOf(item) == key }))
}

// mappings are the attributes of Google's provider whose values are mappings with keys of the user's own. Every other mapping is a block.
// https://registry.terraform.io/providers/hashicorp/google/latest/docs
var mappings = []string{
	"annotations", "attributes", "custom_attributes", "environment_variables", "headers", "labels", "parameters", "tags",
	"user_labels", "version_aliases",
}

// itemsOf is a value as an attribute or, when it is a mapping or several, as blocks.
func itemsOf(key string, value spec.Node, isMap bool) []hcl.Item {
	isMap = isMap || slices.Contains(mappings, key)
	isBlock := func(n spec.Node) bool { return n.Kind == spec.Mapping }
	switch {
	case isBlock(value) && !isMap:
		return []hcl.Item{blockOf(key, value)}
	case value.Kind == spec.Sequence && len(value.Items) > 0 && !slices.ContainsFunc(value.Items, func(n spec.Node) bool { return !isBlock(n) }):
		var blocks []hcl.Item
		for _, n := range value.Items {
			blocks = append(blocks, blockOf(key, n))
		}
		return blocks
	}
	return []hcl.Item{hcl.Attr{Name: key, Value: valueOf(value)}}
}

func blockOf(name string, n spec.Node) hcl.Block {
	b := hcl.Block{Type: name}
	for _, f := range n.Fields {
		b.Body = append(b.Body, itemsOf(f.Name, f.Value, false)...)
	}
	return b
}

// valueOf is a value as a literal: no text of it is an expression.
func valueOf(n spec.Node) hcl.Value {
	switch n.Kind {
	case spec.Boolean:
		return hcl.Bool(n.Text == "true")
	case spec.Number:
		if i, err := strconv.Atoi(n.Text); err == nil {
			return hcl.Int(i)
		}
		f, _ := strconv.ParseFloat(n.Text, 64)
		return hcl.Float(f)
	case spec.Sequence:
		list := make(hcl.List, len(n.Items))
		for i, item := range n.Items {
			list[i] = valueOf(item)
		}
		return list
	case spec.Mapping:
		m := make(hcl.Map, len(n.Fields))
		for i, f := range n.Fields {
			m[i] = hcl.Attr{Name: f.Name, Value: valueOf(f.Value)}
		}
		return m
	case spec.Null:
		return hcl.Ref("null")
	}
	return hcl.Str(n.Text)
}

// mapping is an attribute that is a mapping.
type mapping struct {
	get func() hcl.Map
	set func(hcl.Map)
}

// Keys returns the keys in their order.
func (o mapping) Keys() []string {
	var keys []string
	for _, a := range o.get() {
		keys = append(keys, a.Name)
	}
	return keys
}

// Object returns the mapping at a key.
func (o mapping) Object(key string) overlay.Object {
	m := o.get()
	for i := range m {
		if inner, ok := m[i].Value.(hcl.Map); ok && m[i].Name == key {
			return mapping{get: func() hcl.Map { return inner }, set: func(changed hcl.Map) {
				inner = changed
				m[i].Value = changed
			}}
		}
	}
	return nil
}

// Set puts a value at a key.
func (o mapping) Set(key string, value spec.Node) {
	m := slices.Clone(o.get())
	for i := range m {
		if m[i].Name == key {
			m[i].Value = valueOf(value)
			o.set(m)
			return
		}
	}
	o.set(append(m, hcl.Attr{Name: key, Value: valueOf(value)}))
}

// Delete removes a key.
func (o mapping) Delete(key string) {
	o.set(slices.DeleteFunc(slices.Clone(o.get()), func(a hcl.Attr) bool { return a.Name == key }))
}
