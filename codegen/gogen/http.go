package gogen

import (
	"github.com/dave/jennifer/jen"

	"github.com/isobar-dev/isobar/codegen/plan"
)

// runtimeJWT verifies tokens. Only an app with issuers links it.
const runtimeJWT = "github.com/isobar-dev/isobar/runtime/jwt"

// cors are the fields that are not empty.
func cors(c *plan.CORS) []jen.Code {
	var fields []jen.Code
	for _, f := range []struct {
		name  string
		texts []string
	}{{"Origins", c.Origins}, {"Methods", c.Methods}, {"Headers", c.Headers}, {"Expose", c.Expose}} {
		if len(f.texts) > 0 {
			fields = append(fields, jen.Id(f.name).Op(":").Index().String().Values(literals(f.texts)...))
		}
	}
	if c.Credentials {
		fields = append(fields, jen.Id("Credentials").Op(":").True())
	}
	if c.MaxAge > 0 {
		n, unit := inUnits(c.MaxAge)
		fields = append(fields, jen.Id("MaxAge").Op(":").Lit(int(n)).Op("*").Qual("time", unit))
	}
	return fields
}

// authorizers are lines of a map, by the names of the issuers.
func authorizers(app *plan.App) []jen.Code {
	var lines []jen.Code
	for _, a := range app.Authorizers {
		arguments := append([]jen.Code{jen.Lit(a.Issuer)}, literals(a.Audience)...)
		lines = append(lines, jen.Line().Lit(a.Name).Op(":").Qual(runtimeJWT, "Authorizer").Call(arguments...))
	}
	return append(lines, jen.Line())
}

func literals(texts []string) []jen.Code {
	var codes []jen.Code
	for _, t := range texts {
		codes = append(codes, jen.Lit(t))
	}
	return codes
}
