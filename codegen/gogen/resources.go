package gogen

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
)

// drivers are the functions of a package of drivers, by what they link, in the order in which they are passed.
var drivers = []struct {
	kind spec.Kind
	name string
}{
	{spec.KindBucket, "Buckets"}, {spec.KindQueue, "Queues"}, {spec.KindSecret, "Secrets"}, {spec.KindTable, "Tables"}, {spec.KindTopic, "Topics"}, {spec.KindWorkflow, "Workflows"},
}

// Drivers are options that link the clients of resources: those of a package, for the kinds that a function has access to. An app
// whose functions have none links no client at all.
func Drivers(app *plan.App, importPath string) []Option {
	used := map[spec.Kind]bool{}
	for i := range app.Functions {
		for _, a := range app.Functions[i].Access {
			used[a.Kind] = true
		}
	}
	var options []Option
	for _, d := range drivers {
		if used[d.kind] {
			options = append(options, Option{importPath, d.name})
		}
	}
	return options
}

// access writes what a function may do: "users:read".
func access(b []byte, f *plan.Function) []byte {
	if len(f.Access) == 0 {
		return b
	}
	b = append(b, ", Access: []string{"...)
	for i, a := range f.Access {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = strconv.AppendQuote(b, a.Resource+":"+a.Verb)
	}
	return append(b, '}')
}

// secrets writes which environment variables of a function hold secrets.
func secrets(b []byte, f *plan.Function) []byte {
	if len(f.Secrets) == 0 {
		return b
	}
	names := make([]string, len(f.Secrets))
	for i, s := range f.Secrets {
		names[i] = s.Name
	}
	return append(appendQuoted(append(b, ", Secrets: []string{"...), names), '}')
}

// resources are a line for each resource that a function has access to, in the order of kinds and names.
func resources(app *plan.App) []jen.Code {
	used := map[string]bool{} // names of resources are unique
	for i := range app.Functions {
		for _, a := range app.Functions[i].Access {
			used[a.Resource] = true
		}
	}
	var lines []jen.Code
	add := func(kind spec.Kind, name string, more ...jen.Code) {
		if used[name] {
			fields := append([]jen.Code{jen.Id("Kind").Op(":").Lit(string(kind)), jen.Id("Name").Op(":").Lit(name)}, more...)
			lines = append(lines, jen.Line().Values(fields...))
		}
	}
	for i := range app.Buckets {
		add(spec.KindBucket, app.Buckets[i].Name)
	}
	for i := range app.Queues {
		add(spec.KindQueue, app.Queues[i].Name, ordered(app.Queues[i].Ordered.Value)...)
	}
	for i := range app.Secrets {
		add(spec.KindSecret, app.Secrets[i].Name)
	}
	for i := range app.Tables {
		t := &app.Tables[i]
		add(spec.KindTable, t.Name, keys(t)...)
	}
	for i := range app.Topics {
		add(spec.KindTopic, app.Topics[i].Name, ordered(app.Topics[i].Ordered.Value)...)
	}
	for i := range app.Workflows {
		add(spec.KindWorkflow, app.Workflows[i].Name)
	}
	if len(lines) > 0 {
		lines = append(lines, jen.Line())
	}
	return lines
}

func ordered(is bool) []jen.Code {
	if !is {
		return nil
	}
	return []jen.Code{jen.Id("Ordered").Op(":").True()}
}

// keys are the attributes of a table's key, and those of its indexes.
func keys(t *plan.Table) []jen.Code {
	fields := []jen.Code{jen.Id("Key").Op(":").Index().String().Values(literals(t.KeyNames())...)}
	var indexes []jen.Code
	for i := range t.Indexes {
		x := &t.Indexes[i]
		names := []string{x.Key.Name}
		if x.Sort != nil {
			names = append(names, x.Sort.Name)
		}
		indexes = append(indexes, jen.Values(literals(names)...))
	}
	if len(indexes) > 0 {
		fields = append(fields, jen.Id("Indexes").Op(":").Index().Index().String().Values(indexes...))
	}
	return fields
}
