package aws

import (
	"time"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/providers/aws/internal/states"
	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// machine is a workflow as Step Functions has it.
type machine struct {
	*plan.Workflow
	*states.Definition
}

// machines are the app's workflows, compiled.
func machines(app *plan.App) ([]machine, diag.List) {
	var all []machine
	var diags diag.List
	for i := range app.Workflows {
		w := &app.Workflows[i]
		if w.Machine == nil {
			continue // what is wrong with it has been said
		}
		compiled, found := states.Compile(w.Machine, states.Options{
			Timeout: func(function string) time.Duration {
				if f := app.Function(function); f != nil {
					return lambdaTimeout(f.Timeout.Value)
				}
				return 0
			},
			FIFO: func(r asl.Resource) bool { return isFIFO(app, r) },
		})
		diags = append(diags, found...)
		all = append(all, machine{w, compiled})
	}
	return all, diags
}

func isFIFO(app *plan.App, r asl.Resource) bool {
	switch r.Kind {
	case asl.Queue:
		q := app.Queue(r.Name)
		return q != nil && fifo(q.Ordered.Value, q.Deduplicate.Value)
	case asl.Topic:
		t := app.Topic(r.Name)
		return t != nil && fifo(t.Ordered.Value, t.Deduplicate.Value)
	}
	return false
}

func (l *lowering) stateMachines() []block {
	var all []block
	for _, m := range l.machines {
		all = append(all, l.stateMachine(m))
	}
	return all
}

// stateMachine is the block of a workflow: a state machine, and the role in which it calls what its tasks call. Executions keep their
// history for 90 days. To log it, or to trace it, the role would need rights on everything that is logged or traced.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
func (l *lowering) stateMachine(m machine) block {
	b := block{key: m.Name, uses: []string{paramStage}, text: 4 * len(m.Text)}
	l.role(&b, id(m.Name, idExecutor), statesTrust(), m.Name, l.executorStatements(m.Workflow)...)
	b.add(cfn.Resource{ID: id(m.Name, idStateMachine), Comment: "The workflow " + m.Name, Type: "AWS::StepFunctions::StateMachine", Properties: cfn.Map{
		{"StateMachineName", l.physical(m.Name, maxStateMachineName)},
		{"StateMachineType", cfn.String("STANDARD")},
		{"RoleArn", arnOf(id(m.Name, idExecutor))},
		{"DefinitionString", cfn.Block(m.Text)},
		{"DefinitionSubstitutions", l.substitutions(&b, m.Definition)},
		{"Tags", l.tags},
	}})
	return b
}

// substitutions are what stands in the place of the keys in a definition, or nothing: CloudFormation takes no mapping without any.
func (l *lowering) substitutions(b *block, d *states.Definition) cfn.Value {
	var all cfn.Map
	for _, s := range d.Substitutions {
		all = append(all, cfn.Field{Key: s.Key, Value: l.addressOf(b, s)})
	}
	if all == nil {
		return nil
	}
	return all
}

// statesTrust lets Step Functions take a role, for state machines of this account.
// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
func statesTrust() trust {
	return trust{service: "states.amazonaws.com", condition: cfn.Map{{"StringEquals", cfn.Map{{"aws:SourceAccount", cfn.Ref("AWS::AccountId")}}}}}
}

// executorStatements are what a workflow's role permits: one for each thing that its tasks call.
func (l *lowering) executorStatements(w *plan.Workflow) []statement {
	var all []statement
	for _, use := range access.UsesOfWorkflow(w) {
		s := statement{sid: naming.Pascal(use.Verb) + naming.Pascal(use.Resource) + naming.Pascal(string(use.Kind)), pos: use.Pos}
		rule := rules[use.Key]
		if use.Verb == access.Call {
			s.actions, s.on = rule.others, l.functionARN(use.Resource)
			all = append(all, s)
			continue
		}
		for _, r := range rule.rights {
			s.actions, s.on = r.actions, r.on(l, use.Resource)[0]
			all = append(all, s)
		}
	}
	return all
}

// functionARN is a function's address by its name, as the function can be in another stack.
func (l *lowering) functionARN(function string) cfn.Value {
	return arnNamed("lambda", "function:", l.physical(function, maxFunctionName))
}

// addressOf is how a state machine calls a resource, or a service.
func (l *lowering) addressOf(b *block, r states.Substitution) cfn.Value {
	if r.Action != "" {
		return cfn.Sub{cfn.String("arn:"), cfn.Ref("AWS::Partition"), cfn.String(":states:::" + r.Action)}
	}
	switch r.Kind {
	case asl.Function:
		return l.functionARN(r.Name)
	case asl.Workflow: // by its name, as a workflow can start itself
		return onStateMachine(l, r.Name)[0]
	case asl.Queue:
		return l.queueURL(r.Name)
	}
	b.uses = append(b.uses, id(r.Name, idTopic))
	return cfn.Ref(id(r.Name, idTopic))
}
