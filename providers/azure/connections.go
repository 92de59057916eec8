package azure

import (
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
)

// Each connection begins the names of the app settings that say where a service is, and as whom to go there. The host reads them, and so
// do clients: <connection>__clientId is the app's identity, <connection>__credential how it shows who it is, and a third says where.
// https://learn.microsoft.com/azure/azure-functions/functions-reference#common-properties-for-identity-based-connections
const (
	connection        = "SERVICEBUS" // __fullyQualifiedNamespace
	cosmosConnection  = "COSMOS"     // __accountEndpoint
	bucketsConnection = "BUCKETS"    // __blobServiceUri
)

// Each app setting that names a resource is ISOBAR_, its kind, and the name that the spec has, in upper case with underscores for
// hyphens. There is one for each queue and topic that triggers a function, for each resource that a function has access to, and for the
// queues that functions have of their own:
//
//	ISOBAR_QUEUE_ORDERS          the queue's name in SERVICEBUS
//	ISOBAR_TOPIC_USER_CREATED    the topic's name in SERVICEBUS
//	ISOBAR_BUCKET_UPLOADS        the container's name in BUCKETS
//	ISOBAR_TABLE_USERS           the container's name in COSMOS, in the database ISOBAR_DATABASE
//	ISOBAR_CHANGES_FROM          when functions that have read nothing of a table begin to, which function.json files speak of
//	ISOBAR_SECRET_PAYMENT_KEY    the secret's URI, without a version
//	ISOBAR_WORKFLOW_REFUND       the address of the workflow's trigger
//	ISOBAR_CHANNEL_THUMBNAIL     the name in SERVICEBUS of the queue before the function, of events of a bucket
//	ISOBAR_DEAD_LETTER_NIGHT     the name in SERVICEBUS of the queue of what the function failed to handle, which the runtime sends there
const (
	settingQueue       = "QUEUE"
	settingTopic       = "TOPIC"
	settingBucket      = "BUCKET"
	settingTable       = "TABLE"
	settingSecret      = "SECRET"
	settingWorkflow    = "WORKFLOW"
	settingChannel     = "CHANNEL"
	settingDeadLetters = "DEAD_LETTER"
	settingDatabase    = "ISOBAR_DATABASE"
	settingChangesFrom = "ISOBAR_CHANGES_FROM"
)

// setting names an app setting: ISOBAR_QUEUE_ORDERS. The spec keeps ISOBAR_ free.
func setting(kind, name string) string {
	return "ISOBAR_" + kind + "_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// lookup is how function.json refers to an app setting.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-expressions-patterns#binding-expressions---app-settings
func lookup(setting string) string { return "%" + setting + "%" }

// connections say where services are.
func (l *lowering) connections(client bicep.Expr) bicep.Object {
	var settings bicep.Object
	add := func(connection, where string, value bicep.Expr) {
		settings = append(settings,
			bicep.Property{Key: connection + "__clientId", Value: client},
			bicep.Property{Key: connection + "__credential", Value: bicep.String("managedidentity")},
			bicep.Property{Key: connection + where, Value: value},
		)
	}
	if usesServiceBus(l.app) {
		add(connection, "__fullyQualifiedNamespace", bicep.Interpolation{bicep.Path(symServiceBus, "name"), bicep.String(".servicebus.windows.net")})
	}
	if len(l.app.Buckets) > 0 {
		add(bucketsConnection, "__blobServiceUri", bicep.Path(symData, "properties", "primaryEndpoints", "blob"))
	}
	if len(l.app.Tables) > 0 {
		add(cosmosConnection, "__accountEndpoint", bicep.Path(symCosmos, "properties", "documentEndpoint"))
	}
	return settings
}

// resourceSettings name the resources that function.json files and clients speak of.
func (l *lowering) resourceSettings() bicep.Object {
	var settings bicep.Object
	add := func(name string, value bicep.Expr) {
		settings = append(settings, bicep.Property{Key: name, Value: value})
	}
	if len(l.app.Tables) > 0 {
		add(settingDatabase, bicep.String(l.app.Name))
	}
	if len(plan.Of[plan.Stream](l.app)) > 0 {
		add(settingChangesFrom, paramDeployed)
	}
	used := usedResources(l.app)
	for _, r := range l.namedResources() {
		for _, name := range r.names {
			if used[subject{r.kind, name}] {
				add(setting(r.setting, name), r.value(name))
			}
		}
	}
	for _, w := range l.logicApps {
		if l.startsByCode(w.Name) {
			add(setting(settingWorkflow, w.Name), triggerAddress(w.Name))
		}
	}
	return append(settings, channelSettings(l.app)...)
}

// namedResource is a kind of resources, with what a setting says of one.
type namedResource struct {
	kind    spec.Kind
	setting string
	names   []string
	value   func(name string) bicep.Interpolation
}

func (l *lowering) namedResources() []namedResource {
	itself := func(name string) bicep.Interpolation { return bicep.Interpolation{bicep.String(name)} }
	return []namedResource{
		{spec.KindQueue, settingQueue, namesOf(l.app.Queues, func(q plan.Queue) string { return q.Name }), stagedName},
		{spec.KindTopic, settingTopic, namesOf(l.app.Topics, func(t plan.Topic) string { return t.Name }), stagedName},
		{spec.KindBucket, settingBucket, namesOf(l.app.Buckets, func(b plan.Bucket) string { return b.Name }), containerName},
		{spec.KindTable, settingTable, namesOf(l.app.Tables, func(t plan.Table) string { return t.Name }), itself},
		{spec.KindSecret, settingSecret, namesOf(l.app.Secrets, func(s plan.Secret) string { return s.Name }), secretURI},
	}
}

func namesOf[T any](all []T, name func(T) string) []string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = name(one)
	}
	return names
}

// usedResources are the queues and topics that trigger functions, and what functions have access to.
func usedResources(app *plan.App) map[subject]bool {
	used := map[subject]bool{}
	for i := range app.Functions {
		f := &app.Functions[i]
		switch t := f.Trigger.(type) {
		case plan.Message:
			used[subject{spec.KindQueue, t.Queue}] = true
		case plan.Subscription:
			used[subject{spec.KindTopic, t.Topic}] = true
		}
		for _, a := range f.Access {
			used[subject{a.Kind, a.Resource}] = true
		}
	}
	return used
}

// channelSettings name the queues that functions have of their own.
func channelSettings(app *plan.App) bicep.Object {
	var settings bicep.Object
	for i := range app.Functions {
		f := &app.Functions[i]
		switch {
		case sendsDeadLetters(f):
			settings = append(settings, bicep.Property{Key: setting(settingDeadLetters, f.Name), Value: stagedName(f.DeadLetters())})
		case hasQueue(f):
			settings = append(settings, bicep.Property{Key: setting(settingChannel, f.Name), Value: stagedName(f.Channel())})
		}
	}
	return settings
}

// hasQueue tells whether events wait for a function in a queue of its own.
func hasQueue(f *plan.Function) bool {
	_, ok := f.Trigger.(plan.ObjectEvents)
	return ok
}
