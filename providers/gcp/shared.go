package gcp

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// aboutModule says how to deploy. Google's provider needs two APIs to enable others, and the project's number has to be known before.
// https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project_service
const aboutModule = "What all functions share.\n\n" +
	"Once for a project: gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com storage.googleapis.com\n" +
	"Deploy with: terraform init && terraform apply -var artifact_bucket=BUCKET -var artifact_object=ZIP\n" +
	"Each stage needs a state of its own, as a workspace has it: one in the place of another would destroy that."

// googleProvider are the versions of Google's provider that have all attributes which modules set: those since the one whose schema
// modules are judged by, as the deletion policy of secrets is new.
const googleProvider = "~> 7.45"

// Deletion policies: leftAlone is that of what Terraform forgets and does not delete, and neverDeleted that of what it refuses to delete, also
// when the module no longer has it.
// https://googlecloudplatform.github.io/magic-modules/best-practices/deletion-policy/
const (
	leftAlone    = "ABANDON"
	neverDeleted = "PREVENT"
)

// apis are what every module uses of Google Cloud.
var apis = []string{
	"artifactregistry.googleapis.com", "cloudbuild.googleapis.com", "cloudfunctions.googleapis.com",
	"cloudresourcemanager.googleapis.com", "iam.googleapis.com", "run.googleapis.com", "storage.googleapis.com",
}

// shared is what all functions have in common.
func (m *module) shared() []hcl.Block {
	blocks := append(m.preamble(), m.buildsFunctions()...)
	waits := hcl.List{
		hcl.Ref(typeService + ".this"),
		hcl.Ref(address(typeProjectMember, builder)), hcl.Ref(address(typeProjectMember, builderSource)),
	}
	if takesEvents(m.app) {
		blocks = append(blocks, m.callsFunctions()...)
	}
	if len(plan.Of[plan.Stream](m.app)) > 0 {
		waits = append(waits, hcl.Ref(address(typeProjectMember, callerName)))
	}
	return append(blocks, settled(waits))
}

// preamble is what there is before any resource of the app's: the providers, names, and the APIs.
func (m *module) preamble() []hcl.Block {
	return []hcl.Block{
		{Type: "terraform", Body: []hcl.Item{
			hcl.Attr{Name: "required_version", Value: hcl.Str(">= 1.5")},
			hcl.Block{Type: "required_providers", Body: []hcl.Item{
				requiredProvider("google", googleProvider),
				requiredProvider("time", "~> 0.12"),
			}},
		}},
		{Type: "provider", Labels: []string{"google"}, Body: []hcl.Item{
			hcl.Attr{Name: "project", Value: hcl.Ref("var.project")},
			hcl.Attr{Name: "region", Value: hcl.Ref("var.region")},
		}},
		// It waits for nothing: read during apply, it would have buckets replaced, as the number is part of their names.
		{Type: "data", Labels: []string{"google_project", "this"}, Body: []hcl.Item{hcl.Attr{Name: "project_id", Value: hcl.Ref("var.project")}}},
		{Type: "locals", Body: []hcl.Item{
			hcl.Attr{Name: "prefix", Value: hcl.Template{hcl.Str(m.app.Name + "-"), hcl.Ref("var.stage")}},
			hcl.Attr{Name: "labels", Value: m.labels()},
		}},
		resource(typeService, "this",
			hcl.Attr{Name: "for_each", Value: set(m.apis())},
			hcl.Attr{Name: "service", Value: hcl.Ref("each.value")},
			hcl.Attr{Name: "disable_on_destroy", Value: hcl.Bool(false)},
		),
	}
}

// buildsFunctions is the account that builds the functions, and what it may do.
func (m *module) buildsFunctions() []hcl.Block {
	may := func(label string, on scope, role string) binding {
		return binding{label: label, on: on, role: role, member: of(typeAccount, builder, "member"), principal: builder, pos: m.app.Pos}
	}
	return []hcl.Block{
		commented("Builds the functions, and runs none of them.", serviceAccount(m.app, builder)),
		m.bindEach(may(builder, onProject(), ""), builderRoles),
		m.bind(may(builderSource, onSource(), roleObjectViewer)),
	}
}

