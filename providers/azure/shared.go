package azure

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

func header(app *plan.App) bicep.File {
	return bicep.File{
		bicep.Comment{gogen.Header, "The app " + app.Name + " on Azure Functions. To deploy: az deployment group create --resource-group NAME --template-file main.bicep"},
		bicep.TargetScope("resourceGroup"),
	}
}

// variables are names, tags and roles that resources share.
func (l *lowering) variables(roles []role) bicep.File {
	return bicep.File{
		bicep.Var{Name: varPrefix, Value: bicep.Interpolation{bicep.String(l.app.Name + "-"), paramStage}},
		bicep.Var{
			Comment: "Tells names apart that must be unique in all of Azure.",
			Name:    varUnique, Value: bicep.Func("uniqueString", bicep.Path(bicep.Func("resourceGroup"), "id"), varPrefix),
		},
		bicep.Var{Name: varTags, Value: l.tags()},
		roleIDs(roles),
	}
}

// tags are those of everything that can have any.
func (l *lowering) tags() bicep.Object {
	return bicep.Object{
		{Key: "isobar-app", Value: bicep.String(l.app.Name)},
		{Key: "isobar-stage", Value: paramStage},
	}
}

// body begins the body of a resource that is not part of another.
func body(name bicep.Expr, properties ...bicep.Property) bicep.Object {
	return append(bicep.Object{{Key: "name", Value: name}, {Key: "location", Value: paramLocation}, {Key: "tags", Value: varTags}}, properties...)
}

// runs are the uses of what every function needs to run at all.
func (l *lowering) runs() []access.Use {
	var uses []access.Use
	for i := range l.app.Functions {
		f := &l.app.Functions[i]
		uses = append(uses, l.usesOf(access.KindFunction, f.Name)...)
	}
	return uses
}

// observability is the app's identity, and where its logs, metrics and traces go.
func (l *lowering) observability() bicep.File {
	f := bicep.File{
		bicep.Resource{Comment: "Who the app is to other resources.", Symbol: symIdentity, Type: typeIdentity, Body: body(varPrefix)},
		bicep.Resource{Symbol: symLogs, Type: typeWorkspace, Body: body(stagedName("logs"),
			bicep.Property{Key: "properties", Value: bicep.Object{
				{Key: "retentionInDays", Value: paramRetention},
				{Key: "sku", Value: bicep.Object{{Key: "name", Value: bicep.String("PerGB2018")}}},
			}})},
		bicep.Resource{Symbol: symInsights, Type: typeInsights, Body: body(varPrefix,
			bicep.Property{Key: "kind", Value: bicep.String("web")},
			bicep.Property{Key: "properties", Value: bicep.Object{
				{Key: "Application_Type", Value: bicep.String("web")},
				{Key: "DisableLocalAuth", Value: bicep.Bool(true)},
				{Key: "WorkspaceResourceId", Value: bicep.Path(symLogs, "id")},
			}})},
	}
	return l.assign(f, l.runs(), onInsights, place{symbol: symInsights, assignment: symTelemetryAccess})
}

// storage is the account that the host needs, and in it the container that the package is deployed from.
func (l *lowering) storage() bicep.File {
	f := bicep.File{
		storageAccount("The host's state, and the deployed package.", symStorage, shortName(l.app, "")),
		bicep.Resource{Symbol: symBlobs, Type: typeBlobs, Body: bicep.Object{
			{Key: "parent", Value: symStorage},
			{Key: "name", Value: bicep.String("default")},
		}},
		bicep.Resource{Symbol: symPackages, Type: typeContainer, Body: bicep.Object{
			{Key: "parent", Value: symBlobs},
			{Key: "name", Value: bicep.String("packages")},
		}},
	}
	return l.assign(f, l.runs(), onStorage, place{symbol: symStorage, assignment: symStorageAccess})
}

// storageAccount is an account that has no keys, and nothing public. What is in it is encrypted, as in every account.
// https://learn.microsoft.com/azure/storage/common/storage-service-encryption
func storageAccount(comment string, symbol bicep.Symbol, name bicep.Expr) bicep.Resource {
	return bicep.Resource{Comment: comment, Symbol: symbol, Type: typeStorage, Body: body(name,
		bicep.Property{Key: "sku", Value: bicep.Object{{Key: "name", Value: bicep.String("Standard_LRS")}}},
		bicep.Property{Key: "kind", Value: bicep.String("StorageV2")},
		bicep.Property{Key: "properties", Value: bicep.Object{
			{Key: "allowBlobPublicAccess", Value: bicep.Bool(false)},
			{Key: "allowSharedKeyAccess", Value: bicep.Bool(false)},
			{Key: "minimumTlsVersion", Value: bicep.String("TLS1_2")},
			{Key: "supportsHttpsTrafficOnly", Value: bicep.Bool(true)},
		}})}
}

// lock has the cloud refuse to delete an account, and all that is a part of it.
// https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
func lock(symbol, on bicep.Symbol) bicep.Resource {
	return bicep.Resource{Symbol: symbol, Type: typeLock, Body: bicep.Object{
		{Key: "scope", Value: on},
		{Key: "name", Value: bicep.String("deletion-protection")},
		{Key: "properties", Value: bicep.Object{
			{Key: "level", Value: bicep.String("CanNotDelete")},
			{Key: "notes", Value: bicep.String("The spec has deletionProtection.")},
		}},
	}}
}
