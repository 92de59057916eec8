package azure

import (
	"maps"
	"strings"

	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/spec"
)

// Pages of Azure.
const (
	pageReference = "https://learn.microsoft.com/azure/templates/"
	// An incremental deployment leaves what the template does not have as it is.
	pageModes        = "https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes"
	pageUpdates      = "https://learn.microsoft.com/azure/azure-functions/flex-consumption-site-updates"
	pageNoSessions   = "https://learn.microsoft.com/azure/service-bus-messaging/message-sessions"
	pageNoDuplicates = "https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection"
	pageCosmos       = "https://learn.microsoft.com/azure/cosmos-db/partitioning-overview"
	pageMoving       = "https://learn.microsoft.com/azure/azure-resource-manager/management/relocation/overview-relocation"
	pageRoles        = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---arm-template-role-assignment-returns-badrequest-status"
	pageStorage      = "https://learn.microsoft.com/azure/storage/common/storage-account-overview"
)

// Consequences is what an incremental deployment does when something changes: what the template no longer has is left as it is, and a
// new value of a property that cannot be updated is an error. A resource of another name is another resource.
func (Wing) Consequences() change.Table {
	return change.Table{Gone: change.LeftBehind, GoneSource: pageModes, Types: consequences(), Everybody: []string{"*"}}
}

// refused has properties that cannot be updated.
func refused(page string, properties ...string) change.Rules {
	rules := change.Rules{}
	for _, p := range properties {
		rules[p] = change.Rule{Effect: change.Refused, Source: page}
	}
	return rules
}

// restarts has properties whose new value restarts the app.
func restarts(properties ...string) change.Rules {
	rules := change.Rules{}
	for _, p := range properties {
		rules[p] = change.Rule{Effect: change.Interrupted, Source: pageUpdates}
	}
	return rules
}

// expirations are after how many days objects, and their versions, are deleted.
var expirations = []string{
	"properties.policy.rules.definition.actions.baseBlob.delete.daysAfterModificationGreaterThan",
	"properties.policy.rules.definition.actions.version.delete.daysAfterCreationGreaterThan",
}

func source(kind string) string { return pageReference + kind }

// channels are the properties of what keeps messages that are about their delivery.
var channelDelivery = []string{
	"properties.lockDuration", "properties.maxDeliveryCount", "properties.defaultMessageTimeToLive", "properties.deadLetteringOnMessageExpiration",
	"properties.requiresSession", "properties.duplicateDetectionHistoryTimeWindow", "properties.forwardTo", "properties.forwardDeadLetteredMessagesTo",
}

// consequences are those of all types. Names and tags are about names, whatever they are of.
func consequences() map[string]change.Type {
	types := map[string]change.Type{}
	for _, some := range []map[string]change.Type{messagingTypes(), storageTypes(), tableTypes(), appTypes(), accessTypes(), fileTypes()} {
		maps.Copy(types, some)
	}
	// Continuous backup cannot be given up.
	// https://learn.microsoft.com/azure/cosmos-db/migrate-continuous-backup
	types["Microsoft.DocumentDB/databaseAccounts"].Rules["properties.backupPolicy"] = change.Rule{Class: change.Protection, Stays: true}
	// A container takes items of any key: those that are stored under another one stay, and are not found.
	types[change.TypeClient].Rules["Key"] = change.Rule{Hides: change.Items}
	for kind, t := range types {
		if !strings.HasPrefix(kind, "Microsoft.") { // it is of the files, which are deployed as a whole
			t.Gone = change.Removed
		}
		if t.Rules == nil {
			t.Rules = change.Rules{}
		}
		t.Rules.About(change.Name, "tags", "dependsOn", "apiVersion", "symbol")
		types[kind] = t
	}
	return types
}

