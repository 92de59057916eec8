package awsdrivers

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/awsdynamodb/v2"
	"gocloud.dev/docstore/driver"

	"github.com/isobar-dev/isobar/runtime/resource"
)

// OpenTable opens a table of DynamoDB by its name. A query that names no key of the table, or of an index, reads the whole table, as on
// other clouds. As gives a *dynamodb.Client.
func OpenTable(_ context.Context, c aws.Config, name string, key []string) (*docstore.Collection, error) {
	sort := ""
	if len(key) > 1 {
		sort = key[1]
	}
	client := dynamodb.NewFromConfig(c, func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, whole, sure) })
	return awsdynamodb.OpenCollection(client, name, key[0], sort, &awsdynamodb.Options{AllowScans: true})
}

// Local is what DynamoDB does not look at: of an attribute of the key that a query goes by it takes one condition, which is no list, and no
// filter. Of the bounds of a range it gets the one at which it begins, and what is behind the other one is not read.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html
func Local(q *driver.Query, keys [][]string) resource.Local {
	var local resource.Local
	attributes, sorted := keyed(q, keys)
	backwards := q.OrderByField != "" && !q.OrderAscending
	bounds := true
	for _, attribute := range attributes {
		at := first(q, attribute, backwards)
		for i, f := range q.Filters {
			if i != at && driver.FieldPathEqualsField(f.FieldPath, attribute) {
				local.Filters = append(local.Filters, f)
				bounds = bounds && at >= 0 && attribute == sorted && (begins(q.Filters[at].Op, backwards) && begins(f.Op, !backwards))
			}
		}
	}
	local.Ends = bounds && len(local.Filters) > 0
	return local
}

// keyed are the attributes of the keys that a query may go by: those whose first attribute it asks for. If it can go by one alone with the
// second, items are sorted by that.
func keyed(q *driver.Query, keys [][]string) (attributes []string, sorted string) {
	both := 0
	for _, key := range keys {
		if !slices.ContainsFunc(q.Filters, func(f driver.Filter) bool {
			return f.Op == driver.EqualOp && driver.FieldPathEqualsField(f.FieldPath, key[0])
		}) {
			continue
		}
		for _, attribute := range key {
			if !slices.Contains(attributes, attribute) {
				attributes = append(attributes, attribute)
			}
		}
		if len(key) == 2 && slices.ContainsFunc(q.Filters, func(f driver.Filter) bool { return driver.FieldPathEqualsField(f.FieldPath, key[1]) }) {
			both, sorted = both+1, key[1]
		}
	}
	if both != 1 {
		sorted = ""
	}
	return attributes, sorted
}

// first is the filter of an attribute that DynamoDB gets: an equality if there is one, or the bound at which items begin, or another one.
func first(q *driver.Query, attribute string, backwards bool) int {
	at := -1
	for i, f := range q.Filters {
		if !driver.FieldPathEqualsField(f.FieldPath, attribute) || f.Op == "in" || f.Op == "not-in" {
			continue
		}
		if f.Op == driver.EqualOp {
			return i
		}
		if at < 0 || begins(f.Op, backwards) && !begins(q.Filters[at].Op, backwards) {
			at = i
		}
	}
	return at
}

// begins tells whether an operator is that of the bound at which items begin.
func begins(op string, backwards bool) bool {
	if backwards {
		return op == "<" || op == "<="
	}
	return op == ">" || op == ">="
}
