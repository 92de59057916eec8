package gcp

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
)

// outputs are what else needs to know: where to call, publish and store, where secrets are put in, and where dead letters are.
func (m *module) outputs() []hcl.Block {
	var blocks []hcl.Block
	output := func(name, description string, value hcl.Value) {
		blocks = append(blocks, hcl.Block{Type: "output", Labels: []string{identifier(name)}, Body: []hcl.Item{
			hcl.Attr{Name: "description", Value: hcl.Str(description)},
			hcl.Attr{Name: "value", Value: value},
		}})
	}
	app := m.app
	if len(plan.Of[plan.HTTP](app)) > 0 {
		output("api-url", "The base URL of the HTTP API.", hcl.Template{uri(spec.HTTPUnit), hcl.Str(app.BasePath.Value)})
	}
	for i := range app.Queues {
		name := app.Queues[i].Name
		output(name+"-topic", "The topic of the queue "+name+", to which messages are published.", of(typeTopic, name, "id"))
		output(name+"-dead-letters", "The subscription that holds the dead letters of the queue "+name+".", of(typeSubscription, name+spec.DeadLetterSuffix, "id"))
	}
	for i := range app.Topics {
		name := app.Topics[i].Name
		output(name+"-topic", "The topic "+name+".", of(typeTopic, name, "id"))
	}
	for i := range app.Buckets {
		name := app.Buckets[i].Name
		output(name+"-bucket", "The bucket "+name+".", of(typeBucket, name, "name"))
	}
	for i := range app.Secrets {
		name := app.Secrets[i].Name
		output(name+"-secret", "The secret "+name+", whose value is put in with: gcloud secrets versions add", of(typeSecret, name, "secret_id"))
	}
	if len(app.Tables) > 0 {
		output("database", "The database that holds the tables.", of(typeDatabase, database, "name"))
	}
	for i := range app.Functions {
		f := &app.Functions[i]
		if f.Channel() != "" {
			output(f.Channel()+"-dead-letters", "The subscription that holds the events that "+f.Name+" failed to handle.", of(typeSubscription, f.DeadLetters(), "id"))
		}
	}
	return blocks
}
