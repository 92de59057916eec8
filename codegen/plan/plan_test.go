package plan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec"
)

// TestBuild shows the plan of each spec: every default resolved, everything in name order, every value with its place.
func TestBuild(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, input txtar.File) {
		doc, diags := spec.Load("isobar.yaml", input.Data)
		if diags.HasErrors() {
			t.Fatalf("the archive's spec: %s", diags)
		}
		app := plan.Build(doc, plan.Packages{Root: "example.com/shop", Names: map[string]string{"x": "named"}})
		golden.Txtar(t, path, map[string][]byte{"plan.txt": []byte(render(app))})
	})
}

func render(app *plan.App) string {
	var b strings.Builder
	line := func(parts ...any) {
		for i, p := range parts {
			if i > 0 {
				b.WriteByte(' ')
			}
			if s, ok := p.(string); ok {
				b.WriteString(s)
				continue
			}
			text, _ := json.Marshal(p)
			b.Write(text)
		}
		b.WriteByte('\n')
	}
	line("app", app.Name, "base path", value(app.BasePath.Value, app.BasePath.Pos.String(), app.BasePath.Explicit))
	for _, f := range app.Functions {
		line("function", f.Name, "at", f.Pos.String())
		line("  handler", f.Handler.ImportPath, f.Handler.Package, f.Handler.Func)
		switch on := f.Trigger.(type) {
		case plan.HTTP:
			line("  http", on.Method, on.Path())
		case plan.Message:
			line("  queue", on.Queue, "batch", value(on.Batch.Value, on.Batch.Pos.String(), on.Batch.Explicit),
				"window", value(on.Window.Value.String(), on.Window.Pos.String(), on.Window.Explicit))
		case plan.Schedule:
			line("  schedule", on.Expr.String(), value(on.Timezone.Value, on.Timezone.Pos.String(), on.Timezone.Explicit))
		}
		line("  memory", value(f.Memory.Value, f.Memory.Pos.String(), f.Memory.Explicit))
		line("  timeout", value(f.Timeout.Value.String(), f.Timeout.Pos.String(), f.Timeout.Explicit))
		for _, v := range f.Env {
			line("  env", v.Name, v.Value, "at", v.Pos.String())
		}
	}
	for _, q := range app.Queues {
		line("queue", q.Name, "consumer", q.Consumer)
		line("  visibility", value(q.Visibility.Value.String(), q.Visibility.Pos.String(), q.Visibility.Explicit))
		line("  retention", value(q.Retention.Value.String(), q.Retention.Pos.String(), q.Retention.Explicit))
		line("  deliveries", value(q.Deliveries.Value, q.Deliveries.Pos.String(), q.Deliveries.Explicit))
	}
	for _, t := range app.Targets {
		line("target", t.Name, "at", t.Pos.String())
	}
	return b.String()
}

func value(v any, pos string, explicit bool) string {
	text, _ := json.Marshal(v)
	if explicit {
		return string(text) + " at " + pos
	}
	return string(text) + " by default"
}
