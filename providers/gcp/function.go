package gcp

import (
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// goRuntime is the runtime of the functions. https://cloud.google.com/run/docs/runtimes/go
const goRuntime = "go126"

// Who may reach a function, before IAM says who may call it. Internal are Pub/Sub and Eventarc of the same project, among others.
// https://cloud.google.com/run/docs/securing/ingress
const (
	ingressAll      = "ALLOW_ALL"
	ingressInternal = "ALLOW_INTERNAL_ONLY"
)

// margin is how much later than the runtime the platform ends a call, so that the runtime's answer gets out.
const margin = 5 * time.Second

// unit is what a Cloud Function is made of. All of an app have the same source, and their entry point tells each which it is.
type unit struct {
	name, comment, ingress string
	// memory is the largest that is a function's own, and shared is true when the app's memory has to do as well.
	memory int
	shared bool
	// concurrency is how many calls may run at the same time; 0 is no bound.
	concurrency int
	timeout     time.Duration
	env         []plan.Variable
	secrets     []plan.SecretVariable
	// deadLetters is the name of the topic to which the runtime sends what failed; empty when the platform does.
	deadLetters string
	// trigger is what the platform makes call the function; nil when that is a resource of its own.
	trigger hcl.Item
}

// compute is a unit's function, and the account as which it runs: what that may do is in permissions.tf.
func (m *module) compute(u unit) []hcl.Block {
	config := []hcl.Item{
		hcl.Attr{Name: "available_memory", Value: m.memory(u)},
		hcl.Attr{Name: "available_cpu", Value: m.cpu(u)},
		hcl.Attr{Name: "timeout_seconds", Value: hcl.Int((u.timeout + margin) / time.Second)},
	}
	if u.concurrency > 0 { // an instance makes one call at a time
		config = append(config,
			hcl.Attr{Name: "max_instance_count", Value: hcl.Int(u.concurrency)},
			hcl.Attr{Name: "max_instance_request_concurrency", Value: hcl.Int(1)},
		)
	}
	config = append(config,
		hcl.Attr{Name: "service_account_email", Value: of(typeAccount, u.name, "email")},
		hcl.Attr{Name: "ingress_settings", Value: hcl.Str(u.ingress)},
		hcl.Attr{Name: "environment_variables", Value: m.environment(u)},
	)
	after := hcl.List{sleep}
	for _, s := range u.secrets {
		config = append(config, secretVariable(s))
		// A function whose account may not read its secrets does not start.
		if ref := hcl.Ref(address(typeSecretRole, u.name+"--"+s.Secret+"--read")); !contains(after, ref) {
			after = append(after, ref)
		}
	}
	return []hcl.Block{
		commented(u.comment, serviceAccount(m.app, u.name)),
		resource(typeFunction, u.name,
			hcl.Attr{Name: "name", Value: service(m.app, u.name)},
			hcl.Attr{Name: "location", Value: hcl.Ref("var.region")},
			hcl.Attr{Name: "labels", Value: sharedLabels},
			hcl.Block{Type: "build_config", Body: []hcl.Item{
				hcl.Attr{Name: "runtime", Value: hcl.Str(goRuntime)},
				hcl.Attr{Name: "entry_point", Value: hcl.Str(entryPoint(u.name))},
				hcl.Attr{Name: "service_account", Value: of(typeAccount, builder, "id")},
				hcl.Block{Type: "source", Body: []hcl.Item{hcl.Block{Type: "storage_source", Body: []hcl.Item{
					hcl.Attr{Name: "bucket", Value: hcl.Ref("var.artifact_bucket")},
					hcl.Attr{Name: "object", Value: hcl.Ref("var.artifact_object")},
				}}}},
			}},
			hcl.Block{Type: "service_config", Body: config},
			u.trigger,
			hcl.Attr{Name: "depends_on", Value: after},
		),
	}
}

func contains(list hcl.List, ref hcl.Ref) bool {
	for _, v := range list {
		if v == ref {
			return true
		}
	}
	return false
}

// environment is a unit's environment: what the runtime wants to know, and the functions' variables. One that a stage has another
// value for is a variable of the module.
func (m *module) environment(u unit) hcl.Map {
	env := hcl.Map{{Name: "ISOBAR_STAGE", Value: hcl.Ref("var.stage")}}
	if u.deadLetters != "" {
		env = append(env, hcl.Attr{Name: "ISOBAR_DEAD_LETTER", Value: of(typeTopic, u.deadLetters, "id")})
	}
	env = append(env, resourceVariables(m.app, u.name)...)
	for _, v := range u.env {
		value := hcl.Value(hcl.Str(v.Value))
		if v.Shared && m.staged[v.Name] {
			value = hcl.Ref("var." + stageVariable(v.Name))
		}
		env = append(env, hcl.Attr{Name: v.Name, Value: value})
	}
	return env
}

// event is the unit of a function that takes events, and the right of the event caller to call it.
func (m *module) event(f *plan.Function, pos diag.Position, u unit) []hcl.Block {
	u.name, u.ingress = f.Name, ingressInternal
	u.timeout, u.concurrency, u.env, u.secrets = f.Timeout.Value, f.Concurrency.Value, f.Env, f.Secrets
	u.take(f)
	return append(m.compute(u), m.bind(binding{
		label: f.Name, on: onFunction(f.Name), role: roleInvoker,
		member: of(typeAccount, callerName, "member"), principal: callerName, pos: pos,
	}))
}

func serviceAccount(app *plan.App, name string) hcl.Block {
	return resource(typeAccount, name,
		hcl.Attr{Name: "account_id", Value: account(app, name)},
		hcl.Attr{Name: "display_name", Value: named(name)},
		afterAPIs(),
	)
}

// afterAPIs makes a resource wait until the project has the APIs.
func afterAPIs() hcl.Attr {
	return hcl.Attr{Name: "depends_on", Value: hcl.List{hcl.Ref(typeService + ".this")}}
}

// afterInvoker makes what calls a function wait until it may: a call that is refused counts as a delivery. There is nothing to wait
// for without a function.
func afterInvoker(function string) hcl.Attr {
	if function == "" {
		return hcl.Attr{}
	}
	return hcl.Attr{Name: "depends_on", Value: hcl.List{hcl.Ref(address(typeInvoker, function))}}
}

// token is the OIDC token with which the event caller shows who it is.
func token(function string) hcl.Block {
	return hcl.Block{Type: "oidc_token", Body: []hcl.Item{
		hcl.Attr{Name: "service_account_email", Value: of(typeAccount, callerName, "email")},
		hcl.Attr{Name: "audience", Value: uri(function)},
	}}
}
