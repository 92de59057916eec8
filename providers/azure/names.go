package azure

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// The names of main.bicep. Names of queues are formed so that they cannot be one of these: see queueSymbol.
const (
	paramStage     bicep.Symbol = "stage"
	paramLocation  bicep.Symbol = "location"
	paramRetention bicep.Symbol = "logRetentionDays"
	paramInstances bicep.Symbol = "maximumInstanceCount"
	paramMemory    bicep.Symbol = "instanceMemoryMB"

	varPrefix bicep.Symbol = "prefix"
	varUnique bicep.Symbol = "unique"
	varTags   bicep.Symbol = "tags"
	varRoles  bicep.Symbol = "roles"

	symIdentity   bicep.Symbol = "identity"
	symLogs       bicep.Symbol = "logs"
	symInsights   bicep.Symbol = "insights"
	symStorage    bicep.Symbol = "storage"
	symBlobs      bicep.Symbol = "blobs"
	symPackages   bicep.Symbol = "packages"
	symPlan       bicep.Symbol = "plan"
	symApp        bicep.Symbol = "app"
	symSettings   bicep.Symbol = "settings"
	symServiceBus bicep.Symbol = "serviceBus"
)

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

// storageName is a globalName for storage accounts, which have no hyphens in their names and 24 characters at most.
func storageName(app *plan.App) bicep.Expr {
	short := strings.ReplaceAll(app.Name, "-", "")
	short = short[:min(len(short), maxStorageName-uniqueLength)]
	return bicep.Interpolation{bicep.String(short), varUnique}
}

// stagedName is the name of one of the app's own things: shop-dev-orders.
func stagedName(name string) bicep.Expr {
	return bicep.Interpolation{varPrefix, bicep.String("-" + name)}
}

// queueSymbol names a queue in main.bicep: queueOrders.
func queueSymbol(queue string) bicep.Symbol { return bicep.Symbol("queue" + naming.Pascal(queue)) }

// receiverSymbol names the role assignment of a queue's consumer: receiverOfOrders.
func receiverSymbol(queue string) bicep.Symbol {
	return bicep.Symbol("receiverOf" + naming.Pascal(queue))
}

// queueSetting names the app setting that holds a queue's name for function.json: ISOBAR_QUEUE_ORDERS. The spec keeps ISOBAR_
// free.
func queueSetting(queue string) string {
	return "ISOBAR_QUEUE_" + strings.ToUpper(strings.ReplaceAll(queue, "-", "_"))
}
