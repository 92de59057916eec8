package gcp

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// binding lets a member have a role on one thing. Both the block that says so and what Grants lists are made of it.
type binding struct {
	// label is the block's name.
	label     string
	on        scope
	role      string
	member    hcl.Value
	principal string
	pos       diag.Position
	// settled makes it wait for service agents.
	settled bool
}

// scope is what a role is had on: the type of the block that binds it there, how the block names it, and its address. A condition makes
// it narrower, and the comment is about one that is wider than it looks.
type scope struct {
	kind, resource string
	body           []hcl.Item
	condition      hcl.Item
	comment        string
}

// The scopes.
func onFunction(name string) scope {
	return scope{kind: typeInvoker, resource: address(typeFunction, name), body: []hcl.Item{
		hcl.Attr{Name: "location", Value: of(typeFunction, name, "location")},
		hcl.Attr{Name: "service", Value: of(typeFunction, name, "name")},
	}}
}

func onTopic(name string) scope {
	return scope{kind: typeTopicRole, resource: address(typeTopic, name), body: []hcl.Item{hcl.Attr{Name: "topic", Value: of(typeTopic, name, "id")}}}
}

func onSubscription(name string) scope {
	return scope{kind: typeSubscriptionRole, resource: address(typeSubscription, name), body: []hcl.Item{hcl.Attr{Name: "subscription", Value: of(typeSubscription, name, "id")}}}
}

func onBucket(name string) scope {
	return scope{kind: typeBucketRole, resource: address(typeBucket, name), body: []hcl.Item{hcl.Attr{Name: "bucket", Value: of(typeBucket, name, "name")}}}
}

func onSecret(name string) scope {
	return scope{kind: typeSecretRole, resource: address(typeSecret, name), body: []hcl.Item{hcl.Attr{Name: "secret_id", Value: of(typeSecret, name, "id")}}}
}

func onAccount(name string) scope {
	return scope{kind: typeAccountRole, resource: address(typeAccount, name), body: []hcl.Item{hcl.Attr{Name: "service_account_id", Value: of(typeAccount, name, "name")}}}
}

func onProject() scope {
	return scope{kind: typeProjectMember, resource: "var.project", body: []hcl.Item{hcl.Attr{Name: "project", Value: hcl.Ref("var.project")}}}
}

// onDatabase is the project with a condition, which is how a role is had on one database.
// https://cloud.google.com/firestore/docs/manage-databases#use_iam_conditions_for_per-database_access_permissions
func onDatabase() scope {
	return onlyFor("database", hcl.Template{hcl.Str(`resource.name == "`), of(typeDatabase, database, "id"), hcl.Str(`"`)}, address(typeDatabase, database))
}

// onSource is the source of the functions: in the bucket of the artifact, and where Cloud Functions copies it to, which is there only
// after the first function.
//
//   - https://cloud.google.com/functions/docs/securing/build-custom-sa
//   - https://cloud.google.com/iam/docs/conditions-attribute-reference#resource-name
func onSource() scope {
	const bucket, artifact = `resource.name.startsWith("projects/_/buckets/`, "var.artifact_bucket"
	return onlyFor("source", hcl.Template{
		hcl.Str(bucket), hcl.Ref(artifact), hcl.Str(`/") || `),
		hcl.Str(bucket + "gcf-v2-sources-"), hcl.Ref("data.google_project.this.number"), hcl.Str(`-")`),
	}, artifact)
}

// onlyFor is the project with a condition.
func onlyFor(what string, expression hcl.Template, resource string) scope {
	s := onProject()
	s.resource = resource
	s.condition = hcl.Block{Type: "condition", Body: []hcl.Item{
		hcl.Attr{Name: "title", Value: hcl.Template{hcl.Ref("local.prefix"), hcl.Str(" " + what)}},
		hcl.Attr{Name: "expression", Value: expression},
	}}
	return s
}

// bind lists a permission, and returns the block that gives it.
func (m *module) bind(b binding) hcl.Block {
	m.list(b, b.role)
	return b.block(hcl.Str(b.role))
}

// bindEach is bind for several roles, which one block gives.
func (m *module) bindEach(b binding, roles []string) hcl.Block {
	for _, role := range roles {
		m.list(b, role)
	}
	block := b.block(hcl.Ref("each.value"))
	block.Body = append([]hcl.Item{hcl.Attr{Name: "for_each", Value: set(roles)}}, block.Body...)
	return block
}

func (m *module) list(b binding, role string) {
	m.grants = append(m.grants, access.Grant{Principal: b.principal, Action: role, Resource: b.on.resource, Pos: b.pos})
}

// block gives a role: the attributes that name what it is had on, the role and the member, and then the condition.
func (b binding) block(role hcl.Value) hcl.Block {
	body := append(slices.Clone(b.on.body), hcl.Attr{Name: "role", Value: role}, hcl.Attr{Name: "member", Value: b.member})
	if b.settled {
		body = append(body, afterSettled())
	}
	return commented(b.on.comment, resource(b.on.kind, b.label, append(body, b.on.condition)...))
}

// bindOnce is bind for what several uses may ask for: a block of this name is made for the first.
func (m *module) bindOnce(b binding) []hcl.Block {
	block := m.bind(b)
	name := address(b.on.kind, b.label)
	if m.bound[name] {
		return nil
	}
	m.bound[name] = true
	return []hcl.Block{block}
}

// accesses are what the functions may do by their access and their secrets. Functions that share a unit share what it may do.
func (m *module) accesses() []hcl.Block {
	table := permissions()
	var blocks []hcl.Block
	for i := range m.app.Functions {
		f := &m.app.Functions[i]
		for _, use := range access.Uses(f) {
			if use.Verb == access.Run || use.Verb == access.Consume {
				continue
			}
			for _, role := range table[use.Key].Actions {
				blocks = append(blocks, m.bindOnce(binding{
					label: unitOf(f) + "--" + granted(use) + "--" + use.Verb, on: scopeOf(use), role: role,
					member: of(typeAccount, unitOf(f), "member"), principal: f.Name, pos: use.Pos,
				})...)
			}
		}
	}
	return blocks
}

// scopeOf is what the role of a use is had on.
func scopeOf(use access.Use) scope {
	switch use.Kind {
	case spec.KindBucket:
		return onBucket(use.Resource)
	case spec.KindTable:
		return onDatabase()
	case spec.KindSecret:
		return onSecret(use.Resource)
	case spec.KindWorkflow:
		return onWorkflows()
	}
	return onTopic(use.Resource)
}

// granted is what a role is had on in the name of the block: all tables are one, and so are all workflows.
func granted(use access.Use) string {
	switch use.Kind {
	case spec.KindTable:
		return "tables"
	case spec.KindWorkflow:
		return "workflows"
	}
	return use.Resource
}

// unitOf is the unit that a function is part of, which has an account.
func unitOf(f *plan.Function) string {
	if _, ok := f.Trigger.(plan.HTTP); ok {
		return spec.HTTPUnit
	}
	return f.Name
}

func resource(kind, name string, body ...hcl.Item) hcl.Block {
	return hcl.Block{Type: "resource", Labels: []string{kind, identifier(name)}, Body: body}
}

// commented puts a comment above a block.
func commented(comment string, b hcl.Block) hcl.Block {
	b.Comment = comment
	return b
}

// grants lists every permission that the generated files give: they are lowered, and nothing is printed.
func grants(app *plan.App, target plan.Target) []access.Grant {
	s, _ := decode(target.Settings)
	m := newModule(app, s)
	m.files()
	return m.grants
}
