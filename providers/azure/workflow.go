package azure

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/providers/azure/internal/logicapps"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// taskMargin is how much later than the runtime the engine has to give a call up, so that the runtime's answer gets out, and maxTask what
// is left of the longest call, in seconds. https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration#http-limits
const (
	taskMargin = 5 * time.Second
	maxTask    = 120 - 5
)

// taskPath begins the paths, behind the base path, at which the runtime serves tasks.
const taskPath = "/_tasks/"

// logicApp is a workflow, and what it was compiled to.
type logicApp struct {
	*plan.Workflow
	compiled *logicapps.Workflow
}

// logicAppsOf are the app's workflows, compiled.
func logicAppsOf(app *plan.App) ([]logicApp, diag.List) {
	var all []logicApp
	var diags diag.List
	for i := range app.Workflows {
		w := &app.Workflows[i]
		if w.Machine == nil {
			continue // what is wrong with it has been said
		}
		compiled, found := logicapps.Compile(w.Machine, logicapps.Options{
			TaskPath: app.BasePath.Value + taskPath,
			Timeout: func(function string) time.Duration {
				if f := app.Function(function); f != nil {
					return f.Timeout.Value + taskMargin
				}
				return 0
			},
			LeadsBack: func(other string) bool { return leadsTo(app, other, w.Name, map[string]bool{}) },
		})
		diags = append(diags, found...)
		all = append(all, logicApp{w, compiled})
	}
	return all, diags
}

// leadsTo tells whether a workflow is another one, or starts one that leads to it.
func leadsTo(app *plan.App, from, to string, seen map[string]bool) bool {
	w := app.Workflow(from)
	if from == to || w == nil || seen[from] {
		return from == to
	}
	seen[from] = true
	return slices.ContainsFunc(w.Calls(), func(c asl.Resource) bool {
		return c.Kind == asl.Workflow && leadsTo(app, c.Name, to, seen)
	})
}

// callers are the identities as which workflows call, each its own.
func (l *lowering) callers() bicep.File {
	var f bicep.File
	for _, w := range l.logicApps {
		f = append(f, bicep.Resource{
			Comment: "Who the workflow " + w.Name + " is to what it calls.", Symbol: symbolOf(wordCaller, w.Name), Type: typeIdentity,
			Body: body(bicep.Interpolation{varPrefix, bicep.String("-workflow-" + w.Name)}),
		})
	}
	return f
}

// callerOf is a workflow as somebody who has roles.
func callerOf(w logicApp) principal {
	symbol := symbolOf(wordCaller, w.Name)
	return principal{symbol, bicep.Path(symbol, "properties", "principalId")}
}

// taskSettings tell the runtime whose calls of tasks are good: tokens of the tenant, for the audience, of workflows that have such tasks.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#payload-claims
func (l *lowering) taskSettings() bicep.Object {
	if len(plan.Of[plan.Task](l.app)) == 0 {
		return nil
	}
	var callers bicep.Array
	for _, w := range l.logicApps {
		for _, c := range w.Calls() {
			if c.Kind == asl.Function {
				callers = append(callers, callerOf(w).id)
				break
			}
		}
	}
	return bicep.Object{
		{Key: "ISOBAR_TASK_AUDIENCE", Value: paramAudience},
		{Key: "ISOBAR_TASK_CALLERS", Value: bicep.Func("join", callers, bicep.String(","))},
		{Key: "ISOBAR_TASK_ISSUER", Value: issuerOfTenant()},
	}
}

// workflowSenders are the roles on a queue or a topic of the workflows whose tasks send to it. They are with what they are on.
func (l *lowering) workflowSenders(word bicep.Symbol, verb, name string) bicep.File {
	var f bicep.File
	for _, w := range l.logicApps {
		for _, use := range access.UsesOfWorkflow(w.Workflow) {
			if use.Verb != verb || use.Resource != name {
				continue // the runtime verifies who calls a task, and a workflow's trigger who starts it
			}
			where := place{
				symbol:     symbolOf(word, name),
				assignment: "sender" + bicep.Symbol(naming.Pascal(w.Name)) + "To" + bicep.Symbol(naming.Pascal(name)),
			}
			f = append(f, l.assignment(callerOf(w), messageSender, where, use.Pos))
		}
	}
	return f
}

// startsByCode tells whether a function has access to start a workflow.
func (l *lowering) startsByCode(workflow string) bool {
	return len(l.usesOf(spec.KindWorkflow, workflow)) > 0
}

// startersOf are those who start a workflow: the app, when a function does, and other workflows.
func (l *lowering) startersOf(workflow string) []principal {
	var starters []principal
	if l.startsByCode(workflow) {
		starters = append(starters, theApp())
	}
	for _, w := range l.logicApps {
		if slices.ContainsFunc(w.Calls(), func(c asl.Resource) bool { return c.Kind == asl.Workflow && c.Name == workflow }) {
			starters = append(starters, callerOf(w))
		}
	}
	return starters
}

// startedLogicApps are the Logic Apps of the workflows that something of the app starts. They are with what is shared, as the app's
// settings refer to them, and other workflows.
func (l *lowering) startedLogicApps() bicep.File {
	var f bicep.File
	for _, w := range l.logicApps {
		if len(l.startersOf(w.Name)) > 0 {
			f = append(f, l.logicApp(w))
		}
	}
	return f
}

