package logicapps_test

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/internal/workflowtest"
	"github.com/isobar-dev/isobar/providers/azure/internal/logicapps"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// The values of the definition's parameters.
var parameters = map[string]any{
	logicapps.ParamApp: "https://app", logicapps.ParamAudience: "api://app", logicapps.ParamIdentity: "identity",
	logicapps.ParamManagement: "https://management.azure.com/",
}

// audiences are what tokens are for, by what is called.
var audiences = map[asl.ResourceKind]string{
	asl.Function: "api://app", asl.Queue: "https://servicebus.azure.net", asl.Topic: "https://servicebus.azure.net",
	asl.Workflow: "https://management.azure.com/",
}

// http runs a call of a function, of Service Bus, or of another workflow's trigger.
func (e *engine) http(a, inputs map[string]any) *outcome {
	auth, _ := inputs["authentication"].(map[string]any)
	policy, _ := inputs["retryPolicy"].(map[string]any)
	headers, _ := inputs["headers"].(map[string]any)
	if auth["type"] != "ManagedServiceIdentity" || auth["identity"] != "identity" || policy["type"] != "none" ||
		headers["Content-Type"] != "application/json" || a["operationOptions"] != "DisableAsyncPattern" || inputs["method"] != "POST" {
		panic(brokenf("a call without a token, with retries, or not of JSON"))
	}
	// A limit of the action would not bound the request. What the runtime is told does.
	wait, _ := headers["Prefer"].(string)
	input := inputs["body"]
	if text, ok := input.(string); ok { // text is sent as it is
		v, err := workflow.Decode([]byte(text))
		if err != nil {
			panic(brokenf("%q is sent as JSON", text))
		}
		input = fromJSON(v)
	} else if input == nil {
		panic(brokenf("nothing is sent"))
	}
	uri := inputs["uri"].(string)
	resource := asl.Resource{Kind: asl.Function}
	if name, ok := strings.CutPrefix(uri, "https://app/api/_tasks/"); ok {
		resource.Name = name
	} else {
		kind, name, _ := strings.Cut(strings.TrimPrefix(uri, "https://bus/"), "/")
		resource = asl.Resource{Kind: asl.ResourceKind(kind), Name: name}
	}
	if auth["audience"] != audiences[resource.Kind] {
		panic(brokenf("a token for %v, and not for a %s", auth["audience"], resource.Kind))
	}
	return e.request(resource, input, seconds(wait))
}

// request has a task played: 200 and the result, or an error as JSON.
func (e *engine) request(resource asl.Resource, input any, limit time.Duration) *outcome {
	value := mustDecode(encode(input))
	e.run.Called(e.clock.Now().Sub(e.start), string(resource.Kind)+":"+resource.Name, value)
	reply, err := e.tasks.Call(context.Background(), workflow.Call{Resource: resource, Input: value})
	if err != nil {
		panic(brokenf("%v", err))
	}
	reply = workflowtest.Answer(reply)
	if reply.After > min(limit, longestRequest) {
		e.sleep(min(limit, longestRequest))
		if limit > longestRequest {
			return &outcome{status: "Failed"} // the engine gives the request up
		}
		return failed(504, "States.Timeout", "")
	}
	e.sleep(reply.After)
	if reply.Fault == nil {
		return &outcome{"Succeeded", map[string]any{"statusCode": int64(200), "body": fromJSON(reply.Output)}}
	}
	if resource.Kind != asl.Function {
		return &outcome{"Failed", map[string]any{"statusCode": int64(500), "body": "<html>"}}
	}
	return failed(422, reply.Fault.Name, workflowtest.Message(reply.Fault))
}

// failed is what comes of an error that the runtime answers.
func failed(status int64, name, message string) *outcome {
	return &outcome{"Failed", map[string]any{"statusCode": status, "body": map[string]any{
		"error": map[string]any{"type": name, "message": message},
	}}}
}

// longestRequest is after how long the engine gives a request up.
// https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration#http-limits
const longestRequest = 120 * time.Second

// seconds are those that a caller prefers to wait, or a very long time.
func seconds(wait string) time.Duration {
	text, ok := strings.CutPrefix(wait, "wait=")
	n, err := strconv.Atoi(text)
	if !ok || err != nil || n < 1 {
		return time.Hour
	}
	return time.Duration(n) * time.Second
}
