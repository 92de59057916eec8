package gogen_test

import (
	"bytes"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec"
)

var host = gogen.Host{
	Doc:     "main hands the app to its host.",
	Package: "main", Func: "main",
	ImportPath: "github.com/isobar-dev/isobar/runtime/aws", Call: "Main",
}

func function(name, path, pkg string, timeout time.Duration, trigger plan.Trigger) plan.Function {
	f := plan.Function{Name: name, Trigger: trigger, Handler: plan.Handler{ImportPath: path, Package: pkg, Func: "Handle"}}
	f.Timeout.Value = timeout
	return f
}

func TestEntrypoint(t *testing.T) {
	app := &plan.App{Name: "shop", Functions: []plan.Function{
		function("get", "example.com/shop/users", "users", 30*time.Second, plan.HTTP{Method: "GET", Segments: []spec.Segment{{Literal: "users"}, {Name: "id"}}}),
		function("list", "example.com/shop/other/users", "users", 90*time.Second, plan.HTTP{Method: "GET"}),
		function("named", "example.com/go-app", "app", 5*time.Minute, plan.Message{Queue: "orders"}),
		function("timed", "example.com/time", "time", 2*time.Hour, plan.Schedule{}),
		function("hosted", "example.com/aws", "aws", 3*time.Hour, plan.Schedule{}),
	}}
	app.BasePath.Value = "/api"
	got, diags := gogen.Entrypoint(app, host)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "main.go", got, 0); err != nil {
		t.Error(err)
	}
	golden.Check(t, "testdata/entrypoint.go.golden", got)
}

// whole has each trigger with its options, issuers and CORS.
const whole = `isobar: v1
name: shop
cors: { origins: ["https://shop.example"], headers: [authorization], credentials: true, maxAge: 90m }
auth: { main: { issuer: https://login.example, audience: [shop, "\"desk\""] } }
functions:
  get: { handler: ./users.Get, http: { method: GET, path: "/users/{id}", auth: main, scopes: [read] } }
  mine: { handler: ./users.Mine, http: { method: GET, path: /mine, auth: main }, access: { users: [read, write], news: publish, uploads: read, steps: send, pin: read, order: start } }
  work: { handler: ./orders.Work, queue: steps }
  hear: { handler: ./orders.Hear, topic: news }
  follow: { handler: ./orders.Follow, topic: ledger }
  look: { handler: ./images.Look, bucket: { name: uploads, on: [created, deleted], prefix: a/, suffix: .jpg } }
  any: { handler: ./images.Any, bucket: uploads }
  track: { handler: ./users.Track, table: { name: users, on: [upserted, deleted], old: true }, retry: { attempts: 7 } }
  validate: { handler: ./orders.Validate, task: true, timeout: 10s }
  night: { handler: ./orders.Night, schedule: "0 2 * * *" }
queues: { steps: { ordered: true }, placed: }
workflows: { order: { definition: order.asl.yaml, queue: placed }, welcome: { definition: welcome.asl.yaml, topic: news } }
topics: { news: , ledger: { ordered: true } }
buckets: { uploads: }
tables: { users: { key: { id: string }, sort: { at: number }, indexes: { by-email: { key: { email: string } } } }, unused: { key: { id: string } } }
secrets: { pin: }
targets: { x: }
`

func TestEntrypointOfEveryTrigger(t *testing.T) {
	doc, diags := spec.Load("isobar.yaml", []byte(whole))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	withOption := host
	withOption.Callers = &gogen.Option{ImportPath: "example.com/identities", Func: "Callers"}
	app := plan.Build(doc, plan.Packages{Root: "example.com/shop"})
	withOption.Options = append([]gogen.Option{{ImportPath: "example.com/secrets", Func: "Environment"}}, gogen.Drivers(app, "example.com/drivers")...)
	got, diags := gogen.Entrypoint(app, withOption)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if formatted, err := format.Source(got); err != nil || !bytes.Equal(formatted, got) {
		t.Errorf("it is not formatted: %v", err)
	}
	golden.Check(t, "testdata/whole.go.golden", got)
}

func BenchmarkEntrypoint(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		app := &plan.App{Name: "shop"}
		for i := range n {
			pkg := fmt.Sprint("pkg", i%50)
			app.Functions = append(app.Functions, function(fmt.Sprint("f", i), "example.com/shop/"+pkg, pkg, time.Minute, plan.Schedule{}))
		}
		b.Run(fmt.Sprintf("functions=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, diags := gogen.Entrypoint(app, host); diags.HasErrors() {
					b.Fatal(diags)
				}
			}
		})
	}
}
