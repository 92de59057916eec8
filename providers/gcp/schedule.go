package gcp

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// A call that fails is made twice more, at least a minute later.
// https://cloud.google.com/scheduler/docs/configuring/retry-jobs
const (
	scheduleRetries = 2
	scheduleBackoff = time.Minute
)

// minDeadline is the shortest deadline of a job. https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
const minDeadline = 15 * time.Second

// schedule is a function and the job that calls it. Cloud Scheduler reads five-field cron expressions as they are.
func schedule(app *plan.App, f plan.Triggered[plan.Schedule]) []hcl.Block {
	comment := fmt.Sprintf("%s: the schedule %s (%s) calls %s.%s", f.Name, f.On.Expr, f.On.Timezone.Value, f.Handler.Package, f.Handler.Func)
	return append(event(app, f.Function, comment), resource(typeJob, f.Name,
		hcl.Attr{Name: "name", Value: named(f.Name)},
		hcl.Attr{Name: "region", Value: hcl.Ref("var.region")},
		hcl.Attr{Name: "schedule", Value: hcl.Str(f.On.Expr.String())},
		hcl.Attr{Name: "time_zone", Value: hcl.Str(f.On.Timezone.Value)},
		hcl.Attr{Name: "attempt_deadline", Value: span(max(f.Timeout.Value+margin, minDeadline))},
		hcl.Block{Type: "retry_config", Body: []hcl.Item{
			hcl.Attr{Name: "retry_count", Value: hcl.Int(scheduleRetries)},
			hcl.Attr{Name: "min_backoff_duration", Value: span(scheduleBackoff)},
		}},
		hcl.Block{Type: "http_target", Body: []hcl.Item{
			hcl.Attr{Name: "http_method", Value: hcl.Str("POST")},
			hcl.Attr{Name: "uri", Value: uri(f.Name)},
			token(f.Name),
		}},
		afterInvoker(f.Name),
	))
}
