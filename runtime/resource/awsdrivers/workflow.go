package awsdrivers

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// StartExecution starts an execution of a state machine of Step Functions, by its ARN. One that was started before under the same name
// is not started again.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func StartExecution(ctx context.Context, c aws.Config, arn, execution string, input []byte) error {
	err := newAPI(c, "states").call(ctx, "1.0", "AWSStepFunctions.StartExecution", map[string]string{
		"stateMachineArn": arn, "name": execution, "input": string(input),
	}, nil)
	if e, ok := errors.AsType[*rest.Error](err); ok && e.Code == "ExecutionAlreadyExists" {
		return nil
	}
	return err
}