// messagingTypes are what keeps and moves messages.
func messagingTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.ServiceBus/namespaces": {
			Billed: true, Source: source("microsoft.servicebus/namespaces"),
			Rules: refused(pageMoving, "location").
				About(change.Exposure, "properties.disableLocalAuth", "properties.publicNetworkAccess", "properties.minimumTlsVersion").
				About(change.Cost, "sku").
				Worse(change.Off, "properties.disableLocalAuth").
				Worse(change.Turned, "properties.publicNetworkAccess", "properties.minimumTlsVersion"),
		},
		"Microsoft.ServiceBus/namespaces/queues": {
			Holds: change.Messages, Source: source("microsoft.servicebus/namespaces/queues"),
			Rules: refused(pageNoSessions, "properties.requiresSession", "properties.enablePartitioning").
				And(refused(pageNoDuplicates, "properties.requiresDuplicateDetection")).
				About(change.Delivery, append([]string{"properties.requiresDuplicateDetection", "properties.maxSizeInMegabytes"}, channelDelivery...)...),
		},
		"Microsoft.ServiceBus/namespaces/topics": {
			Source: source("microsoft.servicebus/namespaces/topics"),
			Rules: refused(pageNoDuplicates, "properties.requiresDuplicateDetection").
				And(refused(pageNoSessions, "properties.enablePartitioning")).
				About(change.Delivery, "properties.defaultMessageTimeToLive", "properties.maxSizeInMegabytes", "properties.requiresDuplicateDetection", "properties.supportOrdering"),
		},
		"Microsoft.ServiceBus/namespaces/topics/subscriptions": {
			Holds: change.Messages, Source: source("microsoft.servicebus/namespaces/topics/subscriptions"),
			Rules: refused(pageNoSessions, "properties.requiresSession").
				About(change.Delivery, append([]string{"properties.deadLetteringOnFilterEvaluationExceptions"}, channelDelivery...)...),
		},
		"Microsoft.ServiceBus/namespaces/topics/subscriptions/rules": {
			Source: source("microsoft.servicebus/namespaces/topics/subscriptions/rules"),
			Rules:  change.Rules{}.About(change.Delivery, "properties"),
		},
		"Microsoft.EventGrid/systemTopics": {
			Source: source("microsoft.eventgrid/systemtopics"),
			Rules:  refused(source("microsoft.eventgrid/systemtopics"), "location", "properties.source", "properties.topicType"),
		},
		"Microsoft.EventGrid/systemTopics/eventSubscriptions": {
			Source: source("microsoft.eventgrid/systemtopics/eventsubscriptions"),
			Rules:  change.Rules{}.About(change.Delivery, "properties"),
		},
	}
}

// storageTypes are what keeps objects and secrets.
func storageTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.Storage/storageAccounts": {
			Holds: change.Objects, Source: source("microsoft.storage/storageaccounts"),
			Rules: refused(pageMoving, "location").
				And(refused(pageStorage, "properties.isHnsEnabled")).
				About(change.Exposure, "properties.allowBlobPublicAccess", "properties.allowSharedKeyAccess", "properties.publicNetworkAccess",
					"properties.supportsHttpsTrafficOnly", "properties.minimumTlsVersion", "properties.networkAcls").
				About(change.Cost, "sku", "properties.accessTier"),
			Open: []change.Condition{{Path: "properties.allowBlobPublicAccess", Value: "true"}},
		},
		"Microsoft.Storage/storageAccounts/blobServices": {
			Source: source("microsoft.storage/storageaccounts/blobservices"),
			Rules: change.Rules{}.About(change.Protection, "properties.isVersioningEnabled", "properties.containerDeleteRetentionPolicy").
				About(change.Exposure, "properties.cors").
				Worse(change.Off, "properties.isVersioningEnabled", "properties.containerDeleteRetentionPolicy").
				Worse(change.Gained, "properties.cors"),
		},
		"Microsoft.Storage/storageAccounts/blobServices/containers": {
			Holds: change.Objects, Source: source("microsoft.storage/storageaccounts/blobservices/containers"),
			Rules: change.Rules{}.About(change.Exposure, "properties.publicAccess").Worse(change.Gained, "properties.publicAccess"),
			Open:  []change.Condition{{Path: "properties.publicAccess", Value: "Blob"}, {Path: "properties.publicAccess", Value: "Container"}},
		},
		"Microsoft.Storage/storageAccounts/managementPolicies": {
			Source: source("microsoft.storage/storageaccounts/managementpolicies"),
			// A new rule is for what there is already.
			Acts: spec.KindBucket,
			Rules: change.Rules{}.About(change.Cost, append([]string{"properties"}, expirations...)...).
				Loses(change.Lowered, change.Objects, expirations...),
		},
		"Microsoft.KeyVault/vaults": {
			Holds: change.Values, Source: source("microsoft.keyvault/vaults"),
			Rules: refused(pageMoving, "location").
				About(change.Exposure, "properties.publicNetworkAccess", "properties.networkAcls").
				Worse(change.Turned, "properties.publicNetworkAccess", "properties.networkAcls"),
		},
		"Microsoft.KeyVault/vaults/secrets": {Holds: change.Values, Source: source("microsoft.keyvault/vaults/secrets")},
	}
}

