package awsdrivers

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
)

// How often items are asked for of which DynamoDB did not get on with any, and how long after the last time.
const (
	maxAsked   = 5
	askedAgain = 50 * time.Millisecond // doubled each time
)

// whole has BatchGetItem answer with all items. DynamoDB leaves items out when they are more than 16 MB, or more reads than it has at the
// moment, and says which; gocloud.dev's driver would take them for not found.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
func whole(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("isobar.whole", getAll), middleware.Before)
}

func getAll(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleInitialize(ctx, in)
	all, ok := out.Result.(*dynamodb.BatchGetItemOutput)
	if err != nil || !ok {
		return out, metadata, err
	}
	pause := askedAgain
	for asked := 1; len(all.UnprocessedKeys) > 0; asked++ {
		if asked == maxAsked {
			return out, metadata, fmt.Errorf("DynamoDB has not looked for all items, asked %d times: it has no more reads at the moment", asked)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return out, metadata, ctx.Err()
		}
		rest := *in.Parameters.(*dynamodb.BatchGetItemInput)
		rest.RequestItems = maps.Clone(all.UnprocessedKeys)
		again, metadata, err := next.HandleInitialize(ctx, middleware.InitializeInput{Parameters: &rest})
		if err != nil {
			return out, metadata, err
		}
		more := again.Result.(*dynamodb.BatchGetItemOutput)
		for table, items := range more.Responses {
			all.Responses[table] = append(all.Responses[table], items...)
			if len(items) > 0 {
				asked, pause = 0, askedAgain
			}
		}
		all.UnprocessedKeys = more.UnprocessedKeys
		pause *= 2
	}
	return out, metadata, nil
}
