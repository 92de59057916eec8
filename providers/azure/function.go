package azure

import (
	"cmp"
	"slices"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// functionApp is the plan and the function app.
func (l *lowering) functionApp() bicep.File {
	properties := bicep.Object{
		{Key: "serverFarmId", Value: bicep.Path(symPlan, "id")},
		{Key: "httpsOnly", Value: bicep.Bool(true)},
		{Key: "functionAppConfig", Value: l.functionAppConfig()},
	}
	if l.refersToSecrets() {
		properties = append(properties, bicep.Property{Key: "keyVaultReferenceIdentity", Value: bicep.Path(symIdentity, "id")})
	}
	properties = append(properties, bicep.Property{Key: "siteConfig", Value: l.siteConfig()})
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
			bicep.Property{Key: "properties", Value: properties},
			bicep.Property{Key: "dependsOn", Value: bicep.Array{symStorageAccess, symTelemetryAccess}})},
		noPasswords("Code is deployed by who has a role, and not with a password.", symSCM, "scm"),
		noPasswords("", symFTP, "ftp"),
	}
}

// noPasswords closes a way on which code can be deployed with a password.
// https://learn.microsoft.com/azure/app-service/configure-basic-auth-disable
func noPasswords(comment string, symbol bicep.Symbol, way bicep.String) bicep.Resource {
	return bicep.Resource{Comment: comment, Symbol: symbol, Type: typePublishing, Body: bicep.Object{
		{Key: "parent", Value: symApp},
		{Key: "name", Value: way},
		{Key: "properties", Value: bicep.Object{{Key: "allow", Value: bicep.Bool(false)}}},
	}}
}

// refersToSecrets tells whether app settings refer to secrets, which an identity has to read.
func (l *lowering) refersToSecrets() bool {
	return slices.ContainsFunc(l.app.Functions, func(f plan.Function) bool { return len(f.Secrets) > 0 })
}

func (l *lowering) functionAppConfig() bicep.Object {
	scale := bicep.Object{
		{Key: "instanceMemoryMB", Value: paramMemory},
		{Key: "maximumInstanceCount", Value: paramInstances},
	}
	if n := concurrencyOf(l.app).requests; n > 0 {
		scale = append(scale, bicep.Property{Key: "triggers", Value: bicep.Object{
			{Key: "http", Value: bicep.Object{{Key: "perInstanceConcurrency", Value: bicep.Int(n)}}},
		}})
	}
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
		{Key: "scaleAndConcurrency", Value: scale},
	}
}

func packagesURL() bicep.Expr {
	return bicep.Interpolation{bicep.Path(symStorage, "properties", "primaryEndpoints", "blob"), bicep.Path(symPackages, "name")}
}

// appSettings are what the host is told, and the environment of the functions.
// https://learn.microsoft.com/azure/azure-functions/functions-app-settings
func (l *lowering) appSettings() bicep.Resource {
	client := bicep.Path(symIdentity, "properties", "clientId")
	properties := bicep.Object{
		{Key: "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", Value: bicep.Interpolation{bicep.String("ClientId="), client, bicep.String(";Authorization=AAD")}},
		{Key: "APPLICATIONINSIGHTS_CONNECTION_STRING", Value: bicep.Path(symInsights, "properties", "ConnectionString")},
		{Key: "AzureWebJobsStorage__accountName", Value: bicep.Path(symStorage, "name")},
		{Key: "AzureWebJobsStorage__clientId", Value: client},
		{Key: "AzureWebJobsStorage__credential", Value: bicep.String("managedidentity")},
	}
	properties = append(properties, l.connections(client)...)
	properties = append(properties, l.resourceSettings()...)
	properties = append(properties, l.taskSettings()...)
	properties = append(properties, bicep.Property{Key: "ISOBAR_STAGE", Value: paramStage})
	properties = append(properties, l.environment()...)
	return bicep.Resource{Comment: "Where things are for the host, which has no keys.", Symbol: symSettings, Type: typeSiteConfig, Body: bicep.Object{
		{Key: "parent", Value: symApp},
		{Key: "name", Value: bicep.String("appsettings")},
		{Key: "properties", Value: properties},
	}}
}

// environment is the environment of all functions together, in name order. That two functions give one variable different values
// is refused by the table of capabilities. A variable that a stage has another value for is a property of a parameter.
func (l *lowering) environment() bicep.Object {
	byName := map[string]bicep.Expr{}
	for i := range l.app.Functions {
		f := &l.app.Functions[i]
		for _, v := range f.Env {
			byName[v.Name] = l.variable(v)
		}
		for _, s := range f.Secrets {
			byName[s.Name] = secretReference(s.Secret)
		}
	}
	env := make(bicep.Object, 0, len(byName))
	for name, value := range byName {
		env = append(env, bicep.Property{Key: name, Value: value})
	}
	slices.SortFunc(env, func(a, b bicep.Property) int { return cmp.Compare(a.Key, b.Key) })
	if len(env) > 0 {
		env[0].Comment = "The functions' environment."
	}
	return env
}

func (l *lowering) variable(v plan.Variable) bicep.Expr {
	if v.Shared && l.staged[v.Name] {
		return bicep.Path(paramEnv, bicep.Symbol(v.Name))
	}
	return bicep.String(v.Value)
}
