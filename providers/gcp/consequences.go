package gcp

import "github.com/isobar-dev/isobar/codegen/change"

// Pages of Google's provider, which says of a property that a new value "forces a new resource".
const (
	pageRegistry = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/"
	// A project that a resource does not name is the provider's, and another one makes another resource.
	pageReference   = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#project"
	pageCollections = "https://firebase.google.com/docs/firestore/manage-data/delete-data"
	pageDestroy     = "https://developer.hashicorp.com/terraform/cli/commands/apply"
)

// Consequences is what terraform apply does when something changes: a resource that the module no longer has is destroyed, and one
// with a new value of a property that cannot be updated is destroyed and created again.
func (Wing) Consequences() change.Table {
	return change.Table{Gone: change.Removed, GoneSource: pageDestroy, Types: consequences(), Everybody: []string{"allUsers", "allAuthenticatedUsers"}}
}

// forcesNew has properties that a new resource is made for.
func forcesNew(page string, properties ...string) change.Rules {
	rules := change.Rules{}
	for _, p := range properties {
		rules[p] = change.Rule{Effect: change.Replaced, Source: pageRegistry + page}
	}
	return rules
}

// Properties of which several rows are.
var (
	// expirations are after how many days objects, and their versions, are deleted.
	expirations = []string{"lifecycle_rule.condition.age", "lifecycle_rule.condition.days_since_noncurrent_time"}
	protections = []string{"point_in_time_recovery_enablement", "delete_protection_state", "deletion_policy"}
)

// inProject are the types of what is in a project, which is the provider's where they name none.
var inProject = []string{
	typeFunction, typeTopic, typeSubscription, typeJob, typeBucket, typeDatabase, typeIndex, typeSecret, typeAccount, typeService,
	typeAlarm, typeWorkflow,
}

// abandoned is what Terraform forgets and does not delete. What it refuses to delete is said by attributes, too: the prevent_destroy of a
// lifecycle is a part of the block, and goes with it.
// https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
var abandoned = []change.Condition{{Path: "deletion_policy", Value: leftAlone}}

