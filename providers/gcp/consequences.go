package gcp

import "github.com/isobar-dev/isobar/codegen/change"

// Pages of Google's provider, which says of a property that a new value "forces a new resource".
const (
	pageRegistry = "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/"
	pageDestroy  = "https://developer.hashicorp.com/terraform/cli/commands/apply"
)

// Consequences is what terraform apply does when something changes: a resource that the module no longer has is destroyed, and one
// with a new value of a property that cannot be updated is destroyed and created again.
func (Wing) Consequences() change.Table {
	return change.Table{Gone: change.Removed, GoneSource: pageDestroy, Types: consequences(), Everybody: []string{"allUsers", "allAuthenticatedUsers"}}
}

// forcesNew has properties that a new resource is made for.
func forcesNew(page string, properties ...string) map[string]change.Rule {
	rules := map[string]change.Rule{}
	for _, p := range properties {
		rules[p] = change.Rule{Effect: change.Replaced, Source: pageRegistry + page}
	}
	return rules
}

// about adds what properties are about; those that are there keep their effect.
func about(rules map[string]change.Rule, class change.Class, properties ...string) map[string]change.Rule {
	for _, p := range properties {
		r := rules[p]
		r.Class = class
		rules[p] = r
	}
	return rules
}

// abandoned is what Terraform forgets and does not delete. What it refuses to delete is said by attributes, too: the prevent_destroy of a
// lifecycle is a part of the block, and goes with it.
// https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
var abandoned = []change.Condition{{Path: "deletion_policy", Value: leftAlone}}

func consequences() map[string]change.Type {
	types := map[string]change.Type{
		typeFunction: {
			Source: pageRegistry + "cloudfunctions2_function",
			Rules: about(about(about(about(forcesNew("cloudfunctions2_function", "name", "location"),
				change.Delivery, "service_config.timeout_seconds", "service_config.max_instance_count", "event_trigger"),
				change.Cost, "service_config.available_memory", "service_config.available_cpu", "service_config.min_instance_count"),
				change.Exposure, "service_config.ingress_settings"),
				change.Name, "labels", "depends_on", "build_config.entry_point"),
			Open: []change.Condition{{Path: "service_config.ingress_settings", Value: "ALLOW_ALL"}},
		},
		typeTopic: {
			Source: pageRegistry + "pubsub_topic",
			Rules:  about(forcesNew("pubsub_topic", "name"), change.Name, "labels", "depends_on"),
		},
		typeSubscription: {
			Holds: change.Messages, Source: pageRegistry + "pubsub_subscription",
			Rules: about(about(forcesNew("pubsub_subscription", "name", "topic", "filter", "enable_message_ordering"),
				change.Delivery, "filter", "enable_message_ordering", "ack_deadline_seconds", "message_retention_duration", "retry_policy",
				"dead_letter_policy", "push_config", "expiration_policy"),
				change.Name, "labels", "depends_on"),
		},
		typeJob: {
			Billed: true, Source: pageRegistry + "cloud_scheduler_job",
			Rules: about(about(forcesNew("cloud_scheduler_job", "name", "region"),
				change.Delivery, "schedule", "time_zone", "attempt_deadline", "retry_config"),
				change.Name, "depends_on", "description"),
		},
		typeBucket: {
			Holds: change.Objects, Source: pageRegistry + "storage_bucket",
			Rules: about(about(about(forcesNew("storage_bucket", "name", "location", "project"),
				change.Exposure, "public_access_prevention", "uniform_bucket_level_access"),
				change.Cost, "versioning", "lifecycle_rule", "storage_class"),
				change.Name, "labels", "depends_on"),
			Protected: []change.Condition{{Path: "deletion_policy", Value: neverDeleted}},
			Filled:    []change.Condition{{Path: "force_destroy", Value: "false"}},
			Open:      []change.Condition{{Path: "public_access_prevention", Value: "inherited"}},
		},
		typeNotification: {
			Source: pageRegistry + "storage_notification",
			Rules: about(about(forcesNew("storage_notification", "bucket", "topic", "payload_format", "event_types", "object_name_prefix", "custom_attributes"),
				change.Delivery, "event_types", "object_name_prefix"), change.Name, "depends_on"),
		},
		typeDatabase: {
			Holds: change.Items, Source: pageRegistry + "firestore_database", Fixed: "name",
			Rules: about(about(forcesNew("firestore_database", "name", "location_id", "database_edition", "cmek_config", "project"),
				change.Cost, "point_in_time_recovery_enablement"), change.Name, "depends_on"),
			Protected: []change.Condition{{Path: "delete_protection_state", Value: "DELETE_PROTECTION_ENABLED"}},
			Kept:      abandoned, KeptReplaced: abandoned,
		},
		typeIndex: {
			Source: pageRegistry + "firestore_index",
			Rules:  about(forcesNew("firestore_index", "database", "collection", "query_scope", "fields"), change.Name, "depends_on"),
		},
		typeSecret: {
			Holds: change.Values, Source: pageRegistry + "secret_manager_secret", Fixed: "secret_id", Kept: abandoned, KeptReplaced: abandoned,
			Protected: []change.Condition{{Path: "deletion_protection", Value: "true"}},
			Rules:     about(forcesNew("secret_manager_secret", "secret_id", "replication"), change.Name, "labels", "depends_on"),
		},
		typeAccount: {
			Source: pageRegistry + "google_service_account",
			Rules:  about(forcesNew("google_service_account", "account_id"), change.Name, "display_name", "depends_on"),
		},
		typeService: {
			Source: pageRegistry + "google_project_service",
			Rules:  forcesNew("google_project_service", "service", "project"),
		},
		typeSleep: {Class: change.Name},
		typeAlarm: {Source: pageRegistry + "monitoring_alert_policy", Rules: about(map[string]change.Rule{}, change.Name, "user_labels", "depends_on")},
		typeWorkflow: {
			Source:    pageRegistry + "workflows_workflow",
			Rules:     about(forcesNew("workflows_workflow", "name", "region"), change.Name, "labels", "depends_on"),
			Protected: []change.Condition{{Path: "deletion_protection", Value: "true"}},
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
	}
	for kind, bound := range scopes {
		types[kind] = change.Type{
			Class: change.Permission, Source: pageRegistry + bound.page,
			Open:  []change.Condition{{Path: "member", Value: "allUsers"}, {Path: "member", Value: "allAuthenticatedUsers"}},
			Rules: about(forcesNew(bound.page, bound.on, "role", "member", "condition"), change.Permission, bound.on, "role", "member", "condition"),
		}
	}
	types[typeInvoker].Rules["location"] = change.Rule{Effect: change.Replaced, Source: pageRegistry + scopes[typeInvoker].page}
	return types
}
