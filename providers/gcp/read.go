package gcp

import (
	"path"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hclread"
	"github.com/isobar-dev/isobar/spec"
)

// The types of what a tree has beside resources.
const (
	typeCollection = "collection"
	typeData       = "data"
	typeLocals     = "locals"
	typeOutput     = "output"
	typeProvider   = "provider"
	typeSource     = "source of a workflow"
	typeStage      = "tfvars"
	typeSettings   = "terraform"
	typeVariable   = "variable"
)

// Deployment reads a module, of this version or an older one, back into what it deploys: as a stage of that name does or, when the
// name is empty, as one of no name and no values of its own.
func (Wing) Deployment(files *artifact.Set, stage string) (change.Deployment, error) {
	var m hclread.Module
	var resources []change.Resource
	for name, data := range files.All() {
		switch path.Ext(name) {
		case ".tf":
			if err := m.Parse(name, data); err != nil {
				return change.Deployment{}, err
			}
		case ".yaml":
			of := strings.TrimSuffix(path.Base(name), ".yaml")
			source := change.Resource{Type: typeSource, Key: name, Address: name, File: name, Owner: change.Owner{Kind: spec.KindWorkflow, Name: of}}
			source.Set("source", string(data), "")
			resources = append(resources, source)
		case ".go":
			found, err := change.Entrypoint(name, data)
			if err != nil {
				return change.Deployment{}, err
			}
			resources = append(append(resources, found...), collections(found)...)
		}
	}
	m.Forget("stage")
	for name, data := range files.All() {
		of, ok := strings.CutSuffix(name, ".tfvars")
		if !ok {
			continue
		}
		leaves, err := m.ParseValues(name, data, of == stage)
		if err != nil {
			return change.Deployment{}, err
		}
		if stage == "" {
			resources = append(resources, read(change.Resource{
				Type: typeStage, Key: of, Address: name, File: name, Owner: change.Owner{Kind: change.KindStage, Name: of},
			}, leaves))
		}
	}
	for _, b := range m.Blocks {
		resources = append(resources, read(declared(b), m.Leaves(b)))
	}
	placed(resources)
	change.Adopt(resources, typeOutput)
	resources = change.Sorted(resources)
	return change.Deployment{Resources: resources, Grants: permitted(resources)}, nil
}

// collections are the tables that code uses: nothing but their documents makes them, so that they are in no file of Terraform.
func collections(entrypoint []change.Resource) []change.Resource {
	var found []change.Resource
	for i := range entrypoint {
		r := &entrypoint[i]
		if key, ok := property(r, "Key"); ok && r.Type == change.TypeClient {
			c := change.Resource{Type: typeCollection, Key: r.Owner.Name, Address: "collection " + r.Owner.Name, File: r.File, Owner: r.Owner}
			c.Set("key", key, "")
			found = append(found, c)
		}
	}
	return found
}

// placed says of resources that name no project that they are in the provider's.
func placed(resources []change.Resource) {
	at := slices.IndexFunc(resources, func(r change.Resource) bool { return r.Type == typeProvider && r.Key == "google" })
	if at < 0 {
		return
	}
	project, named := property(&resources[at], "project")
	for i := range resources {
		r := &resources[i]
		if _, own := property(r, "project"); named && !own && slices.Contains(inProject, r.Type) {
			r.Set("project", project, "")
		}
	}
}

// property is one of a resource whose properties are in no order yet.
func property(r *change.Resource, path string) (string, bool) {
	for _, p := range r.Properties {
		if p.Path == path {
			return p.Value, true
		}
	}
	return "", false
}

func read(r change.Resource, leaves []hclread.Leaf) change.Resource {
	r.Properties = make([]change.Property, len(leaves))
	for i, l := range leaves {
		r.Properties[i] = change.Property(l)
	}
	return r
}

