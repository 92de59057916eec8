package change

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/spec"
)

// Kinds of owners that are no resources of a spec.
const (
	KindApp      spec.Kind = "app"   // what everything shares
	KindAPI      spec.Kind = "api"   // what all routes share
	KindStage    spec.Kind = "stage" // a deployment's own values
	KindFunction           = access.KindFunction
)

// Owner is the part of an app that a resource is for. Its name is the spec's, and empty for the app and its API.
type Owner struct {
	Kind spec.Kind `json:"kind"`
	Name string    `json:"name,omitempty"`
}

// Compare orders owners: the app first, then kind by kind.
func (o Owner) Compare(p Owner) int {
	return cmp.Or(cmp.Compare(rank(o.Kind), rank(p.Kind)), cmp.Compare(o.Name, p.Name))
}

// Shared tells whether the owner is nobody in particular.
func (o Owner) Shared() bool { return o.Kind == KindApp || o.Kind == KindAPI }

func rank(k spec.Kind) int {
	return slices.Index([]spec.Kind{
		KindApp, KindStage, KindAPI, KindFunction, spec.KindQueue, spec.KindTopic, spec.KindBucket, spec.KindTable, spec.KindSecret,
		spec.KindWorkflow,
	}, k)
}

// Resource is one thing that a deployment has.
type Resource struct {
	// Type is the cloud's, without a version: google_pubsub_topic.
	Type string
	// Key is what tells the cloud that a resource of two deployments is the same one.
	Key string
	// Address is how the generated files name it: google_pubsub_topic.orders.
	Address string
	Owner   Owner
	// File is the path of the generated file that declares it.
	File string
	// Properties are its leaves, in the order of their paths.
	Properties []Property
}

// Property is a leaf of a resource.
type Property struct {
	// Path has dots between keys, and an index or a key in brackets behind a list: event_filters[attribute=document].value. All items
	// of a list of plain values, whose order means nothing, have the path of the list, which ends in []: event_types[].
	Path string
	// Value is the text of the value as the files have it, what is known at generation put in.
	Value string
	// Ref is the Address of the resource that the value refers to; empty when it refers to none.
	Ref string
}

// Deployment is what a tree of generated files deploys.
type Deployment struct {
	Resources []Resource
	// Grants are the permissions that the files give. Those that are read from files know no line of a spec.
	Grants []access.Grant
}

// Set adds a leaf.
func (r *Resource) Set(path, value, ref string) {
	r.Properties = append(r.Properties, Property{path, value, ref})
}

// Get returns the value at a path.
func (r *Resource) Get(path string) (string, bool) {
	i, ok := slices.BinarySearchFunc(r.Properties, path, func(p Property, path string) int { return cmp.Compare(p.Path, path) })
	if !ok {
		return "", false
	}
	return r.Properties[i].Value, true
}

// Sorted returns resources in the order of their types and keys, their properties sorted, each key once: of those that share one, all
// but the first are numbered.
func Sorted(resources []Resource) []Resource {
	slices.SortStableFunc(resources, func(a, b Resource) int { return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Key, b.Key)) })
	n := 0
	for i := range resources {
		r := &resources[i]
		slices.SortStableFunc(r.Properties, func(p, q Property) int { return cmp.Or(cmp.Compare(p.Path, q.Path), cmp.Compare(p.Value, q.Value)) })
		if i > 0 && r.Type == resources[i-1].Type && r.Key == first(resources[i-1].Key) {
			n++
			r.Key += separator + strconv.Itoa(n)
		} else {
			n = 0
		}
	}
	return resources
}

// Adopt gives resources of a type the owner of what they refer to.
func Adopt(resources []Resource, kind string) {
	owners := make(map[string]Owner, len(resources))
	for i := range resources {
		owners[resources[i].Address] = resources[i].Owner
	}
	for i := range resources {
		r := &resources[i]
		for _, p := range r.Properties {
			if owner, ok := owners[p.Ref]; ok && r.Type == kind {
				r.Owner = owner
			}
		}
	}
}

// separator stands between a key and its number; no key has it.
const separator = "\x00"

func first(key string) string {
	key, _, _ = strings.Cut(key, separator)
	return key
}

// rulePath is the path of a property as tables name it: without what stands in brackets.
func rulePath(path string) string {
	if !strings.Contains(path, "[") {
		return path
	}
	var b strings.Builder
	depth := 0
	for _, r := range path {
		switch {
		case r == '[':
			depth++
		case r == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}
