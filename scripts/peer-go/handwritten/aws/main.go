// Command aws is what the shop's generated entrypoint for AWS Lambda is compared with: a hello world by hand on AWS's own SDKs, with a
// client for each kind of resource that the shop has, and the operations of each that the shop needs.
package main

import (
	"bytes"
	"context"
	"io"
	"log"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

type shop struct {
	tables    *dynamodb.Client
	buckets   *s3.Client
	topics    *sns.Client
	secrets   *secretsmanager.Client
	workflows *sfn.Client
}

func main() {
	c, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	s := shop{dynamodb.NewFromConfig(c), s3.NewFromConfig(c), sns.NewFromConfig(c), secretsmanager.NewFromConfig(c), sfn.NewFromConfig(c)}
	lambda.Start(s.serve)
}

func (s shop) serve(ctx context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	err := error(nil)
	switch r.RouteKey {
	case "GET /table":
		err = s.table(ctx, r.PathParameters["id"])
	case "GET /bucket":
		err = s.bucket(ctx, r.PathParameters["id"])
	case "GET /topic":
		_, err = s.topics.Publish(ctx, &sns.PublishInput{TopicArn: aws.String("topic"), Message: aws.String(r.Body)})
	case "GET /secret":
		_, err = s.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("secret")})
	case "GET /workflow":
		_, err = s.workflows.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String("machine"), Input: aws.String(r.Body)})
	}
	return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: "hello"}, err
}

func (s shop) table(ctx context.Context, id string) error {
	table, key := aws.String("table"), map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}
	if _, err := s.tables.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key}); err != nil {
		return err
	}
	if _, err := s.tables.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: key}); err != nil {
		return err
	}
	if _, err := s.tables.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: key}); err != nil {
		return err
	}
	if _, err := s.tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: key}); err != nil {
		return err
	}
	if _, err := s.tables.Query(ctx, &dynamodb.QueryInput{TableName: table}); err != nil {
		return err
	}
	_, err := s.tables.Scan(ctx, &dynamodb.ScanInput{TableName: table})
	return err
}

func (s shop) bucket(ctx context.Context, key string) error {
	object, err := s.buckets.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String(key)})
	if err != nil {
		return err
	}
	defer object.Body.Close()
	data, err := io.ReadAll(object.Body)
	if err != nil {
		return err
	}
	_, err = s.buckets.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("bucket"), Key: aws.String(key), Body: bytes.NewReader(data)})
	return err
}