// takesEvents tells whether a function of the app handles events.
func takesEvents(app *plan.App) bool {
	return len(plan.Of[plan.HTTP](app))+len(plan.Of[plan.Task](app)) < len(app.Functions)
}

// callsFunctions is the account that calls the functions that take events, and what Pub/Sub and Eventarc may do with it.
func (m *module) callsFunctions() []hcl.Block {
	blocks := []hcl.Block{
		commented("Calls the functions that take events: in its name Pub/Sub and Eventarc do.", serviceAccount(m.app, callerName)),
		m.bind(binding{
			label: callerName, on: onAccount(callerName), role: roleTokenCreator,
			member: pubsubAgent, principal: "pubsub", pos: m.app.Pos, settled: true,
		}),
	}
	if streams := plan.Of[plan.Stream](m.app); len(streams) > 0 {
		blocks = append(blocks, m.bind(binding{
			label: callerName, on: onProject(), role: roleEventReceiver,
			member: of(typeAccount, callerName, "member"), principal: callerName, pos: streams[0].On.Pos,
		}))
	}
	return blocks
}

// settled makes what comes after it wait until permissions, and the service agents of new APIs, are known everywhere.
//
//   - https://cloud.google.com/iam/docs/access-change-propagation
//   - https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudfunctions2_function (Full Builder)
func settled(waits hcl.List) hcl.Block {
	return commented("A permission takes a minute to be known everywhere, and an API to have its service agent.", resource(typeSleep, "permissions",
		hcl.Attr{Name: "create_duration", Value: hcl.Str("60s")},
		hcl.Attr{Name: "depends_on", Value: waits},
	))
}

// sleep is what waits for them.
const sleep = hcl.Ref(typeSleep + ".permissions")

// afterSettled makes a resource wait for them.
func afterSettled() hcl.Attr { return hcl.Attr{Name: "depends_on", Value: hcl.List{sleep}} }

func requiredProvider(name, version string) hcl.Attr {
	return hcl.Attr{Name: name, Value: hcl.Map{
		{Name: "source", Value: hcl.Str("hashicorp/" + name)}, {Name: "version", Value: hcl.Str(version)},
	}}
}

// labels are those of everything that can have any.
func (m *module) labels() hcl.Map {
	return hcl.Map{{Name: "isobar-app", Value: hcl.Str(m.app.Name)}, {Name: "isobar-stage", Value: hcl.Ref("var.stage")}}
}

// sharedLabels refers to them.
const sharedLabels = hcl.Ref("local.labels")

// apis are what this module uses of Google Cloud, in the order of their names.
func (m *module) apis() []string {
	used := slices.Clone(apis)
	for _, more := range []struct {
		names []string
		used  bool
	}{
		{[]string{"monitoring.googleapis.com", "pubsub.googleapis.com"}, takesEvents(m.app) || len(m.app.Queues)+len(m.app.Topics) > 0},
		{[]string{"cloudscheduler.googleapis.com"}, len(plan.Of[plan.Schedule](m.app)) > 0},
		{[]string{"eventarc.googleapis.com"}, len(plan.Of[plan.Stream](m.app)) > 0},
		{[]string{"firestore.googleapis.com"}, len(m.app.Tables) > 0},
		{[]string{"secretmanager.googleapis.com"}, len(m.app.Secrets) > 0},
		{[]string{"workflowexecutions.googleapis.com", "workflows.googleapis.com"}, len(m.app.Workflows) > 0},
	} {
		if more.used {
			used = append(used, more.names...)
		}
	}
	slices.Sort(used)
	return used
}

func set(values []string) hcl.Value {
	list := make(hcl.List, len(values))
	for i, v := range values {
		list[i] = hcl.Str(v)
	}
	return hcl.Call{Name: "toset", Args: []hcl.Value{list}}
}
