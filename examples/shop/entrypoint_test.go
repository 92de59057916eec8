// Package shop_test drives the shop's committed entrypoints, and the artifacts made of them, as their clouds do: built as they are
// deployed, started as processes, and asked the same on all three.
package shop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/runtimetest"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// clouds build and start the shop: its entrypoints, and then the artifacts that isobar build makes of them. Each has resources, which
// say in env where they are, and which executions of the workflow were started: their inputs by their names.
var clouds = []struct {
	name      string
	resources func(t testing.TB) (env []string)
	start     func(t *testing.T, env []string) runtimetest.Cloud
	started   func(t testing.TB, env []string) map[string]string
}{
	{"aws", onMoto, func(t *testing.T, env []string) runtimetest.Cloud {
		return runtimetest.LambdaProcesses(t, runtimetest.Build(t, "./deploy/aws/bootstrap"), env...)
	}, startedOnMoto},
	{"azure", onDoubles, func(t *testing.T, env []string) runtimetest.Cloud {
		cloud, _ := runtimetest.FunctionsHost(t, runtimetest.Build(t, "./deploy/azure/handler"), env...)
		return cloud
	}, startedAt},
	{"gcp", onEmulators, func(t *testing.T, env []string) runtimetest.Cloud {
		const function = "github.com/isobar-dev/isobar/examples/shop/deploy/gcp/function"
		return runtimetest.FunctionProcesses(t, runtimetest.BuildFunction(t, function, "./deploy/gcp/main"), env...)
	}, startedAt},
	{"aws artifact", onMoto, func(t *testing.T, env []string) runtimetest.Cloud {
		return runtimetest.LambdaProcesses(t, filepath.Join(unpacked(t, "aws"), "bootstrap"), env...)
	}, startedOnMoto},
	{"azure artifact", onDoubles, func(t *testing.T, env []string) runtimetest.Cloud {
		cloud, _ := runtimetest.FunctionsHost(t, filepath.Join(unpacked(t, "azure"), "handler"), env...)
		return cloud
	}, startedAt},
	{"gcp artifact", onEmulators, func(t *testing.T, env []string) runtimetest.Cloud {
		return runtimetest.FunctionProcesses(t, runtimetest.BuildVendored(t, unpacked(t, "gcp")), env...)
	}, startedAt},
}

func get(target string) runtimetest.Request {
	return runtimetest.Request{Method: http.MethodGet, Target: target}
}

func post(target, body string) runtimetest.Request {
	return runtimetest.Request{Method: http.MethodPost, Target: target, Body: body, Header: http.Header{"Content-Type": {"application/json"}}}
}

// requests are what clients ask, in order, and the one answer that they get on every cloud.
var requests = []struct {
	name    string
	request runtimetest.Request
	status  int
	body    string
	header  string // "Name: value", when the answer has to have it
}{
	{"a user", get("/api/users/ada"), 200, `{"id":"ada","name":"Ada Lovelace","email":"ada@example.com"}`, ""},
	{"no such user", get("/api/users/nobody"), 404, `{"error":"no such user"}`, ""},
	{"all users", get("/api/users?limit=10"), 200, `{"users":[{"id":"ada","name":"Ada Lovelace","email":"ada@example.com"}]}`, ""},
	{"a limit that is none", get("/api/users?limit=none"), 400, `{"error":"limit is a number from 1 to 100"}`, ""},
	{"a user with an address that is taken", post("/api/users", `{"name": "Ada", "email": "ada@example.com"}`), 409, `{"error":"a user with this e-mail address exists"}`, ""},
	{"a user without a name", post("/api/users", `{"email": "x@example.com"}`), 400, `{"error":"name has 1 to 200 characters"}`, ""},
	{"no such path", get("/api/orders"), 404, `{"error":"not found"}`, ""},
	{"no such method", runtimetest.Request{Method: http.MethodDelete, Target: "/api/users"}, 405, `{"error":"method not allowed"}`, "Allow: GET, HEAD, POST"},
	{"only the headers", runtimetest.Request{Method: http.MethodHead, Target: "/api/users/ada"}, 200, "", ""},
	{"an event's path", post("/api/process-order", `{"Data":{"message":"e30="},"Metadata":{}}`), 404, `{"error":"not found"}`, ""},
}

