package runtimetest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/isobar-dev/isobar/runtime/app"
)

// AWS is API Gateway, SQS and the Scheduler in front of Lambda functions, which invoke calls by the name of the app's function. An
// error of invoke is an invocation that failed.
func AWS(invoke func(t testing.TB, function string, payload []byte) ([]byte, error)) Cloud {
	return awsCloud{invoke}
}

type awsCloud struct {
	invoke func(testing.TB, string, []byte) ([]byte, error)
}

// object is a JSON object.
type object = map[string]any

// Do calls the function behind $default, which has all routes as the others do. Other than its name says, rawPath is the path
// decoded, as calls of real HTTP APIs show: https://github.com/fastify/aws-lambda-fastify/issues/169,
// https://github.com/honojs/hono/issues/2156. So an escaped slash reaches a function as one that was not.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func (c awsCloud) Do(t testing.TB, r Request) Response {
	t.Helper()
	escaped, query, _ := strings.Cut(r.Target, "?")
	path, err := url.PathUnescape(escaped)
	if err != nil {
		t.Fatal(err)
	}
	headers := object{"host": "abc.execute-api.eu-west-1.amazonaws.com"}
	var cookies []string
	for name, values := range r.Header {
		if name == "Cookie" {
			cookies = strings.Split(strings.Join(values, "; "), "; ")
			continue
		}
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	body, isBase64 := r.Body, false
	if !utf8.ValidString(body) {
		body, isBase64 = base64.StdEncoding.EncodeToString([]byte(body)), true
	}
	payload := object{
		"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": headers, "cookies": cookies,
		"requestContext": object{
			"stage": "$default", "requestId": "JKJaXmPLvHcESHA=", "timeEpoch": 1583348638390,
			"http": object{"method": r.Method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"},
		},
		"body": body, "isBase64Encoded": isBase64,
	}
	answer, err := c.invoke(t, app.HTTPUnit, encode(t, payload))
	if err != nil {
		return Response{Status: http.StatusInternalServerError, Header: http.Header{}, Body: err.Error()}
	}
	return gatewayResponse(t, answer)
}

func gatewayResponse(t testing.TB, answer []byte) Response {
	t.Helper()
	var out struct {
		StatusCode      int
		Headers         map[string]string
		Cookies         []string
		Body            string
		IsBase64Encoded bool
	}
	if err := json.Unmarshal(answer, &out); err != nil || out.StatusCode == 0 {
		t.Fatalf("API Gateway cannot read the answer %s: %v", answer, err)
	}
	resp := Response{Status: out.StatusCode, Header: http.Header{}, Body: out.Body}
	for name, value := range out.Headers {
		resp.Header.Set(name, value)
	}
	for _, cookie := range out.Cookies {
		resp.Header.Add("Set-Cookie", cookie)
	}
	if out.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body = string(body)
	}
	return resp
}

// Deliver hands over one batch, and reads the answer as Lambda does for ReportBatchItemFailures.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (c awsCloud) Deliver(t testing.TB, function string, messages ...Message) []bool {
	t.Helper()
	records := make([]object, len(messages))
	for i, m := range messages {
		attributes := object{}
		for name, value := range m.Attributes {
			attributes[name] = object{"stringValue": value, "dataType": "String", "stringListValues": []string{}, "binaryListValues": []string{}}
		}
		records[i] = object{
			"messageId": m.ID, "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", "body": m.Body,
			"attributes": object{
				"ApproximateReceiveCount": strconv.Itoa(m.Attempt), "SentTimestamp": strconv.FormatInt(m.Sent.UnixMilli(), 10),
				"SenderId": "AIDAIENQZJOLO23YVJ4VO", "ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.Sent.UnixMilli()+1, 10),
			},
			"messageAttributes": attributes, "md5OfBody": "098f6bcd4621d373cade4e832627b4f6", "eventSource": "aws:sqs",
			"eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:" + function, "awsRegion": "eu-west-1",
		}
	}
	acknowledged := make([]bool, len(messages))
	answer, err := c.invoke(t, function, encode(t, object{"Records": records}))
	if err != nil {
		return acknowledged
	}
	var out struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		t.Fatalf("Lambda cannot read the answer %s: %v", answer, err)
	}
	for i, m := range messages {
		acknowledged[i] = !slices.ContainsFunc(out.BatchItemFailures, func(f struct{ ItemIdentifier string }) bool { return f.ItemIdentifier == m.ID })
	}
	for _, f := range out.BatchItemFailures {
		if !slices.ContainsFunc(messages, func(m Message) bool { return m.ID == f.ItemIdentifier }) {
			return make([]bool, len(messages)) // an identifier that is none fails the batch
		}
	}
	return acknowledged
}

// Tick hands over the input that the generated schedule has, filled in.
func (c awsCloud) Tick(t testing.TB, function string, scheduled time.Time) bool {
	t.Helper()
	_, err := c.invoke(t, function, encode(t, object{
		"id": "d32c5kddcf5bb8c3", "schedule": "arn:aws:scheduler:eu-west-1:123456789012:schedule/shop-dev/" + function,
		"scheduledTime": scheduled.UTC().Format(time.RFC3339), "attempt": "1",
	}))
	return err == nil
}

func (c awsCloud) Raw(t testing.TB, function, body string) bool {
	t.Helper()
	_, err := c.invoke(t, function, []byte(body))
	return err == nil
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(fmt.Errorf("encoding a payload: %w", err))
	}
	return data
}
