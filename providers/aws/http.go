package aws

import (
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// api adds the HTTP API, when the app has any HTTP function.
func (l *lowering) api(b *block) {
	if len(plan.Of[plan.HTTP](l.app)) == 0 {
		return
	}
	b.resources = append(b.resources,
		cfn.Resource{ID: idAPI, Comment: "The HTTP API: all routes below " + l.app.BasePath.Value, Type: "AWS::ApiGatewayV2::Api", Properties: cfn.Map{
			{"Name", cfn.Sub{cfn.String(l.app.Name + "-"), cfn.Ref(paramStage)}},
			{"ProtocolType", cfn.String("HTTP")},
			{"Tags", l.tagMap},
		}},
		// Any stage but $default would be a part of every path.
		cfn.Resource{ID: idStage, Type: "AWS::ApiGatewayV2::Stage", Properties: cfn.Map{
			{"ApiId", cfn.Ref(idAPI)},
			{"StageName", cfn.String("$default")},
			{"AutoDeploy", cfn.Bool(true)},
			{"Tags", l.tagMap},
		}},
	)
	b.outputs = append(b.outputs, cfn.Output{
		ID: "ApiUrl", Description: "The base URL of the HTTP API.",
		Value: cfn.Sub{cfn.GetAtt{Resource: idAPI, Attribute: "ApiEndpoint"}, cfn.String(l.app.BasePath.Value)},
	})
	l.authorizers(b)
}

// fenced tells whether API Gateway itself turns away who has no token of an issuer. The runtime does so in any case, and more exactly: it wants
// all of a route's scopes, API Gateway one. With CORS it is left to the runtime alone, as pages of other origins may not read an answer of API
// Gateway's own, which has none of the headers that the runtime adds; not even that it is 401. The configuration of API Gateway that adds
// them would take the place of the runtime's CORS. And an issuer can have more audiences than API Gateway takes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
func (l *lowering) fenced(issuer string) bool {
	return l.app.CORS == nil && slices.ContainsFunc(l.app.Authorizers, func(a plan.Authorizer) bool {
		return a.Name == issuer && len(a.Audience) <= maxAudiences
	})
}

// What API Gateway takes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	maxAudiences = 50
	maxScopes    = 10
	maxScope     = 64 // characters: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html
)

// scopes are those for which API Gateway asks, as far as it takes them: it wants one of them, and the runtime all, so that fewer are no wider.
func scopes(on plan.HTTP) []string {
	taken := slices.DeleteFunc(slices.Clone(on.Scopes), func(s string) bool { return len(s) > maxScope })
	return taken[:min(len(taken), maxScopes)]
}

// authorizers adds the issuers that a route asks for.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (l *lowering) authorizers(b *block) {
	asked := map[string]bool{}
	for _, f := range plan.Of[plan.HTTP](l.app) {
		asked[f.On.Auth.Value] = true
	}
	for _, a := range l.app.Authorizers {
		if !asked[a.Name] || !l.fenced(a.Name) {
			continue
		}
		audience := make(cfn.List, len(a.Audience))
		for i, text := range a.Audience {
			audience[i] = literal(text)
			b.text += textBytes("", text)
		}
		b.add(cfn.Resource{ID: id(a.Name, idAuthorizer), Comment: "Tokens of " + a.Issuer, Type: "AWS::ApiGatewayV2::Authorizer", Properties: cfn.Map{
			{"ApiId", cfn.Ref(idAPI)},
			{"Name", cfn.String(a.Name)},
			{"AuthorizerType", cfn.String("JWT")},
			{"IdentitySource", cfn.Strings("$request.header.Authorization")},
			{"JwtConfiguration", cfn.Map{{"Issuer", literal(a.Issuer)}, {"Audience", audience}}},
		}})
	}
}

