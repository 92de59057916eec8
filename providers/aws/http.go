package aws

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
)

// api adds the HTTP API and the function for requests that no route matches, when the app has any HTTP function.
func (l *lowering) api(b *block) {
	functions := plan.Of[plan.HTTP](l.app)
	if len(functions) == 0 {
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
	l.unmatched(b, functions)
}

// unmatched adds the function behind $default. It has the whole API's routes, so that it answers 404 or 405 as the other clouds
// do, and serves the few requests that the mux matches and API Gateway does not: {rest...} matches an empty rest, {rest+} does
// not. For those it is as large as the largest HTTP function, and has the environment on which all of them agree.
func (l *lowering) unmatched(b *block, functions []plan.Triggered[plan.HTTP]) {
	c := compute{name: spec.HTTPUnit, comment: "Requests that no route matches: 404 and 405 as on every cloud", env: functions[0].Env}
	for _, f := range functions {
		c.memory, c.timeout = max(c.memory, f.Memory.Value), max(c.timeout, f.Timeout.Value)
		c.env = common(c.env, f.Env)
	}
	l.compute(b, c)
	l.integration(b, spec.HTTPUnit, "/*/$default")
	l.routeKey(b, spec.HTTPUnit, idRoute, "$default")
}

// common returns the variables that are in both lists, with the same value. Both are in name order.
func common(a, b []plan.Variable) []plan.Variable {
	var both []plan.Variable
	for len(a) > 0 && len(b) > 0 {
		switch strings.Compare(a[0].Name, b[0].Name) {
		case -1:
			a = a[1:]
		case 1:
			b = b[1:]
		default:
			if a[0].Value == b[0].Value {
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
	l.integration(b, f.Name, "/*/"+method+calledPath(l.app, on))
	l.routeKey(b, f.Name, idRoute, on.Method+" "+path)
	if head {
		l.routeKey(b, f.Name, idHead, "HEAD "+path)
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
func (l *lowering) integration(b *block, name, calls string) {
	b.resources = append(b.resources,
		cfn.Resource{ID: id(name, idPermission), Type: "AWS::Lambda::Permission", Properties: cfn.Map{
			{"Action", cfn.String("lambda:InvokeFunction")},
			{"FunctionName", cfn.Ref(id(name, idFunction))},
			{"Principal", cfn.String("apigateway.amazonaws.com")},
			{"SourceArn", arn("execute-api", cfn.Ref(idAPI), cfn.String(calls))},
		}},
		cfn.Resource{ID: id(name, idIntegration), Type: "AWS::ApiGatewayV2::Integration", Properties: cfn.Map{
			{"ApiId", cfn.Ref(idAPI)},
			{"IntegrationType", cfn.String("AWS_PROXY")},
			{"IntegrationUri", arnOf(id(name, idFunction))},
			{"PayloadFormatVersion", cfn.String("2.0")},
		}},
	)
}

func (l *lowering) routeKey(b *block, name, ending, key string) {
	b.resources = append(b.resources, cfn.Resource{ID: id(name, ending), Type: "AWS::ApiGatewayV2::Route", Properties: cfn.Map{
		{"ApiId", cfn.Ref(idAPI)},
		{"RouteKey", cfn.String(key)},
		{"Target", cfn.Sub{cfn.String("integrations/"), cfn.Ref(id(name, idIntegration))}},
	}})
}
