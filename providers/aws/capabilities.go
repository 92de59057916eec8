package aws

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/portability"
)

// Vendor pages that more than one row refers to.
const (
	pageLambda   = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	pageEnv      = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
	pageGateway  = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"
	pageQueue    = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"
	pageMapping  = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
	pageSchedule = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
)

// An account has 1,000 roles unless it asks for more; a function takes one, a schedule another.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const quotaFunctions = 500

// An API has 300 routes unless it asks for more, and 300 integrations whatever it asks for. Each function is one, and a route or
// two; what $default goes to is one of both.
const (
	quotaRoutes      = 300 - 1
	maxHTTPFunctions = 300 - 1
)

// maxEnvBytes is the 4 KiB that Lambda takes, less what it measures and the spec does not show: the quotes and commas of the JSON
// that it makes of the variables, and the two of Isobar's own.
const maxEnvBytes = 4096 - 256

// capabilities is what AWS can do.
func capabilities() portability.Table {
	return portability.Table{
		portability.AppFunctions: {
			Kind: portability.Native, Quota: quotaFunctions,
			Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
		},
		portability.AppQueues: { // no limit is documented
			Kind: portability.Native, Source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html",
		},
		portability.HTTPFunctions: {Kind: portability.Native, Max: maxHTTPFunctions, Source: pageGateway},
		portability.HTTPRoutes:    {Kind: portability.Native, Quota: quotaRoutes, Source: pageGateway},
		portability.HTTPBasePath: {
			Kind: portability.Native, Never: []string{"ping", "sping"}, // API Gateway answers them itself
			Source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html",
		},
		portability.HTTPTimeout:  {Kind: portability.Native, Max: 30, Source: pageGateway},
		portability.QueueTimeout: {Kind: portability.Native, Max: int64(maxTimeout.Seconds()), Source: pageLambda},
		portability.TickTimeout:  {Kind: portability.Native, Max: int64(maxTimeout.Seconds()), Source: pageLambda},
		portability.FunctionName: {Kind: portability.Native, Source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"},
		portability.HTTPMemory:   {Kind: portability.Native, Min: 128, Max: 10_240, Source: pageLambda},
		portability.Memory:       {Kind: portability.Native, Min: 128, Max: 10_240, Source: pageLambda},
		portability.EnvName:      {Kind: portability.Native, Never: reservedNames(), NeverPrefix: []string{"_", "AWS_LAMBDA_"}, Source: pageEnv},
		portability.EnvValue: {
			Kind: portability.Native, NeverWithin: []string{"{{resolve:"},
			Source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html",
		},
		portability.EnvSize:     {Kind: portability.Native, Max: maxEnvBytes, Source: pageEnv},
		portability.EnvAppWide:  {Kind: portability.Native, Source: pageEnv}, // each function has its own
		portability.EnvHTTPWide: {Kind: portability.Native, Source: pageEnv},
		portability.EventOnPath: { // only what the template permits can call a function
			Kind: portability.Native, Source: "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
		},
		portability.Visibility: {Kind: portability.Native, Max: 43_200, Source: pageQueue},
		portability.Retention:  {Kind: portability.Native, Min: 60, Max: 1_209_600, Source: pageQueue},
		portability.Deliveries: {
			Kind: portability.Native, Min: 1, Max: 1_000,
			Source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
		},
		portability.Batch:    {Kind: portability.Native, Min: 1, Max: 10_000, Source: pageMapping},
		portability.Window:   {Kind: portability.Native, Max: 300, Source: pageMapping},
		portability.Timezone: {Kind: portability.Native, Source: pageSchedule},
		portability.Cron:     {Kind: portability.Emulated, How: portability.CronRewritten, Source: pageSchedule + "#cron-based"},
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
