package gcp

import (
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
)

// goRuntime is the runtime of the functions. https://cloud.google.com/run/docs/runtimes/go
const goRuntime = "go126"

// Who may reach a function, before IAM says who may call it. Internal are Pub/Sub and Cloud Scheduler of the same project, among
// others. https://cloud.google.com/run/docs/securing/ingress
const (
	ingressAll      = "ALLOW_ALL"
	ingressInternal = "ALLOW_INTERNAL_ONLY"
)

// margin is how much later than the runtime the platform ends a call, so that the runtime's answer gets out.
const margin = 5 * time.Second

// apis are what the module uses of Google Cloud.
var apis = []string{
	"artifactregistry.googleapis.com", "cloudbuild.googleapis.com", "cloudfunctions.googleapis.com",
	"cloudresourcemanager.googleapis.com", "cloudscheduler.googleapis.com", "iam.googleapis.com", "pubsub.googleapis.com",
	"run.googleapis.com", "storage.googleapis.com",
}

// shared is what all functions have in common.
func shared(app *plan.App) []hcl.Block {
	blocks := []hcl.Block{
		{Type: "terraform", Body: []hcl.Item{
			hcl.Attr{Name: "required_version", Value: hcl.Str(">= 1.5")},
			hcl.Block{Type: "required_providers", Body: []hcl.Item{
				hcl.Attr{Name: "google", Value: hcl.Map{
					{Name: "source", Value: hcl.Str("hashicorp/google")}, {Name: "version", Value: hcl.Str("~> 7.0")},
				}},
			}},
		}},
		{Type: "provider", Labels: []string{"google"}, Body: []hcl.Item{
			hcl.Attr{Name: "project", Value: hcl.Ref("var.project")},
			hcl.Attr{Name: "region", Value: hcl.Ref("var.region")},
		}},
		{Type: "data", Labels: []string{"google_project", "this"}, Body: []hcl.Item{afterAPIs()}},
		{Type: "locals", Body: []hcl.Item{
			hcl.Attr{Name: "prefix", Value: hcl.Template{hcl.Str(app.Name + "-"), hcl.Ref("var.stage")}},
			hcl.Attr{Name: "labels", Value: hcl.Map{
				{Name: "isobar-app", Value: hcl.Str(app.Name)}, {Name: "isobar-stage", Value: hcl.Ref("var.stage")},
			}},
		}},
		resource(typeService, "this",
			hcl.Attr{Name: "for_each", Value: set(apis)},
			hcl.Attr{Name: "service", Value: hcl.Ref("each.value")},
			hcl.Attr{Name: "disable_on_destroy", Value: hcl.Bool(false)},
		),
		commented("Builds the functions, and runs none of them.", serviceAccount(app, builder)),
		resource(typeProjectMember, builder,
			hcl.Attr{Name: "for_each", Value: set(builderRoles)},
			hcl.Attr{Name: "project", Value: hcl.Ref("var.project")},
			hcl.Attr{Name: "role", Value: hcl.Ref("each.value")},
			hcl.Attr{Name: "member", Value: of(typeAccount, builder, "member")},
		),
	}
	if len(plan.Of[plan.HTTP](app)) < len(app.Functions) {
		blocks = append(blocks, commented("Calls the functions that take events: in its name Pub/Sub and Cloud Scheduler do.", serviceAccount(app, callerName)))
	}
	return blocks
}

func set(values []string) hcl.Value {
	list := make(hcl.List, len(values))
	for i, v := range values {
		list[i] = hcl.Str(v)
	}
	return hcl.Call{Name: "toset", Args: []hcl.Value{list}}
}

// unit is what a Cloud Function is made of. All of an app have the same source, and their entry point tells each which it is.
type unit struct {
	name, comment, ingress string
	memory                 int
	timeout                time.Duration
	env                    []plan.Variable
}

// compute is a unit's function, and the account as which it runs: one that may do nothing yet.
func compute(app *plan.App, u unit) []hcl.Block {
	env := hcl.Map{{Name: "ISOBAR_STAGE", Value: hcl.Ref("var.stage")}}
	for _, v := range u.env {
		env = append(env, hcl.Attr{Name: v.Name, Value: hcl.Str(v.Value)})
	}
	return []hcl.Block{
		commented(u.comment, serviceAccount(app, u.name)),
		resource(typeFunction, u.name,
			hcl.Attr{Name: "name", Value: service(app, u.name)},
			hcl.Attr{Name: "location", Value: hcl.Ref("var.region")},
			hcl.Attr{Name: "labels", Value: hcl.Ref("local.labels")},
			hcl.Block{Type: "build_config", Body: []hcl.Item{
				hcl.Attr{Name: "runtime", Value: hcl.Str(goRuntime)},
				hcl.Attr{Name: "entry_point", Value: hcl.Str(entryPoint(u.name))},
				hcl.Attr{Name: "service_account", Value: of(typeAccount, builder, "id")},
				hcl.Block{Type: "source", Body: []hcl.Item{hcl.Block{Type: "storage_source", Body: []hcl.Item{
					hcl.Attr{Name: "bucket", Value: hcl.Ref("var.artifact_bucket")},
					hcl.Attr{Name: "object", Value: hcl.Ref("var.artifact_object")},
				}}}},
			}},
			hcl.Block{Type: "service_config", Body: []hcl.Item{
				hcl.Attr{Name: "available_memory", Value: hcl.Str(spec.FormatMemory(u.memory)[:len(spec.FormatMemory(u.memory))-1])},
				hcl.Attr{Name: "timeout_seconds", Value: hcl.Int((u.timeout + margin) / time.Second)},
				hcl.Attr{Name: "service_account_email", Value: of(typeAccount, u.name, "email")},
				hcl.Attr{Name: "ingress_settings", Value: hcl.Str(u.ingress)},
				hcl.Attr{Name: "environment_variables", Value: env},
			}},
			hcl.Attr{Name: "depends_on", Value: hcl.List{
				hcl.Ref(typeService + ".this"), hcl.Ref(typeProjectMember + "." + builder),
			}},
		),
	}
}

// event is the unit of a function that takes events, and the right of the event caller to call it.
func event(app *plan.App, f *plan.Function, comment string) []hcl.Block {
	blocks := compute(app, unit{
		name: f.Name, comment: comment, ingress: ingressInternal,
		memory: f.Memory.Value, timeout: f.Timeout.Value, env: f.Env,
	})
	return append(blocks, invoker(f.Name, of(typeAccount, callerName, "member")))
}

func serviceAccount(app *plan.App, name string) hcl.Block {
	return resource(typeAccount, name,
		hcl.Attr{Name: "account_id", Value: account(app, name)},
		hcl.Attr{Name: "display_name", Value: named(name)},
		afterAPIs(),
	)
}

// afterAPIs makes a resource wait until the project has the APIs.
func afterAPIs() hcl.Attr {
	return hcl.Attr{Name: "depends_on", Value: hcl.List{hcl.Ref(typeService + ".this")}}
}

// token is the OIDC token with which the event caller shows who it is.
func token(function string) hcl.Block {
	return hcl.Block{Type: "oidc_token", Body: []hcl.Item{
		hcl.Attr{Name: "service_account_email", Value: of(typeAccount, callerName, "email")},
		hcl.Attr{Name: "audience", Value: uri(function)},
	}}
}
