package aws

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/isobar-dev/isobar/codegen/overlay"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// overlaid applies a target's overlay to the blocks. A patch is in CloudFormation's own terms: what it has in a resource beside the type,
// intrinsic functions in their long form.
func overlaid(p *parts, patches []plan.Patch) diag.List {
	if len(patches) == 0 {
		return nil
	}
	var diags diag.List
	for _, patch := range patches {
		for _, f := range patch.Change.Fields {
			if !slices.Contains(attributesOfResources, f.Name) {
				e := diags.Errorf(diag.InvalidName, f.Pos, "%s is nothing of a resource that can be changed%s", diag.Quote(f.Name), diag.DidYouMean(f.Name, attributesOfResources))
				e.Hint = "write what stands in the template beside Type, such as Properties: { … }"
			}
		}
	}
	if diags.HasErrors() {
		return diags
	}
	return overlay.Apply(patches, newResources(p))
}

// attributesOfResources are what a resource has beside its type.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html
var attributesOfResources = []string{
	"Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", properties, "UpdatePolicy", "UpdateReplacePolicy",
}

const properties = "Properties"

// resources are the generated resources by their logical IDs.
type resources struct {
	names []string
	byID  map[string]place
}

// place is where a resource is.
type place struct {
	block *block
	index int
}

func newResources(p *parts) resources {
	r := resources{byID: map[string]place{}}
	note := func(b *block) {
		for i := range b.resources {
			r.names = append(r.names, b.resources[i].ID)
			r.byID[b.resources[i].ID] = place{b, i}
		}
	}
	note(&p.shared)
	for _, list := range [][]block{p.unmatched, p.exporting, p.others} {
		for i := range list {
			note(&list[i])
		}
	}
	return r
}

// Names returns the logical IDs in the order of the template.
func (r resources) Names() []string { return r.names }

// Resource returns what a resource has beside its type.
func (r resources) Resource(name string) overlay.Object {
	at, ok := r.byID[name]
	if !ok {
		return nil
	}
	resource := &at.block.resources[at.index]
	return object{
		get: func() cfn.Map {
			return append(slices.Clone(resource.Attributes), cfn.Field{Key: properties, Value: resource.Properties})
		},
		set: func(m cfn.Map) {
			resource.Attributes, resource.Properties = nil, nil
			for _, f := range m {
				if inner, ok := f.Value.(cfn.Map); ok && f.Key == properties {
					resource.Properties = inner
					continue
				}
				resource.Attributes = append(resource.Attributes, f)
			}
		},
		grow: func(n int) { at.block.text += n },
	}
}

// object is a mapping of a template.
type object struct {
	get  func() cfn.Map
	set  func(cfn.Map)
	grow func(int) // counts bytes that are added
}

// Keys returns the keys that have a value.
func (o object) Keys() []string {
	var keys []string
	for _, f := range o.get() {
		if f.Value != nil {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

func index(m cfn.Map, key string) int {
	return slices.IndexFunc(m, func(f cfn.Field) bool { return f.Key == key && f.Value != nil })
}

// Object returns the mapping at a key.
func (o object) Object(key string) overlay.Object {
	inner, ok := o.at(key).(cfn.Map)
	if !ok {
		return nil
	}
	return object{
		get:  func() cfn.Map { m, _ := o.at(key).(cfn.Map); return m },
		set:  func(changed cfn.Map) { o.put(key, changed) },
		grow: o.grow,
	}.unless(isFunction(inner))
}

// unless is nothing for a call of an intrinsic function, which looks like a mapping.
func (o object) unless(function bool) overlay.Object {
	if function {
		return nil
	}
	return o
}

func (o object) at(key string) cfn.Value {
	m := o.get()
	if i := index(m, key); i >= 0 {
		return m[i].Value
	}
	return nil
}

// Set puts a value at a key.
func (o object) Set(key string, value spec.Node) {
	o.grow(sizeOf(value) + textBytes(key, ""))
	o.put(key, valueOf(value, false))
}

// put changes a copy, as some mappings stand in several resources.
func (o object) put(key string, value cfn.Value) {
	m := slices.Clone(o.get())
	if i := index(m, key); i >= 0 {
		m[i].Value = value
	} else {
		m = append(m, cfn.Field{Key: key, Value: value})
	}
	o.set(m)
}

// Delete removes a key.
func (o object) Delete(key string) {
	o.set(slices.DeleteFunc(slices.Clone(o.get()), func(f cfn.Field) bool { return f.Key == key }))
}

// intrinsic is the name of a function. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
var intrinsic = regexp.MustCompile(`^(Ref|Condition|Fn::[A-Za-z0-9:]+)$`)

func isFunction(m cfn.Map) bool { return len(m) == 1 && intrinsic.MatchString(m[0].Key) }

// valueOf is a value as it was written: text is text, but within a function it is the function's.
func valueOf(n spec.Node, within bool) cfn.Value {
	switch n.Kind {
	case spec.Boolean:
		return cfn.Bool(n.Text == "true")
	case spec.Number:
		if i, err := strconv.Atoi(n.Text); err == nil {
			return cfn.Int(i)
		}
		f, _ := strconv.ParseFloat(n.Text, 64)
		return cfn.Float(f)
	case spec.Sequence:
		list := make(cfn.List, len(n.Items))
		for i, item := range n.Items {
			list[i] = valueOf(item, within)
		}
		return list
	case spec.Mapping:
		m := make(cfn.Map, len(n.Fields))
		for i, f := range n.Fields {
			m[i] = cfn.Field{Key: f.Name, Value: valueOf(f.Value, within || intrinsic.MatchString(f.Name))}
		}
		return m
	case spec.Null:
		return cfn.Ref("AWS::NoValue")
	}
	if within {
		return cfn.String(n.Text)
	}
	return literal(n.Text)
}

// sizeOf is an upper bound of a value's bytes.
func sizeOf(n spec.Node) int {
	const line = 200 // with its indent
	size := line + textBytes("", n.Text)
	for _, item := range n.Items {
		size += sizeOf(item)
	}
	for _, f := range n.Fields {
		size += sizeOf(f.Value) + textBytes(f.Name, "")
	}
	return size
}
