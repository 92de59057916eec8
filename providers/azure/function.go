package azure

import (
	"cmp"
	"slices"

	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// Resource types with their API versions; the judge knows the properties of each.
const (
	typeRoleAssignment = "Microsoft.Authorization/roleAssignments@2022-04-01"
	typeInsights       = "Microsoft.Insights/components@2020-02-02"
	typeIdentity       = "Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30"
	typeWorkspace      = "Microsoft.OperationalInsights/workspaces@2025-02-01"
	typeStorage        = "Microsoft.Storage/storageAccounts@2025-01-01"
	typeBlobs          = "Microsoft.Storage/storageAccounts/blobServices@2025-01-01"
	typeContainer      = "Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01"
	typePlan           = "Microsoft.Web/serverfarms@2024-11-01"
	typeSite           = "Microsoft.Web/sites@2024-11-01"
	typeSiteConfig     = "Microsoft.Web/sites/config@2024-11-01"
	typeNamespace      = "Microsoft.ServiceBus/namespaces@2024-01-01"
	typeQueue          = "Microsoft.ServiceBus/namespaces/queues@2024-01-01"
)

// instanceSizes are the sizes of an instance in MB.
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#instance-sizes
var instanceSizes = []int{512, 2048, 4096}

// Bounds and defaults of parameters.
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#scale
// https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
const (
	maxStage = 8

	minInstances, defaultInstances, maxInstances = 40, 100, 1000

	minRetentionDays, defaultRetentionDays, maxRetentionDays = 30, 30, 730
)

func header(app *plan.App) bicep.File {
	return bicep.File{
		bicep.Comment{gogen.Header, "The app " + app.Name + " on Azure Functions. To deploy: az deployment group create --resource-group NAME --template-file main.bicep"},
		bicep.TargetScope("resourceGroup"),
	}
}

func parameters(app *plan.App, s settings) bicep.File {
	location := bicep.Path(bicep.Func("resourceGroup"), "location")
	if s.Location.IsSet() {
		location = bicep.String(s.Location.Value)
	}
	smallest := slices.Index(instanceSizes, instanceMemory(app))
	var sizes []bicep.Expr
	for _, size := range instanceSizes[smallest:] {
		sizes = append(sizes, bicep.Int(size))
	}
	return bicep.File{
		bicep.Param{
			Name: paramStage, Type: bicep.TypeString, Default: bicep.String("dev"),
			Description: "The stage, which is part of all names: lower-case letters and digits, a letter first.",
			Rules:       []bicep.Rule{bicep.MinLength(1), bicep.MaxLength(maxStage)},
		},
		bicep.Param{Name: paramLocation, Type: bicep.TypeString, Default: location, Description: "The region of all resources."},
		bicep.Param{
			Name: paramMemory, Type: bicep.TypeInt, Default: sizes[0],
			Description: "The memory of an instance in MB, enough for each function.",
			Rules:       []bicep.Rule{bicep.Allowed(sizes...)},
		},
		bicep.Param{
			Name: paramInstances, Type: bicep.TypeInt, Default: bicep.Int(defaultInstances), Description: "How many instances may run at most.",
			Rules: []bicep.Rule{bicep.MinValue(minInstances), bicep.MaxValue(maxInstances)},
		},
		bicep.Param{
			Name: paramRetention, Type: bicep.TypeInt, Default: bicep.Int(defaultRetentionDays), Description: "How many days logs are kept.",
			Rules: []bicep.Rule{bicep.MinValue(minRetentionDays), bicep.MaxValue(maxRetentionDays)},
		},
	}
}

// instanceMemory is the smallest size that holds each function, or the largest when there is none.
func instanceMemory(app *plan.App) int {
	need := 0
	for i := range app.Functions {
		need = max(need, app.Functions[i].Memory.Value)
	}
	for _, size := range instanceSizes {
		if need <= size {
			return size
		}
	}
	return instanceSizes[len(instanceSizes)-1]
}

func variables(app *plan.App) bicep.File {
	roles := []role{metricsPublisher, blobOwner}
	if len(app.Queues) > 0 {
		roles = slices.Insert(roles, 1, queueReceiver)
	}
	return bicep.File{
		bicep.Var{Name: varPrefix, Value: bicep.Interpolation{bicep.String(app.Name + "-"), paramStage}},
		bicep.Var{
			Comment: "Tells names apart that must be unique in all of Azure.",
			Name:    varUnique, Value: bicep.Func("uniqueString", bicep.Path(bicep.Func("resourceGroup"), "id"), varPrefix),
		},
		bicep.Var{Name: varTags, Value: bicep.Object{
			{Key: "isobar-app", Value: bicep.String(app.Name)},
			{Key: "isobar-stage", Value: paramStage},
		}},
		roleIDs(roles...),
	}
}

// body begins the body of a resource that is not part of another.
func body(name bicep.Expr, properties ...bicep.Property) bicep.Object {
	return append(bicep.Object{{Key: "name", Value: name}, {Key: "location", Value: paramLocation}, {Key: "tags", Value: varTags}}, properties...)
}

// observability is the app's identity, and where its logs, metrics and traces go.
func observability() bicep.File {
	return bicep.File{
		bicep.Resource{Comment: "Who the app is to other resources.", Symbol: symIdentity, Type: typeIdentity, Body: body(varPrefix)},
		bicep.Resource{Symbol: symLogs, Type: typeWorkspace, Body: body(varPrefix,
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
		assignment("telemetryAccess", symInsights, metricsPublisher),
	}
}

// storage is the account that the host needs, and in it the container that the package is deployed from.
func storage(app *plan.App) bicep.File {
	return bicep.File{
		bicep.Resource{Comment: "The host's state, and the deployed package.", Symbol: symStorage, Type: typeStorage, Body: body(storageName(app),
			bicep.Property{Key: "sku", Value: bicep.Object{{Key: "name", Value: bicep.String("Standard_LRS")}}},
			bicep.Property{Key: "kind", Value: bicep.String("StorageV2")},
			bicep.Property{Key: "properties", Value: bicep.Object{
				{Key: "allowBlobPublicAccess", Value: bicep.Bool(false)},
				{Key: "allowSharedKeyAccess", Value: bicep.Bool(false)},
				{Key: "minimumTlsVersion", Value: bicep.String("TLS1_2")},
				{Key: "supportsHttpsTrafficOnly", Value: bicep.Bool(true)},
			}})},
		bicep.Resource{Symbol: symBlobs, Type: typeBlobs, Body: bicep.Object{
			{Key: "parent", Value: symStorage},
			{Key: "name", Value: bicep.String("default")},
		}},
		bicep.Resource{Symbol: symPackages, Type: typeContainer, Body: bicep.Object{
			{Key: "parent", Value: symBlobs},
			{Key: "name", Value: bicep.String("packages")},
		}},
		assignment("storageAccess", symStorage, blobOwner),
	}
}

// functionApp is the plan and the function app.
func functionApp() bicep.File {
	return bicep.File{
		bicep.Resource{Comment: "Flex Consumption: one app to a plan, paid by use.", Symbol: symPlan, Type: typePlan, Body: body(varPrefix,
			bicep.Property{Key: "sku", Value: bicep.Object{{Key: "name", Value: bicep.String("FC1")}, {Key: "tier", Value: bicep.String("FlexConsumption")}}},
			bicep.Property{Key: "kind", Value: bicep.String("functionapp")},
			bicep.Property{Key: "properties", Value: bicep.Object{{Key: "reserved", Value: bicep.Bool(true), Comment: "Linux."}}})},
		bicep.Resource{Symbol: symApp, Type: typeSite, Body: body(globalName(),
			bicep.Property{Key: "kind", Value: bicep.String("functionapp,linux")},
			bicep.Property{Key: "identity", Value: bicep.Object{
				{Key: "type", Value: bicep.String("UserAssigned")},
				{Key: "userAssignedIdentities", Value: bicep.KeyFrom{Key: bicep.Interpolation{bicep.Path(symIdentity, "id")}, Value: bicep.Object{}}},
			}},
			bicep.Property{Key: "properties", Value: bicep.Object{
				{Key: "serverFarmId", Value: bicep.Path(symPlan, "id")},
				{Key: "httpsOnly", Value: bicep.Bool(true)},
				{Key: "functionAppConfig", Value: functionAppConfig()},
			}},
			bicep.Property{Key: "dependsOn", Value: bicep.Array{bicep.Symbol("storageAccess"), bicep.Symbol("telemetryAccess")}})},
	}
}

func functionAppConfig() bicep.Object {
	return bicep.Object{
		{Key: "deployment", Value: bicep.Object{{Key: "storage", Value: bicep.Object{
			{Key: "type", Value: bicep.String("blobContainer")},
			{Key: "value", Value: packagesURL()},
			{Key: "authentication", Value: bicep.Object{
				{Key: "type", Value: bicep.String("UserAssignedIdentity")},
				{Key: "userAssignedIdentityResourceId", Value: bicep.Path(symIdentity, "id")},
			}},
		}}}},
		{Key: "runtime", Value: bicep.Object{{Key: "name", Value: bicep.String("custom")}, {Key: "version", Value: bicep.String("1.0")}}},
		{Key: "scaleAndConcurrency", Value: bicep.Object{
			{Key: "instanceMemoryMB", Value: paramMemory},
			{Key: "maximumInstanceCount", Value: paramInstances},
		}},
	}
}

func packagesURL() bicep.Expr {
	return bicep.Interpolation{bicep.Path(symStorage, "properties", "primaryEndpoints", "blob"), bicep.Path(symPackages, "name")}
}

// appSettings are what the host is told, and the environment of the functions.
// https://learn.microsoft.com/azure/azure-functions/functions-app-settings
func appSettings(app *plan.App) bicep.Resource {
	client := bicep.Path(symIdentity, "properties", "clientId")
	properties := bicep.Object{
		{Key: "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", Value: bicep.Interpolation{bicep.String("ClientId="), client, bicep.String(";Authorization=AAD")}},
		{Key: "APPLICATIONINSIGHTS_CONNECTION_STRING", Value: bicep.Path(symInsights, "properties", "ConnectionString")},
		{Key: "AzureWebJobsStorage__accountName", Value: bicep.Path(symStorage, "name")},
		{Key: "AzureWebJobsStorage__clientId", Value: client},
		{Key: "AzureWebJobsStorage__credential", Value: bicep.String("managedidentity")},
	}
	properties = append(properties, queueSettings(app, client)...)
	properties = append(properties, bicep.Property{Key: "ISOBAR_STAGE", Value: paramStage})
	properties = append(properties, environment(app)...)
	return bicep.Resource{Comment: "Where things are for the host, which has no keys.", Symbol: symSettings, Type: typeSiteConfig, Body: bicep.Object{
		{Key: "parent", Value: symApp},
		{Key: "name", Value: bicep.String("appsettings")},
		{Key: "properties", Value: properties},
	}}
}

// environment is the environment of all functions together, in name order. That two functions give one variable different values
// is refused by the table of capabilities.
func environment(app *plan.App) bicep.Object {
	byName := map[string]string{}
	for i := range app.Functions {
		for _, v := range app.Functions[i].Env {
			byName[v.Name] = v.Value
		}
	}
	env := make(bicep.Object, 0, len(byName))
	for name, value := range byName {
		env = append(env, bicep.Property{Key: name, Value: bicep.String(value)})
	}
	slices.SortFunc(env, func(a, b bicep.Property) int { return cmp.Compare(a.Key, b.Key) })
	if len(env) > 0 {
		env[0].Comment = "The functions' environment."
	}
	return env
}

func outputs(app *plan.App) bicep.File {
	var f bicep.File
	if servesHTTP(app) {
		f = append(f, bicep.Output{Name: "apiUrl", Type: bicep.TypeString, Description: "The base URL of the HTTP API.", Value: apiURL(app)})
	}
	f = append(f,
		bicep.Output{Name: "functionAppName", Type: bicep.TypeString, Description: "What the package is deployed to.", Value: bicep.Path(symApp, "name")},
		bicep.Output{Name: "packagesUrl", Type: bicep.TypeString, Description: "The container of deployed packages.", Value: packagesURL()},
	)
	return append(f, queueOutputs(app)...)
}
