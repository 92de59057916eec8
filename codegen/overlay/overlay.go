// Package overlay changes generated resources as a person asks who leaves neutral ground on purpose: a JSON merge patch
// (https://www.rfc-editor.org/rfc/rfc7396) for each resource, by the name that it has in the generated files. A wing brings its own
// tree; the algorithm and the words are here.
//
// A patch must not go on doing nothing, or something else, when what it was written for has changed. So a resource or a key that is not
// there is an error, and a value that is meant to be added says so with the tag !new: VpcConfig: !new { … }.
package overlay

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Resources are the generated resources of one target.
type Resources interface {
	// Names returns the names of all resources, as they stand in the generated files.
	Names() []string
	// Resource returns the resource of a name, or nil.
	Resource(name string) Object
}

// Object is a mapping within a generated resource, which can be changed in place.
type Object interface {
	// Keys returns the keys that are there.
	Keys() []string
	// Object returns the mapping at a key that is there, or nil when the value is none.
	Object(key string) Object
	// Set puts a value at a key, in place of what is there or behind all others. The value has no null in a mapping.
	Set(key string, value spec.Node)
	// Delete removes a key that is there.
	Delete(key string)
}

// Apply applies patches in their order. It reports every one that does not fit, and applies the others.
func Apply(patches []plan.Patch, resources Resources) diag.List {
	var a applier
	for _, p := range patches {
		switch target := resources.Resource(p.Resource); {
		case target == nil:
			e := a.diags.Errorf(diag.OverlayGone, p.Pos, "no resource %s is generated%s", diag.Quote(p.Resource), diag.DidYouMean(p.Resource, resources.Names()))
			e.Hint = "take the name from the generated files, or remove the overlay"
		case p.Change.Kind != spec.Mapping:
			a.diags.Errorf(diag.WrongType, p.Change.Pos, "the overlay of %s wants a mapping", diag.Quote(p.Resource))
		default:
			a.merge(target, p.Change, p.Resource)
		}
	}
	return a.diags
}

type applier struct{ diags diag.List }

// merge changes an object. Where says which one it is, for messages.
func (a *applier) merge(into Object, change spec.Node, where string) {
	for _, f := range change.Fields {
		keys := into.Keys()
		exists := contains(keys, f.Name)
		path := where + "." + f.Name
		switch {
		case !exists && !f.Value.New:
			e := a.diags.Errorf(diag.OverlayGone, f.Pos, "%s is not there%s", diag.Quote(path), diag.DidYouMean(f.Name, keys))
			e.Reason = "what " + diag.Quote(where) + " has is " + strings.Join(keys, ", ")
			e.Hint = "mend the name, or add it: " + f.Name + ": !new …"
		case exists && f.Value.New:
			e := a.diags.Errorf(diag.OverlayGone, f.Pos, "%s is there already, and not new", diag.Quote(path))
			e.Hint = "leave out !new to change it"
		case f.Value.Kind == spec.Null && !exists:
			// Nothing is added by a null.
		case f.Value.Kind == spec.Null:
			into.Delete(f.Name)
		case f.Value.Kind == spec.Mapping && exists:
			if inner := into.Object(f.Name); inner != nil {
				a.merge(inner, f.Value, path)
				continue
			}
			e := a.diags.Errorf(diag.OverlayGone, f.Pos, "%s is no mapping that could be changed", diag.Quote(path))
			e.Hint = "give a plain value, or a list, to take its place"
		default:
			into.Set(f.Name, withoutNulls(f.Value))
		}
	}
}

func contains(keys []string, key string) bool {
	for _, k := range keys {
		if k == key {
			return true
		}
	}
	return false
}

// withoutNulls is what a merge patch makes of a value that is new.
func withoutNulls(n spec.Node) spec.Node {
	if n.Kind != spec.Mapping {
		return n
	}
	fields := make(spec.Map[spec.Node], 0, len(n.Fields))
	for _, f := range n.Fields {
		if f.Value.Kind != spec.Null {
			f.Value = withoutNulls(f.Value)
			fields = append(fields, f)
		}
	}
	n.Fields = fields
	return n
}
