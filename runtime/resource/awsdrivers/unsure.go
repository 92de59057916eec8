package awsdrivers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"gocloud.dev/docstore"
)

// write is a write of an item, which the SDK makes again when it fails. A try whose answer was lost may have been done: then a condition does
// not hold any more as the write itself has changed the item, and what is added is added twice.
type write struct {
	unsure bool // whether a try before may have been done
	adds   bool // whether it adds to what is there, with no revision that keeps it from being done twice
	// isMine tells whether the item that a condition has found is the one that this write has made.
	isMine func(found map[string]types.AttributeValue) bool
	result any
}

type writeKey struct{}

// sure has writes tell what they did themselves from what others did.
func sure(stack *middleware.Stack) error {
	return errors.Join(
		stack.Initialize.Add(middleware.InitializeMiddlewareFunc("isobar.write", begin), middleware.Before),
		stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("isobar.try", try), "Retry", middleware.After),
	)
}

// begin looks at what a call is to write, and has it answered with what a condition has found.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
func begin(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	const found = types.ReturnValuesOnConditionCheckFailureAllOld
	var w *write
	switch p := in.Parameters.(type) {
	case *dynamodb.PutItemInput:
		p.ReturnValuesOnConditionCheckFailure = found
		w = &write{result: &dynamodb.PutItemOutput{}, isMine: func(item map[string]types.AttributeValue) bool {
			return revisionOf(item) != "" && revisionOf(item) == revisionOf(p.Item)
		}}
	case *dynamodb.UpdateItemInput:
		p.ReturnValuesOnConditionCheckFailure = found
		revised := slices.Contains(slices.Collect(maps.Values(p.ExpressionAttributeNames)), docstore.DefaultRevisionField)
		w = &write{result: &dynamodb.UpdateItemOutput{}, isMine: func(item map[string]types.AttributeValue) bool {
			for _, value := range p.ExpressionAttributeValues {
				if s, ok := value.(*types.AttributeValueMemberS); ok && revised && s.Value == revisionOf(item) {
					return true
				}
			}
			return false
		}}
		w.adds = !revised && p.UpdateExpression != nil && strings.Contains(*p.UpdateExpression, "ADD ")
	case *dynamodb.DeleteItemInput:
		p.ReturnValuesOnConditionCheckFailure = found
		w = &write{isMine: func(map[string]types.AttributeValue) bool { return false }}
	default:
		return next.HandleInitialize(ctx, in)
	}
	return next.HandleInitialize(middleware.WithStackValue(ctx, writeKey{}, w), in)
}

func revisionOf(item map[string]types.AttributeValue) string {
	s, ok := item[docstore.DefaultRevisionField].(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return s.Value
}

// errLost is the error of a write of which it is not known whether it was made.
var errLost = errors.New("an answer was lost, and it is not known whether this call has changed the item, or another one")

// try looks at one try of a write.
func try(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleFinalize(ctx, in)
	w, ok := middleware.GetStackValue(ctx, writeKey{}).(*write)
	if !ok || err == nil {
		return out, metadata, err
	}
	refused, isRefused := errors.AsType[*types.ConditionalCheckFailedException](err)
	switch {
	case !isRefused:
		lost := mayBeDone(err)
		w.unsure = w.unsure || lost
		if lost && w.adds {
			err = final{err}
		}
	case !w.unsure:
	case w.isMine(refused.Item):
		return middleware.FinalizeOutput{Result: w.result}, metadata, nil
	case revisionOf(refused.Item) == "": // nothing says who made it, or that there is none any more
		err = final{fmt.Errorf("%w: %s", errLost, refused.ErrorMessage())}
	}
	return out, metadata, err
}

// mayBeDone tells whether a call that failed may have been done all the same.
func mayBeDone(err error) bool {
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	return !ok || answer.HTTPStatusCode() >= http.StatusInternalServerError
}

// final is an error after which the SDK does not try again.
type final struct{ error }

func (final) RetryableError() bool { return false }
func (f final) Unwrap() error      { return f.error }