func consequences() map[string]change.Type {
	types := map[string]change.Type{
		typeFunction: {
			Source: pageRegistry + "cloudfunctions2_function",
			Rules: forcesNew("cloudfunctions2_function", "name", "location").
				About(change.Delivery, "service_config.timeout_seconds", "service_config.max_instance_count", "event_trigger").
				About(change.Cost, "service_config.available_memory", "service_config.available_cpu", "service_config.min_instance_count").
				About(change.Exposure, "service_config.ingress_settings").
				About(change.Name, "labels", "depends_on", "build_config.entry_point"),
			Open: []change.Condition{{Path: "service_config.ingress_settings", Value: "ALLOW_ALL"}},
		},
		typeTopic: {
			Source: pageRegistry + "pubsub_topic",
			Rules:  forcesNew("pubsub_topic", "name").About(change.Name, "labels", "depends_on"),
		},
		typeSubscription: {
			Holds: change.Messages, Source: pageRegistry + "pubsub_subscription",
			Rules: forcesNew("pubsub_subscription", "name", "topic", "filter", "enable_message_ordering").
				About(change.Delivery, "filter", "enable_message_ordering", "ack_deadline_seconds", "message_retention_duration", "retry_policy",
					"dead_letter_policy", "push_config", "expiration_policy").
				About(change.Name, "labels", "depends_on").
				Loses(change.Lowered, change.Messages, "message_retention_duration"),
		},
		typeJob: {
			Billed: true, Source: pageRegistry + "cloud_scheduler_job",
			Rules: forcesNew("cloud_scheduler_job", "name", "region").
				About(change.Delivery, "schedule", "time_zone", "attempt_deadline", "retry_config").
				About(change.Name, "depends_on", "description"),
		},
		typeBucket: {
			Holds: change.Objects, Source: pageRegistry + "storage_bucket",
			Rules: forcesNew("storage_bucket", "name", "location").
				About(change.Exposure, "public_access_prevention", "uniform_bucket_level_access").
				About(change.Cost, "lifecycle_rule", "storage_class", expirations[0], expirations[1]).
				About(change.Protection, "versioning", "deletion_policy", "soft_delete_policy", "retention_policy").
				About(change.Name, "labels", "depends_on").
				Loses(change.Lowered, change.Objects, expirations...).
				Worse(change.Off, "versioning", "deletion_policy", "uniform_bucket_level_access").
				Worse(change.Dropped, "public_access_prevention", "soft_delete_policy", "retention_policy"),
			Protected: []change.Condition{{Path: "deletion_policy", Value: neverDeleted}},
			Filled:    []change.Condition{{Path: "force_destroy", Value: "false"}},
			Open:      []change.Condition{{Path: "public_access_prevention", Value: "inherited"}},
		},
		typeNotification: {
			Ties: true, Source: pageRegistry + "storage_notification",
			Rules: forcesNew("storage_notification", "bucket", "topic", "payload_format", "event_types", "object_name_prefix", "custom_attributes").
				About(change.Delivery, "event_types", "object_name_prefix").
				About(change.Name, "depends_on"),
		},
		typeDatabase: {
			Holds: change.Items, Source: pageRegistry + "firestore_database", Fixed: "name", Within: "project",
			Rules: forcesNew("firestore_database", "name", "location_id", "database_edition", "cmek_config").
				About(change.Protection, protections...).
				About(change.Name, "depends_on").
				Worse(change.Off, protections...),
			Protected: []change.Condition{{Path: "delete_protection_state", Value: "DELETE_PROTECTION_ENABLED"}},
			Kept:      abandoned, KeptReplaced: abandoned,
		},
		typeIndex: {
			Ties: true, Source: pageRegistry + "firestore_index",
			Rules: forcesNew("firestore_index", "database", "collection", "query_scope", "fields").About(change.Name, "depends_on"),
		},
		typeSecret: {
			Holds: change.Values, Source: pageRegistry + "secret_manager_secret", Fixed: "secret_id", Within: "project",
			Rules: forcesNew("secret_manager_secret", "secret_id", "replication").
				About(change.Protection, "deletion_policy", "deletion_protection").
				About(change.Name, "labels", "depends_on").
				Worse(change.Off, "deletion_policy", "deletion_protection"),
			Protected: []change.Condition{{Path: "deletion_protection", Value: "true"}},
			Kept:      abandoned, KeptReplaced: abandoned,
		},
		typeAccount: {
			Source: pageRegistry + "google_service_account",
			Rules:  forcesNew("google_service_account", "account_id").About(change.Name, "display_name", "depends_on"),
		},
		typeService: {
			Source: pageRegistry + "google_project_service",
			Rules:  forcesNew("google_project_service", "service", "project"),
		},
		typeSleep: {Class: change.Name},
		typeAlarm: {Source: pageRegistry + "monitoring_alert_policy", Rules: change.Rules{}.About(change.Name, "user_labels", "depends_on")},
		typeWorkflow: {
			Holds: change.Executions, Source: pageRegistry + "workflows_workflow",
			Rules:     forcesNew("workflows_workflow", "name", "region").About(change.Name, "labels", "depends_on"),
			Protected: []change.Condition{{Path: "deletion_protection", Value: "true"}},
		},
		// A collection is where its documents are: those that are stored under another key, or another name, stay, and are not found.
		typeCollection: {
			Used: true, Holds: change.Items, Gone: change.LeftBehind, Source: pageCollections, Rules: change.Rules{"key": {Hides: change.Items}},
		},
		typeSource:   {},
		typeLocals:   {Class: change.Name},
		typeOutput:   {Class: change.Name},
		typeVariable: {Class: change.Name},
		typeData:     {Class: change.Name},
		typeProvider: {},
		typeSettings: {},
		typeStage:    {},

		change.TypeHandler:    change.HandlerType(),
		change.TypeEntrypoint: change.EntrypointType(),
		change.TypeClient:     change.ClientType(),
	}
	for kind, bound := range scopes {
		types[kind] = change.Type{
			Class: change.Permission, Source: pageRegistry + bound.page,
			Open: []change.Condition{{Path: "member", Value: "allUsers"}, {Path: "member", Value: "allAuthenticatedUsers"}},
			Rules: forcesNew(bound.page, bound.on, "role", "member", "condition").
				About(change.Permission, bound.on, "role", "member", "condition"),
		}
	}
	for _, kind := range inProject {
		types[kind].Rules["project"] = change.Rule{Effect: change.Replaced, Source: pageReference}
	}
	types[typeInvoker].Rules["location"] = change.Rule{Effect: change.Replaced, Source: pageRegistry + scopes[typeInvoker].page}
	return types
}