// unmatched is the block of the function behind $default, when the app has any HTTP function. It has the whole API's routes, so that it answers preflight requests, and 404 or 405, as the
// other clouds do, and serves the few requests that the mux matches and API Gateway does not: {rest...} matches an empty rest, {rest+}
// does not. For those it is as large as the largest HTTP function, has the environment on which all of them agree, and may do
// what the functions with such a route may. No token is asked for on the way to it: the runtime asks.
func (l *lowering) unmatched() []block {
	functions := plan.Of[plan.HTTP](l.app)
	if len(functions) == 0 {
		return nil
	}
	b := block{key: spec.HTTPUnit, uses: []string{idAPI}}
	first := functions[0]
	c := compute{name: spec.HTTPUnit, comment: "Requests that no route matches: 404 and 405 as on every cloud", env: first.Env}
	unit := plan.Function{Name: spec.HTTPUnit, Pos: first.Pos}
	c.statements = l.statements(&unit)
	memory, shared := 0, true
	for _, f := range functions {
		memory, c.timeout = max(memory, f.Memory.Value), max(c.timeout, f.Timeout.Value)
		shared = shared && f.MemoryShared
		c.env = common(c.env, f.Env)
		if endsInRest(f.On) {
			l.lend(&b, &c, f.Function)
		}
	}
	l.boundEnvironment(first.Pos, c.env, c.resources)
	c.memory = l.largest(memory, shared)
	l.compute(&b, c)
	l.integration(&b, spec.HTTPUnit, "/*/$default", first.On.Pos)
	l.routeKey(&b, spec.HTTPUnit, idRoute, "$default", plan.HTTP{})
	return []block{b}
}

func endsInRest(on plan.HTTP) bool {
	return len(on.Segments) > 0 && on.Segments[len(on.Segments)-1].Rest
}

// lend has the function behind $default do what another one may.
func (l *lowering) lend(b *block, c *compute, f *plan.Function) {
	b.used(f)
	for _, s := range l.statements(f)[1:] { // the first is for its own log
		if !slices.ContainsFunc(c.statements, func(other statement) bool { return other.sid == s.sid }) {
			c.statements = append(c.statements, s)
		}
	}
	for _, e := range l.resourceEnv(f) {
		if !slices.ContainsFunc(c.resources, func(other cfn.Field) bool { return other.Key == e.Key }) {
			c.resources = append(c.resources, e)
		}
	}
}

// largest is the memory of the function behind $default: that of all when they share it, and otherwise the most that any has in any stage.
func (l *lowering) largest(memory int, shared bool) cfn.Value {
	if !l.stagedMemory {
		return cfn.Int(memory)
	}
	if shared {
		return cfn.Ref(paramMemory)
	}
	for _, s := range l.app.Stages {
		memory = max(memory, s.Memory.Value)
	}
	return cfn.Int(memory)
}

// common returns the variables that are in both lists, with the same value in every stage. Both are in name order.
func common(a, b []plan.Variable) []plan.Variable {
	var both []plan.Variable
	for len(a) > 0 && len(b) > 0 {
		switch strings.Compare(a[0].Name, b[0].Name) {
		case -1:
			a = a[1:]
		case 1:
			b = b[1:]
		default:
			if a[0].Value == b[0].Value && a[0].Shared == b[0].Shared {
				both = append(both, a[0])
			}
			a, b = a[1:], b[1:]
		}
	}
	return both
}

// route adds what calls a function for its route.
func (l *lowering) route(b *block, f *plan.Function, on plan.HTTP) {
	b.uses = append(b.uses, idAPI)
	head := on.Method == "GET" && !l.heads[shape(l.app, on)]
	method := on.Method
	if head {
		method = "*"
	}
	path := routePath(l.app, on)
	if strings.Contains(path, "~") { // API Gateway has [a-zA-Z0-9.:_-]+: https://github.com/aws/aws-lambda-dotnet/pull/1911
		l.refuse(on.Pos, "path", "the route %s %s", on.Method, path)
	}
	l.integration(b, f.Name, "/*/"+method+calledPath(l.app, on), on.Pos)
	l.routeKey(b, f.Name, idRoute, on.Method+" "+path, on)
	if head {
		l.routeKey(b, f.Name, idHead, "HEAD "+path, on)
	}
}

