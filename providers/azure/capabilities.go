package azure

import (
	"maps"

	"github.com/isobar-dev/isobar/codegen/portability"
)

// Vendor pages that more than one row refers to.
const (
	pageConcurrency = pageFlex + "#concurrency"
	pageFlex        = "https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan"
	pageKeyVault    = "https://learn.microsoft.com/azure/app-service/app-service-key-vault-references"
	pageLimits      = "https://learn.microsoft.com/azure/azure-functions/functions-scale#service-limits"
	pageIdentities  = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#managed-identity-limits"
	pageReserved    = "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name"
	pageProxied     = "https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#http-only-function"
	pageSettings    = "https://learn.microsoft.com/azure/azure-functions/functions-app-settings"
	pageTemplates   = "https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits"
	pageTimeout     = "https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout"
)

// maxTimeout is in seconds. Flex Consumption has no limit, but host.json writes spans as hh:mm:ss, and the host needs its margin.
const maxTimeout = 24*60*60 - 120

// A subscription has 4,000 role assignments at most. A function takes two, and the rest is for what functions have access to.
const maxFunctions = 1_500

// maxMonitored is how many triggers the scale controller monitors.
const maxMonitored = 100

// trademarks are the words that the name of nothing that has a host name can have in it.
var trademarks = []string{"microsoft", "windows"}

// capabilities is what Azure Functions on Flex Consumption, Service Bus, Event Grid, Storage, Cosmos DB and Key Vault can do.
func capabilities() portability.Table {
	table := portability.Table{}
	for _, rows := range []portability.Table{ofFunctions(), ofEvents(), ofResources()} {
		maps.Copy(table, rows)
	}
	return table
}

