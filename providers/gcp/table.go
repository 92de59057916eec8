package gcp

import (
	"fmt"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// What Firestore tells of. There is no event for what was created or updated without what was deleted.
// https://cloud.google.com/eventarc/docs/reference/supported-events#cloud-firestore
const (
	eventWritten         = "google.cloud.firestore.document.v1.written"
	eventDocumentDeleted = "google.cloud.firestore.document.v1.deleted"
)

// tables are one database, in which each table is a collection; the indexes; and the functions that changes trigger.
func (m *module) tables() []hcl.Block {
	if len(m.app.Tables) == 0 {
		return nil
	}
	functions := map[string][]plan.Triggered[plan.Stream]{}
	for _, f := range plan.Of[plan.Stream](m.app) {
		functions[f.On.Table] = append(functions[f.On.Table], f)
	}
	blocks := []hcl.Block{m.database()}
	for i := range m.app.Tables {
		t := &m.app.Tables[i]
		blocks = append(blocks, indexes(t)...)
		for _, f := range functions[t.Name] {
			blocks = append(blocks, m.streamed(t, f)...)
		}
	}
	return blocks
}

// database is left alone when the module is destroyed. What one table asks for all have, as they are in one database.
// https://cloud.google.com/firestore/docs/manage-databases
func (m *module) database() hcl.Block {
	recovery, protection := "POINT_IN_TIME_RECOVERY_DISABLED", "DELETE_PROTECTION_DISABLED"
	for i := range m.app.Tables {
		t := &m.app.Tables[i]
		if t.PointInTimeRecovery.Value {
			recovery = "POINT_IN_TIME_RECOVERY_ENABLED"
		}
		if t.DeletionProtection.Value {
			protection = "DELETE_PROTECTION_ENABLED"
		}
	}
	return commented("Each table is a collection of its name: "+tableNames(m.app), resource(typeDatabase, database,
		hcl.Attr{Name: "name", Value: databaseName(m.app)},
		hcl.Attr{Name: "location_id", Value: hcl.Ref("var.region")},
		hcl.Attr{Name: "type", Value: hcl.Str("FIRESTORE_NATIVE")},
		hcl.Attr{Name: "point_in_time_recovery_enablement", Value: hcl.Str(recovery)},
		hcl.Attr{Name: "delete_protection_state", Value: hcl.Str(protection)},
		hcl.Attr{Name: "deletion_policy", Value: hcl.Str(leftAlone)},
		afterAPIs(),
	))
}

// tableNames lists the first tables.
func tableNames(app *plan.App) string {
	const shown = 5
	names := ""
	for i := range app.Tables {
		switch {
		case i == shown:
			return names + fmt.Sprintf(" and %d more", len(app.Tables)-shown)
		case i > 0:
			names += ", "
		}
		names += app.Tables[i].Name
	}
	return names
}

// indexes are those of two attributes, one for each way to go through them: every single attribute has both by itself.
//
//   - https://cloud.google.com/firestore/docs/query-data/index-overview#automatic_indexing
//   - https://cloud.google.com/firestore/docs/query-data/index-overview#composite_indexes
func indexes(t *plan.Table) []hcl.Block {
	var blocks []hcl.Block
	add := func(label, order string, key plan.Attribute, sort *plan.Attribute) {
		if sort == nil {
			return
		}
		comment := fmt.Sprintf("Finds items of the table %s by %s, in the order of %s, either way", t.Name, key.Name, order)
		blocks = append(blocks, commented(comment, resource(typeIndex, label,
			hcl.Attr{Name: "for_each", Value: set([]string{"ASCENDING", "DESCENDING"})},
			hcl.Attr{Name: "database", Value: of(typeDatabase, database, "name")},
			hcl.Attr{Name: "collection", Value: hcl.Str(t.Name)},
			field(key, hcl.Str("ASCENDING")), field(*sort, hcl.Ref("each.value")),
		)))
	}
	add(t.Name, "its sort attribute", t.Key, t.Sort)
	for _, x := range t.Indexes {
		add(t.Name+"--"+x.Name, "the index "+x.Name, x.Key, x.Sort)
	}
	return blocks
}

func field(a plan.Attribute, order hcl.Value) hcl.Block {
	return hcl.Block{Type: "fields", Body: []hcl.Item{
		hcl.Attr{Name: "field_path", Value: hcl.Str(a.Name)},
		hcl.Attr{Name: "order", Value: order},
	}}
}

// streamed is a function that Eventarc calls for each change of a document, again and again when it fails. The platform counts no
// attempts and has no dead letters for it: the runtime sends what it gives up.
func (m *module) streamed(t *plan.Table, f plan.Triggered[plan.Stream]) []hcl.Block {
	dead := f.DeadLetters()
	event := eventDocumentDeleted
	if f.On.Upserted { // the runtime passes over deletes that it is not for
		event = eventWritten
	}
	comment := fmt.Sprintf("%s: each change of an item of the table %s calls %s.%s", f.Name, t.Name, f.Handler.Package, f.Handler.Func)
	blocks := m.event(f.Function, f.On.Pos, unit{
		comment: comment, deadLetters: dead,
		trigger: hcl.Block{Type: "event_trigger", Body: []hcl.Item{
			hcl.Attr{Name: "trigger_region", Value: of(typeDatabase, database, "location_id")},
			hcl.Attr{Name: "event_type", Value: hcl.Str(event)},
			hcl.Attr{Name: "retry_policy", Value: hcl.Str("RETRY_POLICY_RETRY")},
			hcl.Attr{Name: "service_account_email", Value: of(typeAccount, callerName, "email")},
			eventFilter("database", of(typeDatabase, database, "name"), nil),
			eventFilter("namespace", hcl.Str("(default)"), nil),
			eventFilter("document", hcl.Str(t.Name+"/{id}"), hcl.Str("match-path-pattern")),
		}},
	})
	blocks = append(blocks, deadLetters(dead)...)
	return append(blocks, m.bind(binding{
		label: dead, on: onTopic(dead), role: rolePublisher,
		member: of(typeAccount, f.Name, "member"), principal: f.Name, pos: f.On.Pos,
	}))
}

func eventFilter(attribute string, value, operator hcl.Value) hcl.Block {
	return hcl.Block{Type: "event_filters", Body: []hcl.Item{
		hcl.Attr{Name: "attribute", Value: hcl.Str(attribute)},
		hcl.Attr{Name: "value", Value: value},
		hcl.Attr{Name: "operator", Value: operator},
	}}
}
