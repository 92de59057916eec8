// Package secrets hands an app its secrets. It is an option of the host for AWS, by itself, so that apps without secrets carry no
// SDK.
package secrets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Prefix begins the names of the environment variables that say which secret a variable is to hold: ISOBAR_SECRET_API_KEY has the ARN of
// the secret whose value API_KEY gets.
const Prefix = "ISOBAR_SECRET_"

// Environment reads the secrets that the environment names, each once, and puts their values into the environment. It fails when one of
// them cannot be read; no error has a value in it.
func Environment(ctx context.Context) error {
	variables := named(os.Environ())
	if len(variables) == 0 {
		return nil
	}
	client := newClient()
	values := make(map[string]func() (string, error), len(variables))
	for _, arn := range variables {
		values[arn] = sync.OnceValues(func() (string, error) { return read(ctx, client, arn) })
	}
	var wait sync.WaitGroup
	for _, value := range values {
		wait.Go(func() { _, _ = value() })
	}
	wait.Wait()
	var failures []error
	for variable, arn := range variables {
		value, err := values[arn]()
		if err == nil {
			err = os.Setenv(variable, value)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("the secret of the environment variable %s, %s: %w", variable, arn, err))
		}
	}
	slices.SortFunc(failures, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(failures...)
}

// named returns the ARNs of the secrets that an environment names, by the variables that are to hold them.
func named(environment []string) map[string]string {
	variables := map[string]string{}
	for _, entry := range environment {
		name, arn, _ := strings.Cut(entry, "=")
		if variable, ok := strings.CutPrefix(name, Prefix); ok && variable != "" && arn != "" {
			variables[variable] = arn
		}
	}
	return variables
}

// newClient is a client as Lambda's environment says: with its region and the credentials of its role. The SDK's own loader would bring
// all the other ways to credentials, which a function never goes, into every entrypoint.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func newClient() *secretsmanager.Client {
	return secretsmanager.New(secretsmanager.Options{
		Region: os.Getenv("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			c := aws.Credentials{
				AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
			}
			if !c.HasKeys() {
				return c, errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")
			}
			return c, nil
		}),
		// For doubles; the names are those of the SDK: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
		BaseEndpoint: endpoint(os.Getenv("AWS_ENDPOINT_URL_SECRETS_MANAGER"), os.Getenv("AWS_ENDPOINT_URL")),
	})
}

func endpoint(candidates ...string) *string {
	for _, url := range candidates {
		if url != "" {
			return &url
		}
	}
	return nil
}

// read reads a secret's current value.
func read(ctx context.Context, client *secretsmanager.Client, arn string) (string, error) {
	out, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn})
	if err != nil {
		return "", err
	}
	if out.SecretString == nil {
		return "", errors.New("it holds bytes, and not text")
	}
	return *out.SecretString, nil
}
