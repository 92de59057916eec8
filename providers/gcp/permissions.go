package gcp

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
)

// Vendor pages on roles.
const (
	pageRunRoles       = "https://cloud.google.com/run/docs/reference/iam/roles"
	pagePubSubRoles    = "https://cloud.google.com/pubsub/docs/access-control#roles"
	pageStorageRoles   = "https://cloud.google.com/storage/docs/access-control/iam-roles"
	pageFirestoreRoles = "https://cloud.google.com/firestore/docs/security/iam#roles"
	pageWorkflowRoles  = "https://cloud.google.com/workflows/docs/use-iam-for-access"
	pageSecretRoles    = "https://cloud.google.com/secret-manager/docs/access-control#secretmanager.secretAccessor"
)

// The roles that are granted, each on one resource.
const (
	roleInvoker    = "roles/run.invoker"
	rolePublisher  = "roles/pubsub.publisher"
	roleSubscriber = "roles/pubsub.subscriber"

	// Of Pub/Sub on the event caller, in whose name it pushes. In projects that were made after April 2021 its agent has it anyhow.
	// https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
	roleTokenCreator = "roles/iam.serviceAccountOpenIdTokenCreator"

	// Of the event caller in the project, for Eventarc has no smaller scope.
	// https://cloud.google.com/eventarc/docs/access-control#eventarc.eventReceiver
	roleEventReceiver = "roles/eventarc.eventReceiver"

	roleObjectViewer   = "roles/storage.objectViewer"
	roleBucketWriter   = "roles/storage.legacyBucketWriter"
	roleDatabaseViewer = "roles/datastore.viewer"
	roleDatabaseUser   = "roles/datastore.user"
	// In the project, whose workflows it starts.
	roleWorkflowInvoker = "roles/workflows.invoker"
	// Of a workflow in the project, where its calls are logged, and of the builder.
	roleLogWriter      = "roles/logging.logWriter"
	roleSecretAccessor = "roles/secretmanager.secretAccessor"
)

// builderRoles are what the account that builds the functions needs in the project: Cloud Functions keeps the images in a place of its
// own making. It reads the source, too.
// https://cloud.google.com/functions/docs/securing/build-custom-sa
var builderRoles = []string{"roles/artifactregistry.writer", roleLogWriter}

// permissions is how Google Cloud grants what functions can do. A function's own account gets what access and secrets ask for. What
// a trigger needs others get: the event caller may call the function.
func permissions() access.Table {
	const onFunction = "the function, to the account that events are delivered as"
	return access.Table{
		// What a function prints is logged by the platform.
		{Kind: access.KindFunction, Verb: access.Run}: {Source: "https://cloud.google.com/run/docs/logging"},

		{Kind: spec.KindQueue, Verb: access.Consume}:      {Actions: []string{roleInvoker}, On: onFunction, Source: pageRunRoles},
		{Kind: spec.KindTopic, Verb: access.Consume}:      {Actions: []string{roleInvoker}, On: onFunction, Source: pageRunRoles},
		{Kind: spec.KindBucket, Verb: access.Consume}:     {Actions: []string{roleInvoker}, On: onFunction, Source: pageRunRoles},
		{Kind: access.KindSchedule, Verb: access.Consume}: {Actions: []string{roleInvoker}, On: onFunction, Source: pageRunRoles},
		{Kind: spec.KindTable, Verb: access.Consume}: {
			Actions: []string{roleInvoker, roleEventReceiver, rolePublisher},
			On:      onFunction + ", and to the same account the project; to the function its dead-letter topic",
			Source:  "https://cloud.google.com/eventarc/docs/run/create-trigger-cloud-firestore",
		},

		{Kind: access.KindFunction, Verb: access.Call}: {Actions: []string{roleInvoker}, On: "the function, to the workflow's account", Source: pageRunRoles},
		{Kind: spec.KindWorkflow, Verb: "start"}:       {Actions: []string{roleWorkflowInvoker}, On: "the project, with all its workflows", Source: pageWorkflowRoles},

		{Kind: spec.KindQueue, Verb: "send"}:    {Actions: []string{rolePublisher}, On: "the queue's topic", Source: pagePubSubRoles},
		{Kind: spec.KindTopic, Verb: "publish"}: {Actions: []string{rolePublisher}, On: "the topic", Source: pagePubSubRoles},
		{Kind: spec.KindBucket, Verb: "read"}:   {Actions: []string{roleObjectViewer}, On: "the bucket", Source: pageStorageRoles},
		// It creates, overwrites, deletes and lists, and does not read: of the other roles each that deletes reads, too.
		{Kind: spec.KindBucket, Verb: "write"}: {Actions: []string{roleBucketWriter}, On: "the bucket", Source: pageStorageRoles},
		{Kind: spec.KindTable, Verb: "read"}:   {Actions: []string{roleDatabaseViewer}, On: "the app's database, with all its tables", Source: pageFirestoreRoles},
		// It reads, too: there is no role that only writes.
		{Kind: spec.KindTable, Verb: "write"}: {Actions: []string{roleDatabaseUser}, On: "the app's database, with all its tables", Source: pageFirestoreRoles},
		{Kind: spec.KindSecret, Verb: "read"}: {Actions: []string{roleSecretAccessor}, On: "the secret", Source: pageSecretRoles},
	}
}

// pubsubAgent is the account that Pub/Sub itself acts as. https://cloud.google.com/iam/docs/service-agents
var pubsubAgent = hcl.Template{
	hcl.Str("serviceAccount:service-"), hcl.Ref("data.google_project.this.number"), hcl.Str("@gcp-sa-pubsub.iam.gserviceaccount.com"),
}
