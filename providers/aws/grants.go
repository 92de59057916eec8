package aws

import (
	"cmp"
	"fmt"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// statement permits actions on one resource.
type statement struct {
	// sid names it in its policy.
	sid     string
	actions []string
	on      cfn.Value
	pos     diag.Position
}

// statements are what a function's own role permits: one for each resource, in the order of the function's uses.
func (l *lowering) statements(f *plan.Function) []statement {
	var all []statement
	for _, use := range access.Uses(f) {
		all = append(all, l.permitted(f, use)...)
	}
	return all
}

// permitted is what one use takes.
func (l *lowering) permitted(f *plan.Function, use access.Use) []statement {
	name := use.Resource
	if use.Verb == access.Consume && use.Kind != spec.KindQueue {
		name = f.Name // what the function consumes is its own
	}
	var all []statement
	rule := rules[use.Key]
	named := cmp.Or(rule.sid, naming.Pascal(use.Verb)+naming.Pascal(use.Resource)+naming.Pascal(string(use.Kind)))
	for _, r := range rule.rights {
		things := r.on(l, name)
		for i, on := range things {
			sid := named + r.suffix
			if len(things) > 1 {
				sid += fmt.Sprint(i + 1)
			}
			all = append(all, statement{sid: sid, actions: r.actions, on: on, pos: use.Pos})
		}
	}
	return all
}

// used notes what a function's role refers to that may be in another stack.
func (b *block) used(f *plan.Function) {
	for _, use := range access.Uses(f) {
		switch {
		case use.Verb == access.Consume:
		case use.Kind == spec.KindTopic:
			b.uses = append(b.uses, id(use.Resource, idTopic))
		case use.Kind == spec.KindSecret:
			b.uses = append(b.uses, id(use.Resource, idSecret))
		}
	}
}

// trust is who may take a role: a service, under a condition or none.
type trust struct {
	service   string
	condition cfn.Value
}

const policyVersion = "2012-10-17"

// role adds a role with one inline policy, so that the role and what it may do come and go together. CloudFormation names it: a name
// of our own would need a stronger capability of whoever deploys.
func (l *lowering) role(b *block, id string, who trust, principal string, permitted ...statement) {
	list := make(cfn.List, len(permitted))
	for i, s := range permitted {
		list[i] = cfn.Map{
			{"Sid", cfn.String(s.sid)},
			{"Effect", cfn.String("Allow")},
			{"Action", cfn.Strings(s.actions...)},
			{"Resource", s.on},
		}
	}
	l.boundPolicy(principal, permitted)
	b.text += statementBytes * len(permitted)
	b.grant(principal, permitted...)
	b.add(cfn.Resource{ID: id, Type: "AWS::IAM::Role", Properties: cfn.Map{
		{"AssumeRolePolicyDocument", cfn.Map{
			{"Version", cfn.String(policyVersion)},
			{"Statement", cfn.List{cfn.Map{
				{"Effect", cfn.String("Allow")},
				{"Principal", cfn.Map{{"Service", cfn.String(who.service)}}},
				{"Action", cfn.String("sts:AssumeRole")},
				{"Condition", who.condition},
			}}},
		}},
		{"Policies", inline(principal, list)},
		{"Tags", l.tags},
	}})
}

// inline is a policy of these statements, or nothing: IAM takes no policy without any.
func inline(name string, statements cfn.List) cfn.Value {
	if len(statements) == 0 {
		return nil
	}
	return cfn.List{cfn.Map{
		{"PolicyName", cfn.String(name)},
		{"PolicyDocument", cfn.Map{{"Version", cfn.String(policyVersion)}, {"Statement", statements}}},
	}}
}

// grant lists what is permitted to somebody.
func (b *block) grant(principal string, permitted ...statement) {
	for _, s := range permitted {
		for _, action := range s.actions {
			b.grants = append(b.grants, access.Grant{Principal: principal, Action: action, Resource: cfn.Text(s.on), Pos: s.pos})
		}
	}
}

// sender is a service of AWS that sends to queues, on behalf of one source and of nobody else.
type sender struct {
	service, principal string
	// source is an ARN. One that names no account, as that of a bucket, needs the account beside it.
	source    cfn.Value
	anonymous bool
}

// senders adds the policy that lets a service send to queues.
func (b *block) senders(id string, who sender, pos diag.Position, queues ...string) {
	condition := cfn.Map{{"ArnEquals", cfn.Map{{"aws:SourceArn", who.source}}}}
	if who.anonymous {
		condition = append(condition, cfn.Field{Key: "StringEquals", Value: cfn.Map{{"aws:SourceAccount", cfn.Ref("AWS::AccountId")}}})
	}
	var list, all cfn.List
	for _, q := range queues {
		s := statement{sid: "Send" + q, actions: []string{sendMessage}, on: arnOf(q), pos: pos}
		b.grant(who.principal, s)
		all = append(all, cfn.Ref(q))
		list = append(list, cfn.Map{
			{"Sid", cfn.String(s.sid)},
			{"Effect", cfn.String("Allow")},
			{"Principal", cfn.Map{{"Service", cfn.String(who.service)}}},
			{"Action", cfn.Strings(s.actions...)},
			{"Resource", s.on},
			{"Condition", condition},
		})
	}
	b.add(cfn.Resource{ID: id, Type: "AWS::SQS::QueuePolicy", Properties: cfn.Map{
		{"Queues", all},
		{"PolicyDocument", cfn.Map{{"Version", cfn.String(policyVersion)}, {"Statement", list}}},
	}})
}

// grants lists every permission that the generated files give: they are lowered, and nothing is printed.
func grants(app *plan.App, target plan.Target) []access.Grant {
	s, _ := decode(target.Settings)
	var all []access.Grant
	l := newLowering(app, s)
	for _, f := range l.files(l.parts()) {
		for i := range f.blocks {
			all = append(all, f.blocks[i].grants...)
		}
	}
	return all
}