func TestRequests(t *testing.T) {
	for _, c := range clouds {
		t.Run(c.name, func(t *testing.T) {
			cloud := c.start(t, c.resources(t))
			for _, r := range requests {
				t.Run(r.name, func(t *testing.T) {
					got := cloud.Do(t, r.request)
					if got.Status != r.status || strings.TrimSuffix(got.Body, "\n") != r.body || got.Header.Get("Content-Type") != "application/json" {
						t.Errorf("got %d %q %s, want %d %s in JSON", got.Status, got.Header.Get("Content-Type"), got.Body, r.status, r.body)
					}
					if name, value, ok := strings.Cut(r.header, ": "); ok && got.Header.Get(name) != value {
						t.Errorf("the header %s is %q, want %q", name, got.Header.Get(name), value)
					}
				})
			}
			t.Run("a new user", func(t *testing.T) { create(t, cloud) })
		})
	}
}

// create makes a user, and finds it at its location. On all three clouds the requests reach one process here.
func create(t *testing.T, cloud runtimetest.Cloud) {
	made := cloud.Do(t, post("/api/users", `{"name": "Grace", "email": "Grace@Example.com"}`))
	var user struct{ ID, Name, Email string }
	if err := json.Unmarshal([]byte(made.Body), &user); err != nil || made.Status != 201 || user.Email != "grace@example.com" {
		t.Fatalf("got %d %s: %v", made.Status, made.Body, err)
	}
	location := made.Header.Get("Location")
	if location != "/api/users/"+user.ID {
		t.Errorf("the location is %s", location)
	}
	if again := cloud.Do(t, get(location)); again.Status != 200 || again.Body != made.Body {
		t.Errorf("at %s is %d %s", location, again.Status, again.Body)
	}
}

func order(id string) string {
	return fmt.Sprintf(`{"id": %q, "user": "ada", "items": [{"sku": "book", "quantity": 2, "cents": 1250}]}`, id)
}

func message(id, body string) runtimetest.Message {
	return runtimetest.Message{ID: id, Body: body, Sent: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Attempt: 1, Attributes: map[string]string{"tenant": "a"}}
}

// TestOrders delivers messages, good and poisoned. Where there are batches they come as one. The workflow gets each good order once.
func TestOrders(t *testing.T) {
	for _, c := range clouds {
		t.Run(c.name, func(t *testing.T) {
			env := c.resources(t)
			cloud := c.start(t, env)
			if got := cloud.Deliver(t, "process-order", message("m1", order("o1"))); !got[0] {
				t.Error("an order is not acknowledged")
			}
			for _, id := range []string{"m1", "another"} {
				if got := cloud.Deliver(t, "process-order", message(id, order("o1"))); !got[0] {
					t.Error("an order that comes again is not acknowledged")
				}
			}
			got := cloud.Deliver(t, "process-order",
				message("m2", order("o2")), message("poison", `<order id="o3"/>`), message("m4", order("o4")), message("m5", `{"id": "o5", "user": "ada", "items": []}`))
			if want := []bool{true, false, true, false}; !slices.Equal(got, want) {
				t.Errorf("acknowledged %v, want %v: the poisoned one and the one without items come back, and no other", got, want)
			}
			if cloud.Raw(t, "process-order", `{"not": "an event"}`) {
				t.Error("what is no event is acknowledged")
			}
			started := c.started(t, env)
			fulfilled(t, started, "o1", "o2", "o4")
			if !strings.HasPrefix(c.name, "azure") {
				shipped(t, cloud, started)
			}
		})
	}
}

// fulfilled compares the executions of the workflow with the orders that they are for, one for each. On AWS they have the orders' names.
func fulfilled(t *testing.T, started map[string]string, want ...string) {
	t.Helper()
	var got []string
	for name, input := range started {
		var o struct {
			ID    string
			Items []struct{ Quantity int }
		}
		if err := json.Unmarshal([]byte(input), &o); err != nil || len(o.Items) != 1 || o.Items[0].Quantity != 2 {
			t.Errorf("the workflow was started with %s (%v)", input, err)
		}
		if _, err := strconv.Atoi(name); err != nil && name != o.ID {
			t.Errorf("the execution for order %s has the name %s", o.ID, name)
		}
		got = append(got, o.ID)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the workflow has the orders %v, want %v", got, want)
	}
}

// processes run the tasks of a workflow where they are deployed, and keep what is published.
type processes struct {
	t         *testing.T
	cloud     runtimetest.Tasks
	published []string
}

