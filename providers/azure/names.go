package azure

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// The names of main.bicep that are always the same. Those of an app's own things are a word and a name in PascalCase, so that they
// cannot be one of these: see symbolOf.
const (
	paramStage     bicep.Symbol = "stage"
	paramLocation  bicep.Symbol = "location"
	paramRetention bicep.Symbol = "logRetentionDays"
	paramInstances bicep.Symbol = "maximumInstanceCount"
	paramMemory    bicep.Symbol = "instanceMemoryMB"
	paramAlarm     bicep.Symbol = "actionGroupId"
	paramEnv       bicep.Symbol = "env"
	paramAudience  bicep.Symbol = "taskAudience"
	paramDeployed  bicep.Symbol = "deployedAt"

	varPrefix bicep.Symbol = "prefix"
	varUnique bicep.Symbol = "unique"
	varTags   bicep.Symbol = "tags"
	varRoles  bicep.Symbol = "roles"

	symIdentity         bicep.Symbol = "identity"
	symLogs             bicep.Symbol = "logs"
	symInsights         bicep.Symbol = "insights"
	symStorage          bicep.Symbol = "storage"
	symBlobs            bicep.Symbol = "blobs"
	symPackages         bicep.Symbol = "packages"
	symPlan             bicep.Symbol = "plan"
	symApp              bicep.Symbol = "app"
	symSCM              bicep.Symbol = "scmPublishing"
	symFTP              bicep.Symbol = "ftpPublishing"
	symSettings         bicep.Symbol = "settings"
	symServiceBus       bicep.Symbol = "serviceBus"
	symData             bicep.Symbol = "data"
	symDataBlobs        bicep.Symbol = "dataBlobs"
	symLifecycle        bicep.Symbol = "lifecycle"
	symEvents           bicep.Symbol = "events"
	symUndelivered      bicep.Symbol = "undelivered"
	symCosmos           bicep.Symbol = "cosmos"
	symDatabase         bicep.Symbol = "database"
	symLeases           bicep.Symbol = "leases"
	symVault            bicep.Symbol = "vault"
	symAlarm            bicep.Symbol = "deadLetterAlarm"
	symSentAlarm        bicep.Symbol = "sentDeadLetterAlarm"
	symUndeliveredAlarm bicep.Symbol = "undeliveredAlarm"

	symStorageAccess     bicep.Symbol = "storageAccess"
	symTelemetryAccess   bicep.Symbol = "telemetryAccess"
	symLeasesAccess      bicep.Symbol = "leasesAccess"
	symUndeliveredAccess bicep.Symbol = "undeliveredAccess"
	symBucketsLock       bicep.Symbol = "bucketsLock"
	symTablesLock        bicep.Symbol = "tablesLock"
)

// The words that begin the names of an app's own things.
const (
	wordQueue        = "queue"
	wordTopic        = "topic"
	wordSubscription = "subscription"
	wordFilter       = "filter"
	wordBucket       = "bucket"
	wordChannel      = "channel"
	wordEvents       = "eventsFor"
	wordTable        = "table"
	wordSecret       = "secret"
	wordDeadLetters  = "deadLettersOf"
	wordWorkflow     = "workflow"
	wordCaller       = "callerOf" // the identity of a workflow
)

// symbolOf names something in main.bicep: queueOrders. Resources have names that are unique among each other, and so have functions.
func symbolOf(word bicep.Symbol, name string) bicep.Symbol {
	return word + bicep.Symbol(naming.Pascal(name))
}

// The longest name of a storage account, and the length of what uniqueString returns.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage
const (
	maxStorageName = 24
	uniqueLength   = 13
)

// globalName is a name that no one else in Azure may have: shop-dev-abcdefghijklm, 43 characters at most.
func globalName() bicep.Expr {
	return bicep.Interpolation{varPrefix, bicep.String("-"), varUnique}
}

// shortName is a globalName of 24 characters at most, of letters and digits alone: for accounts of storage, and for vaults.
func shortName(app *plan.App, suffix bicep.String) bicep.Expr {
	short := strings.ReplaceAll(app.Name, "-", "")
	short = short[:min(len(short), maxStorageName-uniqueLength-len(suffix))]
	name := bicep.Interpolation{bicep.String(short), varUnique}
	if suffix != "" {
		name = append(name, suffix)
	}
	return name
}

// stagedName is the name of one of the app's own things: shop-dev-orders.
func stagedName(name string) bicep.Interpolation {
	return bicep.Interpolation{varPrefix, bicep.String("-" + name)}
}

// maxContainer is how many characters a container's name has behind the prefix: 63 in all, of which the prefix has 29 at most.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage
const maxContainer = 63 - 20 - 1 - maxStage - 1

// containerName is the name of a bucket's container: shop-dev-uploads.
func containerName(bucket string) bicep.Interpolation {
	return stagedName(naming.Shorten(bucket, maxContainer))
}
