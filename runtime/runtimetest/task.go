package runtimetest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// Tasks are calls of an app's tasks by a workflow of the cloud.
type Tasks interface {
	// Call calls a task, and returns what the cloud's workflow sees of the answer.
	Call(t testing.TB, function, input string) TaskAnswer
}

// TaskAnswer is what a workflow sees of a call: a result, or an error with a name.
type TaskAnswer struct {
	Result         string
	Error, Message string
	// Status is that of an answer over HTTP; 0 where there is none.
	Status int
}

// answered reads an answer over HTTP.
func answered(t testing.TB, r Response) TaskAnswer {
	t.Helper()
	if kind := r.Header.Get("Content-Type"); kind != inJSON {
		t.Errorf("the answer %q to a task is %q", r.Body, kind)
	}
	a := TaskAnswer{Status: r.Status}
	if r.Status == http.StatusOK {
		a.Result = r.Body
		return a
	}
	var body struct {
		Error struct{ Type, Message string }
	}
	if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
		t.Errorf("a workflow cannot read the answer %q: %v", r.Body, err)
	}
	a.Error, a.Message = body.Error.Type, body.Error.Message
	return a
}

// Call invokes the function as Step Functions does: an error's type is its name.
func (c awsCloud) Call(t testing.TB, function, input string) TaskAnswer {
	t.Helper()
	result, err := c.invoke(t, function, []byte(input))
	if err == nil {
		return TaskAnswer{Result: string(result)}
	}
	var failure struct{ ErrorType, ErrorMessage string }
	text := err.Error()
	if typed, marshalErr := json.Marshal(err); marshalErr == nil && strings.Contains(string(typed), "errorType") {
		text = string(typed)
	}
	if i := strings.Index(text, "{"); i < 0 || json.Unmarshal([]byte(text[i:]), &failure) != nil {
		t.Fatalf("%s is not an answer of a task", text)
	}
	return TaskAnswer{Error: failure.ErrorType, Message: failure.ErrorMessage}
}

// Call posts to the task's path under the base path, as the Functions host proxies it, with a token of a workflow's identity.
func (c azureCloud) Call(t testing.TB, function, input string) TaskAnswer {
	t.Helper()
	header := http.Header{"Content-Type": {inJSON}, "Authorization": {"Bearer " + workflowToken}}
	return answered(t, c.Do(t, Request{Method: http.MethodPost, Target: "/api" + app.TaskPath + function, Header: header, Body: input}))
}

// Call posts to the task's function: the platform has verified who calls.
func (c gcpCloud) Call(t testing.TB, function, input string) TaskAnswer {
	t.Helper()
	return answered(t, c.send(t, function, http.MethodPost, "/", http.Header{"Content-Type": {inJSON}}, input))
}

const workflowToken = "of-a-workflow"

// callersOf vouches for one token, in the place of a cloud's identities.
type callersOf string

// Authorize implements [app.Authorizer].
func (c callersOf) Authorize(_ context.Context, token string) (fn.ClaimSet, error) {
	if token != string(c) {
		return fn.ClaimSet{}, errors.New("it is a stranger's")
	}
	return fn.ClaimSet{}, nil
}