// Call implements workflow.Tasks.
func (p *processes) Call(_ context.Context, call workflow.Call) (workflow.Reply, error) {
	input := string(workflow.Encode(call.Input))
	if call.Resource.Kind != asl.Function {
		p.published = append(p.published, input)
		return workflow.Reply{Output: map[string]any{}}, nil
	}
	answer := p.cloud.Call(p.t, call.Resource.Name, input)
	if answer.Error != "" {
		return workflow.Reply{Fault: workflow.FunctionFault(answer.Error, answer.Message)}, nil
	}
	output, err := workflow.Decode([]byte(answer.Result))
	return workflow.Reply{Output: output}, err
}

// shipped runs the executions that were started, with the tasks that are deployed beside what started them: each order is shipped. On
// Azure tasks take tokens of a workflow's identity alone, which nobody has here; what they do is in the tests of package orders.
func shipped(t *testing.T, cloud runtimetest.Cloud, started map[string]string) {
	t.Helper()
	const file = "order.asl.yaml"
	definition, err := os.ReadFile(file)
	check(t, err)
	machine, diags := asl.Load(file, definition, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for _, text := range started {
		input, err := workflow.Decode([]byte(text))
		check(t, err)
		p := &processes{t: t, cloud: cloud.(runtimetest.Tasks)}
		result, err := workflow.Run(t.Context(), machine, input, workflow.Options{Tasks: p, Workflow: "order"})
		check(t, err)
		if result.Fault != nil || len(p.published) != 1 || !strings.Contains(p.published[0], `"status":"shipped"`) {
			t.Errorf("%s: %v, published %q", text, result.Fault, p.published)
		}
	}
}

func TestNightlySettlement(t *testing.T) {
	for _, c := range clouds {
		t.Run(c.name, func(t *testing.T) {
			cloud := c.start(t, c.resources(t))
			if !cloud.Tick(t, "settle-pending", time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)) {
				t.Error("the night is not settled")
			}
			if cloud.Raw(t, "settle-pending", `{"not": "a tick"}`) {
				t.Error("what is no tick is acknowledged")
			}
		})
	}
}

// TestAForgedEventIsARequest sends what an event looks like on Azure, as a client can: under the base path.
func TestAForgedEventIsARequest(t *testing.T) {
	cloud, process := runtimetest.FunctionsHost(t, runtimetest.Build(t, "./deploy/azure/handler"), onDoubles(t)...)
	for _, target := range []string{"/api/process-order", "/api/../process-order", "/api/%2e%2e/process-order", "/api//process-order", "/API/process-order"} {
		if got := cloud.Do(t, post(target, `{"Data":{"message":"e30="},"Metadata":{}}`)); got.Status/100 == 2 {
			t.Errorf("%s: %d %s", target, got.Status, got.Body)
		}
	}
	if strings.Contains(process.Output(), "process-order") {
		t.Errorf("the handler was called:\n%s", process.Output())
	}
}

// TestTerminationIsOrderly asks the custom handler to end, which it does, and well.
func TestTerminationIsOrderly(t *testing.T) {
	cloud, process := runtimetest.FunctionsHost(t, runtimetest.Build(t, "./deploy/azure/handler"), onDoubles(t)...)
	if got := cloud.Deliver(t, "process-order", message("m1", order("o1"))); !got[0] {
		t.Fatal("an order is not acknowledged")
	}
	process.Terminate(t)
	if code := process.ExitCode(t); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, process.Output())
	}
}

// TestAProcessSaysWhatItLacks starts entrypoints as no cloud does.
func TestAProcessSaysWhatItLacks(t *testing.T) {
	for name, c := range map[string]struct{ pkg, want string }{
		"aws":   {"./deploy/aws/bootstrap", "ISOBAR_FUNCTION names the one to serve"},
		"azure": {"./deploy/azure/handler", "FUNCTIONS_CUSTOMHANDLER_PORT is not set"},
	} {
		t.Run(name, func(t *testing.T) {
			process := runtimetest.Start(t, runtimetest.Build(t, c.pkg))
			if code := process.ExitCode(t); code != 1 || !strings.Contains(process.Output(), c.want) {
				t.Errorf("it ended with %d and said %q, want %q", code, process.Output(), c.want)
			}
		})
	}
}