// logicAppResource is a workflow as a Logic App.
func (l *lowering) logicApp(w logicApp) bicep.Resource {
	caller := callerOf(w)
	properties := bicep.Object{
		{Key: "state", Value: bicep.String("Enabled")},
		{Key: "definition", Value: tree(w.compiled.Definition)},
		{Key: "parameters", Value: l.arguments(w)},
	}
	if starters := l.startersOf(w.Name); len(starters) > 0 {
		properties = append(properties, bicep.Property{Key: "accessControl", Value: startedBy(starters)})
	}
	return bicep.Resource{
		Comment: "The workflow " + w.Name + ".", Symbol: symbolOf(wordWorkflow, w.Name), Type: typeLogicApp,
		Body: body(l.logicAppName(w.Name),
			bicep.Property{Key: "identity", Value: bicep.Object{
				{Key: "type", Value: bicep.String("UserAssigned")},
				{Key: "userAssignedIdentities", Value: bicep.KeyFrom{Key: bicep.Interpolation{bicep.Path(caller.symbol, "id")}, Value: bicep.Object{}}},
			}},
			bicep.Property{Key: "properties", Value: properties},
		),
	}
}

// audienceOfTriggers is for whom the tokens are with which workflows are started: every tenant knows it. The client asks for the same.
// https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#enable-oauth-2-0-with-microsoft-entra-id
func audienceOfTriggers() bicep.Expr { return bicep.Path(bicep.Func("environment"), "resourceManager") }

// startedBy is who may start a workflow, by tokens of their identities.
func startedBy(starters []principal) bicep.Object {
	claim := func(name string, value bicep.Expr) bicep.Object {
		return bicep.Object{{Key: "name", Value: bicep.String(name)}, {Key: "value", Value: value}}
	}
	policies := make(bicep.Object, len(starters))
	for i, who := range starters {
		policies[i] = bicep.Property{Key: string(who.symbol), Value: bicep.Object{
			{Key: "type", Value: bicep.String("AAD")},
			{Key: "claims", Value: bicep.Array{
				claim("iss", issuerOfTenant()), claim("aud", audienceOfTriggers()), claim("oid", who.id),
			}},
		}}
	}
	return bicep.Object{{Key: "triggers", Value: bicep.Object{{Key: "openAuthenticationPolicies", Value: bicep.Object{
		{Key: "policies", Value: policies},
	}}}}}
}

// issuerOfTenant is who issues the tenant's tokens.
func issuerOfTenant() bicep.Expr {
	return bicep.Interpolation{bicep.String("https://sts.windows.net/"), bicep.Path(bicep.Func("tenant"), "tenantId"), bicep.String("/")}
}

// triggerAddress is where a workflow's trigger takes requests.
func triggerAddress(workflow string) bicep.Expr {
	return bicep.Interpolation{
		bicep.Path(symbolOf(wordWorkflow, workflow), "properties", "accessEndpoint"),
		bicep.String("/triggers/" + logicapps.TriggerName + "/paths/invoke?api-version=2016-10-01"),
	}
}

// maxLogicApp is how many characters the name of a Logic App has.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftlogic
const maxLogicApp = 43

// logicAppName is the name of a workflow's Logic App: shop-dev-refund.
func (l *lowering) logicAppName(workflow string) bicep.Expr {
	return stagedName(naming.Shorten(workflow, maxLogicApp-len(l.app.Name)-1-maxStage-1))
}

// arguments are the values of the definition's parameters.
func (l *lowering) arguments(w logicApp) bicep.Object {
	values := map[string]bicep.Expr{
		logicapps.ParamApp:      bicep.Interpolation{bicep.String("https://"), bicep.Path(symApp, "properties", "defaultHostName")},
		logicapps.ParamAudience: paramAudience,
		logicapps.ParamIdentity: bicep.Path(callerOf(w).symbol, "id"),

		logicapps.ParamManagement: audienceOfTriggers(),
	}
	for _, c := range w.compiled.Calls {
		values[c.Parameter] = l.addressOf(c.Resource)
	}
	var arguments bicep.Object
	for _, f := range w.compiled.Definition {
		if declared, ok := f.Value.(logicapps.Object); ok && f.Key == "parameters" {
			for _, p := range declared {
				arguments = append(arguments, bicep.Property{Key: p.Key, Value: bicep.Object{{Key: "value", Value: values[p.Key]}}})
			}
		}
	}
	return arguments
}

// addressOf is where messages for a resource are posted, and what starts a workflow.
func (l *lowering) addressOf(r asl.Resource) bicep.Expr {
	if r.Kind == asl.Workflow {
		return triggerAddress(r.Name)
	}
	return append(bicep.Interpolation{bicep.String("https://"), bicep.Path(symServiceBus, "name"), bicep.String(".servicebus.windows.net/")},
		append(stagedName(r.Name), bicep.String("/messages"))...)
}

// tree is a definition in Bicep, which has no fractions.
func tree(v any) bicep.Expr {
	switch v := v.(type) {
	case logicapps.Object:
		o := make(bicep.Object, len(v))
		for i, f := range v {
			o[i] = bicep.Property{Key: f.Key, Value: tree(f.Value)}
		}
		return o
	case logicapps.Array:
		list := make(bicep.Array, len(v))
		for i, item := range v {
			list[i] = tree(item)
		}
		return list
	case json.Number:
		if i, err := strconv.Atoi(v.String()); err == nil {
			return bicep.Int(i)
		}
		return bicep.Func("json", bicep.String(v.String()))
	case int:
		return bicep.Int(v)
	case bool:
		return bicep.Bool(v)
	case string:
		return bicep.String(v)
	}
	return bicep.Null{}
}
