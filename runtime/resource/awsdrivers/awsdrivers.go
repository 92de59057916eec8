// Package awsdrivers has the drivers of resources on AWS: S3, DynamoDB, SQS, SNS, Secrets Manager and Step Functions. Each of its
// options links the driver of one kind; a generated entrypoint passes those that the app uses.
//
// Tables are gocloud.dev's awsdynamodb. Buckets and messages are thin drivers of our own, behind gocloud.dev's types: with
// gocloud.dev's an entrypoint would pass 15 MB. As gives an aws.Config, of which a client of any service can be made.
//
// They sign in as the function, with the credentials of its role that Lambda puts into the environment. AWS_ENDPOINT_URL points them
// elsewhere for tests.
package awsdrivers

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"gocloud.dev/blob"
	"gocloud.dev/docstore"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
)

// Buckets links buckets of S3.
func Buckets(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Bucket = func(_ context.Context, id string) (*blob.Bucket, error) {
			return OpenBucket(Config(os.Getenv), id), nil
		}
	})
}

// Tables links tables of DynamoDB.
func Tables(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Local = Local
		d.Table = func(ctx context.Context, id string, key []string) (*docstore.Collection, error) {
			return OpenTable(ctx, Config(os.Getenv), id, key)
		}
	})
}

// Queues links queues of SQS.
func Queues(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Queue = func(_ context.Context, id string, _ bool) (*pubsub.Topic, error) {
			return OpenQueue(Config(os.Getenv), id), nil
		}
	})
}

// Topics links topics of SNS.
func Topics(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Topic = func(_ context.Context, id string, _ bool) (*pubsub.Topic, error) {
			return OpenTopic(Config(os.Getenv), id), nil
		}
	})
}

// SecretPrefix begins the variables with the ARNs of secrets that a function reads itself. (ISOBAR_SECRET_ begins those of secrets that
// become environment variables.)
const SecretPrefix = "ISOBAR_VAULT_"

// Secrets links secrets of Secrets Manager.
func Secrets(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.SecretPrefix = SecretPrefix
		d.Secret = func(ctx context.Context, id string) (string, error) { return ReadSecret(ctx, Config(os.Getenv), id) }
	})
}

// Workflows links state machines of Step Functions.
func Workflows(ctx context.Context) error {
	return resource.Register(ctx, func(d *resource.Drivers) {
		d.Start = func(ctx context.Context, id, execution string, input []byte) error {
			return StartExecution(ctx, Config(os.Getenv), id, execution, input)
		}
	})
}

// Config is what the environment of a Lambda function says: the region, the credentials of the function's role, and for tests an
// endpoint. The package config of the SDK would look in many places more, none of which a function has, and is large.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func Config(lookup func(string) string) aws.Config {
	c := aws.Config{
		Region: lookup("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			found := aws.Credentials{
				AccessKeyID: lookup("AWS_ACCESS_KEY_ID"), SecretAccessKey: lookup("AWS_SECRET_ACCESS_KEY"),
				SessionToken: lookup("AWS_SESSION_TOKEN"), Source: "environment",
			}
			if !found.HasKeys() {
				return aws.Credentials{}, errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set, which Lambda sets to the credentials of the function's role")
			}
			return found, nil
		}),
	}
	if endpoint := lookup("AWS_ENDPOINT_URL"); endpoint != "" {
		c.BaseEndpoint = aws.String(strings.TrimSuffix(endpoint, "/"))
	}
	return c
}

// OpenQueue opens a queue by its URL.
func OpenQueue(c aws.Config, url string) *pubsub.Topic {
	return sending.Topic(queue{newAPI(c, "sqs"), url})
}

// OpenTopic opens a topic by its ARN.
func OpenTopic(c aws.Config, arn string) *pubsub.Topic {
	return sending.Topic(topic{newAPI(c, "sns"), arn})
}