// ofFunctions is what Azure Functions can do.
func ofFunctions() portability.Table {
	largest := int64(instanceSizes[len(instanceSizes)-1])
	return portability.Table{
		// Of names that are part of a host's; those of some accounts are without hyphens.
		portability.AppName: {
			Kind: portability.Native, NeverPrefix: []string{"login", "log-in"}, NeverWithin: trademarks, Source: pageReserved,
		},
		portability.StageName:     {Kind: portability.Native, NeverWithin: trademarks, Source: pageReserved},
		portability.AppIdentities: {Kind: portability.Native, Source: pageIdentities}, // no limit of a subscription is documented
		portability.AppRoles:      {Kind: portability.Native, Source: pageIdentities}, // AppFunctions bounds them
		portability.AppFunctions: {
			Kind: portability.Native, Max: maxFunctions,
			Source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits#symptom---no-more-role-assignments-can-be-created",
		},
		portability.AppEvents: {
			Kind: portability.Native, Beyond: maxMonitored, How: portability.FirstTriggers,
			Source: "https://learn.microsoft.com/azure/azure-functions/event-driven-scaling#understanding-scaling-behaviors",
		},
		portability.AppConcurrency: {Kind: portability.Native, Source: pageConcurrency}, // SharedSmallest is said of each
		portability.HTTPFunctions:  {Kind: portability.Native, Source: pageProxied},
		portability.HTTPRoutes:     {Kind: portability.Native, Source: pageProxied}, // one catch-all route, which the handler's own router divides
		portability.HTTPBasePath: {
			Kind: portability.Native, Never: []string{"admin", "runtime"}, // paths of the host itself
			Source: "https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#configuration",
		},
		portability.HTTPTimeout:   {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: 230, Source: pageTimeout},
		portability.QueueTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTimeout, Source: pageTimeout},
		portability.TopicTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTimeout, Source: pageTimeout},
		portability.BucketTimeout: {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTimeout, Source: pageTimeout},
		portability.TableTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTimeout, Source: pageTimeout},
		portability.TickTimeout:   {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTimeout, Source: pageTimeout},
		portability.HTTPMemory:    {Kind: portability.Emulated, How: portability.SharedInstance, Max: largest, Source: pageFlex + "#instance-sizes"},
		portability.Memory:        {Kind: portability.Emulated, How: portability.SharedInstance, Max: largest, Source: pageFlex + "#instance-sizes"},
		portability.FunctionName: {
			Kind: portability.Native, Never: reservedFunctions, // the package has a folder for each function
			Source: "https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#application-structure",
		},
		portability.EnvName: {
			Kind: portability.Emulated, How: portability.AppEnvironment,
			Never: reservedNames, NeverPrefix: reservedPrefixes, Source: pageSettings,
		},
		portability.EnvValue: {
			Kind: portability.Native, NeverWithin: []string{"@Microsoft.KeyVault(", "@Microsoft.AppConfiguration("}, Source: pageKeyVault,
		},
		portability.EnvSize:     {Kind: portability.Native, Source: pageSettings}, // no limit is documented
		portability.EnvAppWide:  {Kind: portability.Refused, How: portability.AppEnvironment, Source: pageSettings},
		portability.EnvHTTPWide: {Kind: portability.Native, Source: pageSettings}, // EnvAppWide says it of all functions
		portability.SecretEnv:   {Kind: portability.Native, Source: pageKeyVault},
		portability.SpecText:    {Kind: portability.Native, Source: "https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings"},
		portability.EventOnPath: { // the host calls an event function at /<name>, and proxies requests at /<base path>/…
			Kind:   portability.Refused,
			Source: "https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#request-payload",
		},
		// The platform's own knows origins and credentials alone, and answers before the app does: see siteConfig.
		portability.HTTPCORS: {
			Kind: portability.Emulated, How: portability.RuntimeAnswers,
			Source: "https://learn.microsoft.com/azure/app-service/app-service-web-tutorial-rest-api#app-service-cors-vs-your-cors",
		},
		// The platform's own protects all paths but some, whatever the method, and knows no scopes.
		portability.HTTPAuth: {
			Kind: portability.Emulated, How: portability.RuntimeAnswers,
			Source: "https://learn.microsoft.com/azure/app-service/configure-authentication-file-based#configuration-file-reference",
		},
		portability.HTTPConcurrency: {Kind: portability.Degraded, How: portability.SharedSmallest, Source: pageConcurrency},
		portability.Concurrency:     {Kind: portability.Degraded, How: portability.SharedSmallest, Source: pageConcurrency},
		portability.TaskConcurrency: {Kind: portability.Degraded, How: portability.SharedSmallest, Source: pageConcurrency},
		portability.TableConcurrency: {
			Kind: portability.Degraded, How: portability.OfPartitions, Source: "https://learn.microsoft.com/azure/cosmos-db/partitioning-overview#physical-partitions",
		},
		portability.Isolation: {
			Kind: portability.Degraded, How: portability.SharedIdentity,
			Source: "https://learn.microsoft.com/azure/app-service/overview-managed-identity",
		},
	}
}

// reservedFunctions are the name of the package's executable, and names that no folder has on Windows, where the package may be
// checked out. https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
var reservedFunctions = []string{
	"handler", "aux", "con", "nul", "prn",
	"com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
}

// Environment variables that mean something to the platform or the host, or that identity-based connections take their values
// from. The host is an ASP.NET program, and reads what such programs read.
// https://learn.microsoft.com/azure/app-service/reference-app-settings
var (
	reservedNames    = []string{bucketsConnection, connection, cosmosConnection, "HOME", "PATH", "PORT"}
	reservedPrefixes = []string{
		"APPINSIGHTS_", "APPLICATIONINSIGHTS_", "APPSETTING_", "ASPNETCORE_", "AZURE_FUNCTIONS_", "AzureFunctionsJobHost",
		"AzureFunctionsWebHost", "AzureWebJobs", bucketsConnection + "__", "CONTAINER_", cosmosConnection + "__", "CUSTOMCONNSTR_", "DOTNET_",
		"FUNCTIONS_", "IDENTITY_", "languageWorkers", "MSI_", "SCM_", connection + "__", "WEBSITE", "WEBJOBS_",
	}
)
