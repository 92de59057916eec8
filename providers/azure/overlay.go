package azure

import (
	"slices"
	"strconv"

	"github.com/isobar-dev/isobar/codegen/overlay"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// overlaid applies a target's overlay.
func (l *lowering) overlaid(templates []template, patches []plan.Patch) diag.List {
	return overlay.Apply(patches, resources{templates, l.tags()})
}

// resources are the generated resources by their names in the files: queueOrders. Tags are what they all have.
type resources struct {
	templates []template
	tags      bicep.Object
}

// each calls yield for every resource that a template makes, until that returns false.
func (r resources) each(yield func(f bicep.File, i int, made bicep.Resource) bool) {
	for _, t := range r.templates {
		for i, s := range t.f {
			if made, ok := s.(bicep.Resource); ok && !made.Existing && !yield(t.f, i, made) {
				return
			}
		}
	}
}

// Names returns the names in order.
func (r resources) Names() []string {
	var names []string
	r.each(func(_ bicep.File, _ int, made bicep.Resource) bool {
		names = append(names, string(made.Symbol))
		return true
	})
	slices.Sort(names)
	return names
}

// Resource returns a resource's body.
func (r resources) Resource(name string) overlay.Object {
	var found overlay.Object
	r.each(func(f bicep.File, i int, made bicep.Resource) bool {
		if string(made.Symbol) != name {
			return true
		}
		found = object{
			get:  func() bicep.Object { return made.Body },
			set:  func(body bicep.Object) { made.Body = body; f[i] = made },
			tags: r.tags,
		}
		return false
	})
	return found
}

// object is a mapping of a resource. Templates share what is in one, so that a change makes a new one.
type object struct {
	get func() bicep.Object
	set func(bicep.Object)
	// tags are what a reference to all resources' tags stands for.
	tags bicep.Object
}

// Keys returns the keys in their order.
func (o object) Keys() []string {
	var keys []string
	for _, p := range o.get() {
		keys = append(keys, p.Key)
	}
	return keys
}

func (o object) index(key string) int {
	return slices.IndexFunc(o.get(), func(p bicep.Property) bool { return p.Key == key })
}

// Object returns the mapping at a key.
func (o object) Object(key string) overlay.Object {
	value := o.get()[o.index(key)].Value
	if value == varTags { // once they are changed, the resource has its own
		value = o.tags
	}
	inner, ok := value.(bicep.Object)
	if !ok {
		return nil
	}
	return object{get: func() bicep.Object { return inner }, set: func(changed bicep.Object) { inner = changed; o.put(key, changed) }, tags: o.tags}
}

// Set puts a value at a key.
func (o object) Set(key string, value spec.Node) { o.put(key, valueOf(value)) }

func (o object) put(key string, value bicep.Expr) {
	properties := slices.Clone(o.get())
	if i := o.index(key); i >= 0 {
		properties[i].Value = value
	} else {
		properties = append(properties, bicep.Property{Key: key, Value: value})
	}
	o.set(properties)
}

// Delete removes a key.
func (o object) Delete(key string) {
	o.set(slices.DeleteFunc(slices.Clone(o.get()), func(p bicep.Property) bool { return p.Key == key }))
}

// valueOf is a value as a literal: no text of it is an expression. The language has no fractions, but can read JSON.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-object#json
func valueOf(n spec.Node) bicep.Expr {
	switch n.Kind {
	case spec.Boolean:
		return bicep.Bool(n.Text == "true")
	case spec.Number:
		if i, err := strconv.Atoi(n.Text); err == nil {
			return bicep.Int(i)
		}
		return bicep.Func("json", bicep.String(n.Text))
	case spec.Sequence:
		list := make(bicep.Array, len(n.Items))
		for i, item := range n.Items {
			list[i] = valueOf(item)
		}
		return list
	case spec.Mapping:
		o := make(bicep.Object, len(n.Fields))
		for i, f := range n.Fields {
			o[i] = bicep.Property{Key: f.Name, Value: valueOf(f.Value)}
		}
		return o
	case spec.Null:
		return bicep.Null{}
	}
	return bicep.String(n.Text)
}
