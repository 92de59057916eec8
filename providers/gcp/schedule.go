package gcp

import (
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// A tick that cannot be published is published again at once a few times, while it is still the same minute.
// https://cloud.google.com/scheduler/docs/configuring/retry-jobs
const (
	scheduleRetries = 3
	scheduleBackoff = 5 * time.Second
)

// schedules are the jobs, and the functions that they trigger.
func (m *module) schedules() []hcl.Block {
	var blocks []hcl.Block
	for _, f := range plan.Of[plan.Schedule](m.app) {
		blocks = append(blocks, m.schedule(f)...)
	}
	return blocks
}

// schedule is a job, a topic to which it publishes each tick, and a subscription that has the function handle it. Cloud Scheduler
// reads five-field cron expressions as they are, and publishes as an agent that may do so from the start.
// https://cloud.google.com/scheduler/docs/creating#pubsub
func (m *module) schedule(f plan.Triggered[plan.Schedule]) []hcl.Block {
	name := f.Channel()
	job := resource(typeJob, f.Name,
		hcl.Attr{Name: "name", Value: named(f.Name)},
		hcl.Attr{Name: "region", Value: hcl.Ref("var.region")},
		hcl.Attr{Name: "schedule", Value: hcl.Str(f.On.Expr.String())},
		hcl.Attr{Name: "time_zone", Value: hcl.Str(f.On.Timezone.Value)},
		hcl.Block{Type: "retry_config", Body: []hcl.Item{
			hcl.Attr{Name: "retry_count", Value: hcl.Int(scheduleRetries)},
			hcl.Attr{Name: "min_backoff_duration", Value: span(scheduleBackoff)},
		}},
		hcl.Block{Type: "pubsub_target", Body: []hcl.Item{
			hcl.Attr{Name: "topic_name", Value: of(typeTopic, name, "id")},
			hcl.Attr{Name: "data", Value: hcl.Call{Name: "base64encode", Args: []hcl.Value{hcl.Str("{}")}}},
		}},
		// A tick that no subscription is there for would be lost.
		hcl.Attr{Name: "depends_on", Value: hcl.List{hcl.Ref(address(typeSubscription, name))}},
	)
	comment := fmt.Sprintf("%s: the schedule %s (%s) calls %s.%s", f.Name, f.On.Expr, f.On.Timezone.Value, f.Handler.Package, f.Handler.Func)
	blocks := []hcl.Block{job, topicOf(name)}
	blocks = append(blocks, m.channel(channelOf(f.Function, name, f.On.Pos))...)
	return append(m.event(f.Function, f.On.Pos, unit{comment: comment}), blocks...)
}
