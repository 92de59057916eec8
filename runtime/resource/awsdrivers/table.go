package awsdrivers

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/awsdynamodb/v2"
)

// OpenTable opens a table of DynamoDB by its name. A query that names no key of the table, or of an index, reads the whole table, as on
// other clouds. As gives a *dynamodb.Client.
func OpenTable(_ context.Context, c aws.Config, name string, key []string) (*docstore.Collection, error) {
	sort := ""
	if len(key) > 1 {
		sort = key[1]
	}
	client := dynamodb.NewFromConfig(c, func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, whole) })
	return awsdynamodb.OpenCollection(client, name, key[0], sort, &awsdynamodb.Options{AllowScans: true})
}
