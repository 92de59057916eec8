package runtimetest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/isobar-dev/isobar/runtime/app"
)

// AWS is API Gateway, SQS and DynamoDB Streams in front of Lambda functions, which invoke calls by the name of the app's function. An
// error of invoke is an invocation that failed. What SNS, S3 and the EventBridge Scheduler tell comes through a queue.
func AWS(invoke func(t testing.TB, function string, payload []byte) ([]byte, error)) Cloud {
	return awsCloud{invoke, &transcript{}}
}

type awsCloud struct {
	invoke func(testing.TB, string, []byte) ([]byte, error)
	*transcript
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
