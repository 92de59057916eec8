package azure

import (
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// maxEventSubscription is how many characters the name of an event subscription has.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsofteventgrid
const maxEventSubscription = 64

// containerRetentionDays is how long a container that was deleted can be had back.
// https://learn.microsoft.com/azure/storage/blobs/soft-delete-container-overview
const containerRetentionDays = 7

// bucketFunction consumes the queue in which the bucket's events wait: of messages there is a count of deliveries, and a dead-letter
// queue, and both are there before the function's code is.
func bucketFunction(f plan.Triggered[plan.ObjectEvents]) functionFile {
	b := newServiceBusTrigger(false)
	b.QueueName = lookup(setting(settingChannel, f.Name))
	return functionFile{Bindings: []any{b}}
}

// dataStorage is the account of all buckets, apart from the host's, and the topic of what happens to their objects.
func (l *lowering) dataStorage() bicep.File {
	if len(l.app.Buckets) == 0 {
		return nil
	}
	f := bicep.File{
		storageAccount("The buckets.", symData, shortName(l.app, "data")),
		bicep.Resource{Symbol: symDataBlobs, Type: typeBlobs, Body: bicep.Object{
			{Key: "parent", Value: symData},
			{Key: "name", Value: bicep.String("default")},
			{Key: "properties", Value: bicep.Object{
				{Key: "containerDeleteRetentionPolicy", Value: bicep.Object{
					{Key: "enabled", Value: bicep.Bool(true)},
					{Key: "days", Value: bicep.Int(containerRetentionDays)},
				}},
				{Key: "isVersioningEnabled", Value: bicep.Bool(versioned(l.app))},
			}},
		}},
	}
	f = append(f, lifecycle(l.app)...)
	for i := range l.app.Buckets {
		if l.app.Buckets[i].DeletionProtection.Value {
			f = append(f, lock(symBucketsLock, symData))
			break
		}
	}
	return append(f, l.events()...)
}

// events is the topic of what happens to objects, and where events go that it cannot deliver: without that it would drop them, also
// while its role on a new queue does not hold yet.
// https://learn.microsoft.com/azure/event-grid/delivery-and-retry
func (l *lowering) events() bicep.File {
	var positions []diag.Position
	for _, f := range plan.Of[plan.ObjectEvents](l.app) {
		positions = append(positions, f.On.Pos)
	}
	if len(positions) == 0 {
		return nil
	}
	return bicep.File{
		bicep.Resource{Comment: "What happens to objects.", Symbol: symEvents, Type: typeSystemTopic, Body: body(varPrefix,
			bicep.Property{Key: "identity", Value: ownIdentity()},
			bicep.Property{Key: "properties", Value: bicep.Object{
				{Key: "source", Value: bicep.Path(symData, "id")},
				{Key: "topicType", Value: bicep.String("Microsoft.Storage.StorageAccounts")},
			}})},
		bicep.Resource{Comment: "Events that could not be delivered.", Symbol: symUndelivered, Type: typeContainer, Body: bicep.Object{
			{Key: "parent", Value: symBlobs},
			{Key: "name", Value: bicep.String("undelivered")},
		}},
		l.assignment(theEvents(), blobContributor, place{symbol: symUndelivered, assignment: symUndeliveredAccess}, positions...),
	}
}

// ownIdentity is the identity that a topic of Event Grid has by itself.
func ownIdentity() bicep.Object {
	return bicep.Object{{Key: "type", Value: bicep.String("SystemAssigned")}}
}

// versioned tells whether a bucket has versions; then the account has, and lifecycle rules have them go where none are wanted.
func versioned(app *plan.App) bool {
	for i := range app.Buckets {
		if app.Buckets[i].Versioning.Value {
			return true
		}
	}
	return false
}

// lifecycle is the one policy of the account, with a rule for each bucket that needs one.
// https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview
func lifecycle(app *plan.App) bicep.File {
	var rules bicep.Array
	for i := range app.Buckets {
		if actions := expiry(&app.Buckets[i], versioned(app)); len(actions) > 0 {
			rules = append(rules, bicep.Object{
				{Key: "name", Value: bicep.String(app.Buckets[i].Name)},
				{Key: "type", Value: bicep.String("Lifecycle")},
				{Key: "definition", Value: bicep.Object{
					{Key: "actions", Value: actions},
					{Key: "filters", Value: bicep.Object{
						{Key: "blobTypes", Value: bicep.Array{bicep.String("blockBlob")}},
						{Key: "prefixMatch", Value: bicep.Array{prefixMatch(app.Buckets[i].Name)}},
					}},
				}},
			})
		}
	}
	if len(rules) == 0 {
		return nil
	}
	return bicep.File{bicep.Resource{Comment: "When objects are deleted by themselves.", Symbol: symLifecycle, Type: typeLifecycle, Body: bicep.Object{
		{Key: "parent", Value: symData},
		{Key: "name", Value: bicep.String("default")},
		{Key: "properties", Value: bicep.Object{{Key: "policy", Value: bicep.Object{{Key: "rules", Value: rules}}}}},
	}}}
}

// prefixMatch is what a bucket's objects begin with: their container. It is not referred to, as it may be in another file.
func prefixMatch(bucket string) bicep.Expr {
	return append(containerName(bucket), bicep.String("/"))
}

// expiry is what a rule does. A bucket that has no versions, in an account that has, loses them as soon as a rule can.
func expiry(b *plan.Bucket, versions bool) bicep.Object {
	const soonest = 1 // days
	var actions bicep.Object
	if days := b.ExpireDays.Value; days > 0 {
		actions = append(actions, expire("baseBlob", "daysAfterModificationGreaterThan", days))
	}
	switch days := b.ExpireVersionDays.Value; {
	case days > 0:
		actions = append(actions, expire("version", "daysAfterCreationGreaterThan", days))
	case versions && !b.Versioning.Value:
		actions = append(actions, expire("version", "daysAfterCreationGreaterThan", soonest))
	}
	return actions
}

func expire(what, after string, days int) bicep.Property {
	return bicep.Property{Key: what, Value: bicep.Object{{Key: "delete", Value: bicep.Object{{Key: after, Value: bicep.Int(days)}}}}}
}

// bucket is a container, and for each function a queue with the events that are for it.
func (l *lowering) bucket(b *plan.Bucket, functions []plan.Triggered[plan.ObjectEvents]) bicep.File {
	symbol := symbolOf(wordBucket, b.Name)
	f := bicep.File{bicep.Resource{Comment: "Bucket " + b.Name + ".", Symbol: symbol, Type: typeContainer, Body: bicep.Object{
		{Key: "parent", Value: symDataBlobs},
		{Key: "name", Value: containerName(b.Name)},
		{Key: "properties", Value: bicep.Object{{Key: "publicAccess", Value: bicep.String("None")}}},
	}}}
	f = l.assign(f, l.usesOf(spec.KindBucket, b.Name), onItself, of(symbol, b.Name))
	for _, consumer := range functions {
		f = l.notification(f, b, consumer)
	}
	return f
}

// notification is the way from a bucket to a function: Event Grid sends what the function is for to a queue.
func (l *lowering) notification(f bicep.File, b *plan.Bucket, consumer plan.Triggered[plan.ObjectEvents]) bicep.File {
	queue := symbolOf(wordChannel, consumer.Name)
	where := forFunction(queue, consumer.Name)
	f = append(f, bicep.Resource{Comment: "What " + consumer.Name + " gets of bucket " + b.Name + ".", Symbol: queue, Type: typeQueue, Body: bicep.Object{
		{Key: "parent", Value: symServiceBus},
		{Key: "name", Value: stagedName(consumer.Channel())},
		{Key: "properties", Value: append(channel(spec.DefaultRetention, consumer.Visibility(), consumer.Attempts.Value, false), capacity)},
	}})
	f = l.assign(f, trigger(consumer.Function), onChannel, where)
	sender := l.assignment(theEvents(), messageSender, where, consumer.On.Pos)
	return append(f, sender, eventSubscription(b, consumer, queue, sender.Symbol))
}

// eventSubscription waits for what an event's delivery needs: without its role the topic could not send. That for what could not be
// delivered is not waited for, as Event Grid puts nothing there in the first minutes.
// https://learn.microsoft.com/azure/event-grid/managed-service-identity
func eventSubscription(b *plan.Bucket, f plan.Triggered[plan.ObjectEvents], queue, sender bicep.Symbol) bicep.Resource {
	name := f.Channel()
	return bicep.Resource{Symbol: symbolOf(wordEvents, f.Name), Type: typeEventSubscription, Body: bicep.Object{
		{Key: "parent", Value: symEvents},
		{Key: "name", Value: bicep.String(naming.Shorten(name, maxEventSubscription))},
		{Key: "properties", Value: bicep.Object{
			{Key: "deliveryWithResourceIdentity", Value: bicep.Object{
				{Key: "identity", Value: ownIdentity()},
				{Key: "destination", Value: bicep.Object{
					{Key: "endpointType", Value: bicep.String("ServiceBusQueue")},
					{Key: "properties", Value: bicep.Object{{Key: "resourceId", Value: bicep.Path(queue, "id")}}},
				}},
			}},
			{Key: "deadLetterWithResourceIdentity", Value: bicep.Object{
				{Key: "identity", Value: ownIdentity()},
				{Key: "deadLetterDestination", Value: bicep.Object{
					{Key: "endpointType", Value: bicep.String("StorageBlob")},
					{Key: "properties", Value: bicep.Object{
						{Key: "resourceId", Value: bicep.Path(symStorage, "id")},
						{Key: "blobContainerName", Value: bicep.Path(symUndelivered, "name")},
					}},
				}},
			}},
			{Key: "eventDeliverySchema", Value: bicep.String("CloudEventSchemaV1_0")},
			{Key: "filter", Value: eventFilter(b, f.On)},
		}},
		{Key: "dependsOn", Value: bicep.Array{sender}},
	}}
}

// eventFilter passes what the function is for. Subjects are paths, with keys as they are.
// https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage
func eventFilter(b *plan.Bucket, on plan.ObjectEvents) bicep.Object {
	var types bicep.Array
	if on.Created {
		types = append(types, bicep.String("Microsoft.Storage.BlobCreated"))
	}
	if on.Deleted {
		types = append(types, bicep.String("Microsoft.Storage.BlobDeleted"))
	}
	filter := bicep.Object{
		{Key: "includedEventTypes", Value: types},
		{Key: "isSubjectCaseSensitive", Value: bicep.Bool(true)},
		{Key: "subjectBeginsWith", Value: bicep.Interpolation{
			bicep.String("/blobServices/default/containers/"), bicep.Path(symbolOf(wordBucket, b.Name), "name"), bicep.String("/blobs/"), bicep.String(on.Prefix.Value),
		}},
	}
	if on.Suffix.Value != "" {
		filter = append(filter, bicep.Property{Key: "subjectEndsWith", Value: bicep.String(on.Suffix.Value)})
	}
	return filter
}

func bucketOutputs(app *plan.App) bicep.File {
	if len(app.Buckets) == 0 {
		return nil
	}
	return bicep.File{
		bicep.Output{Name: "blobEndpoint", Type: bicep.TypeString, Description: "Where the buckets are.", Value: bicep.Path(symData, "properties", "primaryEndpoints", "blob")},
		names("bucketNames", "Each bucket of the spec by its container's name.", app.Buckets, func(b plan.Bucket) string { return b.Name }, containerName),
	}
}
