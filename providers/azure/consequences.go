package azure

import (
	"maps"

	"github.com/isobar-dev/isobar/codegen/change"
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
func refused(page string, properties ...string) map[string]change.Rule {
	rules := map[string]change.Rule{}
	for _, p := range properties {
		rules[p] = change.Rule{Effect: change.Refused, Source: page}
	}
	return rules
}

// and adds the rules of one table to those of another.
func and(rules, more map[string]change.Rule) map[string]change.Rule {
	for path, r := range more {
		rules[path] = r
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
	for kind, t := range types {
		if t.Rules == nil {
			t.Rules = map[string]change.Rule{}
			types[kind] = t
		}
		about(t.Rules, change.Name, "tags", "dependsOn", "apiVersion", "symbol")
	}
	return types
}

// messagingTypes are what keeps and moves messages.
func messagingTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.ServiceBus/namespaces": {
			Billed: true, Source: source("microsoft.servicebus/namespaces"),
			Rules: about(about(refused(pageMoving, "location"), change.Exposure, "properties.disableLocalAuth", "properties.publicNetworkAccess",
				"properties.minimumTlsVersion"), change.Cost, "sku"),
		},
		"Microsoft.ServiceBus/namespaces/queues": {
			Holds: change.Messages, Source: source("microsoft.servicebus/namespaces/queues"),
			Rules: about(and(refused(pageNoSessions, "properties.requiresSession", "properties.enablePartitioning"),
				refused(pageNoDuplicates, "properties.requiresDuplicateDetection")), change.Delivery,
				append([]string{"properties.requiresDuplicateDetection", "properties.maxSizeInMegabytes"}, channelDelivery...)...),
		},
		"Microsoft.ServiceBus/namespaces/topics": {
			Source: source("microsoft.servicebus/namespaces/topics"),
			Rules: about(and(refused(pageNoDuplicates, "properties.requiresDuplicateDetection"), refused(pageNoSessions, "properties.enablePartitioning")),
				change.Delivery, "properties.defaultMessageTimeToLive", "properties.maxSizeInMegabytes",
				"properties.requiresDuplicateDetection", "properties.supportOrdering"),
		},
		"Microsoft.ServiceBus/namespaces/topics/subscriptions": {
			Holds: change.Messages, Source: source("microsoft.servicebus/namespaces/topics/subscriptions"),
			Rules: about(refused(pageNoSessions, "properties.requiresSession"), change.Delivery,
				append([]string{"properties.deadLetteringOnFilterEvaluationExceptions"}, channelDelivery...)...),
		},
		"Microsoft.ServiceBus/namespaces/topics/subscriptions/rules": {
			Source: source("microsoft.servicebus/namespaces/topics/subscriptions/rules"),
			Rules:  about(map[string]change.Rule{}, change.Delivery, "properties"),
		},
		"Microsoft.EventGrid/systemTopics": {
			Source: source("microsoft.eventgrid/systemtopics"),
			Rules:  refused(source("microsoft.eventgrid/systemtopics"), "location", "properties.source", "properties.topicType"),
		},
		"Microsoft.EventGrid/systemTopics/eventSubscriptions": {
			Source: source("microsoft.eventgrid/systemtopics/eventsubscriptions"),
			Rules:  about(map[string]change.Rule{}, change.Delivery, "properties"),
		},
	}
}

// storageTypes are what keeps objects and secrets.
func storageTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.Storage/storageAccounts": {
			Holds: change.Objects, Source: source("microsoft.storage/storageaccounts"),
			Rules: about(about(and(refused(pageMoving, "location"), refused(pageStorage, "properties.isHnsEnabled")),
				change.Exposure, "properties.allowBlobPublicAccess", "properties.allowSharedKeyAccess", "properties.publicNetworkAccess",
				"properties.supportsHttpsTrafficOnly", "properties.minimumTlsVersion", "properties.networkAcls"),
				change.Cost, "sku", "properties.accessTier"),
			Open: []change.Condition{{Path: "properties.allowBlobPublicAccess", Value: "true"}},
		},
		"Microsoft.Storage/storageAccounts/blobServices": {
			Source: source("microsoft.storage/storageaccounts/blobservices"),
			Rules: about(about(map[string]change.Rule{}, change.Cost, "properties.isVersioningEnabled", "properties.containerDeleteRetentionPolicy"),
				change.Exposure, "properties.cors"),
		},
		"Microsoft.Storage/storageAccounts/blobServices/containers": {
			Holds: change.Objects, Source: source("microsoft.storage/storageaccounts/blobservices/containers"),
			Rules: about(map[string]change.Rule{}, change.Exposure, "properties.publicAccess"),
			Open:  []change.Condition{{Path: "properties.publicAccess", Value: "Blob"}, {Path: "properties.publicAccess", Value: "Container"}},
		},
		"Microsoft.Storage/storageAccounts/managementPolicies": {
			Source: source("microsoft.storage/storageaccounts/managementpolicies"),
			Rules:  about(map[string]change.Rule{}, change.Cost, "properties"),
		},
		"Microsoft.KeyVault/vaults": {
			Holds: change.Values, Source: source("microsoft.keyvault/vaults"),
			Rules: about(refused(pageMoving, "location"), change.Exposure, "properties.publicNetworkAccess", "properties.networkAcls"),
		},
		"Microsoft.KeyVault/vaults/secrets": {Holds: change.Values, Source: source("microsoft.keyvault/vaults/secrets")},
	}
}