// tableTypes are what keeps items.
func tableTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.DocumentDB/databaseAccounts": {
			Holds: change.Items, Source: source("microsoft.documentdb/databaseaccounts"),
			Rules: refused(pageMoving, "location").
				And(refused(pageCosmos, "kind", "properties.capabilities", "properties.databaseAccountOfferType")).
				About(change.Exposure, "properties.disableLocalAuth", "properties.publicNetworkAccess", "properties.minimalTlsVersion", "properties.ipRules").
				About(change.Cost, "properties.locations").
				Worse(change.Off, "properties.disableLocalAuth").
				Worse(change.Turned, "properties.publicNetworkAccess", "properties.minimalTlsVersion"),
		},
		"Microsoft.DocumentDB/databaseAccounts/sqlDatabases": {
			Holds: change.Items, Source: source("microsoft.documentdb/databaseaccounts/sqldatabases"),
			Rules: refused(pageCosmos, "properties.resource.id"),
		},
		"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers": {
			Holds: change.Items, Source: source("microsoft.documentdb/databaseaccounts/sqldatabases/containers"),
			Rules: refused(pageCosmos, "properties.resource.id", "properties.resource.partitionKey", "properties.resource.uniqueKeyPolicy").
				About(change.Cost, "properties.resource.indexingPolicy", "properties.resource.defaultTtl"),
		},
		"Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments": {
			Class: change.Permission, Source: source("microsoft.documentdb/databaseaccounts/sqlroleassignments"),
		},
	}
}

// appTypes are what runs, and what watches it.
func appTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.Web/serverfarms": {
			Source: source("microsoft.web/serverfarms"),
			Rules:  refused(pageMoving, "location", "properties.reserved").About(change.Cost, "sku"),
		},
		// A change of the app or its settings restarts it.
		"Microsoft.Web/sites": {
			Source: source("microsoft.web/sites"),
			Rules: refused(pageMoving, "location").
				And(restarts("properties", "properties.functionAppConfig.scaleAndConcurrency", "properties.siteConfig.cors", "properties.httpsOnly",
					"properties.publicNetworkAccess")).
				About(change.Cost, "properties.functionAppConfig.scaleAndConcurrency").
				About(change.Exposure, "properties.siteConfig.cors", "properties.siteConfig.minTlsVersion", "properties.httpsOnly",
					"properties.publicNetworkAccess").
				Worse(change.Off, "properties.httpsOnly").
				Worse(change.Gained, "properties.siteConfig.cors"),
		},
		"Microsoft.Web/sites/basicPublishingCredentialsPolicies": {
			Source: source("microsoft.web/sites/basicpublishingcredentialspolicies"),
			Rules:  change.Rules{}.About(change.Exposure, "properties.allow"),
			Open:   []change.Condition{{Path: "properties.allow", Value: "true"}},
		},
		"Microsoft.Web/sites/config": {
			Source: source("microsoft.web/sites/config-appsettings"),
			Rules:  restarts("properties"),
		},
		"Microsoft.OperationalInsights/workspaces": {
			Holds: change.Logs, Source: source("microsoft.operationalinsights/workspaces"),
			Rules: refused(pageMoving, "location").About(change.Cost, "properties.retentionInDays", "properties.sku"),
		},
		"Microsoft.Insights/components": {
			Source: source("microsoft.insights/components"), Rules: refused(pageMoving, "location"),
		},
		"Microsoft.Insights/metricAlerts": {Billed: true, Source: source("microsoft.insights/metricalerts")},
		"Microsoft.Logic/workflows": {
			Holds: change.Executions, Source: source("microsoft.logic/workflows"), Rules: refused(pageMoving, "location").
				About(change.Exposure, "properties.accessControl"),
		},
	}
}

// accessTypes are who may do what.
func accessTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.Authorization/roleAssignments": {
			Class: change.Permission, Source: pageRoles,
			Rules: refused(pageRoles, "properties.principalId", "properties.roleDefinitionId").
				About(change.Permission, "properties.principalId", "properties.roleDefinitionId"),
		},
		"Microsoft.Authorization/locks": {Source: source("microsoft.authorization/locks")},
		"Microsoft.ManagedIdentity/userAssignedIdentities": {
			Source: source("microsoft.managedidentity/userassignedidentities"), Rules: refused(pageMoving, "location"),
		},
	}
}

// fileTypes are the files of the app's package, which restarts the app when it is deployed, and the statements around resources.
func fileTypes() map[string]change.Type {
	return map[string]change.Type{
		typeBinding: {Rules: change.Rules{}.About(change.Delivery, "retry", "bindings")},
		typeHost: {
			Rules: change.Rules{}.About(change.Delivery, "extensions", "functionTimeout"),
		},
		typeModule:    {Class: change.Name},
		typeOutput:    {Class: change.Name},
		typeParameter: {Class: change.Name},
		typeSetting:   {Class: change.Name},
		"using":       {Class: change.Name},
		"import":      {Class: change.Name},
		"type":        {Class: change.Name},
		"func":        {Class: change.Name},
		typeStage:     {},

		change.TypeHandler:    change.HandlerType(),
		change.TypeEntrypoint: change.EntrypointType(),
		change.TypeClient:     change.ClientType(),
	}
}