// tasksApp has a task for each way to end.
func tasksApp(release <-chan struct{}) app.App {
	task := func(name string, h func(context.Context, order) (order, error)) app.Function {
		return app.Function{Name: name, Timeout: patience, Handler: app.Task(h)}
	}
	ends := func(name string, err error) app.Function {
		return task(name, func(context.Context, order) (order, error) { return order{}, err })
	}
	cause := errors.New("the card is expired")
	slow := task("slow", func(context.Context, order) (order, error) { <-release; return order{}, cause })
	slow.Timeout = short
	return app.App{Name: "shop", BasePath: "/api", Callers: callersOf(workflowToken), Functions: []app.Function{
		task("echo", func(_ context.Context, in order) (order, error) { return in, nil }),
		{Name: "raw", Timeout: patience, Handler: app.Task(func(_ context.Context, in json.RawMessage) (json.RawMessage, error) { return in, nil })},
		{Name: "nothing", Timeout: patience, Handler: app.Task(func(context.Context, any) (*order, error) { return nil, nil })},
		{Name: "odd", Timeout: patience, Handler: app.Task(func(context.Context, any) (any, error) { return func() {}, nil })},
		{Name: "large", Timeout: patience, Handler: app.Task(func(context.Context, any) (string, error) {
			return strings.Repeat("x", app.MaxTaskPayload), nil
		})},
		ends("fails", cause),
		ends("named", fn.Named("CardDeclined", cause)),
		ends("permanent", fn.Permanent(cause)),
		ends("named-permanent", fn.Permanent(fn.Named("CardDeclined", cause))),
		ends("permanent-named", fn.Named("CardDeclined", fn.Permanent(cause))),
		ends("reserved", fn.Named("States.Runtime", cause)),
		ends("deadline", context.DeadlineExceeded),
		task("panics", func(context.Context, order) (order, error) { panic("the database password is hunter2") }),
		slow,
		{Name: "work", Timeout: patience, Handler: app.Queue("jobs", func(context.Context, fn.Message[order]) error { return nil })},
		{Name: "all", Timeout: patience, Handler: app.HTTP("POST /{rest...}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })},
	}}
}

// taskCall is a call of a task, and what a workflow sees of it on every cloud. The status is that over HTTP.
type taskCall struct {
	text            string
	function, input string
	want            TaskAnswer
}

// taskCalls have a task end in every way.
func taskCalls() []taskCall {
	const expired = "the card is expired"
	return []taskCall{
		{"returns a value", "echo", `{"id": "o1", "amount": 9007199254740993}`, TaskAnswer{Result: `{"id":"o1","amount":9007199254740993}`, Status: 200}},
		{"returns JSON as it is", "raw", `[1.50, "é", null]`, TaskAnswer{Result: `[1.50,"é",null]`, Status: 200}},
		{"returns nil", "nothing", `null`, TaskAnswer{Result: `null`, Status: 200}},
		{"returns an error", "fails", `{}`, TaskAnswer{Error: "Transient", Message: expired, Status: 503}},
		{"returns `fn.Named(\"CardDeclined\", err)`", "named", `{}`, TaskAnswer{Error: "CardDeclined", Message: expired, Status: 503}},
		{"returns `fn.Permanent(err)`", "permanent", `{}`, TaskAnswer{Error: "Permanent", Message: expired, Status: 422}},
		{"returns an error that is named and permanent", "named-permanent", `{}`, TaskAnswer{Error: "CardDeclined", Message: expired, Status: 422}},
		{"returns one that is permanent and named", "permanent-named", `{}`, TaskAnswer{Error: "CardDeclined", Message: expired, Status: 422}},
		{"gives an error a name of the language's", "reserved", `{}`, TaskAnswer{Error: "Transient", Message: expired, Status: 503}},
		{"returns a deadline that was not its own", "deadline", `{}`, TaskAnswer{Error: "Transient", Message: "context deadline exceeded", Status: 503}},
		{"panics", "panics", `{}`, TaskAnswer{Error: "Transient", Message: "the function panicked", Status: 503}},
		{"ignores that its time is up", "slow", `{}`, TaskAnswer{Error: "States.Timeout", Status: 504}},
		{"cannot be given the input", "echo", `{"id": 7}`, TaskAnswer{Error: "Permanent", Message: "decoding the input: id: number cannot be read as string", Status: 422}},
		{"returns what is no JSON", "odd", `{}`, TaskAnswer{Error: "Permanent", Message: "encoding the result: json: unsupported type: func()", Status: 422}},
	}
}

// callTasks makes the calls, and returns what a workflow saw of each.
func callTasks(t testing.TB, cloud Cloud, prefix string) []TaskAnswer {
	t.Helper()
	caller, ok := cloud.(Tasks)
	if !ok {
		t.Fatal("the cloud calls no tasks")
	}
	var answers []TaskAnswer
	for _, c := range taskCalls() {
		got := caller.Call(t, prefix+c.function, c.input)
		if got.Status == 0 {
			c.want.Status = 0
		}
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.text, got, c.want)
		}
		answers = append(answers, got)
	}
	return answers
}

func tasks(t *testing.T, host Host) {
	release := make(chan struct{})
	defer close(release)
	cloud := host(t, tasksApp(release))
	callTasks(t, cloud, "")
	// What is too large for a state ends an execution on every cloud. On AWS the cloud itself sees to it.
	if got := cloud.(Tasks).Call(t, "large", "{}"); got.Status != 0 && (got.Error != "States.DataLimitExceeded" || got.Status != 422) {
		t.Errorf("a result that is too large gives %d %s", got.Status, got.Error)
	}
}

// strangers call tasks as clients can. Nothing that they send gets to one: on Azure for want of a token, elsewhere because no
// path of a client's leads there.
func strangers(t *testing.T, host Host) {
	called := false
	a := tasksApp(nil)
	a.Functions[0].Handler = app.Task(func(context.Context, any) (any, error) { called = true; return nil, nil })
	cloud := host(t, a)
	for _, target := range []string{
		"/api/_tasks/echo", "/api/_tasks/echo/", "/api//_tasks/echo", "/api/_tasks/../_tasks/echo", "/api/_TASKS/echo", "/api/%5ftasks/echo",
		"/api/_tasks/echo?x=1", "/api/echo",
	} {
		for _, header := range []http.Header{nil, {"Authorization": {"Bearer x"}}, {"Authorization": {workflowToken}}, {"Authorization": {"Basic " + workflowToken}}} {
			for _, method := range []string{http.MethodPost, http.MethodGet} {
				cloud.Do(t, Request{Method: method, Target: target, Header: header, Body: "{}"})
				if called {
					t.Fatalf("%s %s %v calls the task", method, target, header)
				}
			}
		}
	}
	if cloud.Raw(t, "work", "{}") {
		t.Error("an event without a message is acknowledged")
	}
}