// heads are the shapes of paths whose HEAD has a function of its own. GET answers the HEAD of all others, as in net/http.
func heads(app *plan.App) map[string]bool {
	shapes := map[string]bool{}
	for _, f := range plan.Of[plan.HTTP](app) {
		if f.On.Method == "HEAD" {
			shapes[shape(app, f.On)] = true
		}
	}
	return shapes
}

// routePath is a route's path in API Gateway's syntax, the base path included.
func routePath(app *plan.App, on plan.HTTP) string {
	return path(app, on, func(s spec.Segment) string {
		if s.Rest {
			return "{" + s.Name + "+}"
		}
		return "{" + s.Name + "}"
	})
}

// calledPath is the path in the ARN of a call, its variables wildcards.
func calledPath(app *plan.App, on plan.HTTP) string {
	return path(app, on, func(spec.Segment) string { return "*" })
}

// shape is the path without the names of its variables, which do not tell routes apart.
func shape(app *plan.App, on plan.HTTP) string {
	return path(app, on, func(s spec.Segment) string {
		if s.Rest {
			return "{+}"
		}
		return "{}"
	})
}

func path(app *plan.App, on plan.HTTP, variable func(spec.Segment) string) string {
	var b strings.Builder
	b.WriteString(app.BasePath.Value)
	for _, s := range on.Segments {
		b.WriteByte('/')
		if s.Name != "" {
			b.WriteString(variable(s))
		} else {
			b.WriteString(s.Literal)
		}
	}
	return b.String()
}

// integration adds the way from API Gateway to a function, and the permission to go it for calls whose ARN ends so.
func (l *lowering) integration(b *block, name, calls string, pos diag.Position) {
	function := cfn.Ref(id(name, idFunction))
	const invoke = "lambda:InvokeFunction"
	b.grant("apigateway", statement{actions: []string{invoke}, on: function, pos: pos})
	b.add(cfn.Resource{ID: id(name, idPermission), Type: "AWS::Lambda::Permission", Properties: cfn.Map{
		{"Action", cfn.String(invoke)},
		{"FunctionName", function},
		{"Principal", cfn.String("apigateway.amazonaws.com")},
		{"SourceArn", arn("execute-api", cfn.Ref(idAPI), cfn.String(calls))},
	}})
	b.add(cfn.Resource{ID: id(name, idIntegration), Type: "AWS::ApiGatewayV2::Integration", Properties: cfn.Map{
		{"ApiId", cfn.Ref(idAPI)},
		{"IntegrationType", cfn.String("AWS_PROXY")},
		{"IntegrationUri", arnOf(id(name, idFunction))},
		{"PayloadFormatVersion", cfn.String("2.0")},
	}})
}

// routeKey adds a route. Preflight requests carry no token, so that no OPTIONS route asks for one.
func (l *lowering) routeKey(b *block, name, ending, key string, on plan.HTTP) {
	properties := cfn.Map{
		{"ApiId", cfn.Ref(idAPI)},
		{"RouteKey", cfn.String(key)},
		{"Target", cfn.Sub{cfn.String("integrations/"), cfn.Ref(id(name, idIntegration))}},
	}
	if on.Method != "OPTIONS" && l.fenced(on.Auth.Value) {
		authorizer := id(on.Auth.Value, idAuthorizer)
		b.uses = append(b.uses, authorizer)
		properties = append(properties,
			cfn.Field{Key: "AuthorizationType", Value: cfn.String("JWT")},
			cfn.Field{Key: "AuthorizerId", Value: cfn.Ref(authorizer)},
		)
		if asked := scopes(on); len(asked) > 0 {
			properties = append(properties, cfn.Field{Key: "AuthorizationScopes", Value: cfn.Strings(asked...)})
		}
	}
	b.add(cfn.Resource{ID: id(name, ending), Type: "AWS::ApiGatewayV2::Route", Properties: properties})
}
