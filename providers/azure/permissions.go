package azure

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
)

// role is one of Azure's built-in roles.
type role struct {
	// title is what Azure calls it, symbol what main.bicep calls it, and agent who has it.
	title         string
	symbol, agent bicep.Symbol
	// id is the same in every tenant, and of a role of Cosmos DB in every account.
	id string
	// cosmos is true of a role that Cosmos DB assigns by itself.
	cosmos bool
}

// The roles, each of which is assigned on one resource alone.
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
// https://learn.microsoft.com/azure/cosmos-db/reference-data-plane-security#built-in-roles
var (
	blobOwner        = role{"Storage Blob Data Owner", "storageBlobDataOwner", "owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", false}
	blobReader       = role{"Storage Blob Data Reader", "storageBlobDataReader", "reader", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", false}
	blobContributor  = role{"Storage Blob Data Contributor", "storageBlobDataContributor", "writer", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", false}
	metricsPublisher = role{"Monitoring Metrics Publisher", "monitoringMetricsPublisher", "publisher", "3913510d-42f4-4e42-8a64-420c390055eb", false}
	messageReceiver  = role{"Azure Service Bus Data Receiver", "serviceBusDataReceiver", "receiver", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", false}
	messageSender    = role{"Azure Service Bus Data Sender", "serviceBusDataSender", "sender", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", false}
	secretsUser      = role{"Key Vault Secrets User", "keyVaultSecretsUser", "reader", "4633458b-17de-408a-b874-0445c86b69e6", false}
	dataReader       = role{"Cosmos DB Built-in Data Reader", "cosmosDBDataReader", "reader", "00000000-0000-0000-0000-000000000001", true}
	dataContributor  = role{"Cosmos DB Built-in Data Contributor", "cosmosDBDataContributor", "writer", "00000000-0000-0000-0000-000000000002", true}
)

// spot is where a role is assigned, seen from what it is for.
type spot int

const (
	onItself      spot = iota // the resource of the spec
	onStorage                 // the host's storage account
	onInsights                // Application Insights
	onChannel                 // the subscription, or the queue, before the function
	onDeadLetters             // the queue of what the function has failed to handle
	onLeases                  // the container of leases
)

// entitlement is a role on one resource.
type entitlement struct {
	role role
	on   spot
}

// row is what a verb takes: the entitlements, in words on what, and the vendor's page.
type row struct {
	entitlements []entitlement
	on           string
	source       string
}

// Pages that say which role does what.
const (
	pageServiceBusRoles = "https://learn.microsoft.com/azure/service-bus-messaging/service-bus-managed-service-identity#azure-built-in-roles-for-azure-service-bus"
	pageBlobRoles       = "https://learn.microsoft.com/azure/storage/blobs/assign-azure-role-data-access"
	pageCosmosRoles     = "https://learn.microsoft.com/azure/cosmos-db/reference-data-plane-security"
	pageCosmosTrigger   = "https://learn.microsoft.com/azure/azure-functions/functions-bindings-cosmosdb-v2-trigger#grant-permission-to-the-identity"
)

// rows is what each verb takes. Azure has no built-in role that writes and does not read. The host scales by the messages that it
// receives, as it may not read a queue's length.
// https://learn.microsoft.com/azure/azure-functions/functions-target-based-scaling#service-bus-queues-and-topics
func rows() map[access.Key]row {
	return map[access.Key]row{
		{Kind: access.KindFunction, Verb: access.Run}: {
			[]entitlement{{blobOwner, onStorage}, {metricsPublisher, onInsights}},
			"the app's own storage account, and its Application Insights",
			"https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity",
		},
		// No role calls a function: the runtime verifies the token of the workflow's identity. To start a workflow is to call its trigger,
		// whose policies want a token of the app's identity, or of another workflow's: startedBy.
		{Kind: access.KindFunction, Verb: access.Call}: {
			source: "https://learn.microsoft.com/azure/logic-apps/authenticate-with-managed-identity",
		},
		{Kind: spec.KindWorkflow, Verb: "start"}: {
			source: "https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#enable-oauth-2-0-with-microsoft-entra-id",
		},
		{Kind: spec.KindQueue, Verb: access.Consume}: {
			[]entitlement{{messageReceiver, onItself}}, "the queue", pageServiceBusRoles,
		},
		{Kind: spec.KindQueue, Verb: "send"}: {
			[]entitlement{{messageSender, onItself}}, "the queue", pageServiceBusRoles,
		},
		{Kind: spec.KindTopic, Verb: access.Consume}: {
			[]entitlement{{messageReceiver, onChannel}}, "the function's subscription of the topic", pageServiceBusRoles,
		},
		{Kind: spec.KindTopic, Verb: "publish"}: {
			[]entitlement{{messageSender, onItself}}, "the topic", pageServiceBusRoles,
		},
		{Kind: spec.KindBucket, Verb: access.Consume}: {
			[]entitlement{{messageReceiver, onChannel}}, "the queue that keeps the bucket's events for the function", pageServiceBusRoles,
		},
		{Kind: spec.KindBucket, Verb: "read"}: {
			[]entitlement{{blobReader, onItself}}, "the bucket's container", pageBlobRoles,
		},
		{Kind: spec.KindBucket, Verb: "write"}: {
			[]entitlement{{blobContributor, onItself}}, "the bucket's container", pageBlobRoles,
		},
		{Kind: spec.KindTable, Verb: access.Consume}: {
			[]entitlement{{dataReader, onItself}, {dataContributor, onLeases}, {messageSender, onDeadLetters}},
			"the table's container, the container of leases, and the function's dead-letter queue", pageCosmosTrigger,
		},
		{Kind: spec.KindTable, Verb: "read"}: {
			[]entitlement{{dataReader, onItself}}, "the table's container", pageCosmosRoles,
		},
		{Kind: spec.KindTable, Verb: "write"}: {
			[]entitlement{{dataContributor, onItself}}, "the table's container", pageCosmosRoles,
		},
		{Kind: access.KindSchedule, Verb: access.Consume}: {
			[]entitlement{{messageSender, onDeadLetters}}, "the function's dead-letter queue", pageServiceBusRoles,
		},
		{Kind: spec.KindSecret, Verb: "read"}: {
			[]entitlement{{secretsUser, onItself}}, "the secret", "https://learn.microsoft.com/azure/key-vault/general/rbac-guide",
		},
	}
}

// permissions is how the cloud grants what functions can do.
func permissions() access.Table {
	table := access.Table{}
	for key, r := range rows() {
		actions := make([]string, len(r.entitlements))
		for i, e := range r.entitlements {
			actions[i] = e.role.title
		}
		table[key] = access.Row{Actions: actions, On: r.on, Source: r.source}
	}
	return table
}
