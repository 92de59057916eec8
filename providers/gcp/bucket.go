package gcp

import (
	"fmt"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// What Cloud Storage tells of. A generation that is overwritten or deleted is archived in a bucket with versions, and deleted in
// others. https://cloud.google.com/storage/docs/pubsub-notifications#events
const (
	eventFinalized = "OBJECT_FINALIZE"
	eventArchived  = "OBJECT_ARCHIVE"
	eventDeleted   = "OBJECT_DELETE"
)

// storageAgent is the account that Cloud Storage itself acts as.
// https://cloud.google.com/storage/docs/getting-service-agent
const storageAgent = "data.google_storage_project_service_account.this"

// buckets are the buckets, and for each function that one triggers what tells it of objects, and the function.
func (m *module) buckets() []hcl.Block {
	functions := map[string][]plan.Triggered[plan.ObjectEvents]{}
	for _, f := range plan.Of[plan.ObjectEvents](m.app) {
		functions[f.On.Bucket] = append(functions[f.On.Bucket], f)
	}
	var blocks []hcl.Block
	if len(functions) > 0 {
		blocks = append(blocks, hcl.Block{
			Comment: "Tells of objects: Cloud Storage itself.",
			Type:    "data", Labels: []string{"google_storage_project_service_account", "this"},
			Body: []hcl.Item{hcl.Attr{Name: "project", Value: hcl.Ref("var.project")}},
		})
	}
	for i := range m.app.Buckets {
		b := &m.app.Buckets[i]
		blocks = append(blocks, bucket(m.app, b))
		for _, f := range functions[b.Name] {
			blocks = append(blocks, m.notified(b, f)...)
		}
	}
	return blocks
}

// bucket is closed to the public, has no permissions for single objects, and is not deleted with objects in it. Cloud Storage
// encrypts everything. https://cloud.google.com/storage/docs/public-access-prevention
func bucket(app *plan.App, b *plan.Bucket) hcl.Block {
	body := []hcl.Item{
		hcl.Attr{Name: "name", Value: bucketName(app, b.Name)},
		hcl.Attr{Name: "location", Value: hcl.Ref("var.region")},
		hcl.Attr{Name: "labels", Value: sharedLabels},
		hcl.Attr{Name: "uniform_bucket_level_access", Value: hcl.Bool(true)},
		hcl.Attr{Name: "public_access_prevention", Value: hcl.Str("enforced")},
		hcl.Attr{Name: "force_destroy", Value: hcl.Bool(false)},
		// When it is not there the bucket goes on as it was.
		hcl.Block{Type: "versioning", Body: []hcl.Item{hcl.Attr{Name: "enabled", Value: hcl.Bool(b.Versioning.Value)}}},
	}
	if b.ExpireDays.Value > 0 {
		body = append(body, expiry("LIVE", "age", b.ExpireDays.Value))
	}
	if b.ExpireVersionDays.Value > 0 {
		body = append(body, expiry("ARCHIVED", "days_since_noncurrent_time", b.ExpireVersionDays.Value))
	}
	if b.DeletionProtection.Value {
		body = append(body, hcl.Attr{Name: "deletion_policy", Value: hcl.Str(neverDeleted)})
	}
	return commented("Bucket "+b.Name, resource(typeBucket, b.Name, append(body, afterAPIs())...))
}

// expiry deletes what is in a state for some days: a live object, which in a bucket with versions is archived then, or an archived
// one. https://cloud.google.com/storage/docs/lifecycle#conditions
func expiry(state, condition string, days int) hcl.Block {
	return hcl.Block{Type: "lifecycle_rule", Body: []hcl.Item{
		hcl.Block{Type: "condition", Body: []hcl.Item{
			hcl.Attr{Name: condition, Value: hcl.Int(days)},
			hcl.Attr{Name: "with_state", Value: hcl.Str(state)},
		}},
		hcl.Block{Type: "action", Body: []hcl.Item{hcl.Attr{Name: "type", Value: hcl.Str("Delete")}}},
	}}
}

// notified is a function, and a topic of its own to which Cloud Storage publishes what happens to objects. The runtime passes over
// those with another suffix.
func (m *module) notified(b *plan.Bucket, f plan.Triggered[plan.ObjectEvents]) []hcl.Block {
	name := f.Channel()
	var prefix hcl.Value
	if f.On.Prefix.Value != "" {
		prefix = hcl.Str(f.On.Prefix.Value)
	}
	blocks := []hcl.Block{
		commented("Tells "+f.Name+" of objects of the bucket "+b.Name, topicOf(name)),
		resource(typeNotification, name,
			hcl.Attr{Name: "bucket", Value: of(typeBucket, b.Name, "name")},
			hcl.Attr{Name: "topic", Value: of(typeTopic, name, "id")},
			hcl.Attr{Name: "payload_format", Value: hcl.Str("JSON_API_V1")},
			hcl.Attr{Name: "event_types", Value: eventTypes(b, f.On)},
			hcl.Attr{Name: "object_name_prefix", Value: prefix},
			// It cannot be made before, and what no subscription is there for would be lost.
			hcl.Attr{Name: "depends_on", Value: hcl.List{hcl.Ref(address(typeTopicRole, name)), hcl.Ref(address(typeSubscription, name))}},
		),
		m.bind(binding{
			label: name, on: onTopic(name), role: rolePublisher,
			member: hcl.Ref(storageAgent + ".member"), principal: "storage", pos: f.On.Pos,
		}),
	}
	blocks = append(blocks, m.channel(channelOf(f.Function, name, f.On.Pos))...)
	comment := fmt.Sprintf("%s: objects of the bucket %s call %s.%s", f.Name, b.Name, f.Handler.Package, f.Handler.Func)
	return append(blocks, m.event(f.Function, f.On.Pos, unit{comment: comment})...)
}

func eventTypes(b *plan.Bucket, on plan.ObjectEvents) hcl.List {
	var types hcl.List
	if on.Created {
		types = append(types, hcl.Str(eventFinalized))
	}
	if on.Deleted && b.Versioning.Value {
		types = append(types, hcl.Str(eventArchived))
	}
	if on.Deleted {
		types = append(types, hcl.Str(eventDeleted))
	}
	return types
}
