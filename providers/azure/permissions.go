package azure

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// role is one of Azure's built-in roles.
type role struct {
	// name is how main.bicep calls it.
	name bicep.Symbol
	// id is the same in every tenant: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
	id string
	// why is one line for a reviewer.
	why string
}

// The roles of the app's identity, each on one resource alone.
var (
	// The host keeps its keys, its timers' state and its locks in blobs, and reads the deployed package.
	// https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
	blobOwner = role{"storageBlobDataOwner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "The host keeps its state in storage, and loads the package from it."}
	// https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication
	metricsPublisher = role{"monitoringMetricsPublisher", "3913510d-42f4-4e42-8a64-420c390055eb", "The host sends logs and metrics."}
	// The host receives messages; it also scales by what it receives, as it may not read a queue's length.
	// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#identity-based-connections
	// https://learn.microsoft.com/azure/azure-functions/functions-target-based-scaling#service-bus-queues-and-topics
	queueReceiver = role{"serviceBusDataReceiver", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", ""}
)

const roleDefinitions = "Microsoft.Authorization/roleDefinitions"

// roleIDs is the variable that gives roles their names.
func roleIDs(roles ...role) bicep.Var {
	ids := make(bicep.Object, len(roles))
	for i, r := range roles {
		ids[i] = bicep.Property{Key: string(r.name), Value: bicep.Func("subscriptionResourceId", bicep.String(roleDefinitions), bicep.String(r.id))}
	}
	return bicep.Var{Comment: "Azure's built-in roles.", Name: varRoles, Value: ids}
}

// assignment gives the app's identity a role on one resource. Its name is made of what it says, so that it stays the same.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/scenarios-rbac#name
func assignment(symbol, scope bicep.Symbol, r role) bicep.Resource {
	id := bicep.Path(varRoles, r.name)
	return bicep.Resource{
		Comment: r.why, Symbol: symbol, Type: typeRoleAssignment,
		Body: bicep.Object{
			{Key: "scope", Value: scope},
			{Key: "name", Value: bicep.Func("guid", bicep.Path(scope, "id"), bicep.Path(symIdentity, "id"), id)},
			{Key: "properties", Value: bicep.Object{
				{Key: "principalId", Value: bicep.Path(symIdentity, "properties", "principalId")},
				{Key: "principalType", Value: bicep.String("ServicePrincipal")},
				{Key: "roleDefinitionId", Value: id},
			}},
		},
	}
}

// permissions is how the cloud grants what functions can do.
func permissions() access.Table { return nil }

// grants lists every permission that the generated files give.
func grants(*plan.App, plan.Target) []access.Grant { return nil }
