package gcp

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// The types of resources.
const (
	typeAccount          = "google_service_account"
	typeAccountRole      = "google_service_account_iam_member"
	typeAlarm            = "google_monitoring_alert_policy"
	typeBucket           = "google_storage_bucket"
	typeBucketRole       = "google_storage_bucket_iam_member"
	typeDatabase         = "google_firestore_database"
	typeFunction         = "google_cloudfunctions2_function"
	typeIndex            = "google_firestore_index"
	typeInvoker          = "google_cloud_run_service_iam_member"
	typeJob              = "google_cloud_scheduler_job"
	typeNotification     = "google_storage_notification"
	typeProjectMember    = "google_project_iam_member"
	typeSecret           = "google_secret_manager_secret"
	typeSecretRole       = "google_secret_manager_secret_iam_member"
	typeService          = "google_project_service"
	typeSubscription     = "google_pubsub_subscription"
	typeSubscriptionRole = "google_pubsub_subscription_iam_member"
	typeTopic            = "google_pubsub_topic"
	typeTopicRole        = "google_pubsub_topic_iam_member"
	typeSleep            = "time_sleep"
	typeWorkflow         = "google_workflows_workflow"
)

// The shortest and longest names, in characters.
const (
	maxService  = 49 // of a Cloud Run service, which has its function's name: https://cloud.google.com/run/docs/deploying#service-name
	minAccount  = 6  // of a service account, and
	maxAccount  = 30 // at most: https://cloud.google.com/iam/docs/service-accounts-create
	maxBucket   = 63 // of a bucket: https://cloud.google.com/storage/docs/buckets#naming
	minDatabase = 4  // of a database: https://cloud.google.com/firestore/docs/manage-databases#database_id
	maxNumber   = 13 // of a project's number, in digits
	maxWorkflow = 64 // of a workflow: https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows/create
	maxStage    = 8  // of a stage, by the variable's validation
)

// Accounts that belong to no function. No function may have these names.
const (
	callerName = "event-caller"
	builder    = "builder"
)

// builderSource is the label of the builder's right to read the source.
const builderSource = builder + "-source"

// database is the label of the one database that all tables are collections of.
const database = "this"

// identifier is a name as Terraform's resources have it. Names that differ only in hyphens do not get here.
func identifier(name string) string { return strings.ReplaceAll(name, "-", "_") }

// address is how references, and overlays, name a resource.
func address(kind, name string) string { return kind + "." + identifier(name) }

// of refers to an attribute of a resource.
func of(kind, name, attribute string) hcl.Ref {
	return hcl.Ref(address(kind, name) + "." + attribute)
}

// uri is where a function is called.
func uri(name string) hcl.Ref { return of(typeFunction, name, "service_config[0].uri") }

// named is <app>-<stage>-<name>.
func named(name string) hcl.Template {
	return hcl.Template{hcl.Ref("local.prefix"), hcl.Str("-" + name)}
}

// service is the name of a function and its Cloud Run service; one that could get too long is cut, and ends in a part of its
// digest instead.
func service(app *plan.App, name string) hcl.Template {
	return named(naming.Shorten(name, maxService-len(app.Name)-maxStage-2))
}

// account is the ID of a service account: <app>-<name>-<stage>, cut in the same way. One that could be too short, as a stage may
// be a single letter, ends in a part of its digest as well.
func account(app *plan.App, name string) hcl.Template {
	full := app.Name + "-" + name
	if len(full)+len("-s") < minAccount {
		full += "-" + naming.Digest(full)[:minAccount]
	}
	return hcl.Template{hcl.Str(naming.Shorten(full, maxAccount-maxStage-1) + "-"), hcl.Ref("var.stage")}
}

// bucketName is <app>-<stage>-<name>-<the project's number>, as all the world's buckets share one namespace.
func bucketName(app *plan.App, name string) hcl.Template {
	short := naming.Shorten(name, maxBucket-len(app.Name)-maxStage-maxNumber-3)
	return hcl.Template{hcl.Ref("local.prefix"), hcl.Str("-" + short + "-"), hcl.Ref("data.google_project.this.number")}
}

// workflowName is <app>-<stage>-<name>, cut in the same way.
func workflowName(app *plan.App, name string) hcl.Template {
	return named(naming.Shorten(name, maxWorkflow-len(app.Name)-maxStage-2))
}

// databaseName is <app>-<stage>; of an app of one letter it could be too short, and has a part of its digest.
func databaseName(app *plan.App) hcl.Value {
	if len(app.Name)+len("-s") < minDatabase {
		return hcl.Template{hcl.Ref("local.prefix"), hcl.Str("-" + naming.Digest(app.Name)[:minDatabase])}
	}
	return hcl.Ref("local.prefix")
}

// entryPoint is what the runtime registers a unit as: its name in PascalCase.
func entryPoint(name string) string { return naming.Pascal(name) }
