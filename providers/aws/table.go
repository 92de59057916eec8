package aws

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// table is the block of a table, encrypted with AWS's own key. It is kept when it is deleted from the template, unless that is for a
// deployment that did not succeed: items are not made again.
func (l *lowering) table(t *plan.Table) block {
	b := block{key: t.Name, uses: []string{paramStage}, text: indexBytes * len(t.Indexes)}
	name := id(t.Name, idTable)
	properties := cfn.Map{
		{"TableName", l.tableName(t.Name)},
		{"BillingMode", cfn.String("PAY_PER_REQUEST")},
		{"AttributeDefinitions", attributes(t)},
		{"KeySchema", schema(t.Key, t.Sort)},
		{"GlobalSecondaryIndexes", indexes(t)},
		{"SSESpecification", cfn.Map{{"SSEEnabled", cfn.Bool(true)}}},
		{"PointInTimeRecoverySpecification", cfn.Map{{"PointInTimeRecoveryEnabled", cfn.Bool(t.PointInTimeRecovery.Value)}}},
		{"DeletionProtectionEnabled", cfn.Bool(t.DeletionProtection.Value)},
	}
	if l.streams[t.Name] {
		// What a stream shows cannot be changed while it is on, so it shows what any function may want.
		// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html#Streams.Enabling
		properties = append(properties, cfn.Field{Key: "StreamSpecification", Value: cfn.Map{{"StreamViewType", cfn.String("NEW_AND_OLD_IMAGES")}}})
	}
	b.add(cfn.Resource{
		ID: name, Comment: "Table " + t.Name, Type: "AWS::DynamoDB::Table",
		Attributes: keptOnceMade,
		Properties: append(properties, cfn.Field{Key: "Tags", Value: l.tags}),
	})
	b.outputs = []cfn.Output{{ID: name + "Name", Description: "The name of the table " + t.Name + ".", Value: cfn.Ref(name)}}
	return b
}

func (l *lowering) tableName(name string) cfn.Sub { return l.physical(name, maxTableName) }

// attributes are those of all keys.
func attributes(t *plan.Table) cfn.List {
	var list cfn.List
	seen := map[string]bool{}
	add := func(a *plan.Attribute) {
		if a == nil || seen[a.Name] {
			return
		}
		seen[a.Name] = true
		kind := "S"
		if a.Number {
			kind = "N"
		}
		list = append(list, cfn.Map{{"AttributeName", cfn.String(a.Name)}, {"AttributeType", cfn.String(kind)}})
	}
	add(&t.Key)
	add(t.Sort)
	for i := range t.Indexes {
		add(&t.Indexes[i].Key)
		add(t.Indexes[i].Sort)
	}
	return list
}

func schema(key plan.Attribute, sort *plan.Attribute) cfn.List {
	list := cfn.List{cfn.Map{{"AttributeName", cfn.String(key.Name)}, {"KeyType", cfn.String("HASH")}}}
	if sort != nil {
		list = append(list, cfn.Map{{"AttributeName", cfn.String(sort.Name)}, {"KeyType", cfn.String("RANGE")}})
	}
	return list
}

func indexes(t *plan.Table) cfn.Value {
	if len(t.Indexes) == 0 {
		return nil
	}
	list := make(cfn.List, len(t.Indexes))
	for i := range t.Indexes {
		x := &t.Indexes[i]
		list[i] = cfn.Map{
			{"IndexName", cfn.String(indexName(x.Name))},
			{"KeySchema", schema(x.Key, x.Sort)},
			{"Projection", cfn.Map{{"ProjectionType", cfn.String("ALL")}}},
		}
	}
	return list
}

// indexName is an index's name, which has at least three characters. No name of a spec has an underscore.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
func indexName(name string) string {
	const least = 3
	if len(name) < least {
		return name + "_index"
	}
	return name
}

// Which changes call a function, when not all do.
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
const (
	onlyUpserted = `{"eventName":["INSERT","MODIFY"]}`
	onlyDeleted  = `{"eventName":["REMOVE"]}`
)

// parallel is how many batches of a shard are handled at the same time, each of other items: as many as there can be.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
const parallel = 10

// changed adds what calls a function for the changes of a table, from the oldest that the stream has. A batch is one change, so that
// exactly the change that fails is tried again, as often as the spec says, and becomes a dead letter; those of other items go on.
func (l *lowering) changed(b *block, f *plan.Function, on plan.Stream) {
	c := l.channelOf(f, 0)
	l.deadLetters(b, c, cfn.Map{{"redrivePermission", cfn.String("denyAll")}}) // no queue's: Lambda itself sends here
	pattern := ""
	switch {
	case !on.Deleted.Value:
		pattern = onlyUpserted
	case !on.Upserted:
		pattern = onlyDeleted
	}
	b.add(cfn.Resource{ID: id(f.Name, idMapping), Type: typeMapping, Properties: cfn.Map{
		{"EventSourceArn", streamOf(on.Table)},
		{"FunctionName", cfn.Ref(id(f.Name, idFunction))},
		{"StartingPosition", cfn.String("TRIM_HORIZON")},
		{"BatchSize", cfn.Int(1)},
		{"ParallelizationFactor", cfn.Int(parallel)},
		{"MaximumRetryAttempts", cfn.Int(f.Attempts.Value - 1)},
		{"BisectBatchOnFunctionError", cfn.Bool(true)}, // should a person make the batch larger
		{"FunctionResponseTypes", cfn.Strings("ReportBatchItemFailures")},
		{"FilterCriteria", filtered(pattern)},
		{"DestinationConfig", cfn.Map{{"OnFailure", cfn.Map{{"Destination", arnOf(c.dead)}}}}},
		{"Tags", l.tags},
	}})
}

// streamed is the table whose changes trigger a function.
func (l *lowering) streamed(function string) string {
	on, _ := l.app.Function(function).Trigger.(plan.Stream)
	return on.Table
}
