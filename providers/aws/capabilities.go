package aws

import (
	"maps"
	"strings"

	"github.com/isobar-dev/isobar/codegen/portability"
)

// Vendor pages that more than one row refers to.
const (
	pageDynamic  = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html"
	pageLambda   = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	pageEnv      = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
	pageNames    = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html"
	pageGateway  = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"
	pageRoles    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	pageReserved = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
	pageQueue    = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"
	pageMapping  = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
	pageSchedule = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
)

// dynamic begins what CloudFormation resolves wherever it stands, and has no escape for.
const dynamic = "{{resolve:"

// An account has 1,000 roles unless it asks for more; a function takes one, a schedule another, and so do a workflow and what $default
// goes to.
const quotaRoles = 1000 - 1

// An API has 300 routes unless it asks for more, and 300 integrations whatever it asks for. Each function is one, and a route or
// two; what $default goes to is one of both.
const (
	quotaRoutes      = 300 - 1
	maxHTTPFunctions = 300 - 1
	quotaAuthorizers = 10
)

// maxEnvBytes is the 4 KiB that Lambda takes, less what it measures and the spec does not show: the quotes and commas of the JSON
// that it makes of the variables, and the two of Isobar's own.
const maxEnvBytes = 4096 - 256

// An account has 1,000 executions at the same time unless it asks for more, of which it keeps 100 for functions that reserve none.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
const quotaConcurrency = 1000 - 100

// capabilities is what Lambda and the services around it can do.
func capabilities() portability.Table {
	table := portability.Table{}
	for _, rows := range []portability.Table{ofFunctions(), ofEvents(), ofResources()} {
		maps.Copy(table, rows)
	}
	return table
}

// ofFunctions is what Lambda and API Gateway can do.
func ofFunctions() portability.Table {
	return portability.Table{
		portability.AppName:       {Kind: portability.Native, Source: pageNames},
		portability.StageName:     {Kind: portability.Native, Source: pageNames},
		portability.AppFunctions:  {Kind: portability.Native, Source: pageLambda}, // AppRoles bounds them
		portability.AppIdentities: {Kind: portability.Native, Source: pageRoles},
		portability.AppRoles:      {Kind: portability.Native, Quota: quotaRoles, Source: pageRoles},
		portability.HTTPFunctions: {Kind: portability.Native, Max: maxHTTPFunctions, Source: pageGateway},
		portability.HTTPRoutes:    {Kind: portability.Native, Quota: quotaRoutes, Source: pageGateway},
		portability.HTTPBasePath: {
			Kind: portability.Native, Never: []string{"ping", "sping"}, // API Gateway answers them itself
			Source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html",
		},
		portability.HTTPTimeout:   {Kind: portability.Native, Max: 30, Source: pageGateway},
		portability.QueueTimeout:  {Kind: portability.Native, Max: int64(maxTimeout.Seconds()), Source: pageLambda},
		portability.TopicTimeout:  {Kind: portability.Native, Max: int64(maxTimeout.Seconds()), Source: pageLambda},
		portability.TickTimeout:   {Kind: portability.Native, Max: int64(maxTimeout.Seconds()), Source: pageLambda},
		portability.BucketTimeout: {Kind: portability.Native, Max: int64(maxTimeout.Seconds()), Source: pageLambda},
		portability.TableTimeout:  {Kind: portability.Native, Max: int64(maxTimeout.Seconds()), Source: pageLambda},
		portability.FunctionName:  {Kind: portability.Native, Source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"},
		portability.HTTPMemory:    {Kind: portability.Native, Min: 128, Max: 10_240, Source: pageLambda},
		portability.Memory:        {Kind: portability.Native, Min: 128, Max: 10_240, Source: pageLambda},
		portability.EnvName:       {Kind: portability.Native, Never: reservedNames(), NeverPrefix: []string{"_", "AWS_LAMBDA_"}, Source: pageEnv},
		portability.EnvValue:      {Kind: portability.Native, NeverWithin: []string{dynamic}, Source: pageDynamic},
		portability.SpecText:      {Kind: portability.Native, NeverWithin: []string{dynamic}, Source: pageDynamic},
		portability.EnvSize:       {Kind: portability.Native, Max: maxEnvBytes, Source: pageEnv},
		portability.EnvAppWide:    {Kind: portability.Native, Source: pageEnv}, // each function has its own
		portability.EnvHTTPWide:   {Kind: portability.Native, Source: pageEnv},
		portability.EventOnPath: { // only what the template permits can call a function
			Kind: portability.Native, Source: "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
		},
		portability.SecretEnv: {
			Kind: portability.Emulated, How: portability.SecretFetched,
			Source: "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html",
		},
		portability.HTTPCORS: {
			Kind: portability.Emulated, How: portability.RuntimeAnswers,
			Source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html",
		},
		portability.HTTPAuth: { // API Gateway asks for one of the scopes, the runtime for all
			Kind: portability.Emulated, How: portability.RuntimeAnswers, Quota: quotaAuthorizers,
			Source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html",
		},
		portability.TableConcurrency: {Kind: portability.Native, Source: pageReserved},
		portability.TaskConcurrency:  {Kind: portability.Native, Source: pageReserved},
		portability.HTTPConcurrency: { // AppConcurrency bounds it
			Kind: portability.Native, Source: pageReserved,
		},
		portability.AppEvents: {Kind: portability.Native, Source: pageLambda}, // each scales by itself
		portability.AppConcurrency: { // which functions reserve
			Kind: portability.Native, Quota: quotaConcurrency, Source: pageReserved,
		},
		portability.Concurrency: {
			Kind: portability.Native, Min: minConcurrency, Max: 1000,
			Source: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
		},
		portability.Isolation: {Kind: portability.Native, Source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"},
	}
}

// reservedNames are the environment variables that Lambda sets itself, or that no function can have: a name has two characters,
// the first a letter.
func reservedNames() []string {
	return append(strings.Split("ABCDEFGHIJKLMNOPQRSTUVWXYZ", ""),
		"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
	)
}
