package workflows_test

import (
	"context"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// post is http.post to a function, whose runtime answers 200 and the result, or an error as JSON: 503 for one that can be tried again,
// and 422 for the others.
func (e *engine) post(args map[string]any) any {
	auth, _ := args["auth"].(map[string]any)
	headers, _ := args["headers"].(map[string]any)
	if auth["type"] != "OIDC" || auth["audience"] != args["url"] || headers["Content-Type"] != "application/json" {
		panic(brokenf("a function is called without a token, or not with JSON"))
	}
	limit := time.Duration(0)
	if t := args["timeout"]; t != nil {
		limit = time.Duration(numeric(t) * float64(time.Second))
	}
	result := e.request(asText(args["url"]), decode(asBytes(args["body"])), limit)
	return map[string]any{"code": int64(200), "headers": map[string]any{}, "body": fromJSON(result)}
}

// request has a task played, and raises its errors as http.post does.
func (e *engine) request(url string, input any, limit time.Duration) any {
	kind, name, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/")
	resource := asl.Resource{Kind: asl.ResourceKind(kind), Name: name}
	value := mustDecode(encode(input))
	e.run.Called(e.clock.Now().Sub(e.start), kind+":"+name, value)
	reply, err := e.tasks.Call(context.Background(), workflow.Call{Resource: resource, Input: value})
	if err != nil {
		panic(brokenf("%v", err))
	}
	reply = workflowtest.Answer(reply)
	if limit > 0 && reply.After > limit {
		e.sleep(limit.Seconds())
		panic(fault("the request timed out", "TimeoutError"))
	}
	e.sleep(reply.After.Seconds())
	if reply.Fault == nil {
		return reply.Output
	}
	failure := fault("HTTP server responded with an error", "HttpError")
	m := failure.value.(map[string]any)
	m["code"], m["headers"] = int64(422), map[string]any{}
	if reply.Fault.Name == asl.ErrTransient {
		m["code"] = int64(503)
	}
	m["body"] = map[string]any{"error": map[string]any{"type": reply.Fault.Name, "message": workflowtest.Message(reply.Fault)}}
	panic(failure)
}
