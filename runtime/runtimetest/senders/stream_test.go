package senders_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// TestStream changes the items of a table of DynamoDB, whose stream reaches a function in a batch.
func TestStream(t *testing.T) {
	t.Parallel()
	m, notes := startMoto(t), newNotebook(t)
	table := func(action string, in object) []byte {
		t.Helper()
		in["TableName"] = "users"
		return m.call(t, "dynamodb", "DynamoDB_20120810."+action, in)
	}
	made := table("CreateTable", object{
		"AttributeDefinitions": []object{{"AttributeName": "id", "AttributeType": "S"}},
		"KeySchema":            []object{{"AttributeName": "id", "KeyType": "HASH"}}, "BillingMode": "PAY_PER_REQUEST",
		"StreamSpecification": object{"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
	})
	stream := decode[struct {
		TableDescription struct{ LatestStreamArn string }
	}](t, made).TableDescription.LatestStreamArn

	first := user{ID: "ada", Name: "Ada \"the first\" Lovelace é", Score: 9007199254740993, Tags: []string{"a", "b"}}
	second := user{ID: "ada", Name: "Ada", Score: -1, Tags: []string{"c"}}
	for _, u := range []user{first, second} {
		table("PutItem", object{"Item": object{
			"id": object{"S": u.ID}, "name": object{"S": u.Name}, "score": object{"N": encode(t, u.Score)}, "tags": object{"SS": u.Tags},
		}})
	}
	table("DeleteItem", object{"Key": object{"id": object{"S": "ada"}}})

	records := m.stream(t, stream)
	if len(records) != 3 {
		t.Fatalf("the stream has %d records", len(records))
	}
	out, err := lambda(t, "track", notes)(t, []byte(encode(t, object{"Records": records})))
	if err != nil || len(decode[answer](t, out).BatchItemFailures) > 0 {
		t.Fatalf("the answer is %s, %v", out, err)
	}
	seen := notes.read(t)
	if len(seen) != 3 {
		t.Fatalf("%d changes were handled", len(seen))
	}
	for i, want := range []struct {
		kind     string
		now, old *user
	}{{fn.TypeItemUpserted, &first, nil}, {fn.TypeItemUpserted, &second, &first}, {fn.TypeItemDeleted, nil, &second}} {
		n := seen[i]
		for _, u := range []*user{n.New, n.Old} {
			if u != nil {
				slices.Sort(u.Tags) // they are a set
			}
		}
		if n.Type != want.kind || !same(n.New, want.now) || !same(n.Old, want.old) || n.Key["id"] != "ada" || n.Source != "/tables/users" || n.ID == "" || n.Time.IsZero() {
			t.Errorf("change %d is %+v: %+v, was %+v", i, n, n.New, n.Old)
		}
	}
}

// stream reads all records of a stream, as an event source mapping does.
func (m moto) stream(t *testing.T, stream string) []object {
	t.Helper()
	read := func(action string, in object) []byte {
		t.Helper()
		return m.call(t, "dynamodb", "DynamoDBStreams_20120810."+action, in)
	}
	described := decode[struct {
		StreamDescription struct{ Shards []struct{ ShardID string } }
	}](t, read("DescribeStream", object{"StreamArn": stream}))
	var records []object
	for _, shard := range described.StreamDescription.Shards {
		at := decode[struct{ ShardIterator string }](t, read("GetShardIterator", object{"StreamArn": stream, "ShardId": shard.ShardID, "ShardIteratorType": "TRIM_HORIZON"}))
		for _, raw := range decode[struct{ Records []json.RawMessage }](t, read("GetRecords", object{"ShardIterator": at.ShardIterator})).Records {
			record := decode[object](t, raw)
			record["eventSourceARN"] = stream
			records = append(records, record)
		}
	}
	return records
}
