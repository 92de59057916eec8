package gogen_test

import (
	"fmt"
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
