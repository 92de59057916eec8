package gcp

import (
	"time"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/providers/gcp/internal/workflows"
	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// program is what a workflow was compiled to, with the file of its source.
type program struct {
	*plan.Workflow
	*workflows.Program
	path string
}

// programs are the app's workflows, compiled.
func programs(app *plan.App) ([]program, diag.List) {
	var all []program
	var diags diag.List
	for i := range app.Workflows {
		w := &app.Workflows[i]
		if w.Machine == nil {
			continue // what is wrong with it has been said
		}
		compiled, found := workflows.Compile(w.Machine, workflows.Options{Name: w.Name, Timeout: func(function string) time.Duration {
			if f := app.Function(function); f != nil {
				return f.Timeout.Value + margin
			}
			return 0
		}})
		diags = append(diags, found...)
		compiled.Comment = gogen.Header + "\n" + compiled.Comment
		all = append(all, program{w, compiled, "workflows/" + w.Name + ".yaml"})
	}
	return all, diags
}

// workflows are the workflows, each with an account of its own that may call what its tasks call, and the functions that are tasks.
func (m *module) workflows() []hcl.Block {
	var blocks []hcl.Block
	for _, f := range plan.Of[plan.Task](m.app) {
		blocks = append(blocks, m.task(f)...)
	}
	for _, p := range m.programs {
		blocks = append(blocks, m.workflow(p)...)
	}
	return blocks
}

// task is a function that workflows call.
func (m *module) task(f plan.Triggered[plan.Task]) []hcl.Block {
	u := unit{
		name: f.Name, ingress: ingressInternal, comment: f.Name + ": workflows call " + f.Handler.Package + "." + f.Handler.Func,
		timeout: f.Timeout.Value, concurrency: f.Concurrency.Value, env: f.Env, secrets: f.Secrets,
	}
	u.take(f.Function)
	return m.compute(u)
}

// accountOf is the label of a workflow's account. No function has a name with two hyphens side by side.
func accountOf(workflow string) string { return "workflow--" + workflow }

// workflow is a workflow: its source is a file beside, which Terraform reads as it is, and what it calls are its variables.
func (m *module) workflow(p program) []hcl.Block {
	label := accountOf(p.Name)
	variables := make(hcl.Map, len(p.Program.Calls))
	for i, c := range p.Program.Calls {
		variables[i] = hcl.Attr{Name: c.Variable, Value: m.addressOf(c.Resource)}
	}
	blocks := []hcl.Block{
		commented("The workflow "+p.Name+".", serviceAccount(m.app, label)),
		resource(typeWorkflow, p.Name,
			hcl.Attr{Name: "name", Value: workflowName(m.app, p.Name)},
			hcl.Attr{Name: "region", Value: hcl.Ref("var.region")},
			hcl.Attr{Name: "labels", Value: sharedLabels},
			hcl.Attr{Name: "service_account", Value: of(typeAccount, label, "id")},
			hcl.Attr{Name: "source_contents", Value: hcl.Call{Name: "file", Args: []hcl.Value{hcl.Template{hcl.Ref("path.module"), hcl.Str("/" + p.path)}}}},
			hcl.Attr{Name: "user_env_vars", Value: variables},
			hcl.Attr{Name: "call_log_level", Value: hcl.Str("LOG_ERRORS_ONLY")},
			hcl.Attr{Name: "execution_history_level", Value: hcl.Str("EXECUTION_HISTORY_DETAILED")},
			hcl.Attr{Name: "deletion_protection", Value: hcl.Bool(false)},
			afterSettled(),
		),
	}
	for _, use := range access.UsesOfWorkflow(p.Workflow) {
		on, role := m.calledBy(use)
		blocks = append(blocks, m.bindOnce(binding{
			label: label + "--" + granted(use), on: on, role: role, member: of(typeAccount, label, "member"), principal: p.Name, pos: use.Pos,
		})...)
	}
	return append(blocks, m.bind(binding{
		label: label + "--logs", on: onProject(), role: roleLogWriter, member: of(typeAccount, label, "member"), principal: p.Name, pos: p.Pos,
	}))
}

// calledBy is what a workflow needs for what a task calls.
func (m *module) calledBy(use access.Use) (scope, string) {
	switch use.Verb {
	case access.Call:
		return onFunction(use.Resource), roleInvoker
	case "start":
		return onWorkflows(), roleWorkflowInvoker
	}
	return onTopic(use.Resource), rolePublisher
}

// addressOf is how a program calls a resource.
func (m *module) addressOf(r asl.Resource) hcl.Value {
	switch r.Kind {
	case asl.Function:
		return uri(r.Name)
	case asl.Workflow: // by its name, as a workflow may start itself
		return workflowID(m.app, r.Name)
	}
	return of(typeTopic, r.Name, "id")
}

// workflowID is a workflow's full name.
func workflowID(app *plan.App, name string) hcl.Template {
	return append(hcl.Template{hcl.Str("projects/"), hcl.Ref("var.project"), hcl.Str("/locations/"), hcl.Ref("var.region"), hcl.Str("/workflows/")}, workflowName(app, name)...)
}

// onWorkflows is the project: workflows have no policies of their own, and are not among what a condition can name.
//
//   - https://cloud.google.com/workflows/docs/use-iam-for-access
//   - https://cloud.google.com/iam/docs/conditions-attribute-reference#resource-attributes
func onWorkflows() scope {
	s := onProject()
	s.comment = "All workflows of the project: IAM does not tell one from another."
	return s
}
