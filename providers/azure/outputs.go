package azure

import "github.com/isobar-dev/isobar/providers/azure/internal/bicep"

// outputs are what else needs to know: where to call, deploy to, send and store.
func (l *lowering) outputs() bicep.File {
	var f bicep.File
	if l.servesHTTP() {
		f = append(f, bicep.Output{Name: "apiUrl", Type: bicep.TypeString, Description: "The base URL of the HTTP API.", Value: apiURL(l.app)})
	}
	f = append(f,
		bicep.Output{Name: "functionAppName", Type: bicep.TypeString, Description: "What the package is deployed to.", Value: bicep.Path(symApp, "name")},
		bicep.Output{Name: "packagesUrl", Type: bicep.TypeString, Description: "The container of deployed packages.", Value: packagesURL()},
	)
	f = append(f, serviceBusOutputs(l.app)...)
	f = append(f, bucketOutputs(l.app)...)
	f = append(f, tableOutputs(l.app)...)
	return append(f, secretOutputs(l.app)...)
}

// names is an output that says what resources of a kind are called.
func names[T any](output bicep.Symbol, description string, resources []T, name func(T) string, physical func(string) bicep.Interpolation) bicep.Output {
	list := make(bicep.Object, len(resources))
	for i, r := range resources {
		list[i] = bicep.Property{Key: name(r), Value: physical(name(r))}
	}
	return bicep.Output{Name: output, Type: bicep.TypeObject, Description: description, Value: list}
}
