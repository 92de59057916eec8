package azure

import "github.com/isobar-dev/isobar/codegen/portability"

// Vendor pages that more than one row refers to.
const (
	pageFlex     = "https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan"
	pageLimits   = "https://learn.microsoft.com/azure/azure-functions/functions-scale#service-limits"
	pageTimeout  = "https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout"
	pageSettings = "https://learn.microsoft.com/azure/azure-functions/functions-app-settings"
	pageTrigger  = "https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger"
	pageTimer    = "https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer"
)

// A template has 800 resources at most. A queue takes two, itself and its consumer's role assignment, and all the rest of the
// template a dozen. Service Bus itself has 10,000 queues in a namespace.
const (
	maxResources    = 800
	sharedResources = 12
	maxQueues       = (maxResources - sharedResources) / 2
)

// maxTimeout is in seconds. Flex Consumption has no limit, but host.json writes spans as hh:mm:ss, and the host needs its margin.
const maxTimeout = 24*60*60 - 120

// capabilities is what Azure Functions on Flex Consumption can do.
func capabilities() portability.Table {
	return portability.Table{
		portability.AppFunctions: {Kind: portability.Native, Source: pageLimits}, // no limit is documented
		portability.AppQueues: {
			Kind: portability.Native, Max: maxQueues,
			Source: "https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits",
		},
		portability.HTTPFunctions: {Kind: portability.Native, Source: "https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#http-only-function"},
		portability.HTTPRoutes: {
			Kind:   portability.Native, // one catch-all route, which the handler's own router divides
			Source: "https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#http-only-function",
		},
		portability.HTTPBasePath: {
			Kind: portability.Native, Never: []string{"admin", "runtime"}, // paths of the host itself
			Source: "https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#configuration",
		},
		portability.HTTPTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: 230, Source: pageTimeout},
		portability.QueueTimeout: {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTimeout, Source: pageTimeout},
		portability.TickTimeout:  {Kind: portability.Emulated, How: portability.DeadlineInApp, Max: maxTimeout, Source: pageTimeout},
		portability.HTTPMemory: {
			Kind: portability.Emulated, How: portability.SharedInstance, Max: int64(instanceSizes[len(instanceSizes)-1]),
			Source: pageFlex + "#instance-sizes",
		},
		portability.Memory: {
			Kind: portability.Emulated, How: portability.SharedInstance, Max: int64(instanceSizes[len(instanceSizes)-1]),
			Source: pageFlex + "#instance-sizes",
		},
		portability.FunctionName: {
			Kind: portability.Native, Never: reservedFunctions, // the package has a folder for each function
			Source: "https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#application-structure",
		},
		portability.EnvName: {
			Kind: portability.Emulated, How: portability.AppEnvironment,
			Never: reservedNames, NeverPrefix: reservedPrefixes, Source: pageSettings,
		},
		portability.EnvValue: {
			Kind: portability.Native, NeverWithin: []string{"@Microsoft.KeyVault(", "@Microsoft.AppConfiguration("},
			Source: "https://learn.microsoft.com/azure/app-service/app-service-key-vault-references",
		},
		portability.EnvSize:     {Kind: portability.Native, Source: pageSettings}, // no limit is documented
		portability.EnvAppWide:  {Kind: portability.Refused, How: portability.AppEnvironment, Source: pageSettings},
		portability.EnvHTTPWide: {Kind: portability.Native, Source: pageSettings}, // EnvAppWide says it of all functions
		portability.EventOnPath: { // the host calls an event function at /<name>, and proxies requests at /<base path>/…
			Kind:   portability.Refused,
			Source: "https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#request-payload",
		},
		portability.Visibility: {
			Kind: portability.Emulated, How: portability.LockRenewed, Min: 5, Max: maxTimeout, // a lock is 5 s to 5 min
			Source: "https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement#peeklock",
		},
		portability.Retention: {
			Kind: portability.Native, Source: "https://learn.microsoft.com/azure/service-bus-messaging/message-expiration",
		},
		portability.Deliveries: {
			Kind: portability.Native, Max: 2000,
			Source: "https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues#maximum-delivery-count",
		},
		portability.Batch:    {Kind: portability.Emulated, How: portability.OneMessage, Source: pageTrigger},
		portability.Window:   {Kind: portability.Emulated, How: portability.OneMessage, Source: pageTrigger},
		portability.Timezone: {Kind: portability.Native, Only: []string{"UTC", "Etc/UTC"}, Source: pageTimer + "#ncrontab-time-zones"},
		portability.Cron:     {Kind: portability.Emulated, How: portability.CronRewritten, Source: pageTimer + "#ncrontab-expressions"},
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
	reservedNames    = []string{connection, "HOME", "PATH", "PORT"}
	reservedPrefixes = []string{
		"APPINSIGHTS_", "APPLICATIONINSIGHTS_", "APPSETTING_", "ASPNETCORE_", "AZURE_FUNCTIONS_", "AzureFunctionsJobHost",
		"AzureFunctionsWebHost", "AzureWebJobs", "CONTAINER_", "CUSTOMCONNSTR_", "DOTNET_", "FUNCTIONS_", "IDENTITY_", "languageWorkers",
		"MSI_", "SCM_", connection + "__", "WEBSITE", "WEBJOBS_",
	}
)