// declared is a block without its leaves.
func declared(b hclread.Block) change.Resource {
	r := change.Resource{Type: b.Type, File: b.File, Owner: change.Owner{Kind: change.KindApp}}
	switch {
	case b.Type == "resource" && len(b.Labels) == 2:
		r.Type, r.Key = b.Labels[0], b.Labels[1]
		r.Address = b.Labels[0] + "." + b.Labels[1]
		r.Owner = owner(b.File, b.Labels[0], b.Labels[1])
	case b.Type == "output" && len(b.Labels) == 1:
		r.Key, r.Address = b.Labels[0], "output."+b.Labels[0]
	default:
		r.Key = strings.Join(b.Labels, ".")
		r.Address = strings.TrimSuffix(b.Type+"."+r.Key, ".")
	}
	return r
}

// kinds are the kinds of what the files are for.
var kinds = map[string]spec.Kind{
	"queues.tf": spec.KindQueue, "topics.tf": spec.KindTopic, "buckets.tf": spec.KindBucket, "tables.tf": spec.KindTable, "secrets.tf": spec.KindSecret,
}

// owner is the part of the app that a resource is for, which its file and its label tell.
func owner(file, kind, label string) change.Owner {
	if name, ok := strings.CutPrefix(label, "workflow__"); ok { // its account, and what that may do
		name, _, _ = strings.Cut(name, "__")
		return change.Owner{Kind: spec.KindWorkflow, Name: hyphens(name)}
	}
	if kind == typeWorkflow {
		return change.Owner{Kind: spec.KindWorkflow, Name: hyphens(label)}
	}
	base := strings.TrimSuffix(label, "_dead_letter")
	first, second, channel := strings.Cut(base, "__")
	of, known := kinds[file]
	switch {
	case file == "main.tf", file == "alarms.tf", kind == typeDatabase:
		return change.Owner{Kind: change.KindApp}
	case file == "http.tf", file == "permissions.tf" && first == spec.HTTPUnit:
		return change.Owner{Kind: change.KindAPI}
	case kind == typeAccount, kind == typeFunction, kind == typeInvoker, kind == typeJob, file == "schedules.tf":
		if channel { // a schedule's channel is of its function
			return function(second)
		}
		return function(first)
	case file == "permissions.tf":
		return function(first)
	case !known:
		return change.Owner{Kind: change.KindApp} // an included file
	case channel && kind != typeIndex:
		return function(second)
	}
	return change.Owner{Kind: of, Name: hyphens(first)}
}

func function(label string) change.Owner {
	return change.Owner{Kind: change.KindFunction, Name: hyphens(label)}
}

// hyphens undoes identifier.
func hyphens(label string) string { return strings.ReplaceAll(label, "_", "-") }

// permitted are the permissions that resources give.
func permitted(resources []change.Resource) []access.Grant {
	var grants []access.Grant
	for i := range resources {
		r := &resources[i]
		bound, ok := scopes[r.Type]
		if !ok {
			continue
		}
		var member, resource string
		var roles []string
		for _, p := range r.Properties {
			switch p.Path {
			case "member":
				member = p.Value
				if p.Ref != "" {
					member = strings.TrimPrefix(p.Ref, typeAccount+".")
				}
			case bound.on, "condition.expression":
				resource = p.Value
				if p.Ref != "" {
					resource = p.Ref
				}
			case "role":
				if p.Value != "${each.value}" {
					roles = append(roles, p.Value)
				}
			case "for_each[]":
				roles = append(roles, p.Value)
			}
		}
		for _, role := range roles {
			grants = append(grants, access.Grant{Principal: hyphens(member), Action: role, Resource: resource})
		}
	}
	return grants
}

// scopes are the attributes that name what a role is had on, and the pages of Google's provider, by the types of what binds it.
var scopes = map[string]struct{ on, page string }{
	typeAccountRole:      {"service_account_id", "google_service_account_iam"},
	typeBucketRole:       {"bucket", "storage_bucket_iam"},
	typeInvoker:          {"service", "cloud_run_service_iam"},
	typeProjectMember:    {"project", "google_project_iam"},
	typeSecretRole:       {"secret_id", "secret_manager_secret_iam"},
	typeSubscriptionRole: {"subscription", "pubsub_subscription_iam"},
	typeTopicRole:        {"topic", "pubsub_topic_iam"},
}
