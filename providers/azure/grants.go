package azure

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// subject is a resource of the spec, or for Run and schedules a function.
type subject struct {
	kind spec.Kind
	name string
}

// usesOf returns what functions do with each resource.
func usesOf(app *plan.App) map[subject][]access.Use {
	uses := map[subject][]access.Use{}
	for i := range app.Functions {
		for _, u := range access.Uses(&app.Functions[i]) {
			s := subject{u.Kind, u.Resource}
			uses[s] = append(uses[s], u)
		}
	}
	return uses
}

// principal is who has a role.
type principal struct {
	symbol bicep.Symbol
	id     bicep.Expr
}

// The principals: the app, and the topic of the buckets' events.
func theApp() principal {
	return principal{symIdentity, bicep.Path(symIdentity, "properties", "principalId")}
}

func theEvents() principal {
	return principal{symEvents, bicep.Path(symEvents, "identity", "principalId")}
}

// place is a resource on which roles are assigned.
type place struct {
	symbol bicep.Symbol
	// ending is that of the names of the assignments: OfOrders, ForWelcome.
	ending bicep.Symbol
	// assignment is the name of the one assignment on something of the app that no spec names; empty for others.
	assignment bicep.Symbol
	// container is the name of a container of the database.
	container string
}

// of is the place of a resource of the spec, and forFunction that of something that one function has.
func of(symbol bicep.Symbol, resource string) place {
	return place{symbol: symbol, ending: "Of" + bicep.Symbol(naming.Pascal(resource))}
}

func forFunction(symbol bicep.Symbol, function string) place {
	return place{symbol: symbol, ending: "For" + bicep.Symbol(naming.Pascal(function))}
}

// resource is what a grant is on, as it stands in the file.
func (p place) resource() string {
	if p.container != "" {
		return "${" + string(symCosmos) + ".id}/dbs/${" + string(symDatabase) + ".name}/colls/" + p.container
	}
	return string(p.symbol)
}

func (p place) scope() bicep.Expr {
	if p.container == "" {
		return p.symbol
	}
	return bicep.Interpolation{bicep.Path(symCosmos, "id"), bicep.String("/dbs/"), bicep.Path(symDatabase, "name"), bicep.String("/colls/" + p.container)}
}

// assignmentOf is the name of a role's assignment.
func (p place) assignmentOf(r role) bicep.Symbol {
	if p.assignment != "" {
		return p.assignment
	}
	return r.agent + p.ending
}

// assigned are the positions that ask for one role.
type assigned struct {
	role      role
	positions []diag.Position
}

// entitled returns the roles that uses give on a spot, in the order in which they are first asked for.
func (l *lowering) entitled(uses []access.Use, on spot) []assigned {
	var found []assigned
	for _, u := range uses {
		for _, e := range l.rows[u.Key].entitlements {
			if e.on != on {
				continue
			}
			i := 0
			for i < len(found) && found[i].role != e.role {
				i++
			}
			if i == len(found) {
				found = append(found, assigned{role: e.role})
			}
			found[i].positions = append(found[i].positions, u.Pos)
		}
	}
	return found
}

// assign adds the role assignments that uses give the app on a spot, which is a place.
func (l *lowering) assign(f bicep.File, uses []access.Use, on spot, where place) bicep.File {
	for _, a := range l.entitled(uses, on) {
		f = append(f, l.assignment(theApp(), a.role, where, a.positions...))
	}
	return f
}

// assignment gives a principal a role on one resource, and takes down which lines of the spec ask for it. Its name is made of what
// it says, so that it stays the same.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/scenarios-rbac#name
func (l *lowering) assignment(who principal, r role, where place, positions ...diag.Position) bicep.Resource {
	for _, pos := range positions {
		l.grants = append(l.grants, access.Grant{Principal: string(who.symbol), Action: r.title, Resource: where.resource(), Pos: pos})
	}
	l.roles[r.symbol] = r
	if r.cosmos {
		return cosmosAssignment(who, r, where)
	}
	id := bicep.Path(varRoles, r.symbol)
	return bicep.Resource{
		Symbol: where.assignmentOf(r), Type: typeRoleAssignment,
		Body: bicep.Object{
			{Key: "scope", Value: where.symbol},
			{Key: "name", Value: bicep.Func("guid", bicep.Path(where.symbol, "id"), bicep.Path(who.symbol, "id"), id)},
			{Key: "properties", Value: bicep.Object{
				{Key: "principalId", Value: who.id},
				{Key: "principalType", Value: bicep.String("ServicePrincipal")},
				{Key: "roleDefinitionId", Value: id},
			}},
		},
	}
}

// cosmosAssignment is an assignment of Cosmos DB's own.
// https://learn.microsoft.com/azure/cosmos-db/how-to-connect-role-based-access-control
func cosmosAssignment(who principal, r role, where place) bicep.Resource {
	id := bicep.Path(varRoles, r.symbol)
	return bicep.Resource{
		Symbol: where.assignmentOf(r), Type: typeCosmosAssignment,
		Body: bicep.Object{
			{Key: "parent", Value: symCosmos},
			{Key: "name", Value: bicep.Func("guid", bicep.Path(where.symbol, "id"), bicep.Path(who.symbol, "id"), id)},
			{Key: "properties", Value: bicep.Object{
				{Key: "principalId", Value: who.id},
				{Key: "roleDefinitionId", Value: bicep.Interpolation{bicep.Path(symCosmos, "id"), bicep.String("/sqlRoleDefinitions/"), id}},
				{Key: "scope", Value: where.scope()},
			}},
		},
	}
}

const roleDefinitions = "Microsoft.Authorization/roleDefinitions"

// roleIDs is the variable that gives roles their names.
func roleIDs(roles []role) bicep.Var {
	ids := make(bicep.Object, len(roles))
	for i, r := range roles {
		var id bicep.Expr = bicep.Func("subscriptionResourceId", bicep.String(roleDefinitions), bicep.String(r.id))
		if r.cosmos {
			id = bicep.String(r.id)
		}
		ids[i] = bicep.Property{Key: string(r.symbol), Value: id}
	}
	return bicep.Var{Comment: "Azure's built-in roles.", Name: varRoles, Value: ids}
}

// grants lists every permission that the generated files give.
func grants(app *plan.App, target plan.Target) []access.Grant {
	s, _ := decode(target.Settings)
	var all []access.Grant
	for _, t := range newLowering(app, s).templates() {
		all = append(all, t.grants...)
	}
	return all
}
