// Package azure is the wing for Azure Functions: one custom handler on a Flex Consumption plan, infrastructure in Bicep.
//
// What each part of an app becomes:
//
//	app       a resource group's worth of Bicep: plan, function app, identity, storage, logs     function.go
//	http      one catch-all httpTrigger, which the host proxies to the handler's own router      http.go
//	queue     a Service Bus queue, and a serviceBusTrigger of one message in binary              queue.go
//	schedule  a timerTrigger in UTC, with a fixed delay between retries                          schedule.go
//	env       app settings, which all functions of the app share                                 function.go
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
