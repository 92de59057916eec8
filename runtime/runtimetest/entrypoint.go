package runtimetest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/aws/secrets"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/gcp"
)

// Targets are the clouds that there are hosts for.
var Targets = []string{"aws", "azure", "gcp"}

// What an entrypoint of the suite finds in its environment.
const (
	hostVariable = "RUNTIMETEST_HOST" // one of Targets
	noteVariable = "RUNTIMETEST_NOTE" // the file in which handlers note what they saw
)

// Main serves the suite's own app, when this process was started as an entrypoint of it, and tells whether it was. A test's TestMain calls
// it; serve is what serves the functions that the host for Google Cloud has registered, on a port.
func Main(serve func(port string) error) bool {
	switch os.Getenv(hostVariable) {
	case "aws":
		aws.Main(suiteApp(), secrets.Environment)
	case "azure":
		azure.Main(suiteApp())
	case "gcp":
		gcp.Register(suiteApp())
		if err := serve(os.Getenv("PORT")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		return false
	}
	return true
}

// Processes starts the suite's own app as a cloud does, in processes of the test's own executable, and returns the cloud in front of it.
func Processes(t testing.TB, target string, env ...string) Cloud {
	t.Helper()
	return processes(t, target, env).cloud
}

func processes(t testing.TB, target string, env []string) deployment {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	env = append(slices.Clone(env), hostVariable+"="+target)
	switch target {
	case "aws":
		return lambdaProcesses(t, executable, env)
	case "azure":
		cloud, process := FunctionsHost(t, executable, env...)
		return deployment{cloud, func(string) *Process { return process }}
	case "gcp":
		return functionProcesses(t, executable, env)
	}
	t.Fatalf("there is no host for %s", target)
	return deployment{}
}

// suiteApp has a function for each trigger and each way to end; functions that take batches; those that note the events they saw; and
// slow ones.
func suiteApp() app.App {
	get := app.HTTP("GET /variables/{name}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, os.Getenv(r.PathValue("name"))) })
	a := app.App{Name: "shop", BasePath: "/api", Functions: append(noting(), batching()...)}
	a.Functions = append(a.Functions, app.Function{Name: "get-variable", Timeout: patience, Handler: get})
	for _, trigger := range Triggers() {
		for _, o := range Outcomes(nil) { // what ignores cancellation goes on until the process ends
			a.Functions = append(a.Functions, function(trigger, o))
		}
		a.Functions = append(a.Functions, app.Function{Name: trigger.Name + "-slow", Timeout: patience, Attempts: attempts, Handler: trigger.handler(slowly)})
	}
	// A name of a process is that of a function of the suite, so that of a task says what it is. What ignores cancellation goes on until
	// the process ends.
	tasks := tasksApp(nil)
	a.Callers = tasks.Callers
	for _, f := range tasks.Functions {
		if f.Kind() == app.KindTask {
			f.Name = "task-" + f.Name
			a.Functions = append(a.Functions, f)
		}
	}
	return a
}

// slowly notes that it has begun, and takes a while.
func slowly(context.Context) error {
	if err := note("begun"); err != nil {
		return err
	}
	time.Sleep(500 * time.Millisecond)
	return nil
}

// note adds a value to the file of notes.
func note(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(os.Getenv(noteVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.Write(append(data, '\n')); err != nil {
		return err
	}
	return file.Close()
}

// notes reads a file of notes.
func notes[T any](t testing.TB, name string) []T {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var out []T
	for line := range strings.Lines(string(data)) {
		var v T
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.UseNumber()
		if err := decoder.Decode(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// seen is what a handler saw of an event, with the type of the provider's payload in the place of that.
type seen struct {
	fn.Event
	Raw  string
	Rest any
}

func saw(e fn.Event, rest any) error {
	return note(seen{e, fmt.Sprintf("%T", e.Raw), rest})
}

// noting are functions that note the events they see.
func noting() []app.Function {
	type message struct {
		Data        any
		Attributes  map[string]string
		OrderingKey string
	}
	hear := func(_ context.Context, m fn.Message[any]) error {
		return saw(m.Event, message{m.Data, m.Attributes, m.OrderingKey})
	}
	both := app.Objects{On: []string{"created", "deleted"}}
	every := app.Changes{On: []string{"upserted", "deleted"}, Key: []string{"id", "at"}}
	functions := []app.Function{
		{Name: "note-message", Handler: app.Queue("jobs", hear)},
		{Name: "note-ordered", Handler: app.Queue("steps", hear).Ordered()},
		{Name: "note-published", Handler: app.Topic("news", hear)},
		{Name: "note-tick", Handler: app.Schedule(func(_ context.Context, t fn.Tick) error { return saw(t.Event, t.Scheduled) })},
		{Name: "note-object", Handler: app.Bucket("uploads", both, func(_ context.Context, o fn.Object) error {
			return saw(o.Event, map[string]any{"Bucket": o.Bucket, "Key": o.Key, "Size": o.Size, "ETag": o.ETag})
		})},
		{Name: "note-change", Handler: app.Table("users", every, func(_ context.Context, c fn.Change[any]) error {
			return saw(c.Event, map[string]any{"Key": c.Key, "New": c.New, "Old": c.Old})
		})},
	}
	for i := range functions {
		functions[i].Timeout, functions[i].Attempts = patience, attempts
	}
	return functions
}

// batching are functions whose handlers end as the order of an ID says.
func batching() []app.Function {
	work := func(_ context.Context, m fn.Message[order]) error { return fate(m.Data.ID) }
	on := app.Changes{On: []string{"upserted"}, Key: []string{"id"}}
	return []app.Function{
		{Name: "batch-queue", Timeout: patience / 10, Handler: app.Queue("jobs", work)},
		{Name: "batch-topic", Timeout: patience / 10, Handler: app.Topic("news", work)},
		{Name: "batch-ordered-queue", Timeout: patience / 10, Handler: app.Queue("steps", work).Ordered()},
		{Name: "batch-ordered-topic", Timeout: patience / 10, Handler: app.Topic("ledger", work).Ordered()},
		{Name: "batch-table", Timeout: patience / 10, Attempts: attempts, Handler: app.Table("orders", on, func(_ context.Context, c fn.Change[order]) error { return fate(c.New.ID) })},
	}
}