// tableTypes are what keeps items.
func tableTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.DocumentDB/databaseAccounts": {
			Holds: change.Items, Source: source("microsoft.documentdb/databaseaccounts"),
			Rules: about(about(refused(pageCosmos, "location", "kind", "properties.capabilities", "properties.databaseAccountOfferType"),
				change.Exposure, "properties.disableLocalAuth", "properties.publicNetworkAccess", "properties.minimalTlsVersion", "properties.ipRules"),
				change.Cost, "properties.backupPolicy", "properties.locations"),
		},
		"Microsoft.DocumentDB/databaseAccounts/sqlDatabases": {
			Holds: change.Items, Source: source("microsoft.documentdb/databaseaccounts/sqldatabases"),
			Rules: refused(pageCosmos, "properties.resource.id"),
		},
		"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers": {
			Holds: change.Items, Source: source("microsoft.documentdb/databaseaccounts/sqldatabases/containers"),
			Rules: about(refused(pageCosmos, "properties.resource.id", "properties.resource.partitionKey", "properties.resource.uniqueKeyPolicy"),
				change.Cost, "properties.resource.indexingPolicy", "properties.resource.defaultTtl"),
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
			Rules:  about(refused(pageMoving, "location", "properties.reserved"), change.Cost, "sku"),
		},
		// A change of the app or its settings restarts it.
		"Microsoft.Web/sites": {
			Source: source("microsoft.web/sites"),
			Rules: about(about(and(refused(pageMoving, "location"), map[string]change.Rule{
				"properties": {Effect: change.Interrupted, Source: pageUpdates}, "properties.functionAppConfig.scaleAndConcurrency": {Effect: change.Interrupted, Source: pageUpdates},
			}), change.Cost, "properties.functionAppConfig.scaleAndConcurrency"), change.Exposure, "properties.siteConfig.cors", "properties.siteConfig.minTlsVersion",
				"properties.httpsOnly", "properties.publicNetworkAccess"),
		},
		"Microsoft.Web/sites/basicPublishingCredentialsPolicies": {
			Source: source("microsoft.web/sites/basicpublishingcredentialspolicies"),
			Rules:  about(map[string]change.Rule{}, change.Exposure, "properties.allow"),
			Open:   []change.Condition{{Path: "properties.allow", Value: "true"}},
		},
		"Microsoft.Web/sites/config": {
			Source: source("microsoft.web/sites/config-appsettings"),
			Rules:  map[string]change.Rule{"properties": {Effect: change.Interrupted, Source: pageUpdates}},
		},
		"Microsoft.OperationalInsights/workspaces": {
			Holds: change.Logs, Source: source("microsoft.operationalinsights/workspaces"),
			Rules: about(refused(pageMoving, "location"), change.Cost, "properties.retentionInDays", "properties.sku"),
		},
		"Microsoft.Insights/components": {
			Source: source("microsoft.insights/components"), Rules: refused(pageMoving, "location"),
		},
		"Microsoft.Insights/metricAlerts": {Billed: true, Source: source("microsoft.insights/metricalerts")},
		"Microsoft.Logic/workflows": {
			Source: source("microsoft.logic/workflows"), Rules: about(refused(pageMoving, "location"), change.Exposure, "properties.accessControl"),
		},
	}
}

// accessTypes are who may do what.
func accessTypes() map[string]change.Type {
	return map[string]change.Type{
		"Microsoft.Authorization/roleAssignments": {
			Class: change.Permission, Source: pageRoles,
			Rules: about(refused(pageRoles, "properties.principalId", "properties.roleDefinitionId"), change.Permission, "properties.principalId",
				"properties.roleDefinitionId"),
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
		typeBinding: {Rules: about(map[string]change.Rule{}, change.Delivery, "retry", "bindings")},
		typeHost: {
			Rules: about(map[string]change.Rule{}, change.Delivery, "extensions", "functionTimeout"),
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
	}
}
