package awsdrivers

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// ReadSecret returns the current value of a secret, by its ARN.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
func ReadSecret(ctx context.Context, c aws.Config, arn string) (string, error) {
	var out struct{ SecretString *string }
	if err := newAPI(c, "secretsmanager").call(ctx, "1.1", "secretsmanager.GetSecretValue", map[string]string{"SecretId": arn}, &out); err != nil {
		return "", err
	}
	if out.SecretString == nil {
		return "", errors.New("its value is not text")
	}
	return *out.SecretString, nil
}
