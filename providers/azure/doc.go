// Package azure is the wing for Azure Functions: one custom handler on a Flex Consumption plan, infrastructure in Bicep.
//
// What each part of an app becomes:
//
//	app       a resource group's worth of Bicep: plan, function app, identity, storage, logs     shared.go, function.go
//	http      one catch-all httpTrigger, which the host proxies to the handler's own router      http.go
//	queue     a Service Bus queue, and a serviceBusTrigger of one message in binary              queue.go
//	topic     a Service Bus topic, and a subscription with a rule for each function              topic.go
//	bucket    a blob container; Event Grid, and a Service Bus queue for each function            bucket.go
//	table     a Cosmos DB container, and a cosmosDBTrigger on its change feed                    table.go
//	schedule  a timerTrigger in UTC, with a fixed delay between retries                          schedule.go
//	workflow  a Logic App, with an identity of its own, whose tasks are requests with a token     workflow.go
//	secret    a secret of Key Vault without a value, and app settings that refer to it           secret.go
//	env       app settings, which all functions of the app share                                 function.go
//	names     app settings that functions and clients look resources up by                       connections.go
//	access    role assignments, each on one resource                                             permissions.go, grants.go
//	stage     a file of parameters                                                               stages.go
//
// What Service Bus cannot deliver it keeps beside the queue or the subscription; what a timer or the change feed cannot, the runtime
// sends to a queue (deadletter.go), and alarms watch both (alarm.go). An app that is more than one template can hold is divided into
// modules (split.go). A person's own changes and files come last (overlay.go, include.go).
//
// Nothing has a key: the handler's identity is assigned roles on named resources (permissions.go).
//
// The pages that say how this works:
//
//   - custom handlers: https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
//   - Flex Consumption: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan
//   - identities instead of keys: https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection
//   - deployment: https://learn.microsoft.com/azure/azure-functions/functions-infrastructure-as-code
package azure
