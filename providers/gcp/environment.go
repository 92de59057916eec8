package gcp

import (
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
)

// resourceVariables are environment variables that say what Google Cloud calls the resources that a unit's functions have access to. A
// name is in upper case, with _ for each hyphen:
//
//	ISOBAR_BUCKET_<NAME>  the name of a bucket
//	ISOBAR_QUEUE_<NAME>   the name of a queue's topic: projects/P/topics/T
//	ISOBAR_SECRET_<NAME>  the name of a secret: projects/P/secrets/S
//	ISOBAR_TABLE_<NAME>   the name of a table's collection: projects/P/databases/D/documents/C
//	ISOBAR_TOPIC_<NAME>   the name of a topic: projects/P/topics/T
//	ISOBAR_WORKFLOW_<NAME>  the name of a workflow: projects/P/locations/L/workflows/W
func resourceVariables(app *plan.App, unit string) hcl.Map {
	var variables hcl.Map
	for i := range app.Functions {
		f := &app.Functions[i]
		if unitOf(f) != unit {
			continue
		}
		for _, a := range f.Access {
			name := "ISOBAR_" + strings.ToUpper(string(a.Kind)) + "_" + strings.ToUpper(identifier(a.Resource))
			if !slices.ContainsFunc(variables, func(v hcl.Attr) bool { return v.Name == name }) {
				variables = append(variables, hcl.Attr{Name: name, Value: called(app, a)})
			}
		}
	}
	slices.SortFunc(variables, func(x, y hcl.Attr) int { return strings.Compare(x.Name, y.Name) })
	return variables
}

// called is what Google Cloud calls a resource.
func called(app *plan.App, a plan.Access) hcl.Value {
	switch a.Kind {
	case spec.KindBucket:
		return of(typeBucket, a.Resource, "name")
	case spec.KindTable:
		return hcl.Template{of(typeDatabase, database, "id"), hcl.Str("/documents/" + a.Resource)}
	case spec.KindSecret:
		return of(typeSecret, a.Resource, "id")
	case spec.KindWorkflow: // by its name, as a workflow may call the function
		return workflowID(app, a.Resource)
	}
	return of(typeTopic, a.Resource, "id")
}
